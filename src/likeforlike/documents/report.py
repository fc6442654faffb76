"""The report for the commissioner: the list, what it hangs on, who is on it, and how all of it was made."""

from __future__ import annotations

from collections.abc import Iterator

from likeforlike.charts.caterpillar import draw_caterpillar
from likeforlike.charts.chart import Chart
from likeforlike.charts.funnel import draw_funnel
from likeforlike.charts.months import draw_months
from likeforlike.charts.position_strip import StripRow, draw_position_strips
from likeforlike.charts.rendering import render_svg
from likeforlike.charts.sensitivity_strip import draw_sensitivity_strip
from likeforlike.charts.snapshots import draw_snapshots
from likeforlike.charts.waterfall import draw_waterfall
from likeforlike.documents.content import Block, Document, Figure, Grid, Heading, Points, Text
from likeforlike.present import findings, wording
from likeforlike.present.report import ReportView
from likeforlike.present.report_tables import table_of_list


def make_report(view: ReportView) -> Document:
    """The report as a document."""
    review = view.review
    return Document(
        title=review.title,
        heading=review.heading,
        marks=tuple(filter(None, (review.restricted, review.fiction))),
        footer=wording.IMPRINT,
        blocks=(
            *_answer(view),
            *_hangs_on(view),
            *_snapshot(view),
            *_who(view),
            *_why(view),
            *_indicators(view),
            *_model(view),
            *_left_out(view),
            *_before(view),
            *_everybody(view),
            *_methods(view),
            *_sources(view),
        ),
    )


def draw_listed_strips(view: ReportView) -> Chart:
    """Where the listed stand among all, on everything together."""
    everybody = tuple(one.composite for one in view.places)
    places = {one.organisation: one for one in view.places}
    # In the order of the list above it, which is that of the probabilities and not of the composites.
    listed = [places[row.organisation] for row in view.review.listed]
    return draw_position_strips(
        [
            StripRow(
                one.name, everybody, one.composite, one.composite_lower, one.composite_upper, wording.ENDS
            )
            for one in listed
        ],
        view.strip_finding,
        view.source,
        table_of_list(view.review),
    )


def _answer(view: ReportView) -> Iterator[Block]:
    review = view.review
    yield Text(review.assessed)
    yield Heading(2, review.listed_heading)
    if review.why_empty:
        yield Text(review.why_empty, strong=True)
    else:
        yield Grid(view.tables["List"], (3, 1.2, 1.2, 2, 2.6, 2.8, 0.9))
        yield _figure(draw_listed_strips(view))
        yield Text(findings.WHAT_UNITS_MEAN)
    yield Text(review.others)
    if view.places:
        yield _figure(draw_caterpillar(view))


def _hangs_on(view: ReportView) -> Iterator[Block]:
    review = view.review
    yield Heading(2, "What it hangs on")
    if review.stability:
        yield Text(review.stability)
    yield Grid(view.tables["Sensitivity"], (3, 1, 1, 1, 1.5))
    if review.listed and review.sensitivity:
        yield _figure(draw_sensitivity_strip(view))
        held = view.tables["Held"]
        yield Grid(held, (3, *(1.2 for _ in held.columns[1:])))


def _snapshot(view: ReportView) -> Iterator[Block]:
    if not view.snapshots:
        return
    yield Heading(2, "What a single month would have said")
    yield from map(Text, view.review.snapshot)
    yield _figure(draw_snapshots(view))
    yield Grid(view.tables["Snapshots"])


def _who(view: ReportView) -> Iterator[Block]:
    yield Heading(2, "Who is on it")
    if view.review.read_first:
        yield Points(view.review.read_first)
    yield Text(view.who_note)
    if view.tables["Who is on it"].rows:
        yield Grid(view.tables["Who is on it"], (3, 1, 1, 1, 1.5, 1.2))


def _why(view: ReportView) -> Iterator[Block]:
    if not view.drivers:
        return
    panels = [(one.name, one.measure) for one in view.drivers]
    yield Heading(2, "Why might this be?")
    yield Text(wording.NOT_CAUSES)
    if any(one.measure.why_sentence for one in view.drivers):
        yield _figure(draw_waterfall(panels, view.why_finding, view.source))
        yield Points(
            tuple(
                f"{one.name}, {one.measure.indicator.title}: {one.measure.why_sentence}"
                for one in view.drivers
                if one.measure.why_sentence
            )
        )
    chart = draw_months(panels, view.months_finding, view.source)
    yield _figure(chart)
    yield Text(wording.MONTHS_IN_SHEETS)


def _indicators(view: ReportView) -> Iterator[Block]:
    yield Heading(2, "The indicators, and what each is worth")
    yield Grid(view.tables["Indicators"], (2.6, 1.3, 1, 1, 1.4, 1.8, 1.2, 1.4, 1.4, 1.4, 1.4))
    for one in view.review.indicators:
        yield Heading(3, one.title)
        yield Text(one.question)
        yield Points(tuple(filter(None, (one.worth, one.reason, one.does_not_tell, *one.caveats))))
    for one_funnel in view.funnels:
        yield _figure(draw_funnel(one_funnel, view))
    if view.funnels:
        yield Text(wording.FUNNELS_IN_FILES)
    if view.tables["Correlations"].rows:
        yield Grid(view.tables["Correlations"])


def _model(view: ReportView) -> Iterator[Block]:
    if not view.tables["Model"].rows:
        return
    yield Heading(2, "The model of what is expected")
    yield Grid(view.tables["Fit"], (2.6, 2, 2, 1.4, 1.1, 1.1, 1.2))
    yield Grid(view.tables["Model"], (2.6, 2, 2.2, 0.9, 1.2, 1.2, 1.2))
    for by in ("expected", "deprivation"):
        table = view.tables[f"Calibration {by}"]
        yield Grid(table, (2.6, 1, *(0.6 for _ in table.columns[2:])))


def _left_out(view: ReportView) -> Iterator[Block]:
    yield Heading(2, "Not assessed, and what was left out")
    if view.review.not_assessed:
        yield Grid(view.tables["Not assessed"], (2, 1, 5))
    else:
        yield Text(f"All {view.many} are assessed.")
    if view.tables["Left out"].rows:
        yield Grid(view.tables["Left out"], (2.5, 1, 2, 4))


def _before(view: ReportView) -> Iterator[Block]:
    table = view.tables["Before the pandemic"]
    if not table.rows:
        return
    yield Heading(2, "Appointments before the pandemic")
    yield Text(view.before_note)
    yield Points(view.no_baseline) if view.no_baseline else Text(wording.ALL_HAVE_A_BASELINE)
    if view.with_baseline.rows:
        yield Grid(view.with_baseline)


def _everybody(view: ReportView) -> Iterator[Block]:
    yield Heading(2, f"All {view.many}")
    yield Grid(view.tables["All organisations"], (4, 0.8, 0.9, 2.3, 1.2, 2.6, 1.1, 0.7, 0.7, 0.6))


def _methods(view: ReportView) -> Iterator[Block]:
    yield Heading(2, "How it was made")
    yield Points(view.methods)
    yield Points(view.review.notes)


def _sources(view: ReportView) -> Iterator[Block]:
    yield Heading(2, "Sources")
    yield Points(view.review.sources)
    yield Grid(view.tables["Sources"], (3, 2, 1.6, 1.3, 1.4, 3, 1))
    yield Grid(view.tables["Making"], (1, 3))


def _figure(chart: Chart) -> Figure:
    return Figure(chart.finding, chart.source, render_svg(chart.bare()))
