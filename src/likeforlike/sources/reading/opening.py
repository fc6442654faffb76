"""From the paths a user names to single files on disk: folders walked, zips and gzips unpacked within limits."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from likeforlike.errors import FileRefusedError, NotFoundError
from likeforlike.store.store import FULL

# A monthly crosstab of England unpacks to 230 MB and packs 1:20; repetitive files reach 1:150.
LARGEST_FILE = 4 << 30
LARGEST_ARCHIVE = 32 << 30
LARGEST_RATIO = 400
MOST_MEMBERS = 5_000
BLOCK = 1 << 20

# Hidden files, and the mark that Excel and Word leave beside a document while they have it open.
PASSED_OVER = (".", "~$")

ZIP_SIGNATURE = b"PK\x03\x04"
GZIP_SIGNATURE = b"\x1f\x8b"


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Given:
    """One file that may be official: on disk, or a member of a zip."""

    name: str
    """For people: the path as given, with the member's name behind a zip's."""
    path: Path
    member: str | None = None
    named: bool = True
    """Whether the user named it; a file found in a folder or zip may be passed over."""
    header: Given | None = None
    """Of a data pack's figures: the file beside them that says whose they are; the two are one file."""


@dataclass(frozen=True)
class Unpacked:
    """A file ready to read: plain bytes on disk, with both of its hashes."""

    given: Given
    path: Path
    sha256: str
    content_sha256: str
    bytes: int
    packed: bool
    """Whether the file came gzipped: its original is then kept as it came."""
    stamp: tuple[int, ...]
    """What the given file (and its header) was before it was read: number, size and time of change."""


