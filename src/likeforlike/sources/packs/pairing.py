"""Which CSV and which header are one data pack: those of one name that lie beside each other."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from likeforlike.errors import FileRefusedError, NotFoundError
from likeforlike.sources.packs.figures import has_pack_columns
from likeforlike.sources.packs.header import is_header
from likeforlike.sources.reading.opening import Given

FIGURES, HEADER = ".csv", ".toml"
PEEKED = 1 << 16
BOTH = (
    "A data pack is a CSV and a TOML header of one name in one folder or zip; "
    "`likeforlike data-pack new` writes both."
)


def pair_packs(given: Iterable[Given]) -> Iterator[Given]:
    """The files in their order, a pack's two as one: its CSV, with the header that belongs to it.

    The other half of a pack is found where only one is named. A file of one name beside it that is no half of a
    pack stays a file of its own.
    """
    every = list(given)
    by_place = {_place(one): one for one in every}
    taken: set[tuple[Path, str]] = set()
    for one in every:
        if _place(one) in taken:
            continue
        pair = _find_pair(one, by_place)
        if pair is None:
            yield one
            continue
        figures, header = pair
        taken |= {_place(figures), _place(header)}
        named = any(
            half.named for half in (one, by_place.get(_place(figures)), by_place.get(_place(header))) if half
        )
        yield replace(figures, header=header, named=named)


def find_pack(path: Path) -> Given:
    """The pack of which one file, or the name without a suffix, is given.

    Raises:
        NotFoundError: one of its two files is not there.
    """
    stem = path.with_suffix("") if path.suffix.casefold() in (FIGURES, HEADER) else path
    halves = [_beside(stem, suffix) for suffix in (FIGURES, HEADER)]
    for half, suffix in zip(halves, (FIGURES, HEADER), strict=True):
        if half is None:
            raise NotFoundError(
                "there is no such file.",
                where=f"{stem}{suffix}",
                next_step=BOTH,
            )
    figures, header = (Given(str(half), half) for half in halves if half is not None)
    return replace(figures, header=header)


def _place(given: Given) -> tuple[Path, str]:
    return given.path, given.member or ""


def _find_pair(one: Given, by_place: dict[tuple[Path, str], Given]) -> tuple[Given, Given] | None:
    """(figures, header) of the pack that a file is half of; None where it is none."""
    suffix = PurePosixPath(one.member).suffix if one.member else one.path.suffix
    if suffix.casefold() not in (FIGURES, HEADER):
        return None
    other_suffix = HEADER if suffix.casefold() == FIGURES else FIGURES
    other = _other_half(one, other_suffix, by_place)
    if other is None:
        return None
    figures, header = (one, other) if other_suffix == HEADER else (other, one)
    is_pack = is_header(_peek(header)) or has_pack_columns(_first_row(_peek(figures)))
    return (figures, header) if is_pack else None


def _other_half(one: Given, suffix: str, by_place: dict[tuple[Path, str], Given]) -> Given | None:
    spellings = (suffix, suffix.upper())
    if one.member is not None:
        members = [str(PurePosixPath(one.member).with_suffix(spelling)) for spelling in spellings]
        return next((found for member in members if (found := by_place.get((one.path, member)))), None)
    beside = _beside(one.path.with_suffix(""), suffix)
    if beside is None:
        return None
    return by_place.get((beside, "")) or Given(str(beside), beside, named=one.named)


def _beside(stem: Path, suffix: str) -> Path | None:
    paths = (stem.with_name(stem.name + spelling) for spelling in (suffix, suffix.upper()))
    return next((path for path in paths if path.is_file()), None)


def _peek(given: Given) -> str:
    """The first letters of a file; none where it cannot be read, which is told when it is unpacked."""
    try:
        if given.member is None:
            with given.path.open("rb") as stream:
                return stream.read(PEEKED).decode(errors="replace")
        with zipfile.ZipFile(given.path) as archive, archive.open(given.member) as member:
            return member.read(PEEKED).decode(errors="replace")
    except (OSError, zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError):
        return ""


def _first_row(text: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text.removeprefix("\ufeff").lstrip("\r\n"), newline="")), [])
    except csv.Error:
        return []


def lone_half(name: str, *, is_figures: bool) -> FileRefusedError:
    """The error for one half of a pack whose other half is not there."""
    other = Path(name).with_suffix(HEADER if is_figures else FIGURES).name
    what = (
        "the figures of a data pack without their header"
        if is_figures
        else "a data pack's header without figures"
    )
    return FileRefusedError(
        f"{what}: there is no {other} beside it.",
        where=name,
        next_step=BOTH,
    )
