"""ASCOF: outcomes of adult social care by council, printed a row a figure, put together a row a measure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from likeforlike.catalogue import ColumnType, Source
from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, StagedTable, Staging
from likeforlike.sources.reading.checks import summarise
from likeforlike.sources.reading.conversion import quote
from likeforlike.sources.reading.headers import plain_header
from likeforlike.sources.reading.probing import FileKind, Probe
from likeforlike.sources.reading.sheets import HEADER_WITHIN_ROWS
from likeforlike.sources.reading.workbooks import Book, WorkbookFormat

# By these headers the workbook is known, on whichever sheet: it bears no title.
KNOWN_BY = ("ASCOF Measure Code", "Measure Type")

# What an outcome is per; all others are per hundred. 1A is a mean score.
PER = {"1A": 1, "2A1": 100_000, "2A2": 100_000}
PERCENT = 100
# Outcomes are printed to one decimal, counts of the survey rounded to five.
HALF_OF_LAST_DIGIT = 0.05
HALF_OF_FIVE = 2.5
# Doubles: 80.15 - 80.1 is a little more than 0.05.
ROUNDING_OF_DOUBLES = 1e-9

KINDS = {"Council": "council", "England": "england"}
MEASURE_TYPES = {
    "outcome": "Outcome",
    "margin_of_error": "Margin Of Error",
    "numerator": "Numerator",
    "denominator": "Denominator",
    "base": "Base",
}

MEASURES = """
    SELECT *, round(outcome - margin_of_error, 3) AS lower,
        coalesce(outcome_reason, margin_of_error_reason) AS lower_reason,
        round(outcome + margin_of_error, 3) AS upper,
        coalesce(outcome_reason, margin_of_error_reason) AS upper_reason
    FROM (
        SELECT year, CASE level {kinds} ELSE 'other' END AS organisation_type, area_code AS organisation, area_name,
            measure, disaggregation, measure_group, {figures_of_a_measure}, any_value(edition) AS edition
        FROM read_parquet({figures})
        GROUP BY year, level, area_code, area_name, measure, disaggregation, measure_group
    )
    ORDER BY measure, organisation_type, area_name
"""

# A count that is none becomes null without a reason, and is then refused.
WHOLE = {"value": "CASE WHEN value = trunc(value) THEN value END", "cast": "::BIGINT"}
AS_IT_IS = {"value": "value", "cast": ""}
# A measure that has no such figure at all has none published.
FIGURE = """
    max({value}) FILTER (measure_type = '{type}'){cast} AS {name},
    CASE WHEN count(value) FILTER (measure_type = '{type}') = 0 THEN coalesce(
        max(value_reason) FILTER (measure_type = '{type}'), 'not_published') END AS {name}_reason
"""

OUTCOMES = """
    SELECT area_name, measure, measure_group, outcome, numerator, denominator,
        per * (numerator - rounded) / (denominator + rounded) - {half} AS least,
        CASE WHEN denominator > rounded THEN per * (numerator + rounded) / (denominator - rounded) + {half} END AS most
    FROM (
        SELECT *, CASE measure_group {per} ELSE {percent} END AS per,
            CASE WHEN base IS NULL THEN 0 ELSE {half_of_five} END AS rounded
        FROM read_parquet({measures}) WHERE denominator > 0 AND numerator IS NOT NULL AND outcome IS NOT NULL
    )
    WHERE outcome < least OR outcome > most
    ORDER BY measure, area_name LIMIT 1
"""

TOTALS = """
    SELECT measure, measure_type, level, sum(value) AS summed, any_value(england) AS england
    FROM read_parquet({figures}) JOIN (
        SELECT measure, measure_type, value AS england FROM read_parquet({figures})
        WHERE level = 'England' AND measure_type IN ('Numerator', 'Denominator') AND value IS NOT NULL
    ) USING (measure, measure_type)
    WHERE level IN ('Region', 'Council Type')
    GROUP BY measure, measure_type, level
    HAVING sum(value) <> any_value(england) OR count(value) < count(*)
    ORDER BY measure, measure_type, level LIMIT 1
