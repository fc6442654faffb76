"""Spoilt SHMI files: whatever happens to cells, rows or bytes, a file goes in or is refused in words."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from street import csv_text

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import UserError
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

# Two trusts of July 2013 as published, and the notes below them.
ROWS = [
    "INDICATOR_CODE,PROVIDER,PROVIDER_NAME,DENOMINATOR,OBSERVED,EXPECTED,VALUE,PO_LL,PO_UL,OD_LL,OD_UL,OD_BANDING",
    "I00699,R1F,ISLE OF WIGHT NHS TRUST,19795,932,865.4807,1.0769,0.8982,1.1096,0.8842,1.131,2",
    "I00699,R1H,BARTS HEALTH NHS TRUST,160430,3674,4457.5565,0.8242,0.9544,1.0472,0.898,1.1136,3",
    ",,,,,,,,,,,",
    "Copyright,,,,,,,,,,,",
]
CELLS = st.one_of(
    st.sampled_from(["", "0", "-1", "1e9", "nan", "inf", "*", "'", '"', "R1F", "1,5", "\x00", "©", "=1+1"]),
    st.text(max_size=6),
)
# Bounded by number, so that a loaded machine only takes longer.
bounded = settings(max_examples=25, deadline=None)


def add(content: bytes) -> str:
    """What becomes of a file with this content; anything but an answer or an error for people is a fault."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shmi-2013-july.csv"
        path.write_bytes(content)
        try:
            (result,) = add_paths(Store(Path(folder) / "store"), load_catalogue(), [path])
        except UserError as error:
            return error.what
        return str(result.outcome)


def test_unspoilt_it_goes_in() -> None:
    assert add(csv_text(*ROWS, line_end="\r\n").encode()) == "added"


@bounded
@given(row=st.integers(0, 4), column=st.integers(0, 11), cell=CELLS)
def test_a_cell(row: int, column: int, cell: str) -> None:
    cells = [line.split(",") for line in ROWS]
    cells[row][column] = cell
    assert add("\r\n".join(",".join(line) for line in cells).encode("utf-8", "replace"))


@bounded
@given(order=st.lists(st.integers(0, 4), max_size=8))
def test_rows_lost_repeated_and_in_another_order(order: list[int]) -> None:
    assert add("\r\n".join(ROWS[place] for place in order).encode())


@bounded
@given(place=st.integers(0, 320), byte=st.integers(0, 255), cut=st.booleans())
def test_a_byte(place: int, byte: int, cut: bool) -> None:
    content = "\r\n".join(ROWS).encode()
    assert add(content[:place] + bytes([byte]) + (b"" if cut else content[place + 1 :]))
