"""Build all observations of a store: a pure function of editions, definitions and as-at date."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pyarrow
from ibis.expr.types import Table

from likeforlike import __version__
from likeforlike.catalogue import Catalogue, Indicator
from likeforlike.catalogue.indicators import Status
from likeforlike.errors import StoreError
from likeforlike.measures.counts import ORGANISATION, PERIOD, TableNeeds, collect_needs, count
from likeforlike.measures.engine import Engine, open_engine
from likeforlike.measures.membership import all_parents, list_names, list_records, newest_statements
from likeforlike.measures.observations import (
    Counted,
    Lists,
    finish,
    make_calendar,
    minimum_coverage,
    observe,
    prefer,
    roll_up,
    sum_areas,
    with_own_coverage,
)
from likeforlike.settings import Settings
from likeforlike.store import Manifest, Selection, Store, select_editions
from likeforlike.store.files import hash_file, sync_file, sync_folder
from likeforlike.store.store import Problem

# Raised when the same inputs would give other observations.
MEASURES_VERSION = 3
LIST_SIZE = "list_size"
# What `build.json` must say.
DESCRIPTION = frozenset({"key", "as_at", "rows", "organisations", "files"})


@dataclass(frozen=True)
class Build:
    """A finished build: where it lies and what it holds."""

    folder: Path
    key: str
    as_at: datetime.date | None
    rows: dict[str, int]
    """Observations by indicator."""
    organisations: int
    already_there: bool

    def observations(self, indicator: str) -> Path:
        """The Parquet file of an indicator's observations."""
        return self.folder / "observations" / f"{indicator}.parquet"


def build_key(manifest: Manifest, catalogue: Catalogue, as_at: datetime.date | None) -> str:
    """The name of a build: a hash of all that it depends on.

    The engine is no part of it: every engine gives the same rows, so a build is not made again for another.
    """
    inputs = {
        "files": sorted(
            [file.content_sha256, file.published, file.importer_version, file.source]
            for file in manifest.files
        ),
        "definitions": catalogue.digest,
        "as_at": as_at.isoformat() if as_at else None,
        "measures": MEASURES_VERSION,
    }
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:24]


def find_build(store: Store, catalogue: Catalogue, as_at: datetime.date | None = None) -> Build | None:
    """The build of the store as it is now, if it has been made."""
    key = build_key(store.manifest(), catalogue, as_at)
    folder = store.builds / key
    return load_build(folder) if (folder / "build.json").exists() else None


def load_build(folder: Path) -> Build:
    """What `build.json` says of a finished build.

    Raises:
        StoreError: it is damaged.
    """
    content = _read_description(folder)
    return Build(
        folder=folder,
        key=content["key"],
        as_at=datetime.date.fromisoformat(content["as_at"]) if content["as_at"] else None,
        rows=content["rows"],
        organisations=content["organisations"],
        already_there=True,
    )


