"""Specifications of charts, drawn from a result made by hand (tests/made_results.py)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from likeforlike.charts.caterpillar import draw_caterpillar
from likeforlike.charts.chart import Chart, lift_labels, most_lines, wrap_words
from likeforlike.charts.funnel import draw_funnel
from likeforlike.charts.look import ACCENT, INK, PEER
from likeforlike.charts.months import draw_months, spread_labels
from likeforlike.charts.position_strip import StripRow, domain_of, draw_position_strips
from likeforlike.charts.rendering import render_png, render_svg
from likeforlike.charts.sensitivity_strip import draw_sensitivity_strip
from likeforlike.charts.snapshots import draw_snapshots
from likeforlike.charts.waterfall import bars_of, draw_waterfall
from likeforlike.present.report import ReportView, view_report
from made_results import make_result


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> ReportView:
    return view_report(make_result(tmp_path_factory.mktemp("result") / "made"))


def draw_all(view: ReportView) -> dict[str, Chart]:
    panels = [(one.name, one.measure) for one in view.drivers]
    row = StripRow("SURGERY 10", (1.0, 0.0, -5.0), -5.0, -5.5, -4.5, ("worse", "better"))
    return {
        "caterpillar": draw_caterpillar(view),
        "funnel": draw_funnel(view.funnels[0], view),
        "months": draw_months(panels, view.months_finding, view.source),
        "position strip": draw_position_strips([row], view.strip_finding, view.source, view.tables["List"]),
        "sensitivity strip": draw_sensitivity_strip(view),
        "snapshots": draw_snapshots(view),
        "waterfall": draw_waterfall(panels, view.why_finding, view.source),
    }


@pytest.fixture(scope="module")
def charts(view: ReportView) -> dict[str, Chart]:
    return draw_all(view)


NAMES = (
    "caterpillar",
    "funnel",
    "months",
    "position strip",
    "sensitivity strip",
    "snapshots",
    "waterfall",
)


def layers_of(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every layer of a specification with a mark."""
    if "mark" in part:
        yield part
    for key in ("layer", "concat", "hconcat", "vconcat"):
        for below in part.get(key, ()):
            yield from layers_of(below)
    if "spec" in part:
        yield from layers_of(part["spec"])


def marks_of(chart: Chart) -> list[tuple[str, str | None]]:
    marks = [layer["mark"] for layer in layers_of(chart.specification)]
    return [(mark["type"], mark.get("shape")) for mark in marks]


@pytest.mark.parametrize("name", NAMES)
def test_the_title_is_the_finding_and_is_read_aloud(charts: dict[str, Chart], name: str) -> None:
    chart = charts[name]
    assert " ".join(chart.specification["title"]["text"]) == chart.finding
    assert chart.specification["description"] == chart.finding
    assert chart.specification["title"]["subtitle"] == chart.source
    assert "title" not in chart.bare()


@pytest.mark.parametrize("name", NAMES)
def test_every_chart_has_a_table_with_rows_and_no_legend(charts: dict[str, Chart], name: str) -> None:
    assert charts[name].table.rows
    for layer in layers_of(charts[name].specification):
        for channel in ("color", "shape", "size", "strokeDash"):
            encoded = layer.get("encoding", {}).get(channel, {})
            assert "field" not in encoded or encoded["scale"] is None, (name, encoded)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_drawn_as_svg_and_png_the_same_twice(charts: dict[str, Chart], name: str) -> None:
    svg = render_svg(charts[name].bare())
    assert svg.startswith("<svg ")
    assert "aria-" not in svg
    assert svg == render_svg(charts[name].bare())
    assert render_png(charts[name].specification, scale=0.5).startswith(b"\x89PNG")


def test_categories_of_the_caterpillar_differ_in_shape_and_are_named(charts: dict[str, Chart]) -> None:
    marks = marks_of(charts["caterpillar"])
    assert ("point", "triangle-down") in marks
    assert ("point", "circle") in marks
    texts = [
        row["text"]
        for layer in layers_of(charts["caterpillar"].specification)
        for row in values_of(charts["caterpillar"], layer)
        if "text" in row
    ]
    assert {"Almost certainly in the last fifth (2)", "Almost certainly not in the last fifth (8)"} <= set(
        texts
    )


def values_of(chart: Chart, layer: dict[str, Any]) -> list[dict[str, Any]]:
    data = layer.get("data", {})
    if "name" in data:
        return list(chart.specification["datasets"][data["name"]])
    return list(data.get("values", ()))


def test_the_caterpillar_is_sorted_from_the_best_and_its_domain_is_everybody(
    charts: dict[str, Chart],
) -> None:
    chart = charts["caterpillar"]
    rule = next(layer for layer in layers_of(chart.specification) if layer["mark"]["type"] == "rule")
    rows = values_of(chart, rule)
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)
    assert [row["order"] for row in rows] == list(range(1, 11))
    assert rule["encoding"]["y"]["scale"] == {"domain": [0.5, 10.5], "reverse": True}
    point = next(layer for layer in layers_of(chart.specification) if layer["mark"]["type"] == "point")
    assert point["encoding"]["x"]["scale"]["domain"] == [1, 10]


