"""Take official files in: open, recognise, stage, check, commit; a file is in whole or not at all."""

from __future__ import annotations

import datetime
import shutil
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from likeforlike.catalogue import Catalogue, Source
from likeforlike.errors import FileRefusedError, StoreError, UserError
from likeforlike.sources.format import Format, Staged, StagedTable, Staging
from likeforlike.sources.packs.bundle import unpack_given
from likeforlike.sources.packs.pairing import pair_packs
from likeforlike.sources.published import find_published
from likeforlike.sources.reading.delimited import unknown_layout
from likeforlike.sources.reading.headers import NearMiss, match_layout
from likeforlike.sources.reading.opening import (
    BLOCK,
    Given,
    Unpacked,
    find_files,
    has_changed,
    is_archive,
    stamp_of,
)
from likeforlike.sources.reading.people import check_no_people
from likeforlike.sources.reading.probing import FileKind, Probe, probe_file
from likeforlike.sources.registry import recognise
from likeforlike.sources.results import AddResult, Outcome, already_there
from likeforlike.store import AddedFile, AlreadyThere, Manifest, Store, StoredTable
from likeforlike.store.files import hash_file
from likeforlike.store.store import find_write_fault, now

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "1GB"
MOST_CODES_NAMED = 10


@dataclass
class _Prepared:
    """A file unpacked, hashed and packed for keeping, waiting in a staging folder of its own."""

    given: Given
    folder: Path
    unpacked: Unpacked | None = None
    original: Path | None = None
    error: Exception | None = None
    known: AddedFile | None = field(default=None)


def add_paths(
    store: Store,
    catalogue: Catalogue,
    paths: list[Path],
    *,
    published: datetime.date | None = None,
    report: Callable[[AddResult], None] | None = None,
) -> list[AddResult]:
    """Add files, zips and folders to the store.

    A file that the caller named and that is unknown or refused raises its error; below a folder or in a zip
    it is reported and the rest goes in, even where a fault of ours stops its reading. `report` is called for each
    file as soon as its fate is known.

    Raises:
        UserError: for a named file; everything before it has been added, nothing of it was.
    """
    store.sweep()
    manifest = store.manifest()
    archives = _new_archives(paths, manifest)
    results: list[AddResult] = []
    waiting = [path for path in paths if path not in archives or archives[path] is not None]
    for path in paths:
        if path not in waiting:
            results.append(already_there(str(path), None, published))
            if report:
                report(results[-1])
    given = list(pair_packs(find_files(waiting)))
    with store.staging() as staging:
        adder = _Adder(store, catalogue, staging, published)
        for result in adder.add_all(given):
            results.append(result)
            if report:
                report(result)
    for path, sha256 in archives.items():
        inside = [result for result in results if result.name.startswith(f"{path}/")]
        left_out = (Outcome.REFUSED, Outcome.WITHDRAWN)
        if sha256 and all(result.outcome not in left_out for result in inside):
            store.remember_container(sha256, path.name)
    return results


def _new_archives(paths: list[Path], manifest: Manifest) -> dict[Path, str | None]:
    """The zips among the paths: their hash, or None for those taken in before."""
    archives: dict[Path, str | None] = {}
    for path in paths:
        if path.is_file() and is_archive(path):
            sha256 = hash_file(path)
            archives[path] = None if sha256 in manifest.containers else sha256
    return archives


