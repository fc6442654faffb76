"""The evidence sheet of one organisation: two pages on where it is, compared to what, why, and what it can do."""

from __future__ import annotations

from collections.abc import Iterator

from likeforlike.charts.months import table_of_months
from likeforlike.charts.position_strip import StripRow
from likeforlike.charts.quick.months import quick_months
from likeforlike.charts.quick.strips import quick_strips
from likeforlike.charts.quick.waterfall import quick_waterfall
from likeforlike.charts.waterfall import bars_of, table_of_parts
from likeforlike.documents.content import Block, Document, Figure, Grid, Heading, Points, Text
from likeforlike.present import findings, wording
from likeforlike.present.evidence import EvidenceView
from likeforlike.present.indicator_tables import table_of_measures

# More indicators than this, and the panels stand in three columns.
MOST_IN_TWO_COLUMNS = 4


def make_sheet(sheet: EvidenceView, source: str) -> Document:
    """The sheet as a document; `source` stands under its drawings."""
    return Document(
        title=sheet.name,
        heading=sheet.heading,
        marks=tuple(filter(None, (sheet.restricted, sheet.fiction))),
        footer=f"{sheet.organisation} · {wording.IMPRINT}",
        blocks=(*_where(sheet, source), *_why(sheet, source), *_months(sheet, source), *_rest(sheet)),
        dense=True,
    )


def strip_rows(sheet: EvidenceView) -> list[StripRow]:
    """Everything together, then each indicator."""
    together = StripRow(
        wording.TOGETHER,
        sheet.peers,
        sheet.composite,
        sheet.composite_lower,
        sheet.composite_upper,
        wording.ENDS,
        sheet.position,
    )
    return [
        together,
        *(
            StripRow(
                one.indicator.title,
                one.peers,
                one.effect,
                one.effect_lower,
                one.effect_upper,
                wording.good_direction(one.indicator.better),
                f"{one.state} · {one.position}",
            )
            for one in sheet.measures
        ),
    ]


def _where(sheet: EvidenceView, source: str) -> Iterator[Block]:
    yield Text(sheet.answer, strong=True)
    yield Heading(2, wording.HEADINGS["where"])
    yield Figure(findings.of_own_position(sheet), source, quick_strips(strip_rows(sheet)))
    yield Grid(table_of_measures(sheet), (2.8, 1, 1.5, 1.1, 1.9, 2.6))
    yield Heading(2, wording.HEADINGS["compared"])
    yield Points(sheet.compared)


def _why(sheet: EvidenceView, source: str) -> Iterator[Block]:
    if not any(bars_of(one) for one in sheet.measures):
        return
    yield Heading(2, wording.HEADINGS["why"])
    yield Figure(
        findings.of_own_why(sheet.measures), source, quick_waterfall(sheet.measures, _columns(sheet))
    )
    yield Grid(table_of_parts([(one.indicator.title, one) for one in sheet.measures if bars_of(one)]))
    yield Text(wording.NOT_CAUSES)


def _months(sheet: EvidenceView, source: str) -> Iterator[Block]:
    yield Heading(2, wording.HEADINGS["months"])
    shown = [one for one in sheet.measures if one.months]
    if shown:
        yield Figure(findings.of_own_months(shown), source, quick_months(shown, _columns(sheet)))
        table = table_of_months([(one.indicator.title, one) for one in shown])
        yield Grid(table, (1.4, *(1 for _ in table.columns[1:])))
    yield Points(tuple(filter(None, (sheet.snapshot, sheet.before, *sheet.beside))))


def _rest(sheet: EvidenceView) -> Iterator[Block]:
    lists = (
        ("left out", tuple(map(wording.sentence, sheet.left_out)) or (wording.NOTHING_LEFT_OUT,)),
        ("changes", sheet.changes),
        (
            "not told",
            tuple(f"{one.indicator.title}: {one.indicator.does_not_tell}" for one in sheet.measures),
        ),
        ("do", sheet.what_to_do),
    )
    for name, lines in lists:
        if lines:
            yield Heading(2, wording.HEADINGS[name])
            yield Points(tuple(lines))


def _columns(sheet: EvidenceView) -> int:
    return 2 if len(sheet.measures) <= MOST_IN_TWO_COLUMNS else 3
