"""Text whose cells are parted by ¬, as NHS Choices published it: written again as CSV, to be read like any other."""

from __future__ import annotations

import csv
from pathlib import Path

from likeforlike.errors import FileRefusedError

SIGN = "¬"
# The sign proves its encoding: 0xAC by itself is never UTF-8, and never the start of a letter there.
ENCODINGS = {b"\xac": "cp1252", b"\xc2\xac": "utf-8"}
# One sign may stand in a name; a header of three columns has two.
FEWEST_SIGNS = 2
_ENCODING_NAMES = {"cp1252": "Windows-1252", "utf-8": "UTF-8"}


def not_sign_encoding(head: bytes) -> str | None:
    """The encoding of a text whose first line is parted by ¬ and by no comma; None of any other."""
    line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    if b"," in line or line.count(b"\xac") < FEWEST_SIGNS:
        return None
    resaved = line.count(b"\xc2\xac") == line.count(b"\xac")
    return ENCODINGS[b"\xc2\xac" if resaved else b"\xac"]


def split_rows(text: str, *, whole: bool) -> list[list[str]]:
    """The rows of the beginning of such a text; the last, perhaps cut, is dropped where it is not the whole."""
    lines = text.split("\n")
    rows = [line.rstrip("\r").split(SIGN) for line in (lines if whole else lines[:-1])]
    return [row for row in rows if row != [""]]


def write_as_csv(source: Path, target: Path, encoding: str, name: str) -> None:
    """Write the same rows, line by line, as CSV in UTF-8: a row keeps its number.

    The publisher quotes nothing: a quotation mark is a letter like any other, and no cell holds the sign or a
    line break.

    Raises:
        FileRefusedError: a byte that the encoding does not have, or a line that ends within its text.
    """
    with source.open("rb") as stream, target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for number, line in enumerate(stream, start=1):
            try:
                text = line.decode("utf-8-sig" if number == 1 and encoding == "utf-8" else encoding)
            except UnicodeDecodeError as error:
                raise FileRefusedError(
                    f"byte 0x{line[error.start]:02x} is not {_ENCODING_NAMES[encoding]} text.",
                    where=f"{name}, row {number}",
                    next_step="Download the file again: a program may have saved it in another encoding.",
                ) from None
            cells = text.rstrip("\r\n")
            if "\r" in cells:
                raise FileRefusedError(
                    "a line ends within a line: its lines end in different ways.",
                    where=f"{name}, row {number}",
                    next_step="Download the file again.",
                )
            if cells:
                writer.writerow(cells.split(SIGN))
            else:
                out.write("\n")
