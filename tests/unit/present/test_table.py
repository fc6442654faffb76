"""Cells as people read them."""

from __future__ import annotations

import datetime

import pytest

from likeforlike.present.table import Cell, Column, make_table, say_cell


@pytest.mark.parametrize(
    ("cell", "column", "said"),
    [
        (None, Column("Value", 1), "–"),
        ("", Column("Why"), "–"),
        (True, Column("Listed"), "yes"),
        (1234, Column("Patients", 0), "1,234"),
        (-1.25, Column("Effect", 1), "−1.2"),
        (0.9999, Column("Probability", 2, probability=True), "above 0.99"),
        (datetime.date(2025, 11, 1), Column("Month"), "November 2025"),
        (datetime.date(2025, 11, 1), Column("Issued"), "1 November 2025"),
    ],
)
def test_a_cell_is_a_figure_or_words(cell: Cell, column: Column, said: str) -> None:
    assert say_cell(cell, column) == said


def test_a_row_has_a_cell_for_each_column() -> None:
    table = make_table("T", "Caption", ("A", Column("B", 0)), [("a", 1), ("b", None)])
    assert table.texts() == [["a", "1"], ["b", "–"]]
    with pytest.raises(ValueError, match="longer"):
        make_table("T", "Caption", ("A", "B"), [("a",)]).texts()
