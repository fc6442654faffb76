"""What must hold of the files of Fingertips for areas: known indicators and codes, values within their limits."""

from __future__ import annotations

import duckdb

from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, Staging
from likeforlike.sources.reading.conversion import identifier, quote
from likeforlike.sources.reading.delimited import text_rows
from likeforlike.sources.reading.headers import LayoutMatch
from likeforlike.sources.reading.locating import NEXT_STEP_LAYOUT, place_of_row
from likeforlike.sources.reading.months import EARLIEST, LATEST
from likeforlike.sources.reading.people import hide_person
from likeforlike.sources.reading.probing import Probe

# Codes of the Office for National Statistics; practices and networks have those of the NHS.
CODE = "[EX][0-9]{8}|XENG|[A-HJ-NPVWYX][0-9]{5}|U[0-9]{5}|XP[0-9]{4}"
# Limits and value are rounded by themselves: to two decimals where the value of the deaths with dementia is.
ROUNDED_BY = 0.011
# Below ten some of the publisher's limits of indicator 93124 are those of the count, not divided by the population.
SMALL_COUNT = 10
DECLARED = ("period_type", "frequency")


def check_known(probe: Probe, match: LayoutMatch, staging: Staging) -> None:
    """Raise FileRefusedError for an indicator whose year is not declared, and for a code or year that is none."""
    labels = match.table.column("period_type").labels.values()
    numbers = "|".join(sorted(number for spellings in labels for number in spellings))
    in_layout = NEXT_STEP_LAYOUT.format(source=match.source.id)
    in_labels = (
        "Add its number to the labels of period_type and frequency in definitions/sources/"
        f"{match.source.id}.toml; the file of indicators says what they are."
    )
    _check_cells(probe, match, staging, "indicator_id", numbers, "a declared indicator", in_labels)
    _check_cells(probe, match, staging, "area_code", CODE, "a code such as E06000008", in_layout)
    years = "|".join(str(year) for year in range(EARLIEST.year, LATEST.year + 1))
    _check_cells(probe, match, staging, "year", years, "a year such as 2019", in_layout)


def _check_cells(
    probe: Probe, match: LayoutMatch, staging: Staging, name: str, pattern: str, expected: str, next_step: str
) -> None:
    place = match.positions[name]
    try:
        wrong = staging.connection.execute(
            f"SELECT coalesce(c{place}, '') AS cell FROM {text_rows(probe, match)} "
            f"WHERE NOT regexp_full_match(cell, {quote(pattern)}) LIMIT 1"
        ).fetchone()
    except duckdb.Error:
        return  # It is no CSV: said, with its row, when it is read.
    if wrong is None:
        return
    (cell,) = wrong
    raise FileRefusedError(
        f"found '{hide_person(cell)}', expected {expected}.",
        where=f"{_place_of_cell(probe, place, cell)}, column '{probe.header[place]}'",
        next_step=next_step,
    )


def check_values_within_limits(probe: Probe, match: LayoutMatch, staging: Staging, staged: Staged) -> None:
    """Raise FileRefusedError where a value lies outside its own interval: the columns were exchanged."""
    wrong = staging.connection.execute(
        f"SELECT area_code, indicator_id, year, value, lower_95, upper_95 FROM {_stored(staged)} "
        f"WHERE (value < lower_95 - {ROUNDED_BY} OR value > upper_95 + {ROUNDED_BY}) "
        f"AND NOT (count < {SMALL_COUNT} AND count BETWEEN lower_95 AND upper_95) ORDER BY ALL LIMIT 1"
    ).fetchone()
    if wrong is None:
        return
    code, number, year, value, lower, upper = wrong
    places = [match.positions[name] for name in ("area_code", "indicator_id", "year")]
    raise FileRefusedError(
        f"{code}, indicator {number}, {year}: the value {value} lies outside its limits, {lower} to {upper}.",
        where=place_of_row(
            probe.path,
            probe.name,
            lambda row: (
                [row[place] for place in places] == [code, number, year]
                and _is_number(row[match.positions["value"]], value)
            ),
        ),
        next_step="Value and limits may have been exchanged; download the file again.",
    )


def check_declared_alike(probe: Probe, match: LayoutMatch, staging: Staging, staged: Staged) -> None:
    """Raise FileRefusedError where the file of indicators says of one what its figures are not read by."""
    values = match.source.table("values")
    for name in DECLARED:
        declared = {
            number: label for label, numbers in values.column(name).labels.items() for number in numbers
        }
        found = staging.connection.execute(
            f"SELECT indicator_id, CAST({identifier(name)} AS VARCHAR) FROM {_stored(staged)} ORDER BY ALL"
        ).fetchall()
        for number, label in found:
            if declared.get(number, label) != label:
                where = _place_of_cell(probe, match.positions["indicator_id"], number)
                raise FileRefusedError(
                    f"the {name.replace('_', ' ')} of indicator {number} is '{label}', but its figures are read as "
                    f"'{declared[number]}'.",
                    where=f"{where}, column '{probe.header[match.positions[name]]}'",
                    next_step=f"Correct the labels of {name} in definitions/sources/{match.source.id}.toml and raise "
                    "its importer_version.",
                )


def check_codes_declared_alike(probe: Probe, match: LayoutMatch, staging: Staging, staged: Staged) -> None:
    """Raise FileRefusedError where the file of areas gives one another code than its figures are read under."""
    labels = match.source.table("values").column("nhs_code").labels
    declared = {ons: code for code, spellings in labels.items() for ons in spellings}
    found = staging.connection.execute(
        f"SELECT area_code, organisation FROM {_stored(staged)} ORDER BY ALL"
    ).fetchall()
    for ons, code in found:
        if declared.get(ons, code) != code:
            where = _place_of_cell(probe, match.positions["area_code"], ons)
            raise FileRefusedError(
                f"the name of {ons} gives it the code {code}, but its figures are read as {declared[ons]}'s.",
                where=f"{where}, column '{probe.header[match.positions['organisation_name']]}'",
                next_step=f"Correct the labels of nhs_code in definitions/sources/{match.source.id}.toml and raise its "
                "importer_version.",
            )


def _place_of_cell(probe: Probe, place: int, cell: str) -> str:
    return place_of_row(probe.path, probe.name, lambda row: row[place : place + 1] == [cell])


def _is_number(cell: str, value: float) -> bool:
    try:
        return float(cell) == value
    except ValueError:
        return False


def _stored(staged: Staged) -> str:
    return f"read_parquet({quote(str(staged.tables[0].path))})"
