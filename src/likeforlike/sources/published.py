"""The date on which a file was issued: printed, else named, else given, else today and marked as assumed."""

from __future__ import annotations

import datetime
import re

from likeforlike.catalogue import Source
from likeforlike.errors import DefinitionError
from likeforlike.sources.format import Staged, StagedTable
from likeforlike.sources.reading.months import add_months, last_day, parse_month
from likeforlike.store import PublishedBasis


def find_published(
    source: Source, staged: Staged, name: str, content_sha256: str, given: datetime.date | None
) -> tuple[datetime.date, PublishedBasis, tuple[str, ...]]:
    """The date of issue, where it was found, and notes for the reader.

    A printed or named date before the end of the newest month in the file cannot be: it is set aside with a
    note, unless the definition corrects it.
    """
    end = max(table.ends or _end_of_newest_month(table) for table in staged.tables)
    correction = next((one for one in source.corrections if one.sha256 == content_sha256), None)
    if correction is not None:
        if correction.printed != staged.printed:
            raise DefinitionError(
                f"the correction for {content_sha256[:16]} expects the printed date {correction.printed}, "
                f"the file prints {staged.printed}.",
                where=f"{source.id}.toml",
            )
        note = f"prints {correction.printed} as its date of issue, corrected: {correction.reason}"
        return correction.published, PublishedBasis.CORRECTION, (note,)
    notes: tuple[str, ...] = ()
    if staged.printed is not None:
        if staged.printed >= end:
            return staged.printed, PublishedBasis.CONTENT, ()
        notes = (f"prints {staged.printed} as its date of issue, before its figures end: set aside",)
    named = _from_name(source, name)
    if named is not None:
        if named >= end:
            return named, PublishedBasis.NAME, notes
        notes += (f"its name says it was issued by {named}, before its figures end: set aside",)
    if given is not None:
        return given, PublishedBasis.GIVEN, notes
    return datetime.datetime.now(datetime.UTC).date(), PublishedBasis.ASSUMED, notes


def _end_of_newest_month(table: StagedTable) -> datetime.date:
    return last_day(datetime.date.fromisoformat(max(table.coverage)))


def _from_name(source: Source, name: str) -> datetime.date | None:
    """The last day on which an issue of that name can have appeared."""
    for pattern in source.published.name_patterns:
        if found := re.search(pattern, name):
            named = found.groupdict().get("month") or source.published.month or ""
            # 'March' and 'Mar' are spelled out, '03' is not.
            spelled = f"{found['year']}-{named}-01" if named.isdecimal() else f"{named[:3]}-{found['year']}"
            month = parse_month(spelled)
            if month is not None:
                return last_day(add_months(month, source.published.months_after))
    return None
