"""A&E attendances and emergency admissions: a row a provider and one of totals, to which all columns must sum."""

from __future__ import annotations

from likeforlike.catalogue import ColumnType, Table
from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, Staging
from likeforlike.sources.reading.conversion import identifier, quote
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.headers import LayoutMatch
from likeforlike.sources.reading.locating import place_of_row
from likeforlike.sources.reading.probing import Probe
from likeforlike.sources.reading.providers import provider_kind

TOTAL = "TOTAL"
# 'MSitAE-APRIL-2025', the monthly situation report; the row of totals says 'TOTAL' in its place.
PERIOD = "try_strptime(regexp_extract(printed_period, '^MSitAE-([A-Za-z]+-[0-9]{4})$', 1), '%B-%Y')"
# The publisher's words for the regions of NHS England; two of them end in a space.
REGIONS = {
    "NHS ENGLAND LONDON": "Y56",
    "NHS ENGLAND SOUTH WEST": "Y58",
    "NHS ENGLAND SOUTH EAST": "Y59",
    "NHS ENGLAND MIDLANDS": "Y60",
    "NHS ENGLAND EAST OF ENGLAND": "Y61",
    "NHS ENGLAND NORTH WEST": "Y62",
    "NHS ENGLAND NORTH EAST AND YORKSHIRE": "Y63",
}
ATTENDED = "type_1 + type_2 + other_types + type_1_booked + type_2_booked + other_types_booked"
LONGER = (
    "over_4_hours_type_1 + over_4_hours_type_2 + over_4_hours_other_types"
    " + over_4_hours_type_1_booked + over_4_hours_type_2_booked + over_4_hours_other_types_booked"
)
ADMITTED = "admissions_type_1 + admissions_type_2 + admissions_other_types"
MADE = {
    "month": f"CASE WHEN provider = {quote(TOTAL)} THEN CAST(max({PERIOD}) OVER () AS DATE) "
    f"ELSE CAST({PERIOD} AS DATE) END",
    "organisation_type": f"CASE WHEN provider = {quote(TOTAL)} THEN 'england' ELSE {provider_kind('provider')} END",
    "region": "CASE trim(printed_region) "
    + " ".join(f"WHEN {quote(name)} THEN {quote(code)}" for name, code in REGIONS.items())
    + " END",
    "within_4_hours_type_1": "type_1 + type_1_booked - over_4_hours_type_1 - over_4_hours_type_1_booked",
    "within_4_hours": f"{ATTENDED} - ({LONGER})",
}


def check_totals(probe: Probe, match: LayoutMatch, staging: Staging, staged: Staged) -> None:
    """Raise FileRefusedError where the file is not one month with one row of totals to which every column sums."""
    rows = f"read_parquet({quote(str(staged.tables[0].path))})"
    months = sorted(staged.tables[0].coverage)
    if len(months) != 1:
        raise FileRefusedError(
            f"it is about {len(months)} months ({', '.join(month[:7] for month in months)}), one was expected.",
            where=probe.name,
            next_step="Add each month's file as it was published.",
        )
    counts = _counts(match.table)
    sums = ", ".join(
        f"sum({column}) FILTER (provider <> {quote(TOTAL)}), max({column}) FILTER (provider = {quote(TOTAL)})"
        for column in map(identifier, counts)
    )
    (found,) = staging.connection.execute(f"SELECT {sums} FROM {rows}").fetchall()
    for column, summed, printed in zip(counts, found[::2], found[1::2], strict=True):
        if printed is None:
            raise FileRefusedError(
                f"there is no row '{TOTAL}' with the sums of all providers.",
                where=probe.name,
                next_step="Without it nobody can see whether rows are missing; download the file again.",
            )
        if summed != printed:
            raise FileRefusedError(
                f"the providers sum to {summed or 0:,}, the row '{TOTAL}' has {printed:,}.",
                where=f"{probe.name}, column '{match.layout.headers[column]}'",
                next_step="Rows may be missing or there twice; download the file again.",
            )
    _check_waits(probe, match, staging, rows)


def _counts(table: Table) -> list[str]:
    """The columns of counts that are printed, not made."""
    return [
        column.name for column in table.columns if column.type is ColumnType.COUNT and column.name not in MADE
    ]


def _check_waits(probe: Probe, match: LayoutMatch, staging: Staging, rows: str) -> None:
    wrong = staging.connection.execute(
        f"SELECT provider, over_12_hours_to_admission, {ADMITTED} FROM {rows} "
        f"WHERE over_12_hours_to_admission > {ADMITTED} ORDER BY provider LIMIT 1"
    ).fetchone()
    if wrong is None:
        return
    provider, waited, admitted = wrong
    place = match.positions["provider"]
    raise FileRefusedError(
        f"{provider}: {waited:,} waited more than twelve hours for their admission, and {admitted:,} were admitted.",
        where=place_of_row(probe.path, probe.name, lambda row: row[place] == provider),
        next_step="Columns may have been exchanged; download the file again.",
    )


FORMAT = DelimitedFormat(check=check_totals, made=MADE)
