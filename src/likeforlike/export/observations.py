"""Observations as CSV and Parquet in a folder of their own, with whom to name and what they do not tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.compute
import pyarrow.parquet

from likeforlike import __version__
from likeforlike.catalogue import Catalogue, Indicator
from likeforlike.catalogue.attribution import (
    Attribution,
    attribute,
    attribution_lines,
    attribution_metadata,
    find_fiction,
)
from likeforlike.errors import NotFoundError
from likeforlike.measures.build import Build
from likeforlike.measures.reading import read_names, read_observations
from likeforlike.store import AddedFile, Manifest
from likeforlike.store.tables_for_people import RESTRICTED_MARK, write_csv
from likeforlike.store.whole_folder import write_whole_folder

ATTRIBUTION_FILE = "ATTRIBUTION.txt"
RESTRICTED_WARNING = (
    "RESTRICTED. Some of these observations come from files that are not public. Do not publish or pass on."
)


# An indicator and all of its observations → a label for each, and where the labels come from; None without bands.
LabelBands = Callable[[Indicator, Sequence[Mapping[str, Any]]], "tuple[list[str | None], str] | None"]


@dataclass(frozen=True)
class ExportedIndicator:
    """What was written of one indicator."""

    indicator: Indicator
    rows: int
    restricted_rows: int
    first: str
    """First day of the earliest period."""
    last: str
    """Last day of the latest."""
    bands: str | None
    """Where the bands in it come from; none where it has none."""


@dataclass(frozen=True)
class Export:
    """What was written, where, and whom to name for it."""

    folder: Path
    indicators: tuple[ExportedIndicator, ...]
    attributions: tuple[Attribution, ...]
    fiction: str | None
    editions: tuple[AddedFile, ...]

    @property
    def restricted(self) -> bool:
        """Whether any of it is not for everybody."""
        return any(one.restricted_rows for one in self.indicators)


def export_observations(
    build: Build,
    catalogue: Catalogue,
    manifest: Manifest,
    indicators: Sequence[Indicator],
    target: Path,
    *,
    restricted: bool = False,
    label_bands: LabelBands | None = None,
) -> Export:
    """Write each indicator's observations as CSV and as Parquet, and ATTRIBUTION.txt beside them.

    `label_bands` places observations in the bands of an indicator that has some, for a column `band`.
    Observations that not everybody may see are left out. With `restricted` they are in it, and then every file
    says so: in its name, in its column `restricted`, in the metadata of Parquet and on top of ATTRIBUTION.txt.

    Raises:
        NotFoundError: there are no figures of one of the indicators.
        SettingsError: something of the target's name is there already.
        StoreError: the folder cannot be written.
    """
    names = read_names(build)
    fiction = find_fiction(catalogue, names)
    tables, how = {}, {}
    for one in indicators:
        table = _with_names(build, one.id, names, restricted=restricted)
        tables[one.id], how[one.id] = _with_bands(table, one, label_bands)
    files = {file.edition: file for file in manifest.files}
    used = {edition: files[edition] for table in tables.values() for edition in _editions(table)}
    export = Export(
        folder=target,
        indicators=tuple(_summarise(one, tables[one.id], how[one.id]) for one in indicators),
        attributions=attribute(catalogue, _licences(used.values())),
        fiction=fiction,
        editions=tuple(sorted(used.values(), key=lambda file: (file.source, file.published, file.name))),
    )
    mark = RESTRICTED_MARK if export.restricted else ""
    with write_whole_folder(target, "export") as folder:
        for indicator_id, table in tables.items():
            its = attribute(catalogue, _licences(files[edition] for edition in _editions(table)))
            metadata = dict(attribution_metadata(its, fiction))
            metadata |= {"build": build.key, "restricted": "true" if export.restricted else "false"}
            pyarrow.parquet.write_table(
                table.replace_schema_metadata(metadata),
                folder / f"{indicator_id}{mark}.parquet",
                compression="zstd",
            )
            write_csv(table, folder / f"{indicator_id}{mark}.csv")
        text = describe(export, build)
        (folder / ATTRIBUTION_FILE).write_text(text, encoding="utf-8", newline="\n")
    return export


def _with_names(
    build: Build, indicator: str, names: dict[tuple[str, str], str], *, restricted: bool
) -> pyarrow.Table:
    """Observations with the organisation's name behind its code."""
    table = read_observations(build, indicator, restricted=restricted)
    if not table.num_rows:
        raise NotFoundError(
            f"'{indicator}' has no figures that everybody may see.",
            next_step="Whoever may see restricted ones says --restricted.",
        )
    kinds, codes = table["organisation_type"].to_pylist(), table["organisation"].to_pylist()
    named = pyarrow.array(
        [names.get((kind, code)) for kind, code in zip(kinds, codes, strict=True)], pyarrow.string()
    )
    return table.add_column(table.column_names.index("organisation") + 1, "organisation_name", named)


