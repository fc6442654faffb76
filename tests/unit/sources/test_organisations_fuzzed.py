"""Directories and statements of organisations spoilt at random: taken in, or refused in words; never anything else."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from street import write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import UserError
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

# A trust and a site as published, with the 27 columns of the directory.
TRUST = (
    '"R0A","MANCHESTER UNIVERSITY NHS FOUNDATION TRUST","Y62","QOP","COBBETT HOUSE","OXFORD ROAD","","MANCHESTER","",'
    '"M13 9WL","20171001","","","","","","","","","","","0","","B","","",""'
)
SITE = (
    '"R0A02","MANCHESTER ROYAL INFIRMARY","Y62","QOP","OXFORD ROAD","","","MANCHESTER","","M13 9WL","20171001","","",'
    '"","R0A","20171001","","","","","","0","","B","","",""'
)
FILES = {
    "trusts": ("etr_Feb2022.csv", [TRUST.split(","), TRUST.replace("R0A", "R0B").split(",")]),
    "sites": ("ets_Feb2022.csv", [SITE.split(","), SITE.replace("R0A02", "R0A03").split(",")]),
    "successions": (
        "successions.csv",
        [
            ["stated_in", "organisation_type", "predecessor", "successor", "from", "share", "evidence"],
            ["2022-02-01", "nhs_trust", "RD3", "R0D", "2020-10-01", "1", "The order of the merger"],
        ],
    ),
}
CELLS = st.one_of(
    st.sampled_from(
        ["", '""', '"', "0", "-1", "nan", "20171301", "99991231", "=1+1", "R0A", "\x00", "\n", "£", "1e9"]
    ),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=6),
)


def add(kind: str, content: bytes) -> str:
    """What becomes of a file with this content; anything but an answer or an error for people is a fault."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_file(Path(folder), FILES[kind][0], content)
        try:
            (result,) = add_paths(Store(Path(folder) / "store"), load_catalogue(), [path])
        except UserError as error:
            return error.what
        return str(result.outcome)


def text(rows: list[list[str]]) -> bytes:
    return "".join(",".join(row) + "\n" for row in rows).encode()


@pytest.mark.parametrize("kind", FILES)
def test_unspoilt_it_goes_in(kind: str) -> None:
    assert add(kind, text(FILES[kind][1])) == "added"


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_spoilt_cell(kind: str, data: st.DataObject) -> None:
    rows = [list(row) for row in FILES[kind][1]]
    row = data.draw(st.integers(0, len(rows) - 1))
    rows[row][data.draw(st.integers(0, len(rows[row]) - 1))] = data.draw(CELLS)
    assert add(kind, text(rows))


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_spoilt_byte(kind: str, data: st.DataObject) -> None:
    content = text(FILES[kind][1])
    place = data.draw(st.integers(0, len(content) - 1))
    byte, cut = data.draw(st.integers(0, 255)), data.draw(st.booleans())
    assert add(kind, content[:place] + bytes([byte]) + (b"" if cut else content[place + 1 :]))