"""


@dataclass(frozen=True)
class AscofFormat:
    """The figures as printed, and beside them a row for each area and measure."""

    book: WorkbookFormat

    def recognises(self, probe: Probe, source: Source) -> bool:
        """Whether a sheet has the columns that no other publication has."""
        if probe.kind is not FileKind.WORKBOOK:
            return False
        declared = {layout.sheet for table in source.tables for layout in table.layouts}
        # Sheets of other names are looked at only where there is one: a large workbook is not read for nothing.
        sheets = [name for name in probe.sheets if name in declared] or probe.sheets[: len(probe.sheets) == 1]
        wanted = {plain_header(text) for text in KNOWN_BY}
        book = Book(probe.name, probe.workbook()) if sheets else None
        return book is not None and any(
            wanted <= {plain_header(cell) for cell in row if isinstance(cell, str)}
            for sheet in sheets
            for row in book.rows(sheet)[:HEADER_WITHIN_ROWS]
        )

    def stage(self, probe: Probe, source: Source, staging: Staging) -> Staged:
        """Convert and write the figures, put the measures together, check both against each other."""
        staged = self.book.stage(probe, source, staging)
        figures = staged.tables[0]
        _check_totals(figures, staging, probe.name)
        measures = _put_together(figures, source, staging, probe.name)
        _check_outcomes(measures, staging, probe.name)
        return replace(staged, tables=(figures, measures))


def _put_together(figures: StagedTable, source: Source, staging: Staging, name: str) -> StagedTable:
    table = source.table("measures")
    path = staging.folder / f"{table.id}.parquet"
    parts = (
        FIGURE.format(
            type=kind, name=column, **(WHOLE if table.column(column).type is ColumnType.COUNT else AS_IT_IS)
        )
        for column, kind in MEASURE_TYPES.items()
    )
    kinds = " ".join(f"WHEN {quote(level)} THEN {quote(kind)}" for level, kind in KINDS.items())
    query = MEASURES.format(
        figures=quote(str(figures.path)), kinds=kinds, figures_of_a_measure=", ".join(parts)
    )
    staging.connection.execute(f"COPY ({query}) TO {quote(str(path))} (FORMAT parquet, COMPRESSION zstd)")
    summary = summarise(staging.connection, path, table)
    for fault in summary.faults:
        raise FileRefusedError(
            f"a {MEASURE_TYPES.get(fault.column.name, fault.column.name)} is not {fault.expected}.",
            where=name,
            next_step="Download the file again; counts are whole numbers.",
        )
    return StagedTable(table, path, summary.rows, summary.coverage, summary.texts, summary.ends)


def _check_outcomes(measures: StagedTable, staging: Staging, name: str) -> None:
    """Raise FileRefusedError where an outcome is not what its counts make, to the rounding of each."""
    per = " ".join(f"WHEN {quote(group)} THEN {number}" for group, number in PER.items())
    query = OUTCOMES.format(
        measures=quote(str(measures.path)),
        per=per,
        percent=PERCENT,
        half=HALF_OF_LAST_DIGIT + ROUNDING_OF_DOUBLES,
        half_of_five=HALF_OF_FIVE,
    )
    wrong = staging.connection.execute(query).fetchone()
    if wrong is None:
        return
    area, measure, group, outcome, numerator, denominator, _, _ = wrong
    made = PER.get(group, PERCENT) * numerator / denominator
    raise FileRefusedError(
        f"measure {measure} of {area}: {numerator:,} by {denominator:,} makes {made:.2f}, the file's outcome is "
        f"{outcome:g}.",
        where=name,
        next_step="The publisher's outcomes follow from its counts; download the file again.",
    )


def _check_totals(figures: StagedTable, staging: Staging, name: str) -> None:
    """Raise FileRefusedError where the regions, or the kinds of council, do not add up to England."""
    england = staging.connection.execute(
        f"SELECT count(*) FROM read_parquet({quote(str(figures.path))}) WHERE level = 'England'"
    ).fetchone()
    if england == (0,):
        raise FileRefusedError(
            "there is no row of England, against which the regions are checked.",
            where=name,
            next_step="Rows were lost on the way; download the file again.",
        )
    wrong = staging.connection.execute(TOTALS.format(figures=quote(str(figures.path)))).fetchone()
    if wrong is None:
        return
    measure, kind, level, summed, total = wrong
    raise FileRefusedError(
        f"measure {measure}, {kind}: the rows of the level '{level}' add up to {summed or 0:,.0f}, "
        f"England is {total:,.0f}.",
        where=name,
        next_step="Rows were lost or changed on the way; download the file again.",
    )


# The title is not asked for: `recognises` knows the workbook by its columns.
FORMAT = AscofFormat(WorkbookFormat(title=KNOWN_BY[0]))
