"""NHS payments, in small: who is stored with what, the year from the file's name, averages that must follow."""

from __future__ import annotations

import csv
import datetime
import io
from decimal import Decimal
from pathlib import Path

import pytest
from street import add_one, stored_rows, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.store import PublishedBasis, Store

SOURCE = "nhs_payments"
MARK = "\ufeff"
NAME = "nhspaymentsgp_22-23.csv"
# A practice of 2022-23: all that the file says and we keep.
DENSHAM = {
    "CCG Code": "16C",
    "Sub ICB NAME": "NHS NORTH EAST AND NORTH CUMBRIA ICB - 16C",
    "Code": "U89141",
    "CCG NAME": "STOCKTON PCN",
    "Practice Code": "A81001",
    "Practice Name": "THE DENSHAM SURGERY",
    "Practice Postcode": "TS18 1HU",
    "Practice Open Date": "01/04/1974",
    "Practice Close Date": "",
    "Contract Type": "GMS",
    "Dispensing Practice": "No",
    "Practice Type": "GP practice",
    "Practice Rurality": "Urban",
    "Atypical Characteristics": "",
    "Number of Registered Patients (Last Known Figure)": "4029.25",
    "Number of Weighted Patients (Last Known Figure)": "4579.78",
    "Average payments per registered patient": "178.81",
    "Total NHS Payments to General Practice": "720462.51",
}


def layout(name: str) -> tuple[str, ...]:
    """All headers of a layout, in some order: every payment line that is not kept is there too."""
    (table,) = load_catalogue().source(SOURCE).tables
    (found,) = (one for one in table.layouts if one.name == f"payments {name}")
    return (*found.headers.values(), *found.ignored)


def payments(year: str, *rows: dict[str, str], mark: str = MARK) -> str:
    """A file of a year, with the byte order mark that it has since 2020-21; other payments are 0."""
    text = io.StringIO()
    writer = csv.DictWriter(text, layout(year), restval="0", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return mark + text.getvalue()


def test_a_practice_and_its_year(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    added = add_one(store, write_file(tmp_path, NAME, payments("2022-23", DENSHAM)))
    assert stored_rows(store, SOURCE, "practices") == [
        {
            "year": datetime.date(2022, 4, 1),
            "sub_icb": "16C",
            "sub_icb_name": "NHS NORTH EAST AND NORTH CUMBRIA ICB - 16C",
            "pcn": "U89141",
            "pcn_name": "STOCKTON PCN",
            "practice": "A81001",
            "practice_name": "THE DENSHAM SURGERY",
            "postcode": "TS18 1HU",
            "opened": datetime.date(1974, 4, 1),
            "closed": None,
            "contract": "GMS",
            "dispensing": "No",
            "practice_type": "GP practice",
            "rurality": "Urban",
            "atypical": None,
            "registered_patients": Decimal("4029.25"),
            "weighted_patients": Decimal("4579.78"),
            "payments_per_registered_patient": Decimal("178.81"),
            "total_payments": Decimal("720462.51"),
        }
    ]
    # The year ended in March 2023; its issue was out before the year's end.
    assert (added.published, added.published_basis) == ("2023-12-31", PublishedBasis.NAME)


def test_a_year_before_networks(tmp_path: Path) -> None:
    row = {name: cell for name, cell in DENSHAM.items() if name not in ("Code", "Sub ICB NAME")} | {
        "CCG NAME": "NHS HARTLEPOOL AND STOCKTON-ON-TEES CCG",
        "Practice Close Date": " ",
        "Contract Type": "UNKNOWN",
        "Practice Rurality": "MISSING",
        "Atypical Characteristics": "| Part year of data |",
        "Number of Registered Patients (Last Known Figure)": "1911.333333",
        "Average payments per registered patient": "376.94",
    }
    store = Store(tmp_path / "store")
    file = write_file(tmp_path, "nhspaymentsgp_18-19.csv", payments("2018-19", row, mark=""))
    added = add_one(store, file)
    wanted = ("year", "pcn", "pcn_name", "closed", "contract", "rurality", "atypical", "registered_patients")
    assert stored_rows(store, SOURCE, "practices", *wanted) == [
        {
            "year": datetime.date(2018, 4, 1),
            "pcn": None,
            "pcn_name": None,
            "closed": None,
            "contract": "Unknown",
            "rurality": "Unknown",
            "atypical": "| Part year of data |",
            "registered_patients": Decimal("1911.33333300"),
        }
    ]
    assert added.published == "2019-12-31"


@pytest.mark.parametrize("year", ["2019-20", "2021-22"])
def test_years_that_call_the_network_by_its_name(tmp_path: Path, year: str) -> None:
    row = dict(DENSHAM)
    row["PCN Code"], row["PCN Name"] = row.pop("Code"), DENSHAM["CCG NAME"]
    row["CCG NAME"] = "NHS TEES VALLEY CCG"
    del row["Sub ICB NAME"]
    store = Store(tmp_path / "store")
    name = f"nhspaymentsgp_{year[2:]}.csv"
    assert add_one(store, write_file(tmp_path, name, payments(year, row))).layout == f"payments {year}"
    (stored,) = stored_rows(store, SOURCE, "practices", "pcn", "pcn_name", "sub_icb_name")
    assert tuple(stored.values()) == ("U89141", "STOCKTON PCN", "NHS TEES VALLEY CCG")


def test_money_taken_back_and_a_practice_without_patients(tmp_path: Path) -> None:
    closed = DENSHAM | {
        "Code": "Unknown or no PCN",
        "CCG NAME": "Unknown or no PCN",
        "Practice Close Date": "30/06/2022",
        "Number of Registered Patients (Last Known Figure)": "0",
        "Number of Weighted Patients (Last Known Figure)": "0",
        "Average payments per registered patient": "0",
        "Total NHS Payments to General Practice": "-75388.04",
    }
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, NAME, payments("2022-23", closed)))
    wanted = ("pcn", "closed", "registered_patients", "total_payments")
    (stored,) = stored_rows(store, SOURCE, "practices", *wanted)
    assert tuple(stored.values()) == (None, datetime.date(2022, 6, 30), 0, Decimal("-75388.04"))


