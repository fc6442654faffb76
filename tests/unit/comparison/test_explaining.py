"""Gaps in parts: a slow twin, truths that were put in, what is not known, and sums that hold exactly."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from likeforlike.catalogue import Indicator, load_catalogue
from likeforlike.comparison.expected import Covariates
from likeforlike.comparison.explaining import Explained, explain_gaps
from likeforlike.comparison.panel import Panel
from likeforlike.errors import NoModelError

SHARE = load_catalogue().indicator("same_day_share")
RATE = load_catalogue().indicator("online_submissions_per_1000")
MONTHS = tuple(datetime.date(2025, month, 1) for month in range(1, 7))
WINDOW = slice(2, 6)
both_kinds = pytest.mark.parametrize("indicator", [SHARE, RATE], ids=["share", "rate"])


@dataclass(frozen=True)
class Made:
    """Organisations whose counts follow three groups of covariates and an effect of their own."""

    panel: Panel
    groups: Mapping[str, Covariates]
    areas: list[str]
    parts: NDArray[np.float64]
    """True parts on the link scale, organisations × groups, about the plain mean of each."""

    def explain(self, **changes: Covariates) -> Explained:
        return explain_gaps(self.panel, {**self.groups, **changes}, self.areas, WINDOW)

    def without(self, group: str, organisations: object) -> Covariates:
        values = self.groups[group].values.copy()
        values[organisations] = np.nan  # type: ignore[index]  # any index of numpy's
        return replace(self.groups[group], values=values)


def make(indicator: Indicator, n: int = 400, seed: int = 1, own: float = 0.0) -> Made:
    """Slopes: older 0.3 and deprived −0.2 (population), gps 0.25 (resources, fewer where deprived), rooms 0.2."""
    rng = np.random.default_rng(seed)
    older, deprived = rng.normal(0, 1, (2, n))
    gps = 0.6 * rng.normal(0, 1, n) - 0.5 * deprived
    rooms = 0.5 * rng.normal(0, 1, n) + 0.4 * deprived
    parts = np.column_stack([0.3 * older - 0.2 * deprived, 0.25 * gps, 0.2 * rooms])
    linear = -0.6 + np.linspace(0, 0.3, 6) + (parts.sum(axis=1) + rng.normal(0, own, n))[:, None]
    size = np.repeat(rng.integers(800, 4000, n)[:, None], 6, axis=1).astype(float)
    if indicator is SHARE:
        counts = rng.binomial(size.astype(int), 1 / (1 + np.exp(-linear))).astype(float)
    else:
        counts = rng.poisson(size * np.exp(linear - 2)).astype(float)
    return Made(
        Panel(indicator, tuple(map(str, range(n))), MONTHS, counts, size, np.full((n, 6), "", object), ()),
        {
            "population": Covariates(("older", "deprived"), np.column_stack([older, deprived])),
            "resources": Covariates(("gps",), gps[:, None]),
            "premises": Covariates(("rooms",), rooms[:, None]),
        },
        [f"A{i % 20}" for i in range(n)],
        parts - parts.mean(axis=0),
    )


@dataclass(frozen=True)
class Twin:
    """The regression in plain loops over rows: coefficients of the covariates and their clustered covariance."""

    beta: NDArray[np.float64]
    covariance: NDArray[np.float64]


def fit_slowly(made: Made, x: NDArray[np.float64], share: bool) -> Twin:
    months = range(WINDOW.start, WINDOW.stop)
    p = len(months) + x.shape[1]
    beta = np.zeros(p)
    beta[: len(months)] = -0.5
    for _ in range(30):
        information, score = np.zeros((p, p)), np.zeros(p)
        meat = np.zeros((p, p))
        for i in range(x.shape[0]):
            of_cluster = np.zeros(p)
            for place, month in enumerate(months):
                row = np.concatenate([np.eye(len(months))[place], x[i]])
                eta = float(row @ beta)
                mean = 1 / (1 + math.exp(-eta)) if share else math.exp(eta)
                n = made.panel.denominator[i, month]
                information += n * (mean * (1 - mean) if share else mean) * np.outer(row, row)
                of_cluster += (made.panel.numerator[i, month] - n * mean) * row
            score += of_cluster
            meat += np.outer(of_cluster, of_cluster)
        step = np.linalg.solve(information, score)
        beta = beta + step
        if abs(step).max() < 1e-10:
            break
    bread = np.linalg.inv(information)
    return Twin(beta[len(months) :], (bread @ meat @ bread)[len(months) :, len(months) :])


@both_kinds
def test_it_is_what_plain_loops_find(indicator: Indicator) -> None:
    made = make(indicator, n=80, seed=3, own=0.2)
    share = indicator is SHARE
    result = made.explain()
    x = np.column_stack([one.values for one in made.groups.values()])
    twin = fit_slowly(made, x, share)
    y = made.panel.numerator[:, WINDOW]
    n = made.panel.denominator[:, WINDOW]
    weights = n.sum(axis=1)
    centre = [sum(w * v for w, v in zip(weights, column, strict=True)) / weights.sum() for column in x.T]
    z = 1.959963984540054
    for i in range(80):
        reference = sum(n[i, t] * y[:, t].sum() / n[:, t].sum() for t in range(4)) / n[i].sum()
        value = y[i].sum() / n[i].sum()
        assert result.reference[i] == pytest.approx(indicator.multiplier * reference)
        assert result.gap[i] == pytest.approx(indicator.multiplier * (value - reference))
        gap = (
            math.log((y[i].sum() + 0.5) / (n[i].sum() - y[i].sum() + 0.5))
            - math.log(reference / (1 - reference))
            if share
            else math.log((y[i].sum() + 0.5) / n[i].sum()) - math.log(reference)
        )
        distance = x[i] - centre
        population = twin.beta[0] * distance[0] + twin.beta[1] * distance[1]
        expected = [population, twin.beta[2] * distance[2], twin.beta[3] * distance[3]]
        assert result.link.parts[i] == pytest.approx([*expected, gap - sum(expected)], abs=1e-6)
        error = math.sqrt(distance[:2] @ twin.covariance[:2, :2] @ distance[:2])
        # A correction for few clusters, n/(n − 1), is all that may differ.
        assert result.link.standard_errors[i, 0] == pytest.approx(error, rel=0.02)
        assert result.link.upper[i, 0] - result.link.parts[i, 0] == pytest.approx(
            z * result.link.standard_errors[i, 0]
        )


@both_kinds
def test_parts_add_up_to_the_observed_gap_in_the_unit(indicator: Indicator) -> None:
    made = make(indicator, own=0.3)
    # Some have no figure in a month, one has none at all, one has nought of a hundred.
    made.panel.numerator[:50, 3] = np.nan
    made.panel.numerator[60] = np.nan
    made.panel.numerator[61], made.panel.denominator[61] = 0, 100
    result = made.explain(resources=made.without("resources", slice(0, 30)))
    seen = np.arange(400) != 60
    np.testing.assert_allclose(
        np.nansum(result.unit.parts, axis=1)[seen], result.gap[seen], rtol=0, atol=1e-9
    )
    assert np.isfinite(result.gap[seen]).all()
    for array in (result.gap, result.reference, result.unit.parts[:, -1], result.link.lower[:, -1]):
        assert np.isnan(array[60])
    assert not result.known[60].any()
    # In the unit and on the link each known part has the same share of the gap, so the same sign.
    some = np.isfinite(result.unit.parts[:, 0])
    assert (np.sign(result.unit.parts[some, 0]) == np.sign(result.link.parts[some, 0])).all()
    assert (result.unit.lower[seen, -1] <= result.unit.parts[seen, -1]).all()


@both_kinds
def test_true_parts_come_out(indicator: Indicator) -> None:
    made = make(indicator, n=600, own=0.0)
    result = made.explain()
    assert result.groups == ("population", "resources", "premises")
    assert result.known.all()
    # Weighed and plain means differ a little, and with them every part by the same.
    found = result.link.parts[:, :3] - result.link.parts[:, :3].mean(axis=0)
    np.testing.assert_allclose(found, made.parts, atol=0.03)
    assert np.std(result.link.parts[:, 3]) < 0.05
    assert result.fit.deviance_explained > 0.9


def test_who_lacks_a_group_has_no_part_for_it_and_all_others_keep_theirs() -> None:
    made = make(SHARE, own=0.2)
    whole = made.explain()
    few = made.explain(resources=made.without("resources", slice(0, 20)))
    assert np.isnan(few.link.parts[:20, 1]).all()
    assert np.isnan(few.unit.lower[:20, 1]).all()
    assert few.known[:20].tolist() == [[True, False, True]] * 20
    assert few.known[20:].all()
    # Twenty of four hundred hardly move the coefficients.
    np.testing.assert_allclose(few.link.parts[20:], whole.link.parts[20:], atol=0.03)
    np.testing.assert_allclose(few.link.parts[:20, [0, 2]], whole.link.parts[:20, [0, 2]], atol=0.03)
    # The rest holds what was not known; the gap is the same.
    np.testing.assert_allclose(
        few.link.parts[:20, 3], (whole.link.parts[:20, 3] + whole.link.parts[:20, 1]), atol=0.05
    )
    np.testing.assert_allclose(few.gap, whole.gap)


def test_a_group_that_one_area_knows_meets_coefficients_of_all() -> None:
    """Rooms go with deprivation. Known of 60 of 800: their coefficient is learnt there, the others everywhere."""
    slopes = []
    for seed in range(8):
        made = make(RATE, n=800, seed=200 + seed, own=0.15)
        local = made.explain(premises=made.without("premises", slice(60, None)))
        assert local.known[:, 2].sum() == 60
        slopes.append([one.estimate / one.spread for one in local.fit.coefficients])
    slopes_of = np.array(slopes)
    error = slopes_of.std(axis=0) / math.sqrt(8)
    # Not those of a model without rooms, in which deprivation takes a part of them: −0.2 + 0.4 · 0.2.
    np.testing.assert_array_less(abs(slopes_of.mean(axis=0) - [0.3, -0.2, 0.25, 0.2]), 4 * error)
    assert abs(slopes_of.mean(axis=0)[1] - -0.12) > 4 * error[1]


def test_intervals_cover_the_true_parts() -> None:
    inside, all_of_them = np.zeros(3), 0
    for seed in range(20):
        made = make(SHARE, n=200, seed=300 + seed, own=0.3)
        result = made.explain()
        x = np.column_stack([one.values for one in made.groups.values()])
        weight = made.panel.denominator[:, WINDOW].sum(axis=1)
        centre = weight @ x / weight.sum()
        truth = (x - centre) * [0.3, -0.2, 0.25, 0.2]
        parts = np.column_stack([truth[:, :2].sum(axis=1), truth[:, 2:]])
        inside += ((result.link.lower[:, :3] <= parts) & (parts <= result.link.upper[:, :3])).sum(axis=0)
        all_of_them += 200
    # Parts of one run share their coefficients: twenty runs are twenty trials, of standard error 0.05.
    assert inside / all_of_them == pytest.approx(np.full(3, 0.95), abs=0.1)


def test_a_restless_month_widens_the_rest_alone() -> None:
    calm, restless = make(SHARE, own=0.2), make(SHARE, own=0.2)
    swing = np.random.default_rng(5).normal(0, 0.3, restless.panel.numerator.shape)
    chance = 1 / (1 + np.exp(-swing - np.log(0.4 / 0.6)))
    restless.panel.numerator[:] = np.round(restless.panel.denominator * chance)
    quiet = np.median(calm.explain().link.standard_errors[:, 3])
    assert np.median(restless.explain().link.standard_errors[:, 3]) > 3 * quiet


def test_groups_that_cannot_be_used_are_left_out_with_the_reason() -> None:
    made = make(SHARE)
    again = Covariates(("poor",), 3 - 2 * made.groups["population"].values[:, 1:])
    result = explain_gaps(
        made.panel,
        {
            **made.groups,
            "premises": made.without("premises", slice(9, None)),
            "again": again,
            "same": Covariates(("open",), np.ones((400, 1))),
        },
        made.areas,
        WINDOW,
    )
    exact = "a covariate of it follows from the others exactly, or never varies"
    assert result.left_out == (
        ("premises", "known of 9 organisations, 10 are needed"),
        ("again", exact),
        ("same", exact),
    )
    assert result.groups == ("population", "resources", "premises", "again", "same")
    assert np.isnan(result.unit.parts[:, 2:5]).all()
    assert np.isfinite(result.unit.parts[:, [0, 1, 5]]).all()
    assert [one.covariate for one in result.fit.coefficients] == ["older", "deprived", "gps"]


def test_a_covariate_that_hardly_anybody_knows_does_not_take_its_group_with_it() -> None:
    made = make(SHARE)
    population = np.column_stack([made.groups["population"].values, np.full(400, np.nan)])
    population[:29, 2] = 1
    wider = made.explain(population=Covariates(("older", "deprived", "rural"), population))
    assert wider.left_out == (("population: rural", "known of 29 organisations, 30 are needed"),)
    # The same fit: arrays of another width are summed in another order, and only the last digits may tell.
    np.testing.assert_allclose(wider.unit.parts, made.explain().unit.parts, rtol=0, atol=1e-12)


def test_nothing_to_explain_it_by_is_refused() -> None:
    made = make(SHARE, n=15)
    with pytest.raises(NoModelError, match="population: known of 15 organisations, 20 are needed"):
        explain_gaps(made.panel, {"population": made.groups["population"]}, made.areas, WINDOW)
