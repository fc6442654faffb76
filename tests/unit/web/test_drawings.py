"""Where ticks, dots and lines of the small drawings lie, worked out by hand."""

from __future__ import annotations

import pytest

from likeforlike.release.views import HistoryPoint, Listed
from likeforlike.web.histories import lay_out_history
from likeforlike.web.map import lay_out_map
from likeforlike.web.strips import Scale, lay_out_peers


def test_a_scale_runs_from_edge_to_edge_and_holds_what_is_beyond() -> None:
    scale = Scale(-2.0, 2.0)
    # 6 units of room on either side of 240: 228 between them.
    assert [scale.at(value) for value in (-2.0, 0.0, 1.0, 2.0, 9.0)] == [6.0, 120.0, 177.0, 234.0, 234.0]


def test_peers_are_ticks_and_the_expected_is_always_on_the_scale() -> None:
    peers = lay_out_peers([3.0, 4.0, 5.0])
    assert peers is not None
    assert peers.path.count("M") == 3
    assert peers.scale.least < -1.0
    assert lay_out_peers([]) is None


def test_thousands_of_peers_are_no_more_ticks_than_there_is_room_for() -> None:
    peers = lay_out_peers([number / 1000 for number in range(6200)])
    assert peers is not None
    assert peers.path.count("M") <= 2 * 240


def test_a_period_without_a_figure_breaks_the_line() -> None:
    values = [1.0, 2.0, None, 3.0]
    line = lay_out_history([HistoryPoint("", "", value, None) for value in values])
    assert line is not None
    # 230 units for three steps, 34 units for two of height.
    assert line.path == "M5 39L81.7 22M235 5"
    assert (line.least, line.most) == (1.0, 3.0)
    assert lay_out_history([HistoryPoint("", "", value, None) for value in values[:3]]) is None


def test_a_map_has_north_up_and_east_to_the_right() -> None:
    def at(code: str, latitude: float | None, longitude: float | None) -> Listed:
        return Listed(code, code, "cannot tell", None, latitude, longitude)

    drawn = lay_out_map([at("north", 51.0, -3.0), at("south", 50.0, -3.5), at("nowhere", None, None)])
    assert drawn is not None
    north, south = drawn.points
    assert north.down < south.down
    assert north.across > south.across
    # A degree of latitude is 1/cos(50.5°) = 1.572 as long as one of longitude; half a degree of that lies between.
    assert (south.down - north.down) / (north.across - south.across) == pytest.approx(1.572 / 0.5, rel=0.01)
    assert drawn.nowhere == 1
    assert lay_out_map([at("north", 51.0, -3.0)]) is None
