"""What must hold of the annual measures before they are stored: vocabulary, copies, percentages, sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import StagedTable
from likeforlike.sources.reading.conversion import identifier, quote
from likeforlike.sources.reading.locating import NEXT_STEP_LAYOUT
from likeforlike.sources.talking_therapies_figures import (
    BREAKDOWNS,
    COUNT,
    FIGURES,
    PERCENTAGES,
    ROUNDED_TO,
    TOTAL,
)

if TYPE_CHECKING:
    import duckdb

# A percentage is printed without decimals.
HALF_A_PERCENT = 0.5
NEXT_STEP = "Download it again; if it stays so, ask the publisher."


def check_breakdowns(connection: duckdb.DuckDBPyConnection, long: str, name: str) -> None:
    """Raise FileRefusedError for a kind of breakdown, or a measure of whole organisations, that nobody has read."""
    known = ", ".join(map(quote, sorted(BREAKDOWNS)))
    found = connection.execute(
        f"SELECT variable_type FROM {long} WHERE variable_type NOT IN ({known}) ORDER BY 1 LIMIT 1"
    ).fetchone()
    if found:
        raise _unknown("variable_type", found[0], name)
    found = connection.execute(
        f"SELECT measure_name || ' (' || measure_statistic || ')' FROM {long} "
        f"WHERE variable_type = {quote(TOTAL)} AND figure = '' AND measure_name IS NOT NULL ORDER BY 1 LIMIT 1"
    ).fetchone()
    if found:
        raise _unknown("measure_name", found[0], name)


def check_copies(connection: duckdb.DuckDBPyConnection, kept: str, name: str) -> tuple[str, ...]:
    """A note for rows that repeat others under another name of the same organisation: they are kept once.

    Raises:
        FileRefusedError: a figure of an organisation stands twice, in the same words or with another value.
    """
    of_a_figure = "figure, year, printed_type, organisation"
    found = connection.execute(
        f"SELECT {of_a_figure}, list(DISTINCT value ORDER BY value) FROM {kept} GROUP BY {of_a_figure} "
        "HAVING count(DISTINCT value) > 1 OR count(DISTINCT organisation_name) < count(*) "
        f"ORDER BY {of_a_figure} LIMIT 1"
    ).fetchone()
    if found:
        figure, year, kind, code, values = found
        raise FileRefusedError(
            f"'{FIGURES[figure].measure}' of {kind} {code} in {year} occurs twice ({' and '.join(values)}).",
            where=name,
            next_step="A file counts everything once; download it again or remove the copy.",
        )
    copies = connection.execute(
        f"SELECT DISTINCT organisation, year FROM {kept} GROUP BY {of_a_figure} HAVING count(*) > 1 ORDER BY ALL"
    ).fetchall()
    return tuple(
        f"{code} stands twice in {year}, under two names with the same figures: kept once"
        for code, year in copies
    )


def check_percentages(connection: duckdb.DuckDBPyConnection, staged: StagedTable, name: str) -> None:
    """Raise FileRefusedError where no counts that round to the printed ones give the printed percentage."""
    rows = f"read_parquet({quote(str(staged.path))})"
    half = ROUNDED_TO / 2
    for percentage, (part, whole) in PERCENTAGES.items():
        # A difference of two rounded counts is off by as much as both.
        off = half if whole in FIGURES else 2 * half
        low = f"100 * ({part} - {half}) / ({whole} + {off}) - {HALF_A_PERCENT}"
        high = f"100 * ({part} + {half}) / nullif(greatest({whole} - {off}, 0), 0) + {HALF_A_PERCENT}"
        found = connection.execute(
            f"SELECT organisation, year, {percentage}, {part}, {whole} FROM {rows} "
            f"WHERE {percentage} < {low} OR {percentage} > {high} ORDER BY ALL LIMIT 1"
        ).fetchone()
        if found:
            code, year, printed, counted, of = found
            raise FileRefusedError(
                f"{percentage} of {code} in {year.year} is {printed}, {counted} of {of} cannot be that.",
                where=name,
                next_step=NEXT_STEP,
            )


def check_sums(connection: duckdb.DuckDBPyConnection, staged: StagedTable, name: str) -> None:
    """Raise FileRefusedError where a year has no England, or a kind of organisation does not sum to it.

    Each rounded count is at most half of what it is rounded to from the count itself; one that is suppressed is
    below that.
    """
    rows = f"read_parquet({quote(str(staged.path))})"
    years = connection.execute(
        f"SELECT year FROM {rows} GROUP BY year HAVING count(*) FILTER (WHERE organisation_type = 'england') <> 1 "
        "ORDER BY year LIMIT 1"
    ).fetchone()
    if years:
        raise FileRefusedError(
            f"there is no row of England for {years[0].year}.", where=name, next_step=NEXT_STEP
        )
    counts = [figure for figure, said in FIGURES.items() if said.statistic == COUNT]
    for count in counts:
        column = identifier(count)
        found = connection.execute(
            f"SELECT parts.year, parts.printed_type, parts.summed, england.{column} FROM ("
            f"SELECT year, printed_type, sum({column}) AS summed, count({column}) * {ROUNDED_TO / 2} AS off, "
            f"count(*) FILTER (WHERE {column} IS NULL) * ({ROUNDED_TO} - 1) AS hidden "
            f"FROM {rows} WHERE organisation_type <> 'england' GROUP BY year, printed_type) AS parts "
            f"JOIN {rows} AS england ON england.year = parts.year AND england.organisation_type = 'england' "
            f"WHERE england.{column} NOT BETWEEN summed - off AND summed + off + hidden ORDER BY ALL LIMIT 1"
        ).fetchone()
        if found:
            year, kind, summed, england = found
            raise FileRefusedError(
                f"{count} of all of kind {kind} sum to {summed:,} in {year.year}, further from England's "
                f"{england:,} than rounding to {ROUNDED_TO} explains.",
                where=name,
                next_step=NEXT_STEP,
            )


def _unknown(column: str, word: str, name: str) -> FileRefusedError:
    return FileRefusedError(
        f"found '{word}', which nobody has read yet.",
        where=f"{name}, column '{column}'",
        next_step=NEXT_STEP_LAYOUT.format(source="talking_therapies"),
    )
