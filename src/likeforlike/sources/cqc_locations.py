"""CQC locations: care homes and hospitals with their registration, and every rating that they have had."""

from __future__ import annotations

import csv
import datetime
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from likeforlike.catalogue import Source
from likeforlike.errors import FileRefusedError
from likeforlike.sources.cqc_ratings import NestedTextError, choose_rating, read_ratings
from likeforlike.sources.format import Staged, StagedTable, Staging
from likeforlike.sources.reading.checks import summarise
from likeforlike.sources.reading.conversion import quote
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.locating import NEXT_STEP_LAYOUT
from likeforlike.sources.reading.people import check_no_names_of_people
from likeforlike.sources.reading.probing import Probe
from likeforlike.sources.reading.providers import TRUST

if TYPE_CHECKING:
    import pyarrow

CURRENT, HISTORIC, LAST_REPORT = "currentRatings", "historicRatings", "lastReport"
NESTED = (CURRENT, HISTORIC, LAST_REPORT)
# A CSV cell with decades of reports is long; more than this is no location.
LONGEST_CELL = 1_000_000

# The Commission's own mark of a care home stands before the services, of which a location may have many.
KIND = """
    CASE WHEN care_home = 'Yes' THEN 'care_home'
    WHEN contains(service_types, '''name'': ''Hospital''') THEN 'hospital'
    WHEN provider_kind = 'Social Care Org' THEN 'social_care_provider' ELSE 'other' END
"""
# The newest day that the file speaks of: a registration, its end, or a report.
NEWEST = "strftime(greatest(max(registered) OVER (), max(deregistered) OVER (), DATE {report}), '%Y-%m-%d')"
MADE = {
    "organisation_type": KIND,
    "part": f"{KIND} || ' in ' || local_authority",
    "trust": f"CASE WHEN regexp_full_match(provider, {quote(TRUST)}) THEN provider ELSE '' END",
}

RATINGS = """
    SELECT report_date, part, organisation_type, location, location_name, trust, local_authority, question, rating,
        inherited, reports, edition
    FROM ratings_read JOIN read_parquet({locations}) USING (location)
    ORDER BY location, question, report_date
"""


@dataclass(frozen=True)
class Ratings:
    """What the nested texts of a file say: columns of the table of ratings, and the newest day in them."""

    columns: dict[str, list[object]]
    newest: datetime.date


class CqcLocationsFormat:
    """Locations as published, and beside them a row for each rating."""

    def recognises(self, probe: Probe, source: Source) -> bool:
        """Whether the header is that of locations."""
        return DelimitedFormat().recognises(probe, source)

    def stage(self, probe: Probe, source: Source, staging: Staging) -> Staged:
        """Read the ratings, convert and check the locations, put the two together."""
        # A cell that is no date, or a name that is a person's, is found before anything is written.
        ratings = _read(probe, source)
        made = {**MADE, "as_of": NEWEST.format(report=quote(ratings.newest.isoformat()))}
        staged = DelimitedFormat(made=made).stage(probe, source, staging)
        (locations,) = staged.tables
        tables = [locations, _write(ratings, locations, source, staging, probe)]
        ((as_of,),) = staging.connection.execute(
            f"SELECT max(as_of) FROM read_parquet({quote(str(locations.path))})"
        ).fetchall()
        return replace(staged, tables=tuple(one for one in tables if one.rows), printed=as_of)


def _read(probe: Probe, source: Source) -> Ratings:
    """The ratings of all rows.

    Raises:
        FileRefusedError: a nested text is not as the interface writes it.
        PersonalDataRefusedError: a cell has the name of a manager.
    """
    columns: dict[str, list[object]] = {
        name: [] for name in ("location", "question", "report_date", "rating", "inherited", "reports")
    }
    newest = datetime.date.min
    for number, row in _rows(probe):
        check_no_names_of_people(row.values(), probe.name)
        try:
            found = read_ratings(row[CURRENT], row[HISTORIC])
            newest = max(newest, _day_of(row[LAST_REPORT]), *(day for _, day in found))
        except NestedTextError as error:
            raise FileRefusedError(
                f"location {row['locationId'][:20]}: {error} was expected in one of {', '.join(NESTED)}.",
                where=f"{probe.name}, row {number}",
                next_step=NEXT_STEP_LAYOUT.format(source=source.id),
            ) from None
        for (question, day), reports in found.items():
            chosen = choose_rating(reports)
            columns["location"].append(row["locationId"])
            columns["question"].append(question)
            columns["report_date"].append(day)
            columns["rating"].append(chosen.rating)
            columns["inherited"].append("Yes" if chosen.inherited else "No")
            columns["reports"].append(len(reports))
    return Ratings(columns, newest)


def _rows(probe: Probe) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and cells by header of every row; a row that was cut is left to whoever converts the table."""
    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        with probe.path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(itertools.islice(stream, probe.blank_lines, None))
            header = [cell.strip() for cell in next(reader)]
            for row in reader:
                if len(row) == len(header):
                    yield probe.blank_lines + reader.line_num, dict(zip(header, row, strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise FileRefusedError(
            f"cannot be read as CSV ({error}).", where=probe.name, next_step="Download it again."
        ) from None
    finally:
        csv.field_size_limit(limit)


def _day_of(last_report: str) -> datetime.date:
    """The date in the last report's nested text; the first of all days where there is none."""
    found = re.search(r"\d{4}-\d{2}-\d{2}", last_report)
    try:
        return datetime.date.fromisoformat(found[0]) if found else datetime.date.min
    except ValueError:
        raise NestedTextError("a date of the last report") from None


def _write(
    ratings: Ratings, locations: StagedTable, source: Source, staging: Staging, probe: Probe
) -> StagedTable:
    table = source.table("ratings")
    path = staging.folder / f"{table.id}.parquet"
    staging.connection.register("ratings_read", _arrow(ratings))
    query = RATINGS.format(locations=quote(str(locations.path)))
    staging.connection.execute(f"COPY ({query}) TO {quote(str(path))} (FORMAT parquet, COMPRESSION zstd)")
    staging.connection.unregister("ratings_read")
    summary = summarise(staging.connection, path, table)
    for fault in summary.faults:
        raise FileRefusedError(
            f"found '{fault.word or ''}' as a {fault.column.name}, expected {fault.expected}.",
            where=f"{probe.name}, in one of {', '.join(NESTED)}",
            next_step=NEXT_STEP_LAYOUT.format(source=source.id),
        )
    return StagedTable(table, path, summary.rows, summary.coverage, summary.texts, summary.ends)


def _arrow(ratings: Ratings) -> pyarrow.Table:
    import pyarrow

    types = {"report_date": pyarrow.date32(), "reports": pyarrow.int64()}
    return pyarrow.table(
        {
            name: pyarrow.array(values, type=types.get(name, pyarrow.string()))
            for name, values in ratings.columns.items()
        }
    )


FORMAT = CqcLocationsFormat()
