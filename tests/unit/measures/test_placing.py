"""Placing by name: one bearer of the name is taken, the one that bore it last, and never one that is merely like."""

from __future__ import annotations

import datetime

import ibis
import pyarrow
import pytest

from likeforlike.measures.placing import list_unplaced, place_by_name

RECORD = ("child_type", "child", "parent_type", "parent", "period", "times")
YEAR_2019, YEAR_2020 = datetime.date(2019, 4, 1), datetime.date(2020, 4, 1)
INSPECTED = datetime.date(2021, 1, 19)


def table(names: tuple[str, ...], rows: list[tuple[object, ...]]) -> ibis.Table:
    kinds = {"period": pyarrow.date32(), "times": pyarrow.int64()}
    schema = pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in names])
    return ibis.memtable(
        pyarrow.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema=schema)
    )


def council(code: str, name: str, period: datetime.date = YEAR_2020) -> tuple[object, ...]:
    """A file says that the council of this code bears this name."""
    return ("council", code, "name", name, period, 1)


def placed(names: list[tuple[object, ...]], wanted: str) -> tuple[list[str], list[tuple[str, int]]]:
    """The codes under which two homes of a council of this name are placed, and the names that lead to nobody."""
    records = table(RECORD, names)
    by_name = table(
        ("child_type", "child", "parent_type", "parent_name", "period", "times"),
        [("care_home", code, "council", wanted, INSPECTED, 1) for code in ("1-100000001", "1-100000002")],
    )
    everything = place_by_name(records, by_name).to_pyarrow().to_pylist()
    homes = [row for row in everything if row["child_type"] == "care_home"]
    assert len(everything) == len(names) + len(homes)
    assert all((row["parent_type"], row["period"]) == ("council", INSPECTED) for row in homes)
    unplaced = list_unplaced(records, by_name).to_pyarrow().to_pylist()
    return [row["parent"] for row in homes], [(row["parent_name"], row["organisations"]) for row in unplaced]


def test_the_one_that_bears_the_name() -> None:
    names = [council("E10000008", "Devon"), council("E06000027", "Torbay")]
    assert placed(names, "Devon") == (["E10000008"] * 2, [])


def test_case_makes_no_difference() -> None:
    names = [
        council("E06000010", "Kingston Upon Hull", YEAR_2020),
        council("E06000010", "Kingston upon Hull, City of"),
    ]
    assert placed(names, "Kingston upon Hull") == (["E06000010"] * 2, [])


def test_of_a_council_made_anew_under_its_old_name_the_newer_code() -> None:
    names = [council("E10000009", "Dorset", YEAR_2019), council("E06000059", "Dorset", YEAR_2020)]
    assert placed(names, "Dorset") == (["E06000059"] * 2, [])


@pytest.mark.parametrize(
    "names",
    [
        [council("E06000001", "Newtown"), council("E06000002", "Newtown")],
        [council("E10000008", "Devonport")],
        [("sub_icb", "15N", "name", "Newtown", YEAR_2020, 1)],
    ],
    ids=["two bear it", "merely like it", "of another kind"],
)
def test_who_cannot_be_placed_is_said(names: list[tuple[object, ...]]) -> None:
    assert placed(names, "Newtown") == ([], [("Newtown", 2)])