OTHER = DENSHAM | {"Practice Code": "A81002"}


@pytest.mark.parametrize(
    ("name", "rows", "what", "where"),
    [
        (
            NAME,
            [DENSHAM, OTHER | {"Average payments per registered patient": "157.31"}],
            # 720,462.51 / 4,029.25 = 178.808…
            "A81002: £720,462.51 by 4,029.25 registered patients is £178.81 each, the file's average is £157.31.",
            "row 3",
        ),
        (
            NAME,
            [OTHER | {"Number of Weighted Patients (Last Known Figure)": "-1"}],
            "found '-1', expected a number with at most 2 decimals, zero or more",
            "row 2, column 'Number of Weighted Patients (Last Known Figure)'",
        ),
        (
            NAME,
            [OTHER | {"Practice Rurality": "Coastal"}],
            "found 'Coastal', expected one of Urban, Rural, Unknown",
            "row 2, column 'Practice Rurality'",
        ),
        (
            NAME,
            [OTHER | {"Practice Open Date": "04/31/1974"}],
            "found '04/31/1974', expected a day spelled as %d/%m/%Y",
            "row 2, column 'Practice Open Date'",
        ),
        (NAME, [DENSHAM, DENSHAM], "the same practice occurs twice (A81001)", "rows 2 and 3"),
        (
            "payments.csv",
            [DENSHAM],
            "its rows do not say their year, and neither does its name",
            "payments.csv",
        ),
        ("nhspaymentsgp_22-24.csv", [DENSHAM], "its rows do not say their year", "nhspaymentsgp_22-24.csv"),
    ],
    ids=["average", "negative", "rurality", "day", "twice", "no year in the name", "no year that there is"],
)
def test_what_cannot_be_is_refused(
    tmp_path: Path, name: str, rows: list[dict[str, str]], what: str, where: str
) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(FileRefusedError) as refusal:
        add_one(store, write_file(tmp_path, name, payments("2022-23", *rows)))
    assert what in refusal.value.what
    assert refusal.value.where is not None
    assert refusal.value.where.endswith(where)
    assert store.manifest().files == ()


def test_an_average_may_be_off_by_the_penny_it_was_rounded_to(tmp_path: Path) -> None:
    # 10.05 by 4 patients is 2.5125: printed as 2.51 or, rounded up by somebody, as 2.52 it is not.
    row = DENSHAM | {
        "Number of Registered Patients (Last Known Figure)": "4",
        "Total NHS Payments to General Practice": "10.05",
        "Average payments per registered patient": "2.51",
    }
    add_one(Store(tmp_path / "store"), write_file(tmp_path, NAME, payments("2022-23", row)))
    row["Average payments per registered patient"] = "2.52"
    with pytest.raises(FileRefusedError, match=r"is £2\.51 each, the file's average is £2\.52"):
        add_one(Store(tmp_path / "other"), write_file(tmp_path, NAME, payments("2022-23", row)))


def test_a_year_with_a_payment_of_a_new_kind_names_the_column(tmp_path: Path) -> None:
    text = payments("2022-23", DENSHAM).replace("Global Sum", "Global Sum,Care Coordination")
    with pytest.raises(FileRefusedError, match=r"looks like nhs_payments \(payments 2022-23\)") as refusal:
        add_one(Store(tmp_path / "store"), write_file(tmp_path, NAME, text))
    assert "an unknown column 'Care Coordination'" in refusal.value.what
