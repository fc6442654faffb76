"""Read a finished build: observations, names and membership as Arrow tables, without any engine."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from likeforlike.errors import NotFoundError
from likeforlike.measures.build import Build
from likeforlike.measures.suppliers import SUPPLIERS


def read_observations(
    build: Build,
    indicator: str,
    *,
    organisation_type: str | None = None,
    period: datetime.date | None = None,
    restricted: bool = False,
) -> pyarrow.Table:
    """Observations of an indicator, in the order (organisation_type, organisation, period_start, period_end).

    `period` is the first day of the period. Those that not everybody may see are left out unless `restricted` says
    that whoever asks may see them: nothing that is published or shown to all asks so.

    Raises:
        NotFoundError: the build has none of this indicator.
    """
    path = build.observations(indicator)
    if not path.exists():
        raise NotFoundError(
            f"no file in the store has figures for '{indicator}'.",
            next_step="`likeforlike show` lists the indicators that have; add the files of its sources and build.",
        )
    filters: list[tuple[str, str, object]] = []
    if organisation_type is not None:
        filters.append(("organisation_type", "==", organisation_type))
    if period is not None:
        filters.append(("period_start", "==", period))
    if not restricted:
        filters.append(("restricted", "==", False))
    return _read(path, filters)


def read_names(build: Build) -> dict[tuple[str, str], str]:
    """(organisation_type, code) → newest name."""
    path = build.folder / "organisations.parquet"
    # The build of an empty store knows nobody.
    if not path.exists():
        return {}
    table = _read(path, [])
    columns = [table[name].to_pylist() for name in ("organisation_type", "organisation", "name")]
    return {(kind, code): name for kind, code, name in zip(*columns, strict=True)}


def read_members(build: Build, parent_type: str, parent: str, child_type: str) -> dict[str, datetime.date]:
    """The organisations of one kind that belong to an area: code → the newest month that places them there."""
    table = _read(
        build.folder / "membership.parquet",
        [("parent_type", "==", parent_type), ("parent", "==", parent), ("child_type", "==", child_type)],
    )
    return dict(sorted(zip(table["child"].to_pylist(), table["last_seen"].to_pylist(), strict=True)))


def read_parents(build: Build, child_type: str, parent_type: str) -> dict[str, str]:
    """Child → the area of one kind that it belongs to, as it is now."""
    path = build.folder / "membership.parquet"
    if not path.exists():
        return {}
    table = _read(path, [("parent_type", "==", parent_type), ("child_type", "==", child_type)])
    return dict(sorted(zip(table["child"].to_pylist(), table["parent"].to_pylist(), strict=True)))


def _read(path: Path, filters: Sequence[tuple[str, str, object]]) -> pyarrow.Table:
    return pyarrow.parquet.read_table(path, filters=list(filters) or None)


def count_available(
    build: Build, indicator: str, *, restricted: bool = False
) -> dict[str, dict[str, object]]:
    """By kind of organisation: organisations, first and last month, values, places without one, and restricted ones."""
    observed = read_observations(build, indicator, restricted=restricted)
    counts: dict[str, dict[str, object]] = {}
    for kind in pyarrow.compute.unique(observed["organisation_type"]).to_pylist():
        its = observed.filter(pyarrow.compute.equal(observed["organisation_type"], kind))
        values = its.num_rows - its["value"].null_count
        counts[kind] = {
            "organisations": len(pyarrow.compute.unique(its["organisation"])),
            "first": f"{pyarrow.compute.min(its['period_start']).as_py():%Y-%m}",
            "last": f"{pyarrow.compute.max(its['period_start']).as_py():%Y-%m}",
            "values": values,
            "missing": its.num_rows - values,
            "restricted": sum(its["restricted"].to_pylist()),
        }
    return counts


def read_unplaced(build: Build) -> list[dict[str, Any]]:
    """Names of larger organisations that lead to nobody: parent_type, parent_name, organisation_type, organisations."""
    path = build.folder / "unplaced.parquet"
    # Without a table that prints names alone nobody is placed by name.
    rows: list[dict[str, Any]] = _read(path, []).to_pylist() if path.exists() else []
    return rows


def read_suppliers(build: Build, organisation_type: str) -> dict[str, dict[str, dict[datetime.date, str]]]:
    """Source → organisation → month → supplier; of several named in one month, all, in order."""
    path = build.folder / SUPPLIERS
    if not path.exists():
        return {}
    found: dict[str, dict[str, dict[datetime.date, str]]] = {}
    table = pyarrow.parquet.read_table(path, filters=[("organisation_type", "==", organisation_type)])
    columns = ("source", "organisation", "period", "supplier")
    for source, organisation, period, supplier in zip(
        *(table[name].to_pylist() for name in columns), strict=True
    ):
        months = found.setdefault(source, {}).setdefault(organisation, {})
        months[period] = f"{months[period]}, {supplier}" if period in months else supplier
    return found