def test_the_funnel_holds_all_points_and_marks_the_listed_by_shape(charts: dict[str, Chart]) -> None:
    chart = charts["funnel"]
    points = [layer for layer in layers_of(chart.specification) if layer["mark"]["type"] == "point"]
    shapes = {layer["mark"]["shape"]: values_of(chart, layer) for layer in points}
    assert len(shapes["triangle-down"]) == 2
    assert len(shapes["circle"]) == 8
    low, high = points[0]["encoding"]["y"]["scale"]["domain"]
    # From 80 − 40 to 80 − 4 per cent, with room.
    assert low < 40
    assert high > 76
    assert len(chart.table.rows) == 10


def test_a_strip_has_ticks_a_hollow_diamond_a_dot_with_its_bar_and_words_at_its_ends(
    charts: dict[str, Chart],
) -> None:
    chart = charts["position strip"]
    assert marks_of(chart) == [("tick", None), ("point", "diamond"), ("rule", None), ("point", "circle")]
    first = next(layers_of(chart.specification))
    assert first["encoding"]["x"]["title"].startswith("← worse")
    assert first["encoding"]["x"]["title"].endswith("better →")


def test_a_strip_holds_this_organisation_and_all_but_the_farthest_peers() -> None:
    peers = (*(float(number) / 10 for number in range(-50, 50)), 400.0, -400.0)
    least, most = domain_of([StripRow("x", peers, -6.0, -7.0, -5.0, ("a", "b"))])
    assert -8 < least < -7
    assert 4.9 < most < 6


def test_the_waterfall_begins_where_the_part_before_ends(view: ReportView) -> None:
    bars = bars_of(view.drivers[0].measure)
    # SURGERY 10 answers 40 per cent: 18 points below 58, of which +1 goes with the population.
    assert [(bar.group, bar.start, bar.end) for bar in bars] == [
        ("population", 0.0, 1.0),
        ("not explained", 1.0, -18.0),
        ("gap", 0.0, -18.0),
    ]
    assert (bars[1].lower, bars[1].upper) == (1.0 - 20.0, 1.0 - 18.0)


def test_words_beside_lines_do_not_lie_on_each_other() -> None:
    assert spread_labels([5.0, 5.1, 9.0], 1.0) == [4.55, 5.55, 9.0]
    heights = spread_labels([1.0, 1.0, 1.0], 2.0)
    assert min(abs(a - b) for a, b in ((heights[0], heights[1]), (heights[1], heights[2]))) >= 2.0


def test_sensitivity_says_each_share_in_figures(charts: dict[str, Chart]) -> None:
    chart = charts["sensitivity strip"]
    (rows,) = (
        chart.specification["datasets"].values()
        if "datasets" in chart.specification
        else (chart.specification["data"]["values"],)
    )
    shares = {(row["organisation"], row["check"]): (row["share"], row["text"], row["held"]) for row in rows}
    assert shares["SURGERY 10", "The other reference"] == (100.0, "100%", True)
    assert shares["=1+1 SURGERY", "The other reference"] == (0.0, "0%", False)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [ACCENT, INK, PEER])
def test_colours_of_words_are_legible_on_paper(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


LONG = "THE BADGERHURST, HEATHERBRIDGE AND SILVERFIELD GROUP PRACTICE OF THE VERY LONG VALLEY"


def test_a_long_name_goes_on_below_and_is_never_cut(view: ReportView) -> None:
    """On an axis as above a panel: every word is in the drawing."""
    row = StripRow(LONG, (1.0, 0.0), -5.0, -5.5, -4.5, ("worse", "better"))
    held = view.tables["Held"]
    named = replace(held, rows=tuple((LONG, *cells[1:]) for cells in held.rows[:1]))
    panels = [(LONG, one.measure) for one in view.drivers]
    for chart in (
        draw_position_strips([row], "", "", view.tables["List"]),
        draw_sensitivity_strip(replace(view, tables={**view.tables, "Held": named})),
        draw_months(panels, "", ""),
        draw_waterfall(panels, "", ""),
    ):
        drawn = render_svg(chart.bare())
        assert "…" not in drawn
        for word in ("BADGERHURST,", "SILVERFIELD", "VALLEY"):
            assert word in drawn


def test_lines_of_a_label_lie_around_the_middle_of_its_row() -> None:
    labels = ["SHORT", "A NAME OF TWO LINES", "A NAME THAT TAKES THREE LINES"]
    assert [len(wrap_words(label, 12)) for label in labels] == [1, 2, 3]
    lifted = lift_labels(labels, 12, 10.0)
    assert [one["value"] for one in lifted["condition"]] == [-5.0, -10.0]
    assert lifted["value"] == 0
    assert most_lines(labels, 12) == 3


def test_an_empty_list_has_its_charts_too(tmp_path: Path) -> None:
    view = view_report(make_result(tmp_path / "made", listed=0))
    for chart in (draw_caterpillar(view), draw_snapshots(view), draw_funnel(view.funnels[0], view)):
        assert render_svg(chart.bare()).startswith("<svg ")