def stamp_of(path: Path) -> tuple[int, ...]:
    """A file's number, size and time of change: another stamp, another content."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def has_changed(file: Unpacked) -> bool:
    """Whether a file is no longer what it was when it was hashed: a download or an editor was still at it."""
    header = file.given.header
    return (*stamp_of(file.given.path), *(stamp_of(header.path) if header else ())) != file.stamp


def find_files(paths: list[Path]) -> Iterator[Given]:
    """Every file below the paths, in a fixed order; zips are entered, workbooks (zips too) are not.

    Raises:
        NotFoundError: a path does not exist.
        FileRefusedError: a zip is damaged or beyond the limits.
    """
    for path in paths:
        if path.is_dir():
            for below in sorted(below for below in path.rglob("*") if below.is_file()):
                if not any(part.startswith(PASSED_OVER) for part in below.relative_to(path).parts):
                    yield from _open(below, str(below), named=False)
        elif path.is_file():
            yield from _open(path, str(path), named=True)
        else:
            raise NotFoundError(
                "is neither a file nor a folder." if path.exists() else "there is no such file or folder.",
                where=str(path),
            )


def is_archive(path: Path) -> bool:
    """Whether a file is a zip of files (a workbook is a zip as well, but one file)."""
    try:
        with path.open("rb") as stream:
            if stream.read(4) != ZIP_SIGNATURE:
                return False
    except OSError:
        return False  # Whoever reads it is told why it cannot be read.
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except zipfile.BadZipFile:
        # A damaged zip is still a zip unless it says it is a workbook.
        return path.suffix.casefold() not in (".xlsx", ".xlsm")


def _open(path: Path, name: str, *, named: bool) -> Iterator[Given]:
    if not is_archive(path):
        yield Given(name, path, named=named)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except zipfile.BadZipFile:
        raise FileRefusedError(
            "the zip is damaged or was cut short.", where=name, next_step="Download it again."
        ) from None
    check_archive(members, name)
    names = [member.filename for member in members]
    if len(set(names)) < len(names):
        raise FileRefusedError(
            "the zip holds several files of one name.", where=name, next_step="Unpack it and add the files."
        )
    for member in sorted(members, key=lambda member: member.filename):
        yield Given(f"{name}/{member.filename}", path, member=member.filename, named=False)


def check_archive(members: list[zipfile.ZipInfo], name: str) -> None:
    """Raise FileRefusedError for a zip that would fill the disk, or that is locked."""
    if len(members) > MOST_MEMBERS:
        raise FileRefusedError(
            f"the zip holds {len(members):,} files, at most {MOST_MEMBERS:,} are taken.",
            where=name,
            next_step="Unpack it and add the files you need.",
        )
    if sum(member.file_size for member in members) > LARGEST_ARCHIVE:
        raise _too_large(name, LARGEST_ARCHIVE)
    for member in members:
        if member.flag_bits & 0x1:
            raise FileRefusedError(
                f"'{member.filename}' is locked with a password.",
                where=name,
                next_step="Unpack it with the password and add the file.",
            )
        if member.file_size > LARGEST_FILE:
            raise _too_large(f"{name}/{member.filename}", LARGEST_FILE)
        if member.file_size > LARGEST_RATIO * max(member.compress_size, 1) and member.file_size > 10 * BLOCK:
            raise FileRefusedError(
                f"'{member.filename}' unpacks to more than {LARGEST_RATIO} times its size, as a zip bomb does.",
                where=name,
                next_step="Unpack it yourself if you trust it, and add the file.",
            )


def unpack(given: Given, staging: Path) -> Unpacked:
    """The plain bytes of a file, on disk, and its hashes.

    Raises:
        FileRefusedError: damaged, cut short, locked or beyond the limits.
    """
    try:
        stamp = stamp_of(given.path)
        if given.member is not None:
            return _unpack_member(given, staging, stamp)
        with given.path.open("rb") as stream:
            signature = stream.read(2)
            stream.seek(0)
            if signature == GZIP_SIGNATURE:
                return _unpack_gzip(given, stream, staging, stamp)
            digest, size = _hash(stream)
        return Unpacked(given, given.path, digest, digest, size, packed=False, stamp=stamp)
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError):
        raise FileRefusedError(
            "the packed file is damaged or was cut short.", where=given.name, next_step="Download it again."
        ) from None
    except OSError as error:
        if error.errno in FULL:
            raise  # Not the file's fault: the store explains it.
        raise cannot_be_read(given.name, error) from None


def cannot_be_read(name: str, error: OSError) -> FileRefusedError:
    """What to say of a file that the operating system does not let us read."""
    # Windows says the same of a file that Excel has open and of one that the user has no right to.
    return FileRefusedError(
        f"cannot be read ({error.strerror}).",
        where=name,
        next_step="If it is open in Excel or another program, close it there and add it again; else see to your "
        "permission to read it.",
    )


def _unpack_gzip(given: Given, stream: IO[bytes], staging: Path, stamp: tuple[int, ...]) -> Unpacked:
    packed_digest, _ = _hash(stream)
    plain = staging / "plain"
    with gzip.open(given.path) as source:
        content_digest, size = _copy(source, plain, given.name)
    return Unpacked(given, plain, packed_digest, content_digest, size, packed=True, stamp=stamp)


def _unpack_member(given: Given, staging: Path, stamp: tuple[int, ...]) -> Unpacked:
    plain = staging / "plain"
    with zipfile.ZipFile(given.path) as archive, archive.open(str(given.member)) as source:
        digest, size = _copy(source, plain, given.name)
    return Unpacked(given, plain, digest, digest, size, packed=False, stamp=stamp)


def _hash(stream: _Readable) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while block := stream.read(BLOCK):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


def _copy(source: _Readable, target: Path, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as out:
        while block := source.read(BLOCK):
            size += len(block)
            # The sizes that a zip declares may lie: count what really comes out.
            if size > LARGEST_FILE:
                raise _too_large(name, LARGEST_FILE)
            digest.update(block)
            out.write(block)
    return digest.hexdigest(), size


def _too_large(name: str, limit: int) -> FileRefusedError:
    return FileRefusedError(
        f"unpacks to more than {limit >> 30} GB.",
        where=name,
        next_step="Official files are smaller; if you trust it, split it and add the parts.",
    )