def _with_bands(
    table: pyarrow.Table, indicator: Indicator, label_bands: LabelBands | None
) -> tuple[pyarrow.Table, str | None]:
    """Observations with their bands behind the publisher's, and where the bands come from."""
    found = label_bands(indicator, table.to_pylist()) if label_bands and indicator.bands else None
    if found is None:
        return table, None
    labels, how = found
    place = table.column_names.index("published_band") + 1
    return table.add_column(place, "band", pyarrow.array(labels, pyarrow.string())), how


def _editions(table: pyarrow.Table) -> set[str]:
    lists = pyarrow.compute.unique(table["editions"]).to_pylist()
    return {edition for editions in lists if editions for edition in editions.split(",")}


def _licences(files: Iterable[AddedFile]) -> set[tuple[str, str]]:
    return {(file.source, file.licence) for file in files}


def _summarise(indicator: Indicator, table: pyarrow.Table, bands: str | None) -> ExportedIndicator:
    return ExportedIndicator(
        indicator=indicator,
        bands=bands,
        rows=table.num_rows,
        restricted_rows=pyarrow.compute.sum(table["restricted"]).as_py(),
        first=str(pyarrow.compute.min(table["period_start"]).as_py()),
        last=str(pyarrow.compute.max(table["period_end"]).as_py()),
    )


def describe(export: Export, build: Build) -> str:
    """The text of ATTRIBUTION.txt: whom to name, what it is, from which editions, and what it does not tell."""
    lines = [RESTRICTED_WARNING, ""] if export.restricted else []
    lines += ["Name these sources wherever you use these figures:", ""]
    lines += attribution_lines(export.attributions, export.fiction)
    lines += ["", f"Computed by likeforlike {__version__}, build {build.key}; as at {build.as_at or 'now'}."]
    lines += [
        "Organisations are placed as they are now. An observation has a value, or says why it has none."
    ]
    for one in export.indicators:
        indicator = one.indicator
        its = f"{one.rows:,} observations, {one.first} to {one.last}"
        its += f", {one.restricted_rows:,} of them restricted" if one.restricted_rows else ""
        lines += ["", f"{indicator.id}: {indicator.title} ({indicator.unit})", f"  {its}"]
        lines += [f"  {one.bands}."] if one.bands else []
        lines += [f"  {text}" for text in (indicator.does_not_tell, *indicator.caveats)]
    lines += ["", "Sources"]
    lines += [
        f"  {one.title}, {one.publisher}, {one.licence}: {one.landing_page}" for one in export.attributions
    ]
    lines += ["", "Editions"]
    lines += list(_edition_lines(export.editions))
    return "\n".join(lines) + "\n"


def _edition_lines(files: Iterable[AddedFile]) -> Iterable[str]:
    for file in files:
        mark = ", restricted" if file.restricted else ""
        yield f"  {file.edition}: {file.source}, issued {file.published} ({file.published_basis}), {file.name}{mark}"
