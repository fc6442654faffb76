"""Cloud telephony: calls to practices by month, their outcome, the callers' wait and the calls' duration."""

from likeforlike.sources.reading.sheets import SheetTable
from likeforlike.sources.reading.workbooks import WorkbookFormat, check_once


def check_practices_once(read: SheetTable) -> None:
    """Raise FileRefusedError where a practice has two rows in one month.

    The key cannot say so: rows without a practice need the areas in it.
    """
    check_once(read, ("month", "practice"), where_filled="practice")


FORMAT = WorkbookFormat(title="Cloud Based Telephony data in General Practice", check=check_practices_once)
