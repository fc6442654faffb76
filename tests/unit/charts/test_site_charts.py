"""The charts of an indicator on the public site, drawn from figures made by hand (made_indicator.py)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import altair as alt
import pytest
from made_indicator import INDICATOR, make_funnel, make_months, make_rows, make_shapes

from likeforlike.charts.chart import Chart
from likeforlike.charts.indicator_chart import STATE_LOOKS, quantile
from likeforlike.charts.indicator_input import ChartRow
from likeforlike.charts.look import BETTER, PAPER, WORSE
from likeforlike.charts.ranked_bands import make_bands
from likeforlike.charts.ranked_basis import find_basis
from likeforlike.charts.ranked_words import stack_words
from likeforlike.charts.rendering import render_png, render_svg
from likeforlike.charts.site import draw_indicator_charts
from likeforlike.charts.values import bar_edges, count_bars
from likeforlike.present.wording import SHAPES

KEYS = ("ranked", "funnel", "map", "deprivation", "nation", "values")
# What a page can carry, in bytes of SVG; a map has every corner of its areas.
LARGEST, LARGEST_MAP = 80_000, 120_000


def draw(rows: list[ChartRow], **others: Any) -> dict[str, Chart]:
    months, breaks = make_months()
    drawn: dict[str, Any] = {
        "funnel": make_funnel(rows),
        "shapes": make_shapes(10),
        "nation": months,
        "breaks": breaks,
    }
    return draw_indicator_charts(INDICATOR, rows, **(drawn | others))


@pytest.fixture(scope="module")
def few() -> dict[str, Chart]:
    """Forty trusts: each drawn by itself, as a point on the map."""
    return draw(make_rows(40))


@pytest.fixture(scope="module")
def many() -> dict[str, Chart]:
    """As many as England has practices, in ten areas."""
    return draw(make_rows(6200, areas=10))


def layers_of(chart: Chart, mark: str) -> Iterator[dict[str, Any]]:
    yield from (layer for layer in chart.specification["layer"] if layer["mark"]["type"] == mark)


def rows_of(chart: Chart, layer: dict[str, Any]) -> list[dict[str, Any]]:
    return list(chart.specification["datasets"][layer["data"]["name"]])


def texts_of(chart: Chart) -> list[str]:
    found: list[str] = []
    for layer in layers_of(chart, "text"):
        text = layer["mark"].get("text") or [row.get("text", "") for row in rows_of(chart, layer)]
        found += [part for one in text for part in (one if isinstance(one, list) else [one])]
    return found


def test_every_chart_is_there_in_the_order_of_the_page(few: dict[str, Chart], many: dict[str, Chart]) -> None:
    assert tuple(few) == KEYS
    assert tuple(many) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_a_chart_has_its_finding_source_table_and_a_specification_that_is_valid(
    few: dict[str, Chart], many: dict[str, Chart], key: str
) -> None:
    for chart in (few[key], many[key]):
        assert " ".join(chart.specification["title"]["text"]) == chart.finding
        assert chart.finding.endswith(".")
        assert chart.specification["title"]["subtitle"] == ["Calls answered · 12 months to November 2025"]
        # Source and edition stand underneath, whole, though over two lines.
        assert INDICATOR.source.split() == " ".join(texts_of(chart)).split()[-len(INDICATOR.source.split()) :]
        assert chart.table.rows
        # Raises where Vega-Lite's schema does not allow something.
        alt.LayerChart.from_dict(chart.specification)
        # Raises on NaN and infinities.
        json.dumps(chart.specification, allow_nan=False)


@pytest.mark.parametrize("key", KEYS)
def test_no_chart_is_too_heavy_for_a_page(few: dict[str, Chart], many: dict[str, Chart], key: str) -> None:
    for chart in (few[key], many[key], draw(make_rows(150))[key]):
        svg = render_svg(chart.specification)
        assert svg.startswith("<svg ")
        assert "NaN" not in svg
        assert len(svg.encode()) <= (LARGEST_MAP if key == "map" else LARGEST)
        assert svg == render_svg(chart.specification)


def test_two_charts_on_a_page_have_clips_of_their_own(few: dict[str, Chart], many: dict[str, Chart]) -> None:
    svgs = [render_svg(chart.specification) for chart in (few["funnel"], many["funnel"], many["ranked"])]
    clips = [set(re.findall(r'id="([^"]+)"', svg)) for svg in svgs]
    assert all(clips)
    assert not clips[0] & clips[1]
    assert not clips[1] & clips[2]
    for svg, its in zip(svgs, clips, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) == its


def test_a_chart_to_share_is_drawn_as_png(few: dict[str, Chart]) -> None:
    assert render_png(few["values"].specification, scale=0.5).startswith(b"\x89PNG")


def test_no_chart_needs_a_legend_or_colour_alone(few: dict[str, Chart], many: dict[str, Chart]) -> None:
    for chart in (*few.values(), *many.values()):
        for layer in chart.specification["layer"]:
            for channel in ("color", "fill", "shape", "size"):
                encoded = layer.get("encoding", {}).get(channel, {})
                assert encoded.get("scale", "none") in (None, "none"), encoded
    looks = [(shape, filled) for shape, filled, _ in STATE_LOOKS.values()]
    assert len(set(looks)) == len(looks)
    assert set(STATE_LOOKS) == set(SHAPES)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_better_and_worse_differ_in_grey_too_and_both_from_paper() -> None:
    better, worse, paper = (luminance(colour) + 0.05 for colour in (BETTER, WORSE, PAPER))
    assert better / worse >= 3
    assert paper / better >= 3


def test_the_same_peers_are_ranked_by_position_others_by_prediction() -> None:
    assert "position among 20 NHS trusts" in find_basis(INDICATOR, make_rows(20)).title
    apart = find_basis(INDICATOR, make_rows(20, areas=2))
    assert "smallest differences that matter" in apart.title
    # 90 per cent is 30 above 60: six differences of five; ± 1.96 · 0.5.
    assert (apart.ranges[0].lower, apart.ranges[0].at, apart.ranges[0].upper) == (5.02, 6.0, 6.98)


def test_without_states_there_are_figures_in_order_and_no_positions() -> None:
    rows = make_rows(20, judged=False)
    chart = draw(rows)["ranked"]
    assert (
        chart.finding == "Half of 20 NHS trusts lie between 45.0% and 75.0%, the one in the middle at 60.0%."
    )
    assert [row[3] for row in chart.table.rows] == pytest.approx([row.value for row in rows], rel=1e-4)
    assert not any("position" in column.heading.lower() for column in chart.table.columns)
    falling = draw_indicator_charts(replace(INDICATOR, polarity="lower_is_better"), rows)["ranked"]
    assert falling.table.rows[0][0] == "TRUST 19"


def test_the_ranked_chart_of_few_shows_each_range_as_its_table_does(few: dict[str, Chart]) -> None:
    chart = few["ranked"]
    assert chart.finding == (
        "Of 40 assessed NHS trusts 4 are better than expected, 4 worse and 25 as expected; of 7 it cannot be told."
    )
    drawn = {
        row["name"]: (row["lower"], row["upper"])
        for rule in layers_of(chart, "rule")
        for row in rows_of(chart, rule)
    }
    assert len(drawn) == 40
    assert drawn == {str(row[0]): (row[3], row[4]) for row in chart.table.rows}
    assert drawn["TRUST 10"] == (6.0, 16.0)


def test_very_many_are_drawn_in_a_hundred_bands_with_the_farthest_by_name(many: dict[str, Chart]) -> None:
    chart = many["ranked"]
    bands = chart.table.rows[:100]
    assert [row[1] for row in bands] == [62] * 100
    assert [row[0] for row in chart.table.rows[100:]] == [
        *(f"TRUST {place} (X{place:03})" for place in (0, 1, 2)),
        *(f"TRUST {place} (X{place:03})" for place in (6197, 6198, 6199)),
    ]
    # Of the first band from 90 per cent down: 61 steps of 60 ÷ 6199 points.
    assert bands[0][3] == pytest.approx((30 - 30.5 * 60 / 6199) / 5, rel=1e-3)
    assert "TRUST 6199" in texts_of(chart)


def test_a_band_holds_the_middle_the_usual_range_and_the_whole_of_it() -> None:
    ranges = find_basis(INDICATOR, make_rows(300, areas=2)).ranges
    band = make_bands(ranges)[0]
    its = ranges[:3]
    assert band["organisations"] == 3
    assert (band["at"], band["lower"], band["upper"]) == (its[1].at, its[1].lower, its[1].upper)
    assert (band["least"], band["most"]) == (its[2].lower, its[0].upper)


def test_words_beside_ranges_keep_apart_and_off_the_axis() -> None:
    # The second would lie on the first one's three names; the third below the axis.
    assert stack_words([50.0, 60.0, 399.0], [3, 0, 3], 400.0) == [50.0, 106.0, 356.0]


def test_the_funnel_marks_those_beyond_the_wide_limits_by_shape(few: dict[str, Chart]) -> None:
    chart, funnel = few["funnel"], make_funnel(make_rows(40))
    drawn = {layer["mark"]["shape"]: rows_of(chart, layer) for layer in layers_of(chart, "point")}
    outside = sum(one.usual != 0 for one in funnel.points)
    assert len(drawn.pop("circle")) == 40 - outside
    assert sum(map(len, drawn.values())) == outside
    assert len(chart.table.rows) == 40


def test_the_funnel_of_very_many_counts_those_within(many: dict[str, Chart]) -> None:
    chart = many["funnel"]
    (cells,) = (
        rows_of(chart, layer) for layer in layers_of(chart, "point") if layer["mark"]["shape"] == "circle"
    )
    named = len(chart.table.rows) - 1
    assert sum(cell["organisations"] for cell in cells) == 6200 - named
    assert chart.table.rows[-1][0] == f"{6200 - named:,} others, drawn in cells"


def test_areas_are_filled_and_marked_by_state_and_counted_in_the_key() -> None:
    chart = draw(make_rows(10), shapes=make_shapes(10, first="X00"))["map"]
    assert chart.finding == ("Of 10 NHS trusts 1 is better than expected (TRUST 0) and 1 is worse (TRUST 9).")
    (areas,) = (rows_of(chart, layer) for layer in layers_of(chart, "geoshape"))
    fills = {area["name"]: area["fill"] for area in areas}
    assert (fills["Area 0"], fills["Area 9"]) == (BETTER, WORSE)
    texts = texts_of(chart)
    assert {"Better than expected (1)", "Worse than expected (1)", "▲", "▼", "Area 0", "Area 9"} <= set(texts)
    assert len(chart.table.rows) == 10


def test_an_area_that_is_not_assessed_bears_a_mark() -> None:
    rows = [replace(row, state="not assessed") if row.code == "X004" else row for row in make_rows(10)]
    chart = draw(rows, shapes=make_shapes(10, first="X00"))["map"]
    assert {"□", "Not assessed (1)"} <= set(texts_of(chart))


def test_areas_without_states_are_in_five_steps_of_lightness() -> None:
    chart = draw(make_rows(10, judged=False), shapes=make_shapes(10, first="X00"))["map"]
    assert chart.finding == "Figures lie between 30.0% in TRUST 9 and 90.0% in TRUST 0."
    (areas,) = (rows_of(chart, layer) for layer in layers_of(chart, "geoshape"))
    shades = [luminance(area["fill"]) for area in areas]
    assert shades == sorted(shades)
    assert len(set(shades)) == 5


def test_few_organisations_are_points_very_many_the_middle_of_their_areas(
    few: dict[str, Chart], many: dict[str, Chart]
) -> None:
    shapes = {layer["mark"]["shape"] for layer in layers_of(few["map"], "point")}
    assert {"triangle-up", "triangle-down", "circle"} <= shapes
    assert not {"triangle-up", "triangle-down"} & {
        layer["mark"]["shape"] for layer in layers_of(many["map"], "point")
    }
    # In area A0 are the 1st, 11th, …, 6,191st: their middle lies between the 310th and the 311th of them.
    rows = {row[1]: row for row in many["map"].table.rows}
    assert rows["A0"][2] == pytest.approx(90 - 60 * (3090 + 3100) / 2 / 6199)
    assert rows["A0"][3] == 620


def test_fifths_by_deprivation_have_the_quantiles_of_their_figures(few: dict[str, Chart]) -> None:
    rows = make_rows(40)
    its = sorted(row.value or 0.0 for row in rows if row.deprivation == 1)
    first = few["deprivation"].table.rows[0]
    assert first[:2] == ("1 most deprived", 8)
    assert first[2:] == pytest.approx(
        [quantile(its, share) for share in (0.1, 0.25, 0.5, 0.75, 0.9)], rel=1e-4
    )
    assert "overlap widely" in few["deprivation"].finding


def test_a_fifth_with_too_few_has_no_chart() -> None:
    assert "deprivation" not in draw(make_rows(24))


def test_the_nation_shows_gaps_marks_and_breaks(few: dict[str, Chart]) -> None:
    chart = few["nation"]
    assert chart.finding == (
        "England stood at 70.0% in August 2025; a year before at 61.0%. Higher than its months usually are."
    )
    # No line is drawn over the month that nobody knows.
    measured = [
        rows_of(chart, layer) for layer in layers_of(chart, "line") if "strokeDash" not in layer["mark"]
    ]
    assert [len(run) for run in measured] == [9, 10]
    (raised,) = (layer for layer in layers_of(chart, "point") if layer["mark"]["shape"] == "triangle-up")
    assert [row["value"] for row in rows_of(chart, raised)] == [70.0]
    assert "recording changed" in texts_of(chart)
    assert [row[6] for row in chart.table.rows if row[6]] == ["More of them are counted."]
    assert chart.table.rows[9][1] is None


def test_two_months_are_no_series() -> None:
    months, breaks = make_months()
    assert "nation" not in draw(make_rows(10), nation=months[:2], breaks=breaks)


def test_bars_hold_every_figure_once() -> None:
    figures = sorted(row.value or 0.0 for row in make_rows(400))
    edges = bar_edges(figures)
    counted = count_bars(figures, edges)
    widths = {round(after - before, 9) for before, after in pairwise(edges)}
    assert sum(counted) == 400
    assert widths == {5.0}
    twin = [sum(low <= figure < low + 5 for figure in figures) for low in edges[:-1]]
    # 90 itself has no bar of its own: it stands in the last one.
    twin[-1] += sum(figure == edges[-1] for figure in figures)
    assert counted == twin


def test_the_histogram_names_the_middle_and_england(few: dict[str, Chart]) -> None:
    assert {"the middle one: 60.0%", "England: 61.5%"} <= set(texts_of(few["values"]))
    assert sum(int(str(row[1])) for row in few["values"].table.rows) == 40


def test_a_rating_is_shown_by_its_levels_only() -> None:
    rated = replace(INDICATOR, levels=("Inadequate", "Good", "Outstanding"), unit="level")
    rows = [
        replace(row, value=float(1 + place % 4 // 2 + place % 2)) for place, row in enumerate(make_rows(40))
    ]
    charts = draw_indicator_charts(rated, rows, shapes=make_shapes(10))
    assert tuple(charts) == ("values",)
    # Of every four the values are 1, 2, 2 and 3.
    assert [row[:2] for row in charts["values"].table.rows] == [
        ("Inadequate", 10),
        ("Good", 20),
        ("Outstanding", 10),
    ]
    assert charts["values"].finding == "Good is the commonest: 20 of 40 NHS trusts."


def test_nobody_with_a_figure_has_no_chart() -> None:
    rows = [
        replace(row, value=None, lower=None, upper=None, mean=None, deviation=None) for row in make_rows(40)
    ]
    assert draw_indicator_charts(INDICATOR, rows, shapes=make_shapes(10)) == {}


def test_equal_figures_are_drawn_all_the_same() -> None:
    rows = [replace(row, value=50.0, lower=40.0, upper=60.0) for row in make_rows(40, judged=False)]
    charts = draw_indicator_charts(replace(INDICATOR, nation=None), rows, funnel=make_funnel(rows))
    assert tuple(charts) == ("ranked", "funnel", "deprivation", "values")
    for chart in charts.values():
        assert "NaN" not in render_svg(chart.specification)


def test_where_it_can_be_told_of_nobody_for_want_of_states_figures_are_shown() -> None:
    rows = [replace(row, state="cannot tell") for row in make_rows(10, judged=False)]
    charts = draw(rows, shapes=make_shapes(10, first="X00"))
    assert charts["map"].finding == "Figures lie between 30.0% in TRUST 9 and 90.0% in TRUST 0."
    assert not any("Cannot tell" in text for text in texts_of(charts["ranked"]))


def test_states_that_the_publisher_gives_are_shown_without_positions() -> None:
    rows = [replace(row, mean=None, deviation=None, least=None, most=None) for row in make_rows(10)]
    charts = draw(rows, shapes=make_shapes(10, first="X00"))
    assert "1 is better than expected (TRUST 0)" in charts["map"].finding
    assert find_basis(INDICATOR, rows).states
    assert charts["ranked"].finding.startswith("Half of 10 NHS trusts")
