"""Lists of many weightings at once are those that `make_list` makes one by one."""

from __future__ import annotations

import numpy as np
import pytest

from likeforlike.review.listing import make_list
from likeforlike.review.plan import Thresholds
from likeforlike.review.weightings import list_for_weightings


def draw(n: int, level: float, seed: int, draws: int = 600) -> tuple[np.ndarray, np.ndarray]:
    """Draws of three indicators (draws, n, 3) in units of what matters, and twenty weightings."""
    rng = np.random.default_rng(seed)
    means = level + rng.normal(0, 2.5, (n, 3))
    return means + rng.normal(0, 0.6, (draws, n, 3)), rng.dirichlet([4, 2, 1], 20)


@pytest.mark.parametrize("level", [1.0, -1.0, -6.0], ids=["few worse", "as many as places", "all worse"])
def test_each_weighting_lists_whom_make_list_lists(level: float) -> None:
    """Where few, about a fifth, or all of an area are worse than England by what matters."""
    units, weightings = draw(53, level, 1)
    assessed = np.random.default_rng(2).random(53) < 0.9
    units[:, ~assessed] = np.nan
    listed = list_for_weightings(units, 7 * weightings, assessed, Thresholds())
    apart = [make_list(units, row, assessed, Thresholds()).listed for row in weightings]
    np.testing.assert_array_equal(listed, apart)
    # The comparison is of something: lists differ between weightings, and name some but not all.
    assert 0 < listed.sum(axis=1).max() <= assessed.sum() // 5
    assert len(np.unique(listed, axis=0)) > 1


def test_organisations_that_nothing_tells_apart_share_the_places() -> None:
    """Ten with equal draws for two places: 0.2 each, whatever the weights; and one of two that tie at the cut."""
    units = np.full((50, 10, 2), -3.0)
    everybody = np.ones(10, dtype=bool)
    weightings = np.array([[1.0, 1.0], [1.0, 3.0]])
    assert not list_for_weightings(units, weightings, everybody, Thresholds()).any()
    units[:, 0], units[:, 1:3] = -9.0, -5.0
    # The first has P = 1; the two behind it share one place, and 0.5 each is too little.
    listed = list_for_weightings(units, weightings, everybody, Thresholds())
    assert listed.tolist() == [[True] + 9 * [False]] * 2
    half = Thresholds(probably=0.51, almost_certainly=0.95, most_false=0.4)
    np.testing.assert_array_equal(
        list_for_weightings(units, weightings, everybody, half),
        [make_list(units, row, everybody, half).listed for row in weightings],
    )


def test_four_organisations_have_no_last_fifth() -> None:
    units, weightings = draw(4, -9.0, 3, draws=5)
    assert not list_for_weightings(units, weightings, np.ones(4, dtype=bool), Thresholds()).any()
