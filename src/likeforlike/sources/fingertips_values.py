"""Whether the figures of a Fingertips row agree with each other: value and limits, value and its own quotient."""

from __future__ import annotations

from likeforlike.errors import FileRefusedError
from likeforlike.sources.fingertips_rows import TextRows
from likeforlike.sources.reading.conversion import quote

LIMITS = ("95", "99_8")
# Rates and percentages are quotients, by one of these.
PER_CENT = 100.0
SCALES = (1.0, PER_CENT, 1_000.0, 10_000.0, 100_000.0, 1_000_000.0)
# A value is printed with at least six digits: closer than this it is its own quotient.
SAME = 1e-5
# Boundary changes move a published value a little from its printed count; a slip in a cell moves it far.
FAR = 0.1
NEXT_STEP = "One of the cells is wrong: download the export again, or ask the publisher."


def check_values(rows: TextRows) -> None:
    """Raise FileRefusedError where a value lies outside its limits, or far from its own count over denominator."""
    for level in LIMITS:
        _check_limits(rows, f"lower_{level}", f"upper_{level}")
    _check_quotients(rows)


def _number(column: str) -> str:
    return f"TRY_CAST({column} AS DOUBLE)"


def _check_limits(rows: TextRows, lower: str, upper: str) -> None:
    row = rows.find(
        f"{_number('value')} < {_number(lower)} OR {_number('value')} > {_number(upper)} "
        f"OR {_number(lower)} > {_number(upper)}"
    )
    if row is not None:
        raise FileRefusedError(
            f"{_subject(row)}: the value {row['value']} does not lie within its limits, {row[lower]} to "
            f"{row[upper]}.",
            where=rows.place(row, "value"),
            next_step=NEXT_STEP,
        )


def _check_quotients(rows: TextRows) -> None:
    """Where most rows of an indicator are a quotient on one scale, every row must be near its own.

    Indicators that are standardised, modelled or rounded are no quotients of what is printed beside them, and
    nothing is asked of them.
    """
    quotient = f"{_number('count')} / nullif({_number('denominator')}, 0)"
    scales = ", ".join(f"({scale})" for scale in SCALES)
    scaled = (
        f"SELECT indicator_name, scale, count(*) AS agreeing FROM {rows.sql}, (VALUES {scales}) AS of(scale) "
        f"WHERE abs({_number('value')} - scale * {quotient}) <= {SAME} * abs({_number('value')}) "
        f"AND {_number('count')} > 0 GROUP BY ALL"
    )
    filled = (
        f"SELECT indicator_name, count(*) AS filled FROM {rows.sql} "
        f"WHERE {_number('value')} IS NOT NULL AND {quotient} > 0 GROUP BY ALL"
    )
    found = rows.connection.execute(
        f"SELECT indicator_name, scale FROM ({scaled}) JOIN ({filled}) USING (indicator_name) "
        "WHERE 2 * agreeing > filled ORDER BY ALL"
    ).fetchall()
    for name, scale in found:
        of_indicator = f"indicator_name = {quote(name)}"
        row = rows.find(
            f"{of_indicator} AND abs({_number('value')} - {scale} * {quotient}) "
            f"> {FAR} * greatest({_number('value')}, {scale} * {quotient})"
        )
        if row is not None:
            raise FileRefusedError(
                f"{_subject(row)}: the value is {row['value']}, the count {row['count']} over the denominator "
                f"{row['denominator']} is {float(scale) * float(row['count']) / float(row['denominator']):g}; in the "
                f"other rows of this indicator the two agree.",
                where=rows.place(row, "value"),
                next_step=NEXT_STEP,
            )
        if scale == PER_CENT:
            _check_parts_within_whole(rows, of_indicator)


def _check_parts_within_whole(rows: TextRows, of_indicator: str) -> None:
    """Refuse more than all, where no limit of an indicator in per cent is above 100: then it is a proportion.

    A rate per 100 may well count more than one event a person, and has limits that say so.
    """
    upper = _number("upper_95")
    ((highest,),) = rows.connection.execute(
        f"SELECT max({upper}) FROM {rows.sql} WHERE {of_indicator}"
    ).fetchall()
    row = rows.find(f"{of_indicator} AND {_number('count')} > {_number('denominator')}")
    if row is not None and highest is not None and highest <= PER_CENT:
        raise FileRefusedError(
            f"{_subject(row)}: a count of {row['count']} is more than the denominator {row['denominator']}, of an "
            "indicator that is a share of it.",
            where=rows.place(row, "count"),
            next_step=NEXT_STEP,
        )


def _subject(row: dict[str, str]) -> str:
    return f"{row['organisation']}, {row['time_period']}"
