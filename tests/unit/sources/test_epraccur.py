"""The directory of prescribing organisations, in small: no header, 27 columns, dates without dashes."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from street import add_one, stored_rows, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.store import PublishedBasis, Store

ROW = (
    '"A81001","THE DENSHAM SURGERY","Y63","QHM","THE HEALTH CENTRE","LAWSON STREET","STOCKTON-ON-TEES","CLEVELAND","",'
    '"TS18 1HU","19740401","","A","B","16C","20200401","","01632 960351","","","","0","","16C","","4",""\n'
)
CLOSED = ROW.replace("A81001", "A81003").replace('"19740401","","A"', '"19740401","20171031","C"')
CLINIC = ROW.replace("A81001", "Y00049").replace('"","4",""', '"","9",""')
# Isle of Man: nobody commissions it.
ABROAD = ROW.replace("A81001", "YK1234").replace('"Y63"', '""').replace('"B","16C","20200401"', '"Z","",""')


def add(tmp_path: Path, text: str, name: str = "epraccur_Nov2025.csv") -> Store:
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, name, text))
    return store


def test_a_row_as_it_is_stored(tmp_path: Path) -> None:
    store = add(tmp_path, ROW)
    assert stored_rows(store, "epraccur", "practices") == [
        {
            "month": datetime.date(2025, 11, 1),
            "organisation": "A81001",
            "organisation_name": "THE DENSHAM SURGERY",
            "region": "Y63",
            "icb": "QHM",
            "postcode": "TS18 1HU",
            "opened": datetime.date(1974, 4, 1),
            "closed": None,
            "state": "Active",
            "commissioner": "16C",
            "commissioner_since": datetime.date(2020, 4, 1),
            "commissioner_until": None,
            "setting": "GP practice",
        }
    ]


def test_telephone_numbers_and_addresses_are_not_kept(tmp_path: Path) -> None:
    (row,) = stored_rows(add(tmp_path, ROW), "epraccur", "practices")
    assert not {"01632 960351", "LAWSON STREET"} & set(map(str, row.values()))


def test_closed_practices_clinics_and_those_abroad_are_kept(tmp_path: Path) -> None:
    rows = stored_rows(
        add(tmp_path, ROW + CLOSED + CLINIC + ABROAD),
        "epraccur",
        "practices",
        "state",
        "closed",
        "setting",
        "commissioner",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("Active", None, "GP practice", "16C"),
        ("Closed", datetime.date(2017, 10, 31), "GP practice", "16C"),
        ("Active", None, "Community health service", "16C"),
        ("Active", None, "GP practice", None),
    ]


def test_the_month_stands_in_the_name_of_the_file(tmp_path: Path) -> None:
    store = add(tmp_path, ROW, "epraccur_Jan2020.csv")
    (file,) = store.manifest().files
    assert (file.published, file.published_basis) == ("2020-01-31", PublishedBasis.NAME)
    assert stored_rows(store, "epraccur", "practices", "month") == [{"month": datetime.date(2020, 1, 1)}]


def test_without_a_month_in_its_name_the_user_must_say_it(tmp_path: Path) -> None:
    store, file = Store(tmp_path / "store"), write_file(tmp_path, "epraccur.csv", ROW)
    with pytest.raises(FileRefusedError, match="its rows do not say their month") as refusal:
        add_one(store, file)
    assert "--published YYYY-MM-DD" in str(refusal.value.next_step)
    (result,) = add_paths(store, load_catalogue(), [file], published=datetime.date(2025, 11, 28))
    assert result.outcome is Outcome.ADDED
    assert stored_rows(store, "epraccur", "practices", "month") == [{"month": datetime.date(2025, 11, 1)}]


@pytest.mark.parametrize(
    ("found", "put", "what", "where"),
    [
        ('"19740401"', '"01041974"', "found '01041974'", "column '11'"),
        ('"19740401"', '"April 1974"', "column 11 does not match", "row 2"),
        ('"19740401","","A"', '"19740401","soon","A"', "found 'soon'", "column '12'"),
        ('"19740401","","A"', '"19740401","","X"', "column 13 does not match", "row 2"),
        ('"","4",""', '"","99",""', "found '99'", "column '26'"),
        ('"A81001"', '"A81 001"', "column 1 does not match", "row 2"),
    ],
    ids=["a date day first", "words for a date", "a closing that is none", "a status", "a setting", "a code"],
)
def test_a_row_that_does_not_convert_is_refused(
    tmp_path: Path, found: str, put: str, what: str, where: str
) -> None:
    store = Store(tmp_path / "store")
    wrong = ROW.replace(found, put).replace("A81001", "A81002")
    with pytest.raises(FileRefusedError) as refusal:
        add_one(store, write_file(tmp_path, "epraccur_Nov2025.csv", ROW + wrong))
    assert what in refusal.value.what
    assert where in refusal.value.where
    assert store.manifest().files == ()


def test_a_code_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="twice"):
        add(tmp_path, ROW + CLOSED + ROW.replace("THE DENSHAM", "ANOTHER"))


@pytest.mark.parametrize("width", [26, 28])
def test_another_number_of_columns_is_another_file(tmp_path: Path, width: int) -> None:
    row = ROW.rstrip("\n")[: -len(',""')] if width < 27 else ROW.rstrip("\n") + ',""'
    with pytest.raises(FileRefusedError, match="no known format"):
        add(tmp_path, row + "\n")
