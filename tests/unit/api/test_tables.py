"""CSV and Parquet of view objects: what comes out is what was there, and no formula."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.api.tables import harmless, write_csv, write_parquet
from likeforlike.release.views import Place


@dataclass(frozen=True)
class Row:
    """One of each kind of field."""

    name: str
    number: float | None
    count: int | None
    closed: bool
    notes: tuple[str, ...]
    place: Place | None
    parents: tuple[Place, ...]
    states: tuple[tuple[str, int], ...]


FULL = Row(
    "Oak", -1.5, 3, True, ("a", "b"), Place("icb", "X", "é"), (Place("icb", "X", "Y"),), (("better", 2),)
)
EMPTY = Row("", None, None, False, (), None, (), ())


def test_a_row_of_each_kind_of_field() -> None:
    text = write_csv([FULL, EMPTY], Row).decode()
    header, full, empty = csv.reader(io.StringIO(text, newline=""))
    assert header == ["name", "number", "count", "closed", "notes", "place", "parents", "states"]
    assert full == [
        "Oak",
        "-1.5",
        "3",
        "True",
        "a | b",
        '{"kind": "icb", "code": "X", "name": "é"}',
        '[{"kind": "icb", "code": "X", "name": "Y"}]',
        '[{"key": "better", "value": 2}]',
    ]
    assert empty == ["", "", "", "False", "", "", "", ""]
    assert text.count("\r\n") == 3


def test_parquet_of_each_kind_of_field() -> None:
    table = pyarrow.parquet.read_table(io.BytesIO(write_parquet([FULL, EMPTY], Row, {"release": "r"})))
    assert [str(one.type) for one in table.schema] == [
        "string",
        "double",
        "int64",
        "bool",
        "list<element: string>",
        "struct<kind: string, code: string, name: string>",
        "list<element: struct<kind: string, code: string, name: string>>",
        "list<element: struct<key: string, value: int64>>",
    ]
    assert table.to_pylist()[0]["states"] == [{"key": "better", "value": 2}]
    assert table.to_pylist()[1]["place"] is None


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "－1"]
)
def test_a_formula_is_a_text(text: str) -> None:
    (_, row) = csv.reader(io.StringIO(write_csv([Place("icb", "X", text)], Place).decode(), newline=""))
    assert row[2] == f"'{text}"


@given(text=st.text())
def test_only_a_formula_is_changed(text: str) -> None:
    safe = harmless(text)
    assert safe.lstrip(" ")[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n")
    assert safe.removeprefix("'") == text.removeprefix("'") or safe == text


@given(names=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), max_size=5))
def test_texts_come_back_as_they_were(names: list[str]) -> None:
    written = write_csv([Place("icb", "X", name) for name in names], Place).decode()
    _, *rows = csv.reader(io.StringIO(written, newline=""))
    assert [row[2] for row in rows] == [harmless(name) for name in names]
