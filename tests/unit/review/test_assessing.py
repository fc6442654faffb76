"""Effects as units of what matters, and what is believed of them: beside slow twins in plain arithmetic."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.catalogue import load_catalogue
from likeforlike.review.assessing import (
    Measured,
    Scaling,
    draw,
    join_effects,
    make_scaling,
    slope_of_units,
    to_units,
)
from likeforlike.review.models import Adjustment
from likeforlike.statistics.joint_draws import EffectPopulation, JointEffects

CALLS, ONLINE = "calls_answered_share", "online_submissions_per_1000"
# Of 60% of calls and 37 requests per 1,000 patients; 5 points and 20 requests matter; fewer requests would be better.
LEVELS, SCALES, SHARES = (0.60, 0.037), (100 / 5, -1000 / 20), (True, False)


def scaling(shift: tuple[float, float] = (0.0, 0.0)) -> Scaling:
    return Scaling(np.array(LEVELS), np.array(SCALES), np.array(SHARES), np.array(shift))


def twin_of_units(effect: float, k: int, shift: float = 0.0) -> float:
    """From the link scale to a share or a rate, and from there to units, a step at a time."""
    level = LEVELS[k]
    if SHARES[k]:
        distance = math.log(level / (1 - level)) + effect - shift
        natural = 1 / (1 + math.exp(-distance))
    else:
        natural = math.exp(math.log(level) + effect - shift)
    return (natural - level) * SCALES[k]


@given(st.lists(st.tuples(st.floats(-4, 4), st.floats(-4, 4)), min_size=1, max_size=4), st.floats(-1, 1))
def test_units_are_those_of_the_twin(effects: list[tuple[float, float]], shift: float) -> None:
    found = to_units(np.array(effects), scaling((shift, -shift)))
    for row, pair in zip(found, effects, strict=True):
        expected = [twin_of_units(pair[0], 0, shift), twin_of_units(pair[1], 1, -shift)]
        assert row == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_units_that_can_be_worked_out() -> None:
    """Twice the odds of 60% are 3 to 1, which is 75%: three times five points. Twice the rate: 37 more, 20 matter."""
    found = to_units(np.array([[math.log(2), math.log(2)], [0, 0], [np.nan, 0]]), scaling())
    np.testing.assert_allclose(found, [[3, -37 / 20], [0, 0], [np.nan, 0]], atol=1e-12)


@given(st.floats(-4, 4), st.floats(-4, 4), st.floats(-1, 1))
def test_the_slope_is_how_fast_the_twin_climbs(share: float, rate: float, shift: float) -> None:
    found = slope_of_units(np.array([[share, rate]]), scaling((shift, shift)))[0]
    step = 1e-5
    for k, effect in enumerate((share, rate)):
        climbed = (twin_of_units(effect + step, k, shift) - twin_of_units(effect - step, k, shift)) / (
            2 * step
        )
        assert found[k] == pytest.approx(climbed, rel=1e-6)


def measured(estimate: list[list[float]], error: list[list[float]], excess: list[list[float]]) -> Measured:
    some = np.array(estimate)
    return Measured(some, np.array(error), np.array(excess), np.ones_like(some), np.ones_like(some))


POPULATION = EffectPopulation(np.zeros(2), np.array([[0.4, 0.1], [0.1, 0.2]]))
NAN = math.nan


def test_joined_effects_are_those_of_two_equations_solved_by_hand() -> None:
    """B (B + V)⁻¹ y and B − B (B + V)⁻¹ B, with the inverse of two by two written out; the excess comes on top."""
    y, v, extra = (0.5, -0.3), (0.1, 0.05), (0.02, 0.0)
    found = join_effects(
        measured([list(y)], [list(v)], [list(extra)]), np.ones((1, 2), dtype=bool), POPULATION
    )
    b = [[0.4, 0.1], [0.1, 0.2]]
    whole = [[0.4 + v[0], 0.1], [0.1, 0.2 + v[1]]]
    determinant = whole[0][0] * whole[1][1] - whole[0][1] * whole[1][0]
    inverse = [
        [whole[1][1] / determinant, -whole[0][1] / determinant],
        [-whole[1][0] / determinant, whole[0][0] / determinant],
    ]
    weight = [[sum(b[i][m] * inverse[m][j] for m in (0, 1)) for j in (0, 1)] for i in (0, 1)]
    mean = [sum(weight[i][j] * y[j] for j in (0, 1)) for i in (0, 1)]
    covariance = [
        [b[i][j] - sum(weight[i][m] * b[m][j] for m in (0, 1)) + (extra[i] if i == j else 0) for j in (0, 1)]
        for i in (0, 1)
    ]
    np.testing.assert_allclose(found.mean, [mean], rtol=1e-12)
    np.testing.assert_allclose(found.covariance, [covariance], rtol=1e-12)


@pytest.mark.parametrize("stopped", [True, False], ids=["a gate stopped it", "there is no figure"])
def test_what_is_missing_follows_from_what_passed_and_gets_no_excess(stopped: bool) -> None:
    """Of two indicators the first counts: the other's mean is 0.1 / (0.4 + 0.1) of it, whatever its figure was."""
    second = 9.0 if stopped else NAN
    found = join_effects(
        measured([[0.5, second]], [[0.1, 0.05 if stopped else NAN]], [[0.02, 7.0]]),
        np.array([[True, not stopped]]),
        POPULATION,
    )
    np.testing.assert_allclose(found.mean, [[0.5 * 0.4 / 0.5, 0.5 * 0.1 / 0.5]])
    np.testing.assert_allclose(
        found.covariance,
        [[[0.4 - 0.4**2 / 0.5 + 0.02, 0.1 - 0.4 * 0.1 / 0.5], [0.1 - 0.4 * 0.1 / 0.5, 0.2 - 0.1**2 / 0.5]]],
    )


