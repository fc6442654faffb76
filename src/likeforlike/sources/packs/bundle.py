"""The two files of a data pack as one: what is hashed, kept whole as the original, and read again by `rebuild`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from likeforlike.errors import FileRefusedError
from likeforlike.sources.packs.pack import PackText
from likeforlike.sources.reading.opening import Given, Unpacked, unpack

# First line of a bundle: the header's length in bytes. Header and CSV follow as they came, byte for byte.
_FIRST_LINE = re.compile(rb"#likeforlike data pack, header of ([0-9]{1,6}) bytes\n")
LONGEST_FIRST_LINE = 64
LARGEST_HEADER = 64 << 10
# 36 months of five indicators for all practices of England are 90 MB: more than that are records, not figures.
LARGEST_FIGURES = 256 << 20
AGGREGATE = "A pack holds figures, not records: aggregate them first."
SHORTEN = "Put what is long into a document, and its name into 'about'."


def unpack_given(given: Given, staging: Path) -> Unpacked:
    """The plain bytes of a file on disk; of a data pack those of its bundle.

    Raises:
        FileRefusedError: damaged, cut short, locked or beyond the limits.
    """
    if given.header is None:
        return unpack(given, staging)
    rooms = staging / "figures", staging / "header"
    for room in rooms:
        room.mkdir()
    figures, header = unpack(replace(given, header=None), rooms[0]), unpack(given.header, rooms[1])
    _check_size(figures.given.name, figures.bytes, LARGEST_FIGURES, AGGREGATE)
    _check_size(header.given.name, header.bytes, LARGEST_HEADER, SHORTEN)
    content = bundle(header.path.read_bytes(), figures.path.read_bytes())
    plain = staging / "plain"
    plain.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    stamp = (*figures.stamp, *header.stamp)
    return Unpacked(given, plain, digest, digest, len(content), packed=False, stamp=stamp)


def read_given(given: Given) -> PackText:
    """The two files of a pack that lies unpacked on disk.

    Raises:
        FileRefusedError: one of them cannot be read, or is beyond the limits.
    """
    assert given.header is not None
    halves = []
    for half, limit, next_step in (
        (given.header, LARGEST_HEADER, SHORTEN),
        (given, LARGEST_FIGURES, AGGREGATE),
    ):
        try:
            size = half.path.stat().st_size
            _check_size(half.name, size, limit, next_step)
            halves.append(half.path.read_bytes())
        except OSError as error:
            raise FileRefusedError(f"cannot be read ({error.strerror}).", where=half.name) from None
    return PackText(halves[0], given.header.name, halves[1], given.name)


def _check_size(name: str, size: int, limit: int, next_step: str) -> None:
    if size > limit:
        raise FileRefusedError(
            f"has {size:,} bytes, at most {limit:,} are taken.", where=name, next_step=next_step
        )


def bundle(header: bytes, figures: bytes) -> bytes:
    """Header and figures as one, so that each can be told apart again."""
    return b"#likeforlike data pack, header of %d bytes\n%b%b" % (len(header), header, figures)


def is_bundle(path: Path) -> bool:
    """Whether a file is a pack's bundle, by its first line."""
    with path.open("rb") as stream:
        return _FIRST_LINE.match(stream.read(LONGEST_FIRST_LINE)) is not None


def read_bundle(path: Path, name: str) -> PackText:
    """The two files of a bundle; `name` is the CSV's, and the header's is the same with .toml."""
    content = path.read_bytes()
    first = _FIRST_LINE.match(content)
    if first is None:
        raise FileRefusedError("is no bundle of a data pack.", where=name)
    end = first.end() + int(first[1])
    header_name = str(Path(name).with_suffix(".toml"))
    return PackText(content[first.end() : end], header_name, content[end:], name)
