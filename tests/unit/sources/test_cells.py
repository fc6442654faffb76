"""Cells of a sheet: what converts, what is missing with a reason, and what is refused."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from likeforlike.catalogue import Column, ColumnType
from likeforlike.sources.reading.cells import Cell, CellFault, Converted, convert_cells

MAY = datetime.date(2024, 5, 1)
COUNT = Column(name="calls", type=ColumnType.COUNT, missing={"": "not_submitted", "-": "not_applicable"})
NUMBER = Column(name="rate", type=ColumnType.NUMBER)
LABEL = Column(name="answer", type=ColumnType.LABEL, labels={"yes": ("1", "Y"), "no": ("0",)})
CODE = Column(name="pcn", type=ColumnType.CODE, none_tokens=("U",))
MONTH = Column(name="month", type=ColumnType.MONTH)


def test_a_value_or_a_reason() -> None:
    assert convert_cells(COUNT, [12.0, 0, "", " - "]) == Converted(
        [12, 0, None, None], [None, None, "not_submitted", "not_applicable"]
    )


@pytest.mark.parametrize(
    ("column", "cells", "values"),
    [
        (NUMBER, [0.5, 12, 0.0], [0.5, 12.0, 0.0]),
        (LABEL, ["yes", "Y", 1.0, 0.0, 0], ["yes", "yes", "yes", "no", "no"]),
        (CODE, ["U99001", "U"], ["U99001", None]),
        (
            MONTH,
            [
                MAY,
                "May-24",
                "01MAY2024",
                datetime.datetime.fromisoformat("2024-05-01"),
                datetime.date(2024, 5, 31),
            ],
            [MAY] * 5,
        ),
    ],
)
def test_cells_convert(column: Column, cells: list[Cell], values: list[Any]) -> None:
    assert convert_cells(column, cells) == Converted(values, None)


@pytest.mark.parametrize(
    ("column", "cell", "found"),
    [
        (COUNT, -1.0, "-1"),
        (COUNT, 1.5, "1.5"),
        (COUNT, "12", "12"),
        (COUNT, True, "True"),
        (COUNT, float("nan"), "nan"),
        (COUNT, float("inf"), "inf"),
        (COUNT, 2.0**54, "18014398509481984"),  # beyond this a spreadsheet no longer counts one by one
        (COUNT, MAY, "2024-05-01"),
        (NUMBER, -0.5, "-0.5"),
        (NUMBER, float("nan"), "nan"),
        (NUMBER, "0.5", "0.5"),
        (LABEL, "maybe", "maybe"),
        (LABEL, 2.0, "2"),
        (LABEL, "", ""),
        (CODE, 99001.0, "99001"),
        (CODE, " ", " "),
        (MONTH, "spring", "spring"),
        (MONTH, 45413.0, "45413"),
        (MONTH, datetime.date(2024, 5, 14), "2024-05-14"),
    ],
)
def test_cells_that_do_not_convert(column: Column, cell: Cell, found: str) -> None:
    good: dict[ColumnType, Cell] = {
        ColumnType.COUNT: 1.0,
        ColumnType.NUMBER: 1.0,
        ColumnType.LABEL: "yes",
        ColumnType.CODE: "U99001",
        ColumnType.MONTH: MAY,
    }
    fault = convert_cells(column, [good[column.type], cell])
    assert isinstance(fault, CellFault)
    assert (fault.place, fault.found) == (1, found)
