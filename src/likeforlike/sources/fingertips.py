"""Exports of Fingertips: any indicators, several kinds of area in one file, notes that say why a value is missing."""

from __future__ import annotations

from dataclasses import replace

from likeforlike.catalogue import Column, Source, Table
from likeforlike.sources.fingertips_rows import TextRows, read_text_rows
from likeforlike.sources.fingertips_values import check_values
from likeforlike.sources.fingertips_words import Words, read_words
from likeforlike.sources.format import Staged, StagedTable, Staging
from likeforlike.sources.reading.checks import check_texts_hold_no_people, summarise
from likeforlike.sources.reading.conversion import convert, identifier, quote
from likeforlike.sources.reading.delimited import (
    DelimitedFormat,
    check_ignored_columns,
    check_summary,
    copy_rows,
    unknown_layout,
)
from likeforlike.sources.reading.headers import LayoutMatch, match_layout
from likeforlike.sources.reading.probing import Probe

# England has one code here, whatever the export calls it (E92000001), so that it is the same England as that of
# every other source.
ENGLAND = "ENG"
# Which made column is made from which printed one: there an error is looked for.
MADE_FROM = {
    "series": "indicator_id",
    "stated": "sex",
    "organisation_type": "area_type",
    "period_start": "time_period",
    "period_end": "time_period",
    "note_means": "note",
}
FIGURES = ("value", "lower_95", "upper_95", "lower_99_8", "upper_99_8", "count", "denominator")
AMOUNTS = ("count", "denominator")


class FingertipsFormat(DelimitedFormat):
    """An export of Fingertips: a declared header, and columns made from what its words mean."""

    def stage(self, probe: Probe, source: Source, staging: Staging) -> Staged:
        """Convert, check, write."""
        match = match_layout(list(probe.header), [source], probe.sample)
        if not isinstance(match, LayoutMatch):
            raise unknown_layout(probe, match)
        rows = read_text_rows(probe, match, staging)
        words = read_words(rows, source)
        target = staging.folder / f"{match.table.id}.parquet"
        copy_rows(staging, probe, select(rows, words, staging.edition), target)
        summary = summarise(staging.connection, target, match.table)
        check_texts_hold_no_people(summary, probe.name)
        check_ignored_columns(probe, match, staging)
        made = {name: match.positions[printed] for name, printed in MADE_FROM.items()}
        check_summary(probe, replace(match, positions={**match.positions, **made}), summary)
        check_values(rows)
        table = StagedTable(match.table, target, summary.rows, summary.coverage, summary.texts, summary.ends)
        return Staged(
            match.layout.name, (table,), notes=(*words.notes, *_note_on_copies(rows.count - summary.rows))
        )


def _note_on_copies(copies: int) -> tuple[str, ...]:
    if not copies:
        return ()
    repeat = "row repeats another" if copies == 1 else "rows repeat others"
    return (f"{copies:,} {repeat} (the same area under another parent or version), kept once",)


def select(rows: TextRows, words: Words, edition: str) -> str:
    """The query that makes the stored rows: what is printed, converted strictly, and what it means."""
    made = _made(words)
    items: list[str] = []
    for column in rows.match.table.columns:
        items += convert(column, made.get(column.name) or _printed(column, words.absent))
    items.append(f"{quote(edition)} AS edition")
    # An area stands once for every parent that it was exported under: the copies differ in their parent only.
    return f"SELECT DISTINCT {', '.join(items)} FROM {rows.completed} ORDER BY {_order(rows.match.table)}"


def _order(table: Table) -> str:
    return ", ".join(identifier(name) for name in table.key)


def _printed(column: Column, absent: str) -> str:
    named = identifier(column.name)
    if column.name in FIGURES:
        shortened = _shortened(column) if column.name in AMOUNTS else named
        return f"CASE WHEN {named} = '' THEN {absent} ELSE {shortened} END"
    return named


def _shortened(column: Column) -> str:
    """A count as it can be summed exactly: of one with more decimals than are kept, the nearest that is kept.

    Modelled counts are printed with up to fifteen digits; a millionth of a person is far below what any of them
    means.
    """
    named, decimals = identifier(column.name), column.decimals or 0
    return (
        f"CASE WHEN regexp_full_match({named}, '[0-9]{{1,12}}[.][0-9]{{{decimals + 1},}}') "
        f"THEN CAST(CAST({named} AS DECIMAL(18, {decimals})) AS VARCHAR) ELSE {named} END"
    )


def _made(words: Words) -> dict[str, str]:
    """Column → SQL for the text of what is made from other columns."""
    kind = f"CASE WHEN category_type <> '' THEN 'other' ELSE {words.kind} END"
    return {
        "series": "concat_ws(' ', indicator_id, sex, age)",
        "stated": "stated",
        "area_type": words.area_type,
        "organisation_type": kind,
        "organisation": f"CASE WHEN {words.kind} = 'england' THEN {quote(ENGLAND)} ELSE organisation END",
        "period_start": words.start,
        "period_end": words.end,
        "note_means": words.note_means,
    }


FORMAT = FingertipsFormat()
