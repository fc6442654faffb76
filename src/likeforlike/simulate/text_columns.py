"""Writes large CSV files from columns: joined by Arrow, whose buffer of characters is the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

DIGITS = 6
DECIMALS = 10**DIGITS


def quoted(field: str) -> str:
    """The field as CSV wants it: in quotation marks where it holds a comma or a quotation mark."""
    if "," in field or '"' in field:
        return '"' + field.replace('"', '""') + '"'
    return field


def chosen(texts: Sequence[str], positions: npt.NDArray[np.int64]) -> pa.Array:
    """The text at each position."""
    return pa.array(texts, pa.string()).take(pa.array(positions))


def numbers(values: npt.NDArray[np.int64]) -> pa.Array:
    """Whole numbers as text."""
    return pa.array(values).cast(pa.string())


def decimal(value: float) -> str:
    """One figure with six decimals."""
    return f"{value:.{DIGITS}f}"


def decimals(values: npt.NDArray[np.float64]) -> pa.Array:
    """Figures with up to six decimals as text."""
    return pa.array(np.rint(values * DECIMALS) / DECIMALS).cast(pa.string())


def write_columns(path: Path, header: Sequence[str], columns: Iterable[pa.Array], line_end: str) -> None:
    """Write the header and one line per row. Fields must be quoted already."""
    *fields, last = columns
    ended = pc.binary_join_element_wise(last, "", line_end)
    lines = pc.binary_join_element_wise(*fields, ended, ",")
    # Arrow keeps the characters of all lines one after the other, perhaps with spare room behind the last.
    characters = lines.buffers()[2].slice(0, pc.sum(pc.binary_length(lines)).as_py())
    with path.open("wb") as file:
        file.write((",".join(header) + line_end).encode())
        file.write(characters)
