"""Quick drawings: well-formed, within their frame, and with the same parts as their twins."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from likeforlike.charts.position_strip import StripRow
from likeforlike.charts.quick.months import quick_months
from likeforlike.charts.quick.strips import quick_strips
from likeforlike.charts.quick.svg import WIDTH, scale_to
from likeforlike.charts.quick.waterfall import quick_waterfall
from likeforlike.charts.waterfall import bars_of
from likeforlike.present.evidence import EvidenceView, view_all_evidence
from made_results import SMALL, VISITS, make_result

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, EvidenceView]:
    result = make_result(tmp_path_factory.mktemp("result") / "made")
    codes = [row["organisation"] for row in result.rows("organisations")]
    return {sheet.organisation: sheet for sheet in view_all_evidence(result, codes)}


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # It was drawn here.


def words(svg: str) -> list[str]:
    return [one.text or "" for one in parse(svg).iter(f"{SVG}text")]


def test_a_strip_has_a_tick_a_peer_a_diamond_a_bar_and_a_dot() -> None:
    row = StripRow("Calls <&> visits", (-2.0, 0.0, 1.0, 2.0), 1.0, 0.5, 1.5, ("lower", "higher"), "between")
    root = parse(quick_strips([row]))
    ticks = next(path for path in root.iter(f"{SVG}path") if (path.get("d") or "").count("V") == 4)
    assert ticks.get("stroke")
    assert len(list(root.iter(f"{SVG}circle"))) == 1
    assert len(list(root.iter(f"{SVG}rect"))) == 1
    assert words(quick_strips([row])) == ["Calls <&> visits", "between", "← lower", "expected", "higher →"]


def test_who_is_not_assessed_has_peers_and_no_dot(sheets: dict[str, EvidenceView]) -> None:
    sheet = sheets[SMALL]
    row = StripRow("Together", sheet.peers, sheet.composite, None, None, ("a", "b"))
    root = parse(quick_strips([row]))
    assert not list(root.iter(f"{SVG}circle"))
    assert not list(root.iter(f"{SVG}rect"))
    assert quick_waterfall(sheet.measures).count("<rect") == 0


def test_a_bar_a_part_with_its_words(sheets: dict[str, EvidenceView]) -> None:
    measures = sheets["Z00009"].measures
    svg = quick_waterfall(measures)
    assert svg.count("<rect") == sum(len(bars_of(one)) for one in measures) == 6
    said = words(svg)
    assert said[0] == "Calls answered, points"
    assert "−15.0 (−16.0 to −14.0)" in said


def test_a_month_without_a_figure_is_a_gap_and_a_cross(sheets: dict[str, EvidenceView]) -> None:
    one = next(one for one in sheets["Z00003"].measures if one.indicator.id == VISITS)
    svg = quick_months([one])
    assert words(svg).count("×") == 1
    # Two months of three are measured: two dots.
    assert svg.count("<circle") == 2


@pytest.mark.parametrize("code", ["Z00001", "Z00003", "Z00010", SMALL])
def test_everything_lies_within_the_frame(sheets: dict[str, EvidenceView], code: str) -> None:
    measures = sheets[code].measures
    for svg in (quick_months(measures), quick_waterfall(measures), quick_months(measures, columns=3)):
        height = float(parse(svg).get("height") or 0)
        for x in re.findall(r'(?<![a-z-])x="(-?[0-9.]+)"', svg):
            assert 0 <= float(x) <= WIDTH
        for y in re.findall(r'(?<![a-z-])y="(-?[0-9.]+)"', svg):
            assert 0 <= float(y) <= height


def test_what_lies_outside_stands_at_the_edge() -> None:
    place = scale_to(0, 10, 100, 200)
    assert [place(value) for value in (-5, 0, 5, 10, 50)] == [100, 100, 150, 200, 200]
