"""JSON files that their definition describes whole: known by what they say they are, a record an organisation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from likeforlike.catalogue import Layout, Source, Table
from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, StagedTable, Staging
from likeforlike.sources.reading.headers import LayoutMatch, NearMiss, match_table
from likeforlike.sources.reading.json_rows import Json, JsonRows, read_json, rows_of
from likeforlike.sources.reading.locating import NEXT_STEP_LAYOUT
from likeforlike.sources.reading.people import check_no_people
from likeforlike.sources.reading.probing import HEAD_BYTES, FileKind, Probe
from likeforlike.sources.reading.text_rows import PLACE, TextRows, stage_text_rows

REGISTERED = "json_text"


@dataclass(frozen=True)
class JsonFormat:
    """A document that says what it is and holds records of one table."""

    publication: str
    """The regular expression that its member 'publication' matches, whole; it stands near the beginning."""
    records: tuple[str, ...]
    """The members with the records: an object, or a list of objects."""
    counted: Mapping[str, str] = field(default_factory=dict)
    """Records → the member that says how many of them there are."""
    made: Mapping[str, str] = field(default_factory=dict)
    """Column that a layout has `made` → SQL for its text, over the text of the columns that have a header."""
    check: Callable[[Staging, StagedTable, str], None] | None = None
    """What is compared with figures in the file itself, beyond what every table is checked for."""

    def recognises(self, probe: Probe, source: Source) -> bool:  # noqa: ARG002 - what it says it is suffices
        """Whether the document says that it is this publication. Whatever is wrong with it is said by `stage`."""
        if probe.kind is not FileKind.JSON:
            return False
        with probe.path.open("rb") as stream:
            head = stream.read(HEAD_BYTES).decode(errors="replace")
        return re.search(rf'"publication"\s*:\s*"(?:{self.publication})"', head) is not None

    def stage(self, probe: Probe, source: Source, staging: Staging) -> Staged:
        """Convert, check, write."""
        import pyarrow

        document = read_json(probe.path, probe.name)
        if not isinstance(document, dict):
            raise FileRefusedError(
                "a list, where a document with members was expected.",
                where=probe.name,
                next_step="Download the file again.",
            )
        found = rows_of(document, self.records, probe.name)
        check_no_people(found.header, found.rows, probe.name)
        (table,) = source.tables
        match = match_table(list(found.header), source, table)
        if isinstance(match, NearMiss):
            raise _unlike_layout(probe, match)
        self._check_counted(document, probe.name)
        staging.connection.register(REGISTERED, pyarrow.table(_columns(found, match)))
        rows = TextRows(probe.name, REGISTERED, match.layout.headers, self._made(table, match.layout))
        staged = stage_text_rows(rows, source, table, staging)
        staging.connection.unregister(REGISTERED)
        if self.check:
            self.check(staging, staged, probe.name)
        return Staged(match.layout.name, (staged,))

    def _made(self, table: Table, layout: Layout) -> dict[str, str]:
        return {column.name: self.made[column.name] for column in table.columns if column.name in layout.made}

    def _check_counted(self, document: dict[str, Json], name: str) -> None:
        for records, member in self.counted.items():
            there = document[records]
            number = len(there) if isinstance(there, list) else 1
            if document.get(member) != str(number):
                raise FileRefusedError(
                    f"{number} records are in '{records}', '{member}' says {document.get(member)}.",
                    where=name,
                    next_step="It was cut short or changed by hand; download it again.",
                )


def _columns(found: JsonRows, match: LayoutMatch) -> dict[str, list[str]]:
    cells = {name: [row[place] for row in found.rows] for name, place in match.positions.items()}
    return {PLACE: list(found.places), **cells}


def _unlike_layout(probe: Probe, nearest: NearMiss) -> FileRefusedError:
    faults = [f"no member '{text}'" for text in nearest.missing]
    faults += [f"an unknown member '{text}'" for text in nearest.unexpected]
    return FileRefusedError(
        f"looks like {nearest.source.id} ({nearest.layout.name}) but has "
        f"{', '.join(faults) or 'a member twice'}.",
        where=probe.name,
        next_step=NEXT_STEP_LAYOUT.format(source=nearest.source.id),
    )
