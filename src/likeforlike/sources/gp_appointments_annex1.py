"""GPAD Annex 1: appointments of a month by practice, with list size, and spread over waits, categories and so on."""

from __future__ import annotations

from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, Staging
from likeforlike.sources.reading.conversion import quote
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.headers import LayoutMatch
from likeforlike.sources.reading.locating import place_of_row
from likeforlike.sources.reading.probing import Probe

# The publisher prints fifteen digits; a spreadsheet that resaved the file may have left two decimals.
PRINTED_TO = 0.005


def check_rates(probe: Probe, match: LayoutMatch, staging: Staging, staged: Staged) -> None:
    """Raise FileRefusedError where table 1's printed rate is not its appointments by its list size."""
    if match.table.id != "table_1":
        return
    wrong = staging.connection.execute(
        "SELECT practice, appointments, list_size, appointments_per_1000 "
        f"FROM read_parquet({quote(str(staged.tables[0].path))}) "
        "WHERE list_size > 0 AND abs(1000.0 * appointments / list_size - appointments_per_1000) > ? "
        "ORDER BY practice LIMIT 1",
        [PRINTED_TO],
    ).fetchone()
    if wrong is None:
        return
    practice, appointments, list_size, rate = wrong
    position = match.positions["practice"]
    raise FileRefusedError(
        f"{appointments:,} appointments by {list_size:,} patients are {1000 * appointments / list_size:.3f} per 1,000, "
        f"the file's rate for practice {practice} is {rate:.3f}.",
        where=place_of_row(probe.path, probe.name, lambda row: row[position] == practice),
        next_step="The publisher's rates follow from its counts; download the file again.",
    )


FORMAT = DelimitedFormat(check=check_rates)
