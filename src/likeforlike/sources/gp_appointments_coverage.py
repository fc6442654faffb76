"""GPAD coverage: how many practices and patients of each area and month the appointment figures include."""

from __future__ import annotations

from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, Staging
from likeforlike.sources.reading.conversion import quote
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.headers import LayoutMatch
from likeforlike.sources.reading.locating import place_of_row
from likeforlike.sources.reading.months import parse_month
from likeforlike.sources.reading.probing import Probe


def check_part_of_whole(probe: Probe, match: LayoutMatch, staging: Staging, staged: Staged) -> None:
    """Raise FileRefusedError where more practices or patients are included than there are."""
    wrong = staging.connection.execute(
        "SELECT month, sub_icb, practices_included, practices_open, patients_included, patients_open "
        f"FROM read_parquet({quote(str(staged.tables[0].path))}) "
        "WHERE practices_included > practices_open OR patients_included > patients_open "
        "ORDER BY month, sub_icb LIMIT 1"
    ).fetchone()
    if wrong is None:
        return
    month, area, *counts = wrong
    practices_included, practices_open, patients_included, patients_open = counts
    place = match.positions
    raise FileRefusedError(
        f"{area}, {month:%B %Y}: {practices_included:,} of {practices_open:,} practices and {patients_included:,} of "
        f"{patients_open:,} patients are included, which is more than there are.",
        where=place_of_row(
            probe.path,
            probe.name,
            lambda row: row[place["sub_icb"]] == area and parse_month(row[place["month"]]) == month,
        ),
        next_step="Included and open may have been exchanged; download the file again.",
    )


FORMAT = DelimitedFormat(check=check_part_of_whole)
