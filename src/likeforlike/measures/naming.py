"""Who is named in a build: each of its Parquet files carries licence and attribution of what it was made from."""

from __future__ import annotations

from pathlib import Path

import pyarrow
import pyarrow.compute
import pyarrow.parquet

from likeforlike.catalogue import Catalogue
from likeforlike.catalogue.attribution import attribute, attribution_metadata, find_fiction
from likeforlike.store import Manifest

ORGANISATIONS = "organisations.parquet"


def name_sources(folder: Path, manifest: Manifest, catalogue: Catalogue) -> None:
    """Put `licence` and `attribution` into the metadata of every Parquet file of a build.

    Whatever engine wrote them: a file that is passed on by itself still says whom to name. The sources are those
    of the editions under its figures; names and membership are made from all.
    """
    fiction = find_fiction(catalogue, read_organisations(folder))
    of_edition = {file.edition: (file.source, file.licence) for file in manifest.files}
    for path in sorted(folder.rglob("*.parquet")):
        editions = read_editions(path)
        used = set(of_edition.values()) if editions is None else {of_edition[one] for one in editions}
        metadata = dict(attribution_metadata(attribute(catalogue, used), fiction))
        add_metadata(path, metadata | mark_restricted(path))


def read_organisations(folder: Path) -> list[tuple[str, str]]:
    """Kind and code of every organisation of a build; the build of an empty store has none."""
    path = folder / ORGANISATIONS
    if not path.exists():
        return []
    table = pyarrow.parquet.read_table(path, columns=["organisation_type", "organisation"])
    return list(zip(table["organisation_type"].to_pylist(), table["organisation"].to_pylist(), strict=True))


def read_editions(path: Path) -> set[str] | None:
    """The editions under the figures of a file of observations; None of a file that names none."""
    if "editions" not in pyarrow.parquet.read_schema(path).names:
        return None
    column = pyarrow.parquet.read_table(path, columns=["editions"])["editions"]
    lists = pyarrow.compute.unique(column).to_pylist()
    return {edition for editions in lists if editions for edition in editions.split(",")}


def mark_restricted(path: Path) -> dict[str, str]:
    """`restricted` for a file of observations of which some are not for everybody; nothing for any other."""
    if "restricted" not in pyarrow.parquet.read_schema(path).names:
        return {}
    column = pyarrow.parquet.read_table(path, columns=["restricted"])["restricted"]
    return {"restricted": "true"} if pyarrow.compute.any(column).as_py() else {}


def add_metadata(path: Path, metadata: dict[str, str]) -> None:
    """Write a Parquet file again with more metadata, a group of rows at a time; rows and order stay."""
    beside = path.with_name(path.name + ".named")
    with pyarrow.parquet.ParquetFile(path) as parquet:
        schema = parquet.schema_arrow
        known = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()}
        named = schema.with_metadata(known | metadata)
        with pyarrow.parquet.ParquetWriter(beside, named, compression="zstd") as writer:
            for group in range(parquet.num_row_groups):
                writer.write_table(parquet.read_row_group(group).cast(named))
    beside.replace(path)
