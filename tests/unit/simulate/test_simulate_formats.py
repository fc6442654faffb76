"""The files have the very shape of the publishers' own: headers, odd rows, spacers, spellings."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from county_files import (
    crosstab,
    first_line,
    online_workbook,
    read_csv,
    read_sheet,
    telephony_workbook,
)

from likeforlike.simulate import Simulated
from likeforlike.simulate.months import publication_date

REAL_TELEPHONY = "cloud_telephony/Cloud Based Telephony Publication Summary January 2026.xlsx"
REAL_TELEPHONY_OCTOBER = "cloud_telephony/Cloud Based Telephony Publication Summary October 2025_v2.xlsx"
REAL_ONLINE = "online_consultations/Submissions via OC Systems in General Practice - November 2025.xlsx"


@pytest.mark.parametrize(
    ("ours", "real"),
    [
        (
            "gp_appointments_practice/release_Nov_25/Practice_Level_Crosstab_Nov_25.csv",
            "gp_appointments_practice/release_Aug_25/Practice_Level_Crosstab_Aug_25_one_practice.csv",
        ),
        (
            "registered_patients/Nov25/gp-reg-pat-prac-all.csv",
            "registered_patients/Nov25/gp-reg-pat-prac-all.csv",
        ),
        (
            "registered_patients/Oct25/gp-reg-pat-prac-quin-age.csv",
            "registered_patients/gp-reg-pat-prac-quin-age_Apr25_Nov25.csv.gz",
        ),
        (
            "registered_patients/Nov25/gp-reg-pat-prac-map.csv",
            "registered_patients/gp-reg-pat-prac-map_2025.csv.gz",
        ),
        ("nhs_payments/nhspaymentsgp_24-25.csv", "nhs_payments/nhspaymentsgp_22-23.csv.gz"),
        ("gp_workforce/workforce_year_practice_fte.csv", "gp_workforce/workforce_year_practice_fte.csv.gz"),
        (
            "gp_workforce/practice_headcount_location_Apr25.csv",
            "gp_workforce/practice_headcount_location_Apr25.csv",
        ),
        ("cqc/gp_overall_ratings_Nov25.csv", "cqc/gp_overall_ratings_Apr24.csv"),
        *(
            (f"{folder}/{name}.csv", f"{folder}/{name}.csv.gz")
            for folder, names in (
                ("fingertips_areas", ("healthdata", "areas", "indicators", "agedata", "categories")),
                (
                    "mynhs_2014",
                    (
                        "AccountabilityIndicatorsClinicalCommissioningGroup",
                        "AccountabilityIndicatorsLocalAuthority",
                        "CCG",
                        "Trust",
                        "Hospital",
                    ),
                ),
            )
            for name in names
        ),
        ("shmi/shmi-2025-october.csv", "shmi/shmi-2013-january.csv"),
        ("ae_monthly/Monthly-AE-November-2025.csv", "ae_monthly/Monthly-AE-June-2025-1-1.csv"),
    ],
)
def test_csv_headers_and_line_ends_are_the_publishers(
    small: Simulated, published_data: Path, ours: str, real: str
) -> None:
    assert first_line(small.directory / ours) == first_line(published_data / real)


def test_every_line_of_the_crosstab_ends_as_the_published_one(small: Simulated) -> None:
    folder = small.directory / "gp_appointments_practice" / "release_Nov_25"
    content = (folder / "Practice_Level_Crosstab_Nov_25.csv").read_bytes()
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert not content.startswith(b"\xef\xbb\xbf")


LABEL_COLUMNS = ("HCP_TYPE", "APPT_MODE", "NATIONAL_CATEGORY", "TIME_BETWEEN_BOOK_AND_APPT", "APPT_STATUS")


def test_crosstab_labels_are_the_publishers(small: Simulated, published_data: Path) -> None:
    release = published_data / "gp_appointments_practice" / "release_Nov_25"
    path = release / "Practice_Level_Crosstab_Oct_25_London_East_South.csv.gz"
    real: dict[str, set[str]] = {column: set() for column in LABEL_COLUMNS}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for column, labels in real.items():
                labels.add(row[column])
    for column in LABEL_COLUMNS:
        ours = {row[column] for row in crosstab(small, "Nov_25")}
        assert ours <= real[column]
        # Rare categories may be absent from sixty practices in one month; everything else is there.
        assert len(real[column] - ours) <= (3 if column == "NATIONAL_CATEGORY" else 0)


def test_spellings_of_dates_and_waits(small: Simulated) -> None:
    rows = crosstab(small, "Nov_25")
    assert {row["APPOINTMENT_MONTH_START_DATE"] for row in rows} == {"01NOV2025"}
    assert {"8  to 14 Days", "15  to 21 Days", "22  to 28 Days", "2 to 7 Days"} <= {
        row["TIME_BETWEEN_BOOK_AND_APPT"] for row in rows
    }
    patients = small.directory / "registered_patients" / "Nov25"
    totals = read_csv(patients / "gp-reg-pat-prac-all.csv")
    assert {row["EXTRACT_DATE"] for row in totals} == {"2025-11-01"}
    assert {row["EXTRACT_DATE"] for row in read_csv(patients / "gp-reg-pat-prac-map.csv")} == {"01Nov2025"}


def test_names_with_commas_are_quoted(small: Simulated) -> None:
    assert any("," in row["GP_NAME"] for row in crosstab(small, "Nov_25"))
    assert all(None not in row for row in crosstab(small, "Nov_25"))


def shape(row: list[object]) -> list[str]:
    """The kind of each cell; a whole number and a share are both numbers, empty is empty."""
    return ["empty" if cell == "" else type(cell).__name__ for cell in row]


@pytest.mark.parametrize(
    ("sheet", "header_rows", "total_row", "first_row"),
    [("Table 3", (9, 10, 11), 13, 15), ("Table 4", (9, 10, 11), 12, 14), ("Table 5", (9, 10, 11), 12, 14)],
)
def test_telephony_tables_have_the_published_shape(
    small: Simulated,
    published_data: Path,
    sheet: str,
    header_rows: tuple[int, ...],
    total_row: int,
    first_row: int,
) -> None:
    ours = read_sheet(telephony_workbook(small, "November 2025"), sheet)
    real = read_sheet(published_data / REAL_TELEPHONY, sheet)
    for row in header_rows:
        assert ours[row - 1] == real[row - 1]
    assert str(ours[6][0]) == str(real[6][0]).replace("January 2026", "November 2025")
    assert ours[4][0] == real[4][0] == "Return to Contents"
    for row in (1, 2, 3, 4, 5, 6, 8, total_row, total_row + 1):
        assert shape(ours[row - 1]) == shape(real[row - 1]), f"row {row}"
    assert ours[total_row - 1][:2] == real[total_row - 1][:2]
    assert shape(ours[first_row - 1])[:15] == shape(real[first_row - 1])[:15]
    assert ours[first_row - 1][0] == date(2025, 11, 1)
    assert any(row[0] == "Notes:" for row in ours[-12:])
    assert str(ours[-1][0]).startswith("Copyright ©")


def test_column_numbers_stand_above_the_header_as_published(small: Simulated, published_data: Path) -> None:
    ours = read_sheet(telephony_workbook(small, "November 2025"), "Table 3")
    real = read_sheet(published_data / REAL_TELEPHONY, "Table 3")
    assert ours[3] == real[3]
    assert ours[4] == real[4]


def test_nothing_of_nothing_is_a_dash_up_to_october_and_empty_after(
    small: Simulated, published_data: Path
) -> None:
    october = read_sheet(telephony_workbook(small, "October 2025"), "Table 3")
    november = read_sheet(telephony_workbook(small, "November 2025"), "Table 3")
    real_october = read_sheet(published_data / REAL_TELEPHONY_OCTOBER, "Table 3")

    def of_none(rows: list[list[object]]) -> set[object]:
        return {row[24] for row in rows[14:] if row[17] == 0.0}

    assert of_none(october) == of_none(real_october) == {"-"}
    assert of_none(november) == {""}


def test_telephony_summary_has_the_published_labels_and_month_headers(
    small: Simulated, published_data: Path
) -> None:
    ours = read_sheet(telephony_workbook(small, "November 2025"), "Table 1")
    real = read_sheet(
        published_data / "cloud_telephony/Cloud Based Telephony Publication Summary December 2025.xlsx",
        "Table 1",
    )
    assert [row[:2] for row in ours[:57]] == [row[:2] for row in real[:57]]
    # The newest month is a date, the one before, being revised, a text with a footnote.
    assert ours[7][2:5] == [date(2025, 11, 30), "Oct-25 [5]", date(2025, 9, 30)]
    assert (
        [shape(row)[2:5] for row in ours[9:55]]
        == [
            ["empty" if cell == "str" else cell for cell in shape(row)[2:5]]  # a stray non-breaking space
            for row in real[9:55]
        ]
    )


def test_telephony_times_have_the_published_shape(small: Simulated, published_data: Path) -> None:
    ours = read_sheet(telephony_workbook(small, "November 2025"), "Table 2")
    real = read_sheet(
        published_data / "cloud_telephony/Cloud Based Telephony Publication Summary November 2025.xlsx",
        "Table 2",
    )
    assert ours[8] == real[8]
    assert [row[:2] for row in ours[10:40]] == [row[:2] for row in real[10:40]]


def test_online_tables_have_the_published_shape(small: Simulated, published_data: Path) -> None:
    workbook = online_workbook(small, "November 2025")
    ours, real = read_sheet(workbook, "Table 2"), read_sheet(published_data / REAL_ONLINE, "Table 2")
    assert ours[7:12] == real[7:12]
    assert shape(ours[12]) == shape(real[12])
    ours, real = read_sheet(workbook, "Table 1"), read_sheet(published_data / REAL_ONLINE, "Table 1")
    assert [row[:2] for row in ours[:26]] == [row[:2] for row in real[:26]]
    # Fourteen months are shown, with the same footnote marks on the same months.
    assert ours[10] == real[10][:16]
    ours, real = read_sheet(workbook, "Table 3"), read_sheet(published_data / REAL_ONLINE, "Table 3")
    assert ours[9:12] == real[9:12]
    assert [row[0] for row in ours[12:19]] == [row[0] for row in real[12:19]]


@pytest.mark.parametrize("workbook", [telephony_workbook, online_workbook])
def test_the_title_sheet_says_when_it_was_published_and_that_it_is_fictional(
    small: Simulated, workbook: Callable[[Simulated, str], Path]
) -> None:
    cells = [row[0] for row in read_sheet(workbook(small, "November 2025"), "Title sheet")]
    assert cells[12 if workbook is telephony_workbook else 11] == "Publication date: 18 December 2025"
    assert any(str(cell).startswith("FICTIONAL") for cell in cells)


@pytest.mark.parametrize(
    ("month", "published"),
    # As printed on the real title sheets.
    [
        (date(2025, 10, 1), date(2025, 11, 27)),
        (date(2025, 11, 1), date(2025, 12, 18)),
        (date(2025, 12, 1), date(2026, 1, 29)),
        (date(2026, 1, 1), date(2026, 2, 26)),
    ],
)
def test_publication_dates_are_the_real_ones(month: date, published: date) -> None:
    assert publication_date(month) == published
