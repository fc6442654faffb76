"""NHS Payments to General Practice: weighted lists and kinds of practices by financial year, on 75 columns."""

from __future__ import annotations

from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, Staging
from likeforlike.sources.reading.conversion import quote
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.headers import LayoutMatch
from likeforlike.sources.reading.locating import place_of_row
from likeforlike.sources.reading.probing import Probe

# The publisher prints pennies: a printed average lies within half a penny of the true one.
HALF_A_PENNY = "0.005"


def check_averages(probe: Probe, match: LayoutMatch, staging: Staging, staged: Staged) -> None:
    """Raise FileRefusedError where the printed average payment is not the total by the registered patients.

    Every year has other columns of payments. Where one was added or dropped and the header was not, the total or
    the patients would come from the column beside them: this sum then fails in nearly every row.
    """
    wrong = staging.connection.execute(
        "SELECT practice, total_payments, registered_patients, payments_per_registered_patient "
        f"FROM read_parquet({quote(str(staged.tables[0].path))}) WHERE registered_patients > 0 "
        "AND abs(total_payments - payments_per_registered_patient * registered_patients) "
        f"> {HALF_A_PENNY} * registered_patients ORDER BY practice LIMIT 1"
    ).fetchone()
    if wrong is None:
        return
    practice, total, patients, average = wrong
    position = match.positions["practice"]
    raise FileRefusedError(
        f"practice {practice}: £{total:,} by {patients.normalize():,f} registered patients is £{total / patients:.2f} "
        f"each, the file's average is £{average}.",
        where=place_of_row(probe.path, probe.name, lambda row: row[position] == practice),
        next_step="The publisher's averages follow from its totals; download the file again, and see whether its "
        "header fits its columns.",
    )


FORMAT = DelimitedFormat(check=check_averages)
