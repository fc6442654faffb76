"""The workbook of primary care networks, in small: two sheets of words, dates without dashes."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from street import add_one, stored_rows

from likeforlike.errors import FileRefusedError
from likeforlike.store import PublishedBasis, Store

DETAILS = (
    "PCN Code", "PCN Name", "Current Sub ICB Loc Code", "Sub ICB Location", "Open Date", "Close Date",
    "Address Line 1", "Address Line 2", "Address Line 3", "Address Line 4", "Address Line 5", "Postcode",
)  # fmt: skip
PARTNERS = (
    "Partner\nOrganisation\nCode", "Partner\nName", "Practice\nParent\nSub ICB Loc Code",
    "Practice\nParent\nSub ICB Loc Name", "PCN Code", "PCN Name", "PCN Parent\nSub ICB Loc Code",
    "PCN Parent\nSub ICB Loc Name", "Practice to PCN\nRelationship\nStart Date",
    "Practice to PCN\nRelationship\nEnd Date", "Practice Sub ICB Loc and PCN Sub ICB Loc Match ",
)  # fmt: skip
NETWORK = (
    "U89141",
    "STOCKTON PCN",
    "16C",
    "NORTH - 16C",
    "20191001",
    "",
    "A HOUSE",
    "A STREET",
    "",
    "",
    "",
    "TS18 1HU",
)
PRACTICE = (
    "A81001",
    "DR S R WILLIAMS & PARTNERS",
    "16C",
    "NORTH - 16C",
    "U89141",
    "STOCKTON PCN",
    "16C",
    "NORTH - 16C",
)
Rows = list[tuple[Any, ...]]


def workbook(
    tmp_path: Path,
    networks: Rows,
    memberships: Rows,
    *,
    name: str = "ePCN_Feb2023.xlsx",
    header: tuple[str, ...] = PARTNERS,
) -> Path:
    """The publisher's workbook with these rows; a membership is (practice's columns, since, until)."""
    path = tmp_path / name
    with xlsxwriter.Workbook(str(path)) as book:
        for sheet, rows in {
            "PCNDetails": [DETAILS, *networks],
            "PCN Core Partner Details": [header, *((*row, True) for row in memberships)],
        }.items():
            page = book.add_worksheet(sheet)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return path


def test_networks_and_memberships(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    file = add_one(
        store,
        workbook(
            tmp_path,
            [NETWORK, ("U00567", "CLOSED PCN", *NETWORK[2:5], "20200331", *NETWORK[6:])],
            [(*PRACTICE, "20191001", "20210331"), (*PRACTICE, "20210401", "")],
        ),
    )
    assert stored_rows(store, "epcn", "networks") == [
        {
            "month": datetime.date(2023, 2, 1),
            "pcn": code,
            "pcn_name": name,
            "sub_icb": "16C",
            "opened": datetime.date(2019, 10, 1),
            "closed": closed,
            "postcode": "TS18 1HU",
        }
        for code, name, closed in (
            ("U89141", "STOCKTON PCN", None),
            ("U00567", "CLOSED PCN", datetime.date(2020, 3, 31)),
        )
    ]
    memberships = stored_rows(store, "epcn", "partners", "practice", "practice_name", "pcn", "since", "until")
    assert [tuple(row.values()) for row in memberships] == [
        (
            "A81001",
            "DR S R WILLIAMS & PARTNERS",
            "U89141",
            datetime.date(2019, 10, 1),
            datetime.date(2021, 3, 31),
        ),
        ("A81001", "DR S R WILLIAMS & PARTNERS", "U89141", datetime.date(2021, 4, 1), None),
    ]
    assert (file.published, file.published_basis) == ("2023-02-28", PublishedBasis.NAME)


@pytest.mark.parametrize(
    ("networks", "memberships", "what", "where"),
    [
        ([NETWORK], [(*PRACTICE, "1 October 2019", "")], "found '1 October 2019'", "row 2, column I"),
        (
            [NETWORK],
            [(*PRACTICE, "20191001", "until further notice")],
            "found 'until further notice'",
            "row 2, column J",
        ),
        ([NETWORK, NETWORK], [(*PRACTICE, "20191001", "")], "occurs twice", "rows 2 and 3"),
        (
            [NETWORK],
            [(*PRACTICE, "20191001", ""), (*PRACTICE, "20191001", "")],
            "occurs twice",
            "rows 2 and 3",
        ),
        ([NETWORK], [], "a header and no rows", "PCN Core Partner Details"),
    ],
    ids=["words for a date", "words for an end", "a network twice", "a membership twice", "no memberships"],
)
def test_a_workbook_that_cannot_be_is_refused(
    tmp_path: Path, networks: Rows, memberships: Rows, what: str, where: str
) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(FileRefusedError) as refusal:
        add_one(store, workbook(tmp_path, networks, memberships))
    assert what in refusal.value.what
    assert where in refusal.value.where
    assert store.manifest().files == ()


def test_a_column_of_another_name_is_named(tmp_path: Path) -> None:
    header = (*PARTNERS[:8], "Start", *PARTNERS[9:])
    with pytest.raises(FileRefusedError, match="no column 'Practice to PCN Relationship Start Date'"):
        add_one(
            Store(tmp_path / "store"),
            workbook(tmp_path, [NETWORK], [(*PRACTICE, "20191001", "")], header=header),
        )


def test_without_a_month_in_its_name_the_user_must_say_it(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="its rows do not say their month"):
        add_one(
            Store(tmp_path / "store"),
            workbook(tmp_path, [NETWORK], [(*PRACTICE, "20191001", "")], name="networks.xlsx"),
        )