class _Adder:
    """One `add`: its store, its staging folder and its query engine."""

    def __init__(
        self, store: Store, catalogue: Catalogue, staging: Path, published: datetime.date | None
    ) -> None:
        self.store = store
        self.catalogue = catalogue
        self.staging = staging
        self.published = published
        self._connection: duckdb.DuckDBPyConnection | None = None

    def add_all(self, given: list[Given]) -> Iterator[AddResult]:
        """The files in order; the next one is unpacked and hashed while one is converted."""
        known = {
            sha: file for file in self.store.manifest().files for sha in (file.sha256, file.content_sha256)
        }
        with ThreadPoolExecutor(max_workers=1) as pool:
            coming: Future[_Prepared] | None = None
            for number, one in enumerate(given):
                prepared = (coming or pool.submit(self._prepare, one, number, known)).result()
                coming = None
                if number + 1 < len(given):
                    coming = pool.submit(self._prepare, given[number + 1], number + 1, known)
                result = self._add(prepared)
                shutil.rmtree(prepared.folder, ignore_errors=True)
                if result.error and one.named:
                    raise result.error
                if result.file and result.outcome is Outcome.ADDED:
                    known |= {result.file.sha256: result.file, result.file.content_sha256: result.file}
                yield result

    def _prepare(self, given: Given, number: int, known: dict[str, AddedFile]) -> _Prepared:
        folder = self.staging / str(number)
        folder.mkdir()
        prepared = _Prepared(given, folder)
        try:
            prepared.unpacked = unpack_given(given, folder)
            prepared.known = known.get(prepared.unpacked.content_sha256)
            if prepared.known is None:
                prepared.original = _pack_original(prepared.unpacked, folder)
        except Exception as error:  # noqa: BLE001 - `_add` raises it where its fate is decided
            prepared.error = error
        return prepared

    def _add(self, prepared: _Prepared) -> AddResult:
        """Take one file in, or say why not; below a folder a fault in our reading of one file stops no other."""
        try:
            return self._take_in(prepared)
        except UserError:
            raise
        except Exception as error:
            # A fault of ours: with its traceback where the file was named, else said of this file only.
            given = prepared.given
            if given.named or isinstance(error, MemoryError) or find_write_fault(error, self.staging):
                raise
            return AddResult(given.name, Outcome.REFUSED, error=fault_of_ours(given, error))

    def _take_in(self, prepared: _Prepared) -> AddResult:
        given, unpacked = prepared.given, prepared.unpacked
        try:
            if prepared.error:
                raise prepared.error
            if prepared.known or unpacked is None or prepared.original is None:
                return already_there(given.name, prepared.known, self.published)
            probe = probe_file(unpacked)
            if probe.kind in (FileKind.DELIMITED, FileKind.PARQUET):
                check_no_people(probe.header, probe.sample, probe.name)
            found = recognise(probe, self.catalogue)
            if found is None:
                return self._unknown(probe, given)
            if probe.kind is FileKind.WORKBOOK:
                # The sheets that a layout names are read strictly; on the others anything may stand.
                layouts = [layout for table in found[0].tables for layout in table.layouts]
                known = frozenset(layout.sheet for layout in layouts if layout.sheet)
                for header, rows in probe.read_sheets(known):
                    check_no_people(header, rows, probe.name)
            if probe.fault and not found[0].windows_1252:
                raise probe.fault
            withdrawn = self._withdrawn(unpacked)
            if withdrawn and not given.named:
                return AddResult(given.name, Outcome.WITHDRAWN, error=passed_over(given, withdrawn))
            file = self._stage(probe, unpacked, prepared, *found)
            if has_changed(unpacked):
                raise FileRefusedError(
                    "changed while it was read.",
                    where=given.name,
                    next_step="Add it again when it is finished.",
                )
            file = replace(file, notes=(*file.notes, *withdrawn))
            self.store.commit(file, prepared.folder)
        except AlreadyThere:
            return already_there(given.name, None, self.published)
        except StoreError:
            raise
        except UserError as error:
            return AddResult(given.name, Outcome.REFUSED, error=error)
        return AddResult(given.name, Outcome.ADDED, file)

    def _withdrawn(self, unpacked: Unpacked) -> tuple[str, ...]:
        """What is to be said of a file that had been withdrawn; nothing of any other."""
        tombstones = [
            one for one in self.store.manifest().withdrawals if one.sha256 == unpacked.content_sha256
        ]
        return tuple(f"was withdrawn on {one.withdrawn[:10]}: {one.reason}" for one in tombstones[-1:])

    def _unknown(self, probe: Probe, given: Given) -> AddResult:
        if probe.kind is FileKind.WORKBOOK:
            # A known workbook has a known layout; one that nobody knows may hold anything.
            for header, rows in probe.read_sheets():
                check_no_people(header, rows, probe.name)
        nearest = match_layout(list(probe.header), list(self.catalogue.sources.values()), probe.sample)
        near = nearest if isinstance(nearest, NearMiss) else None
        outcome = Outcome.REFUSED if near else Outcome.UNKNOWN
        of_its_own = probe.fault if probe.kind is FileKind.OTHER else None
        error = of_its_own or unknown_layout(probe, near)
        return AddResult(given.name, outcome, error=error if near or given.named else None)

    def _stage(
        self, probe: Probe, unpacked: Unpacked, prepared: _Prepared, source: Source, importer: Format
    ) -> AddedFile:
        edition = unpacked.content_sha256[:16]
        staged = importer.stage(
            probe, source, Staging(prepared.folder, edition, self._connect(), self.published, self.catalogue)
        )
        published, basis, notes = find_published(
            source, staged, str(unpacked.given.name), unpacked.content_sha256, self.published
        )
        original = prepared.original
        if original is None:
            raise FileRefusedError("could not be kept.", where=probe.name)
        return AddedFile(
            sha256=unpacked.sha256,
            content_sha256=unpacked.content_sha256,
            name=_short_name(unpacked.given),
            bytes=unpacked.bytes,
            source=source.id,
            layout=staged.layout,
            importer_version=source.importer_version,
            published=published.isoformat(),
            published_basis=basis,
            licence=staged.licence or source.licence,
            added=now(),
            original=original.relative_to(prepared.folder).as_posix(),
            tables=tuple(_store_table(table, source, edition, prepared.folder) for table in staged.tables),
            restricted=source.restricted or staged.restricted,
            notes=(*staged.notes, *notes, *strange_codes(staged, self.catalogue)),
        )

    def _connect(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            self._connection = connect()
        return self._connection


def passed_over(given: Given, withdrawn: tuple[str, ...]) -> FileRefusedError:
    """Only a withdrawn file that is named comes back, not one that lies in a folder."""
    return FileRefusedError(
        f"{withdrawn[0]}.",
        where=given.name,
        next_step="To take it in again all the same, add it by its own name.",
    )


def fault_of_ours(given: Given, error: Exception) -> FileRefusedError:
    """What is said of a file on which our own code failed: the place in it, for whoever mends it."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    text = (str(error).splitlines() or [""])[0]
    return FileRefusedError(
        f"could not be read because of a fault in likeforlike: {type(error).__name__}: {text} "
        f"({Path(frame.filename).name}, line {frame.lineno}).",
        where=given.name,
        next_step="Nothing of it was kept. Please report this as a bug; added by its own name, it shows more.",
    )


def strange_codes(staged: Staged, catalogue: Catalogue) -> tuple[str, ...]:
    """A note for each column with codes that are not shaped like those of its kind: kept, and said."""
    strange: dict[str, set[str]] = {}
    for table in staged.tables:
        for column in table.table.columns:
            if column.organisation_type is not None:
                kind = catalogue.organisation_types[column.organisation_type]
                found = {code for code in table.texts[column.name] if not kind.accepts(code)}
                strange.setdefault(kind.title, set()).update(found)
    return tuple(
        f"{len(codes)} {'code is' if len(codes) == 1 else 'codes are'} not shaped as a {title}'s is, kept: "
        f"{', '.join(sorted(codes)[:MOST_CODES_NAMED])}{' …' if len(codes) > MOST_CODES_NAMED else ''}"
        for title, codes in strange.items()
        if codes
    )


def connect() -> duckdb.DuckDBPyConnection:
    """A query engine for reading files, which never reaches out for an extension."""
    import duckdb

    return duckdb.connect(
        config={
            "memory_limit": MEMORY_LIMIT,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )


def _pack_original(unpacked: Unpacked, folder: Path) -> Path:
    """The original, packed for keeping: as it came where it came packed, else with zstd."""
    room = folder / "originals" / unpacked.content_sha256[:2]
    room.mkdir(parents=True)
    if unpacked.packed:
        kept = room / f"{unpacked.content_sha256}.gz"
        shutil.copyfile(unpacked.given.path, kept)
        return kept
    import zstandard

    kept = room / f"{unpacked.content_sha256}.zst"
    with unpacked.path.open("rb") as source, kept.open("wb") as target:
        zstandard.ZstdCompressor(level=1).copy_stream(source, target, read_size=BLOCK, write_size=BLOCK)
    return kept


def _store_table(table: StagedTable, source: Source, edition: str, folder: Path) -> StoredTable:
    """Put a staged table under the path at which the store will keep it."""
    import pyarrow.parquet

    relative = f"editions/{source.id}/{edition}-{table.table.id}-v{source.importer_version}.parquet"
    final = folder / relative
    final.parent.mkdir(parents=True, exist_ok=True)
    table.path.replace(final)
    return StoredTable(
        table=table.table.id,
        parquet=relative,
        parquet_sha256=hash_file(final),
        rows=table.rows,
        columns=tuple(pyarrow.parquet.read_schema(final).names),
        coverage=table.coverage,
    )


def _short_name(given: Given) -> str:
    """Folder and file name: enough to know it again, without the user's own directories."""
    if given.member is not None:
        return f"{given.path.name}/{given.member}"
    return f"{given.path.resolve().parent.name}/{given.path.name}"


def rebuild(store: Store, catalogue: Catalogue) -> list[str]:
    """Make the Parquet of every edition again from its original, where the importer has a newer version.

    Returns the names of the files that were made again. An original that the newer importer refuses keeps
    its old Parquet, and its error is raised once all others are done.
    """
    store.sweep()
    errors: list[UserError] = []
    remade: list[str] = []
    for file in store.manifest().files:
        source = catalogue.source(file.source)
        if file.importer_version == source.importer_version:
            continue
        with store.staging() as folder:
            try:
                store.replace_file(_remake(store, catalogue, source, file, folder), folder)
                remade.append(file.name)
            except UserError as error:
                errors.append(error)
    if errors:
        raise errors[0]
    return remade


def _remake(store: Store, catalogue: Catalogue, source: Source, file: AddedFile, folder: Path) -> AddedFile:
    plain = folder / "plain"
    unpack_original(store.path(file.original), plain)
    given = Given(file.name, plain)
    unpacked = Unpacked(
        given, plain, file.sha256, file.content_sha256, file.bytes, packed=False, stamp=stamp_of(plain)
    )
    probe = probe_file(unpacked)
    found = recognise(probe, catalogue)
    if found is None or found[0].id != source.id:
        raise FileRefusedError(f"is no longer recognised as {source.id}.", where=file.name)
    published = datetime.date.fromisoformat(file.published)
    staged = found[1].stage(probe, source, Staging(folder, file.edition, connect(), published, catalogue))
    tables = tuple(_store_table(table, source, file.edition, folder) for table in staged.tables)
    return replace(
        file,
        tables=tables,
        layout=staged.layout,
        importer_version=source.importer_version,
        restricted=source.restricted or staged.restricted,
    )


def unpack_original(original: Path, plain: Path) -> None:
    """The bytes of a kept original, plain."""
    import gzip

    import zstandard

    with original.open("rb") as packed, plain.open("wb") as target:
        if original.suffix == ".gz":
            with gzip.open(packed) as stream:
                shutil.copyfileobj(stream, target)
        else:
            zstandard.ZstdDecompressor().copy_stream(packed, target)