def _read_description(folder: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((folder / "build.json").read_text(encoding="utf-8"))
        missing = DESCRIPTION - content.keys()
    except (ValueError, AttributeError):
        missing = DESCRIPTION
    if missing:
        raise StoreError(
            "the build is damaged.",
            where=str(folder),
            next_step="Remove this folder and run `likeforlike build`.",
        )
    return content


def build(
    store: Store,
    catalogue: Catalogue,
    settings: Settings,
    *,
    as_at: datetime.date | None = None,
    report: Callable[[str], None] | None = None,
) -> Build:
    """Compute every active indicator's observations from the newest editions (by `as_at`) and keep them.

    The folder appears when all of it is written; a build that is there already is returned as it is.
    """
    manifest = store.manifest()
    key = build_key(manifest, catalogue, as_at)
    final = store.builds / key
    store.sweep()
    if (final / "build.json").exists():
        return load_build(final)
    with store.staging() as staging:
        folder = staging / key
        (folder / "observations").mkdir(parents=True)
        engine = open_engine(settings, staging / "spill")
        try:
            rows, organisations = compute_observations(
                engine, store, manifest, catalogue, as_at, folder, report or _say_nothing
            )
        finally:
            engine.close()
        _describe(folder, key, as_at, rows, organisations)
        _swap(folder, final, store, manifest)
    return Build(final, key, as_at, rows, organisations, already_there=False)


def _say_nothing(step: str) -> None:
    del step


def _describe(
    folder: Path, key: str, as_at: datetime.date | None, rows: dict[str, int], organisations: int
) -> None:
    files = {
        path.relative_to(folder).as_posix(): hash_file(path) for path in sorted(folder.rglob("*.parquet"))
    }
    content = {
        "key": key,
        "as_at": as_at.isoformat() if as_at else None,
        "version": __version__,
        "geography": "organisations as they are now",
        "rows": rows,
        "organisations": organisations,
        "files": files,
    }
    (folder / "build.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    for path in folder.rglob("*"):
        if path.is_file():
            sync_file(path)


def _swap(folder: Path, final: Path, store: Store, manifest: Manifest) -> None:
    with store.lock():
        held = {file.content_sha256 for file in store.manifest().files}
        if any(file.content_sha256 not in held for file in manifest.files):
            raise StoreError(
                "a file was withdrawn while its figures were being computed.",
                where=str(store.folder),
                next_step="Build again.",
            )
        if (final / "build.json").exists():
            return
        store.builds.mkdir(exist_ok=True)
        folder.rename(final)
        sync_folder(store.builds)


def compute_observations(
    engine: Engine,
    store: Store,
    manifest: Manifest,
    catalogue: Catalogue,
    as_at: datetime.date | None,
    folder: Path,
    report: Callable[[str], None],
) -> tuple[dict[str, int], int]:
    """Compute all observations with an engine and write them below a folder.

    Returns the number of observations by indicator, and the number of organisations that have a name.
    """
    counted: dict[tuple[str, str], Counted] = {}
    for key, needs in collect_needs(catalogue).items():
        selection = select_editions(manifest, *key, as_at=as_at)
        if selection.paths:
            report(f"counting {needs.source}, {needs.table.id}")
            expression = count(select_rows(engine, store, selection, needs), needs)
            expression = keep_newest_issue(expression, selection, needs)
            counted[key] = Counted(needs, engine.keep(needs.name, expression), _months(selection, needs))
    if not counted:
        return {}, 0
    report("placing organisations")
    records = list_records([(one.needs.table, one.counts) for one in counted.values()])
    newest = engine.keep("newest_statements", newest_statements(records))
    organisations = engine.write(
        list_names(newest).order_by(["organisation_type", "organisation"]), folder / "organisations.parquet"
    )
    parents = engine.keep("parents", all_parents(newest, catalogue))
    engine.write(
        parents.order_by(["child_type", "child", "parent_type", "parent"]), folder / "membership.parquet"
    )
    rows = _measure_all(engine, catalogue, counted, parents, folder, report)
    return dict(sorted(rows.items())), organisations


def _measure_all(
    engine: Engine,
    catalogue: Catalogue,
    counted: dict[tuple[str, str], Counted],
    parents: Table,
    folder: Path,
    report: Callable[[str], None],
) -> dict[str, int]:
    every_month = {month for one in counted.values() for month in one.months}
    list_months = (
        _months_of(catalogue.indicators[LIST_SIZE], counted) if LIST_SIZE in catalogue.indicators else set()
    )
    calendar = engine.keep("calendar", make_calendar(sorted(every_month), sorted(list_months)))
    rows: dict[str, int] = {}
    lists: Lists | None = None
    for indicator in _in_order(catalogue):
        report(f"measuring {indicator.title}")
        inputs = [
            observe(indicator, source, preference, known, lists, calendar)
            for preference, source in enumerate(indicator.inputs)
            if (known := counted.get((source.source, source.table))) is not None
        ]
        if not inputs:
            continue
        published = engine.keep(f"published_{indicator.id}", prefer(inputs))
        if indicator.id == LIST_SIZE:
            # List sizes weigh themselves: an area's list is the sum of those of its practices.
            lists = _keep_lists(engine, published, parents)
        above = roll_up(indicator, published, parents, lists, calendar, minimum_coverage(catalogue))
        observed = prefer([with_own_coverage(published), above])
        if indicator.id == LIST_SIZE:
            observed = engine.keep("observed_list_size", observed)
            lists = _keep_lists(engine, observed, parents)
        rows[indicator.id] = engine.write(
            finish(indicator, observed, calendar), folder / "observations" / f"{indicator.id}.parquet"
        )
    return rows


def _keep_lists(engine: Engine, observed: Table, parents: Table) -> Lists:
    sizes = observed.filter(observed.reason.isnull())
    name = f"area_lists_{observed.get_name()}"
    return Lists(sizes, engine.keep(name, sum_areas(sizes, parents)))


def select_rows(engine: Engine, store: Store, selection: Selection, needs: TableNeeds) -> Table:
    """The rows of the chosen editions, less the parts that a newer issue replaced."""
    rows = engine.read([store.path(path) for path in selection.paths])
    return drop_superseded(rows, selection, needs)


def drop_superseded(rows: Table, selection: Selection, needs: TableNeeds) -> Table:
    """Leave out (edition, period, area) that a newer issue replaced."""
    if not selection.superseded:
        return rows
    editions, periods, areas = zip(*selection.superseded, strict=True)
    replaced = ibis.memtable(
        pyarrow.table(
            {
                "old_edition": pyarrow.array(editions),
                "old_period": pyarrow.array([datetime.date.fromisoformat(period) for period in periods]),
                "old_area": pyarrow.array(areas),
            }
        )
    )
    matches = [rows.edition == replaced.old_edition, rows[needs.table.period] == replaced.old_period]
    if needs.table.area:
        matches.append(rows[needs.table.area] == replaced.old_area)
    return rows.anti_join(replaced, matches)


def keep_newest_issue(counts: Table, selection: Selection, needs: TableNeeds) -> Table:
    """One row for each organisation and month: an issue about some areas may have moved a practice into one of
    them, and the older issue, which stands for the other areas, still has it in its old one."""
    if needs.table.area is None or len(selection.files) == 1:
        return counts
    files = sorted(selection.files, key=lambda file: (file.published, file.name, file.content_sha256))
    issues = ibis.memtable(
        pyarrow.table(
            {
                "issue_edition": pyarrow.array([file.edition for file in files]),
                "issue": pyarrow.array(range(len(files)), type=pyarrow.int64()),
            }
        )
    )
    joined = counts.join(issues, counts.edition == issues.issue_edition)
    ranked = joined.mutate(
        place=ibis.row_number().over(
            group_by=[joined[ORGANISATION], joined[PERIOD]], order_by=[ibis.desc(joined.issue)]
        )
    )
    return ranked.filter(ranked.place == 0).select(*counts.columns)


def _months(selection: Selection, needs: TableNeeds) -> tuple[datetime.date, ...]:
    periods = {
        period
        for file in selection.files
        for stored in file.tables
        if stored.table == needs.table.id
        for period in stored.coverage
    }
    return tuple(sorted(datetime.date.fromisoformat(period) for period in periods))


def _in_order(catalogue: Catalogue) -> list[Indicator]:
    """Active indicators; those that others divide by come first."""
    active = [one for one in catalogue.indicators.values() if one.status is Status.ACTIVE]
    return sorted(active, key=lambda indicator: (indicator.id != LIST_SIZE, indicator.id))


def _months_of(indicator: Indicator, counted: dict[tuple[str, str], Counted]) -> set[datetime.date]:
    return {
        month
        for source in indicator.inputs
        if (source.source, source.table) in counted
        for month in counted[source.source, source.table].months
    }


def verify_builds(store: Store) -> list[Problem]:
    """Recompute the hash of every file of every build."""
    problems = []
    for folder in sorted(path.parent for path in store.builds.glob("*/build.json")):
        where = f"builds/{folder.name}"
        try:
            files: dict[str, str] = _read_description(folder)["files"]
        except StoreError as error:
            problems.append(Problem(f"{where}/build.json", error.what))
            continue
        for name, digest in files.items():
            path = folder / name
            if not path.is_file():
                problems.append(Problem(f"{where}/{name}", "is gone"))
            elif hash_file(path) != digest:
                problems.append(Problem(f"{where}/{name}", "has other bytes"))
    return problems
