"""Lineage from the store to `lineage.parquet` and `memberships_over_time.parquet`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow
import pyarrow.compute
import pyarrow.parquet
from ibis.expr.types import Table

from likeforlike.catalogue import Catalogue
from likeforlike.measures.counts import TableNeeds
from likeforlike.measures.editions import select_rows
from likeforlike.measures.engine import Engine
from likeforlike.measures.lineage import PRACTICE, SUB_ICB, Event, Lineage, Listed, make_lineage
from likeforlike.measures.list_jumps import ListJump, infer_successors
from likeforlike.measures.naming import ORGANISATIONS
from likeforlike.measures.spells import Spell, group_statements, make_spells, value_on
from likeforlike.measures.statements import SUCCESSOR, Fetch, Statement, list_statements
from likeforlike.store import Manifest, Store, select_editions

LINEAGE, MEMBERSHIPS, EDITIONS = "lineage.parquet", "memberships_over_time.parquet", "editions.parquet"
# Where a statement stands that no file makes: `definitions/successions.toml`.
SUCCESSIONS = "successions"
# How far the month of a list may lie from the day on which an area ended.
LISTS_WITHIN_MONTHS = 24

EVENT_SCHEMA = pyarrow.schema(
    {
        "organisation_type": pyarrow.string(),
        "organisation": pyarrow.string(),
        "event": pyarrow.string(),
        "day": pyarrow.date32(),
        "not_before": pyarrow.date32(),
        "basis": pyarrow.string(),
        "evidence": pyarrow.string(),
        "other_type": pyarrow.string(),
        "other": pyarrow.string(),
        "previous": pyarrow.string(),
        "members": pyarrow.int64(),
        "of_members": pyarrow.int64(),
        "share_of_patients": pyarrow.float64(),
        "sources": pyarrow.string(),
        "editions": pyarrow.string(),
    }
)
EDITION_SCHEMA = pyarrow.schema(
    {"edition": pyarrow.string(), "source": pyarrow.string(), "published": pyarrow.date32()}
)
SPELL_SCHEMA = pyarrow.schema(
    {
        "child_type": pyarrow.string(),
        "child": pyarrow.string(),
        "parent_type": pyarrow.string(),
        "parent": pyarrow.string(),
        "first_day": pyarrow.date32(),
        "first_day_basis": pyarrow.string(),
        "not_before": pyarrow.date32(),
        "last_seen": pyarrow.date32(),
        "last_day": pyarrow.date32(),
        "evidence": pyarrow.string(),
        "sources": pyarrow.string(),
        "editions": pyarrow.string(),
    }
)


class ListSizes:
    """The lists of all practices in all months: practice × month, NaN where there is none."""

    def __init__(self, observed: pyarrow.Table | None) -> None:
        self.practices: list[str] = []
        self.months: list[datetime.date] = []
        self.sizes: npt.NDArray[np.float64] = np.empty((0, 0))
        self.editions: dict[tuple[str, datetime.date], str] = {}
        if observed is None or not observed.num_rows:
            return
        codes, days = observed["organisation"].to_pylist(), observed["period_start"].to_pylist()
        self.practices, self.months = sorted(set(codes)), sorted(set(days))
        place = {code: index for index, code in enumerate(self.practices)}
        month = {day: index for index, day in enumerate(self.months)}
        self.sizes = np.full((len(place), len(month)), np.nan)
        for code, day, size, editions in zip(
            codes, days, observed["numerator"].to_pylist(), observed["editions"].to_pylist(), strict=True
        ):
            self.sizes[place[code], month[day]] = size
            self.editions[code, day] = editions or ""
        self._place = place

    def near(self, practice: str, day: datetime.date) -> int | None:
        """The list nearest to a day, within two years; of two equally near the earlier."""
        if practice not in self.practices_known:
            return None
        row = self.sizes[self._place[practice]]
        known = [
            (abs(_months_between(month, day)), month, size)
            for month, size in zip(self.months, row, strict=True)
            if not np.isnan(size) and abs(_months_between(month, day)) <= LISTS_WITHIN_MONTHS
        ]
        return int(min(known)[2]) if known else None

    @property
    def practices_known(self) -> dict[str, int]:
        """Practice → its row."""
        return self._place if self.practices else {}

    def listed(self) -> dict[str, Listed]:
        """Practice → the first and last month in which it had a list."""
        found = {}
        for row, practice in enumerate(self.practices):
            (places,) = np.nonzero(~np.isnan(self.sizes[row]))
            first, last = int(places[0]), int(places[-1])
            months = self.months
            found[practice] = Listed(
                first=months[first],
                last=months[last],
                before_first=months[first - 1] if first else None,
                after_last=months[last + 1] if last + 1 < len(months) else None,
                patients=int(self.sizes[row, last]),
                editions=_split(self.editions[practice, months[last]]),
            )
        return found

    def jumps(self, area_on: Callable[[str, datetime.date], str | None]) -> list[ListJump]:
        """Successors that the lists point to."""
        return [
            replace(
                jump,
                editions=tuple(
                    sorted(
                        {
                            *_split(self.editions[jump.predecessor, jump.after]),
                            *_split(self.editions[jump.successor, jump.by]),
                        }
                    )
                ),
            )
            for jump in infer_successors(self.practices, self.months, self.sizes, area_on)
        ]


def _split(editions: str) -> tuple[str, ...]:
    return tuple(part for part in editions.split(",") if part)


def _months_between(one: datetime.date, other: datetime.date) -> int:
    return (one.year - other.year) * 12 + one.month - other.month


def write_lineage(
    engine: Engine,
    store: Store,
    manifest: Manifest,
    catalogue: Catalogue,
    as_at: datetime.date | None,
    folder: Path,
) -> None:
    """Write what happened to organisations, and who belonged to whom from when to when, beside the observations."""

    def fetch(expression: Table) -> list[dict[str, Any]]:
        # By way of a file, as results leave every engine; a folder that is being built has no such file in it.
        path = folder.parent / "statements.parquet"
        engine.write(expression, path)
        rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
        return rows

    statements = read_statements(engine, store, manifest, catalogue, as_at, fetch)
    statements += stated_successions(catalogue, _known(folder, statements))
    lists = ListSizes(_read_lists(folder))
    areas = {
        key[1]: make_spells(group)
        for key, group in group_statements(statements).items()
        if (key[0], key[2]) == (PRACTICE, SUB_ICB)
    }

    def area_on(practice: str, day: datetime.date) -> str | None:
        spells = areas.get(practice, [])
        spell = value_on(spells, day) or (spells[-1] if spells else None)
        return spell.value if spell else None

    lineage = make_lineage(statements, lists.jumps(area_on), lists.listed(), lists.near)
    write_tables(lineage, folder)
    _write_editions(manifest, folder)


def _known(folder: Path, statements: Iterable[Statement]) -> set[tuple[str, str]]:
    """Kind and code of every organisation that the store knows anything of."""
    path = folder / ORGANISATIONS
    known = {(one.organisation_type, one.organisation) for one in statements}
    if path.exists():
        named = pyarrow.parquet.read_table(path, columns=["organisation_type", "organisation"]).to_pydict()
        known |= set(zip(named["organisation_type"], named["organisation"], strict=True))
    return known


def stated_successions(catalogue: Catalogue, known: Collection[tuple[str, str]]) -> list[Statement]:
    """What the definitions state of who followed whom, where the store knows either of them.

    Older than any edition, so that a file of statements about the same organisation stands before them.
    """
    return [
        Statement(
            one.organisation_type, predecessor, SUCCESSOR, successor, one.since, None, datetime.date.min,
            SUCCESSIONS, "", evidence=one.evidence,
        )
        for one in catalogue.successions
        for predecessor in one.predecessors
        for successor in one.successors
        if {(one.organisation_type, predecessor), (one.organisation_type, successor)} & set(known)
    ]  # fmt: skip


def _write_editions(manifest: Manifest, folder: Path) -> None:
    """When each edition was issued: what a publisher prints of earlier months is in the geography of that day."""
    editions = [
        {
            "edition": file.edition,
            "source": file.source,
            "published": datetime.date.fromisoformat(file.published),
        }
        for file in sorted(manifest.files, key=lambda file: file.edition)
    ]
    pyarrow.parquet.write_table(
        pyarrow.Table.from_pylist(editions, schema=EDITION_SCHEMA), folder / EDITIONS, compression="zstd"
    )


def read_statements(
    engine: Engine,
    store: Store,
    manifest: Manifest,
    catalogue: Catalogue,
    as_at: datetime.date | None,
    fetch: Fetch,
) -> list[Statement]:
    """What the newest editions of every month state of organisations."""
    statements = []
    for source in catalogue.sources.values():
        for table in source.tables:
            if table.history is None:
                continue
            selection = select_editions(manifest, source.id, table.id, as_at=as_at)
            if selection.paths:
                rows = select_rows(engine, store, selection, TableNeeds(source.id, table, (), ()))
                statements += list_statements(rows, table, source.id, fetch)
    return [one for one in statements if _is_shaped(one, catalogue)]


def _is_shaped(one: Statement, catalogue: Catalogue) -> bool:
    """Whether what it belongs to is of the kind that the column is for: a Welsh health board is no sub-ICB."""
    kind = catalogue.organisation_types.get(one.fact)
    return kind is None or one.value is None or kind.accepts(one.value)


def _read_lists(folder: Path) -> pyarrow.Table | None:
    path = folder / "observations" / "list_size.parquet"
    if not path.exists():
        return None
    observed = pyarrow.parquet.read_table(
        path,
        columns=["organisation", "period_start", "numerator", "editions"],
        filters=[("organisation_type", "==", PRACTICE)],
    )
    return observed.filter(pyarrow.compute.is_valid(observed["numerator"]))


def write_tables(lineage: Lineage, folder: Path) -> None:
    """Write both tables, in order."""
    events = pyarrow.Table.from_pylist([_event_row(event) for event in lineage.events], schema=EVENT_SCHEMA)
    pyarrow.parquet.write_table(events, folder / LINEAGE, compression="zstd")
    spells = pyarrow.Table.from_pylist([_spell_row(spell) for spell in lineage.spells], schema=SPELL_SCHEMA)
    pyarrow.parquet.write_table(spells, folder / MEMBERSHIPS, compression="zstd")


def _event_row(event: Event) -> dict[str, object]:
    return vars(event) | {"sources": ",".join(event.sources), "editions": ",".join(event.editions)}


def _spell_row(spell: Spell) -> dict[str, object]:
    row = dict(vars(spell))
    row["child_type"], row["child"] = row.pop("organisation_type"), row.pop("organisation")
    row["parent_type"], row["parent"] = row.pop("fact"), row.pop("value")
    return row | {"sources": ",".join(spell.sources), "editions": ",".join(spell.editions)}