def test_of_an_organisation_without_any_figure_nothing_is_believed() -> None:
    found = join_effects(
        measured([[0.5, 0.1]], [[0.1, 0.1]], [[0.3, 0.3]]), np.zeros((1, 2), dtype=bool), POPULATION
    )
    assert np.isnan(found.mean).all()
    assert np.isnan(found.covariance).all()


def test_draws_lie_where_the_units_of_the_joined_effects_do() -> None:
    """Without any doubt every draw is the twin's unit; with some, the middle of the draws is."""
    mean = np.array([[0.3, -0.2], [-1.0, 0.5]])
    sure = draw(JointEffects(mean, np.zeros((2, 2, 2))), scaling((0.1, 0.2)), POPULATION, 5, 1)
    expected = [[twin_of_units(a, 0, 0.1), twin_of_units(b, 1, 0.2)] for a, b in mean]
    np.testing.assert_allclose(sure, [expected] * 5, rtol=1e-12)
    doubtful = draw(
        JointEffects(mean, np.array([0.04 * np.eye(2)] * 2)), scaling((0.1, 0.2)), POPULATION, 40_000, 1
    )
    # The link is monotone, so medians follow it: each is known to 1.25 × 0.2 / √40,000 on the link scale.
    room = 5 * 1.25 * 0.2 / math.sqrt(40_000) * np.abs(slope_of_units(mean, scaling((0.1, 0.2))))
    assert (np.abs(np.median(doubtful, axis=0) - expected) < room).all()


def model(name: str, level: float) -> Any:
    """As much of a model as its scale needs."""
    return SimpleNamespace(
        indicator=load_catalogue().indicator(name),
        under={Adjustment.NONE: SimpleNamespace(yardstick=SimpleNamespace(level=level))},
    )


def test_england_or_the_area_is_nought_units() -> None:
    """Two known organisations whose shares have 1.5 and 6 times 60%'s odds: the middle on the link scale is 3 times."""
    models = [model(CALLS, 0.60), model(ONLINE, 0.037)]
    mean = np.array([[math.log(1.5), math.log(4)], [math.log(6), math.log(1)], [NAN, NAN]])
    joint = JointEffects(mean, np.zeros((3, 2, 2)))
    england = make_scaling(models, (1, -1), Adjustment.NONE, "england", joint)
    np.testing.assert_allclose(england.levels, [0.60, 0.037])
    assert england.shift.tolist() == [0, 0]
    matters = [float(one.indicator.smallest_difference) for one in models]
    np.testing.assert_allclose(england.scales, [100 / matters[0], -1000 / matters[1]])
    area = make_scaling(models, (1, -1), Adjustment.NONE, "area", joint)
    # Odds of 1.5 × 3 are 4.5 to 1; the rate of the two is twice England's.
    np.testing.assert_allclose(area.levels, [4.5 / 5.5, 0.074])
    np.testing.assert_allclose(area.shift, [math.log(3), math.log(2)])
    np.testing.assert_allclose(to_units(area.shift[None], area), [[0, 0]], atol=1e-9)
