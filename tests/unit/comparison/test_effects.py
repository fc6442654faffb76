"""Effects: the next window's distance from expected, with the prior taken out again where it is asked for."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.effects import Yardstick, fit_yardstick, predict_effects, prior_variance
from likeforlike.comparison.panel import Panel
from likeforlike.statistics.drift_covariance import VarianceComponents

SHARE = load_catalogue().indicator("same_day_share")
LASTING = VarianceComponents(0.4, 0.0, 0.0)


def months(count: int) -> tuple[datetime.date, ...]:
    return tuple(datetime.date(2024 + i // 12, i % 12 + 1, 1) for i in range(count))


def panel_of(counts: np.ndarray, size: float = 1000.0) -> Panel:
    n, periods = counts.shape
    sizes = np.where(np.isnan(counts), np.nan, size)
    return Panel(
        SHARE,
        tuple(map(str, range(n))),
        months(periods),
        counts,
        sizes,
        np.full(counts.shape, "", object),
        (),
    )


def test_with_lasting_differences_alone_it_is_textbook_shrinkage() -> None:
    """Four months of 600 of 1,000 where 500 are expected, τ² = 0.4 and no drift."""
    panel = panel_of(np.full((1, 4), 600.0))
    yardstick = Yardstick(LASTING, np.full(3, np.nan), np.zeros(4), 0.5, borrowed=True)
    effects = predict_effects(panel, np.full((1, 4), 500.0), yardstick, slice(0, 4), ahead=4)
    value = np.log(600.5 / 400.5)
    chance = (1 / 600.5 + 1 / 400.5) / 4
    share = 0.4 / (0.4 + chance)
    assert effects.mean[0] == pytest.approx(share * value)
    assert effects.variance[0] == pytest.approx(0.4 * (1 - share))
    # Without the prior it is what the figures say: their mean and its sampling variance.
    assert effects.estimate[0] == pytest.approx(value)
    assert effects.error[0] == pytest.approx(chance)
    assert effects.reliability[0] == pytest.approx(share)


def test_an_organisation_without_figures_gets_none() -> None:
    counts = np.full((2, 4), 600.0)
    counts[1] = np.nan
    yardstick = Yardstick(LASTING, np.full(3, np.nan), np.zeros(4), 0.5, borrowed=True)
    effects = predict_effects(panel_of(counts), np.full((2, 4), 500.0), yardstick, slice(0, 4), ahead=4)
    assert effects.months.tolist() == [4, 0]
    for array in (effects.mean, effects.variance, effects.estimate, effects.error, effects.reliability):
        assert np.isfinite(array[0])
        assert np.isnan(array[1])


def test_few_months_need_borrowed_components() -> None:
    panel = panel_of(np.random.default_rng(1).integers(400, 600, (50, 3)).astype(float))
    expected = np.full((50, 3), 500.0)
    with pytest.raises(ValueError, match=r"3 month\(s\): nothing to fit"):
        fit_yardstick(panel, expected)
    yardstick = fit_yardstick(panel, expected, borrowed=LASTING)
    assert yardstick.borrowed
    assert yardstick.components == LASTING
    assert yardstick.period_means == pytest.approx(
        np.log(panel.numerator / (1000 - panel.numerator)).mean(axis=0), abs=0.01
    )


def test_the_yardstick_is_fitted_over_all_and_its_level_is_the_typical_one() -> None:
    rng = np.random.default_rng(2)
    chance = 1 / (1 + np.exp(-rng.normal(0.2, 0.6, 800)[:, None] - rng.normal(0, 0.05, (800, 14))))
    counts = rng.binomial(1000, chance).astype(float)
    yardstick = fit_yardstick(panel_of(counts), np.full((800, 14), 500.0))
    assert not yardstick.borrowed
    assert yardstick.components.lasting == pytest.approx(0.36, abs=0.06)
    # The mean log odds are drawn about 0.2: half of them above, half below. Pooled it would be 0.539.
    typical = np.log(counts / (1000 - counts))[:, -12:].mean()
    assert np.log(yardstick.level / (1 - yardstick.level)) == pytest.approx(typical, abs=0.002)


def test_the_prior_of_a_window_holds_the_drift_of_its_mean() -> None:
    # Two months of AR(1) with ρ = ½: the mean's variance is (2 + 2·½)/4 = ¾ of ω².
    assert prior_variance(VarianceComponents(0.4, 0.2, 0.5), 2) == pytest.approx(0.4 + 0.75 * 0.2)
