"""The expected model: recovers what was put in, agrees with a plain Newton twin, and says how good it is."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.expected import Covariates, fit_expected
from likeforlike.comparison.panel import Panel
from likeforlike.errors import NoModelError

SHARE = load_catalogue().indicator("same_day_share")
RATE = load_catalogue().indicator("online_submissions_per_1000")
MONTHS = tuple(datetime.date(2025, month, 1) for month in range(1, 5))


def draw(indicator: object, n: int, seed: int, spread: float = 0.0) -> tuple[Panel, Covariates, list[str]]:
    """Organisations of 20 areas whose counts follow month and two covariates, slopes 0.4 and −0.2."""
    rng = np.random.default_rng(seed)
    x = rng.normal(10, 2, (n, 2))
    linear = (
        np.linspace(-1, -0.4, 4) + ((x - 10) / 2 @ [0.4, -0.2])[:, None] + rng.normal(0, spread, n)[:, None]
    )
    size = rng.integers(300, 3000, (n, 4)).astype(float)
    if indicator is SHARE:
        counts = rng.binomial(size.astype(int), 1 / (1 + np.exp(-linear))).astype(float)
    else:
        counts = rng.poisson(size * np.exp(linear - 3)).astype(float)
    panel = Panel(indicator, tuple(map(str, range(n))), MONTHS, counts, size, np.full((n, 4), "", object), ())  # type: ignore[arg-type]
    return panel, Covariates(("older", "deprived"), x), [f"A{i % 20}" for i in range(n)]


def newton(panel: Panel, scaled: NDArray[np.float64], binomial: bool) -> NDArray[np.float64]:
    """The same regression in a dozen lines: a dummy for each month, then the covariates."""
    n, months = panel.numerator.shape
    rows = np.vstack([np.column_stack([np.tile(np.eye(months)[t], (n, 1)), scaled]) for t in range(months)])
    y, w = panel.numerator.T.ravel(), panel.denominator.T.ravel()
    beta = np.zeros(rows.shape[1])
    beta[:months] = -1.0
    for _ in range(50):
        eta = rows @ beta
        mean = 1 / (1 + np.exp(-eta)) if binomial else np.exp(eta)
        weight = w * (mean * (1 - mean) if binomial else mean)
        beta += np.linalg.solve(rows.T @ (weight[:, None] * rows), rows.T @ (y - w * mean))
    return beta


@pytest.mark.parametrize("indicator", [SHARE, RATE], ids=["share", "rate"])
def test_it_is_the_regression_that_a_plain_newton_finds(indicator: object) -> None:
    panel, covariates, areas = draw(indicator, 300, seed=1)
    fit = fit_expected(panel, covariates, areas)
    x = covariates.values
    twin = newton(panel, (x - x.mean(axis=0)) / x.std(axis=0), indicator is SHARE)
    np.testing.assert_allclose([one.estimate for one in fit.coefficients], twin[4:], atol=1e-6)
    # Expected counts add up to those seen in each month: the model has a term for each.
    np.testing.assert_allclose(fit.expected.sum(axis=0), panel.numerator.sum(axis=0), rtol=1e-6)


@pytest.mark.parametrize("indicator", [SHARE, RATE], ids=["share", "rate"])
def test_what_was_put_in_comes_out(indicator: object) -> None:
    panel, covariates, areas = draw(indicator, 800, seed=2)
    fit = fit_expected(panel, covariates, areas)
    for one, true in zip(fit.coefficients, (0.4, -0.2), strict=True):
        assert abs(one.estimate * 2 / one.spread - true) < 4 * one.standard_error
    # Counts here vary by chance alone.
    assert fit.dispersion == pytest.approx(1, abs=0.1)
    assert fit.calibration_slope == pytest.approx(1, abs=0.05)
    assert fit.deviance_explained > 0.8
    for group in fit.calibration:
        assert group.observed == pytest.approx(group.expected, rel=0.05)


def test_standard_errors_allow_for_organisations_that_differ() -> None:
    """Between organisations there is far more than chance: clustered errors are several times the naive ones."""
    errors = []
    for seed in range(25):
        panel, covariates, areas = draw(SHARE, 120, seed=100 + seed, spread=0.4)
        one = fit_expected(panel, covariates, areas).coefficients[0]
        errors.append((one.estimate * 2 / one.spread - 0.4) / one.standard_error)
    # Marginal slopes are a little flatter than those within: the spread of z is what matters here.
    assert 0.7 < np.std(errors) < 1.4


def test_figures_that_are_missing_neither_count_nor_get_in_the_way() -> None:
    panel, covariates, areas = draw(SHARE, 300, seed=4)
    blank = np.zeros(300, dtype=bool)
    blank[:30] = True
    fit = fit_expected(panel.without(blank), covariates, areas)
    assert fit.organisations == 270
    # What is expected of them can be said all the same where their size is known.
    assert np.isnan(fit.expected[0]).all()
    assert np.isfinite(fit.linear[0])


def test_an_unknown_population_has_no_expected_value() -> None:
    panel, covariates, areas = draw(SHARE, 300, seed=5)
    covariates.values[0, 1] = np.nan
    fit = fit_expected(panel, covariates, areas)
    assert np.isnan(fit.expected[0]).all()
    assert np.isfinite(fit.expected[1:]).all()


def test_too_few_organisations_are_refused() -> None:
    panel, covariates, areas = draw(SHARE, 19, seed=6)
    with pytest.raises(NoModelError, match=r"19 organisations .* needs 20"):
        fit_expected(panel, covariates, areas)
