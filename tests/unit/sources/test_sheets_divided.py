"""Sheets on which one table stands in parts, and headers of one row among rows of words."""

from __future__ import annotations

import datetime

import pytest

from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading.cells import Cell
from likeforlike.sources.reading.sheets import find_body, find_header

MAY = datetime.date(2025, 5, 1)


def test_a_row_of_one_declared_word_divides_a_table_and_does_not_end_it() -> None:
    rows: list[list[Cell]] = [
        ["Month", "Code", "Calls", "Missed"],
        [MAY, "X99001", 1.0, 0.0],
        ["Raw  data ", "", "", ""],
        [MAY, "X99002", 2.0, 1.0],
    ]
    header = find_header(rows, ["Month", "Code", "Calls", "Missed"])
    assert header is not None
    assert find_body(rows, header, [0, 1, 2, 3], None, "FILE", "Raw data").rows == [1, 3]
    with pytest.raises(FileRefusedError, match="below row 3"):
        find_body(rows, header, [0, 1, 2, 3], None, "FILE")
    # Whoever writes a figure beside it means a row.
    rows[2][3] = 5.0
    with pytest.raises(FileRefusedError, match="below row 3"):
        find_body(rows, header, [0, 1, 2, 3], None, "FILE", "Raw data")


def test_a_heading_that_was_renamed_does_not_draw_the_rows_of_words_around_it_in() -> None:
    rows: list[list[Cell]] = [
        ["", "Calls of all kinds", "by outcome", ""],
        ["Month", "GP Code", "Calls", "Missed"],
        [MAY, "X99001", 1.0, 0.0],
    ]
    header = find_header(rows, ["Month", "Code", "Calls", "Missed"])
    assert header is not None
    assert [heading.text for heading in header.headings] == ["month", "gp code", "calls", "missed"]
