"""The first answers from the real files: each figure computed here again from the publisher's own bytes.

By other means: the standard library's csv and openpyxl, and working days counted by hand from the calendar.
"""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import itertools
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.areas import find_area
from likeforlike.comparison.comparing import Comparison, compare_organisations
from likeforlike.comparison.same_month import MonthAgainstBaseline, compare_with_baseline
from likeforlike.measures.build import Build, build, verify_builds
from likeforlike.measures.reading import read_observations
from likeforlike.measures.working_days import count_working_days
from likeforlike.settings import Settings
from likeforlike.store import Store

# Devon, which is in every one of the files.
ICB = "QJK"

# Fewer appointments than in the same month of 2019, of 45 CCGs.
FEWER = {"2021-03": 6, "2021-04": 26, "2021-05": 41, "2021-06": 1, "2021-07": 34, "2021-08": 12}

# Weekdays less bank holidays, counted on a calendar: Easter was in April in both years; May has two bank
# holidays and had 23 weekdays in 2019, 21 in 2021; August has one.
DAYS = {
    "2019-03": 21, "2019-04": 22 - 2, "2019-05": 23 - 2, "2019-06": 20, "2019-07": 23, "2019-08": 22 - 1,
    "2021-03": 23, "2021-04": 22 - 2, "2021-05": 21 - 2, "2021-06": 22, "2021-07": 22, "2021-08": 22 - 1,
}  # fmt: skip


def read_gzipped(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as text:
        yield from csv.DictReader(text)


@pytest.fixture(scope="module")
def appointments_of_ccgs(published_data: Path) -> Counter[tuple[str, str]]:
    """(CCG, 'YYYY-MM') → appointments, from the 30 files of the zip."""
    counts: Counter[tuple[str, str]] = Counter()
    path = published_data / "gp_appointments_regional" / "Appointments_GP_Regional_CSV_Aug_21.zip"
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            with io.TextIOWrapper(archive.open(member), encoding="utf-8-sig", newline="") as text:
                for row in csv.DictReader(text):
                    month = datetime.datetime.strptime(row["Appointment_Month"], "%b%Y")  # noqa: DTZ007 - a month
                    counts[row["CCG_CODE"], f"{month:%Y-%m}"] += int(row["COUNT_OF_APPOINTMENTS"])
    return counts


@pytest.fixture(scope="module")
def against_2019(published_build: Build) -> dict[str, MonthAgainstBaseline]:
    """What `likeforlike show appointments_per_working_day --baseline 2019` prints, by month."""
    months = compare_with_baseline(published_build, "appointments_per_working_day", "sub_icb", 2019)
    return {f"{one.month:%Y-%m}": one for one in months}


def test_ccgs_with_fewer_appointments_than_in_2019(against_2019: dict[str, MonthAgainstBaseline]) -> None:
    assert {month: against_2019[month].fewer for month in FEWER} == FEWER
    assert {against_2019[month].organisations for month in FEWER} == {45}


def test_per_working_day_the_swing_shrinks(
    against_2019: dict[str, MonthAgainstBaseline], appointments_of_ccgs: Counter[tuple[str, str]]
) -> None:
    areas = {area for area, _ in appointments_of_ccgs}
    assert len(areas) == 45
    by_hand = {}
    for month in FEWER:
        then = f"2019{month[4:]}"
        by_hand[month] = sum(
            appointments_of_ccgs[area, month] / DAYS[month] < appointments_of_ccgs[area, then] / DAYS[then]
            for area in areas
        )
    found = {month: against_2019[month].fewer_per_working_day for month in FEWER}
    assert found == by_hand
    for month in FEWER:
        one = against_2019[month]
        assert (one.working_days, one.baseline_working_days) == (DAYS[month], DAYS[f"2019{month[4:]}"])
    # From one month to the next, May to June and so on, the number jumps by 106 in all; per working day by less.
    swings = [
        sum(abs(month - following) for month, following in itertools.pairwise(one.values()))
        for one in (FEWER, found)
    ]
    assert swings[1] < swings[0] / 2


def compare(made: Build, indicator: str, month: str) -> Comparison:
    """What `likeforlike compare` prints."""
    catalogue = load_catalogue()
    return compare_organisations(
        made,
        catalogue,
        catalogue.indicator(indicator),
        organisation_type="gp_practice",
        area=find_area(made, catalogue, ICB),
        period=datetime.date.fromisoformat(f"{month}-01"),
    )


def values(comparison: Comparison) -> dict[str, float | str | None]:
    """Practice → value, or the reason for none."""
    return {
        figure.organisation: figure.reason if figure.value is None else figure.value
        for figure in comparison.figures
    }


def rate(count: int, patients: int, days: int = 1) -> object:
    """Per 1,000 patients, and by working days; of fewer than 1,000 patients no rate is given."""
    return pytest.approx(1000 * count / (patients * days)) if patients >= 1000 else "below_minimum"


def read_sheet(path: Path, sheet: str, first_header: str) -> list[dict[str, Any]]:
    """The rows below the header of a workbook's table, as openpyxl reads them."""
    book = openpyxl.load_workbook(path, read_only=True)
    rows = book[sheet].iter_rows(values_only=True)
    header = next(row for row in rows if str(row[0]).startswith(first_header))
    names = [" ".join(str(cell or place).split("[")[0].split()) for place, cell in enumerate(header)]
    found = [dict(zip(names, row, strict=False)) for row in rows]
    book.close()
    return found


@pytest.fixture(scope="module")
def practices_of_the_icb(published_data: Path) -> set[str]:
    """The ICB's practices in the practice map of November 2025."""
    return {
        row["PRACTICE_CODE"]
        for row in read_gzipped(published_data / "registered_patients" / "gp-reg-pat-prac-map_2025.csv.gz")
        if row["ICB_CODE"] == ICB and row["EXTRACT_DATE"] == "01Nov2025"
    }


def test_calls_answered(published_build: Build, published_data: Path) -> None:
    path = published_data / "cloud_telephony" / "Cloud Based Telephony Publication Summary December 2025.xlsx"
    practices = {
        row["GP Practice (ODS_CODE)"]: row
        for row in read_sheet(path, "Table 3", "Month")
        if row.get("ICB Code") and row["GP Practice (ODS_CODE)"] != "Unassigned"
    }
    shares = {
        code: 100 * row["Answered"] / row["Count of Inbound calls"]
        for code, row in practices.items()
        if row["Count of Inbound calls"] >= 100
    }
    comparison = compare(published_build, "calls_answered_share", "2025-12")
    by_hand = {code: share for code, share in shares.items() if practices[code]["ICB Code"] == ICB}
    found = values(comparison)
    assert {code: found[code] for code in by_hand} == pytest.approx(by_hand)
    assert len(by_hand) > 80
    assert {found[code] for code in found.keys() - by_hand.keys()} <= {"below_minimum", "not_applicable"}
    # Practices with a row of their own have 78% of England's patients: too few for a figure of England. (The
    # publisher counts 84%, with those whose calls come through an account that several share.)
    lists = list_sizes(published_data, "Nov25")
    assert comparison.reference is not None
    assert comparison.reference.reason == "coverage_below_minimum"
    assert comparison.reference.coverage == sum(lists.get(code, 0) for code in shares) / sum(lists.values())


def test_online_submissions(published_build: Build, published_data: Path) -> None:
    path = (
        published_data
        / "online_consultations"
        / "Submissions via OC Systems in General Practice - December 2025.xlsx"
    )
    rows = [row for row in read_sheet(path, "Table 2", "Month") if row.get("ICB Code") == ICB]
    taking_part = {row["GP Code"]: row for row in rows if row["Participation"] == 1}
    # A nought is no answer: nothing tells a practice that received none from a supplier that sent none.
    by_hand = {
        code: rate(row["Submissions"], row["Registered Patient Count"])
        if row["Submissions"]
        else "not_submitted"
        for code, row in taking_part.items()
    }
    found = values(compare(published_build, "online_submissions_per_1000", "2025-12"))
    assert {code: value for code, value in found.items() if code in taking_part} == by_hand
    assert len(by_hand) > 60
    others = {row["GP Code"] for row in rows} - taking_part.keys()
    assert {code: value for code, value in found.items() if code not in taking_part} == dict.fromkeys(
        others, "not_participating"
    )


@pytest.fixture(scope="module")
def october_by_practice(published_data: Path) -> Counter[tuple[str, str, str]]:
    """(practice, column, label) → appointments of October 2025 in the newest crosstab."""
    path = (
        published_data
        / "gp_appointments_practice"
        / "release_Nov_25"
        / "Practice_Level_Crosstab_Oct_25_London_East_South.csv.gz"
    )
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in read_gzipped(path):
        for column in ("APPT_MODE", "TIME_BETWEEN_BOOK_AND_APPT"):
            counts[row["GP_CODE"], column, row[column]] += int(row["COUNT_OF_APPOINTMENTS"])
    return counts


@pytest.mark.parametrize(
    ("indicator", "column", "labels"),
    [
        ("face_to_face_share", "APPT_MODE", ("Face-to-Face", "Home Visit")),
        ("same_day_share", "TIME_BETWEEN_BOOK_AND_APPT", ("Same Day",)),
    ],
)
def test_shares_of_the_crosstab(
    published_build: Build,
    october_by_practice: Counter[tuple[str, str, str]],
    practices_of_the_icb: set[str],
    indicator: str,
    column: str,
    labels: tuple[str, ...],
) -> None:
    totals: Counter[str] = Counter()
    for (practice, kind, _), count in october_by_practice.items():
        if kind == column and practice in practices_of_the_icb:
            totals[practice] += count
    by_hand = {
        practice: pytest.approx(
            100 * sum(october_by_practice[practice, column, label] for label in labels) / total
        )
        for practice, total in totals.items()
    }
    assert len(by_hand) > 80
    assert values(compare(published_build, indicator, "2025-10")) == by_hand


def list_sizes(published_data: Path, folder: str) -> dict[str, int]:
    path = published_data / "registered_patients" / folder / "gp-reg-pat-prac-all.csv"
    with path.open(encoding="utf-8-sig", newline="") as text:
        return {row["CODE"]: int(row["NUMBER_OF_PATIENTS"]) for row in csv.DictReader(text)}


def test_appointments_of_october_by_the_list_of_october(
    published_build: Build,
    published_data: Path,
    october_by_practice: Counter[tuple[str, str, str]],
    practices_of_the_icb: set[str],
) -> None:
    lists = list_sizes(published_data, "Oct25")
    totals: Counter[str] = Counter()
    for (practice, column, _), count in october_by_practice.items():
        if column == "APPT_MODE" and practice in practices_of_the_icb:
            totals[practice] += count
    comparison = compare(published_build, "appointments_per_1000", "2025-10")
    assert values(comparison) == {
        practice: rate(count, lists[practice], days=23) for practice, count in totals.items()
    }
    assert comparison.working_days == 23


def test_appointments_of_november_by_the_annexs_own_list(
    published_build: Build, published_data: Path, practices_of_the_icb: set[str]
) -> None:
    path = published_data / "gp_appointments_annex1" / "GPAD_Annex1_Table1_Nov_25.csv"
    with path.open(encoding="utf-8-sig", newline="") as text:
        rows = {row["GP_CODE"]: row for row in csv.DictReader(text) if row["GP_CODE"] in practices_of_the_icb}
    assert len(rows) > 80
    assert values(compare(published_build, "appointments_per_1000", "2025-11")) == {
        practice: rate(int(row["Appointments"]), int(row["List Size"]), days=20)
        for practice, row in rows.items()
    }


def crosstab_appointments(made: Build) -> tuple[int, int]:
    """Practices and appointments of October 2025 that come from the crosstab."""
    rows = read_observations(
        made,
        "appointments_per_working_day",
        organisation_type="gp_practice",
        period=datetime.date(2025, 10, 1),
    ).to_pylist()
    assert {row["source"] for row in rows} == {"gp_appointments_practice"}
    return len(rows), sum(row["numerator"] for row in rows)


def test_october_before_and_after_its_revision(published_build: Build, published_store: Store) -> None:
    assert crosstab_appointments(published_build) == (2101, 15_069_663)
    catalogue = load_catalogue()
    wanted = ("list_size", "appointments_per_working_day")
    before = build(
        published_store,
        # Two of the indicators: all of them take three times as long.
        replace(
            catalogue, indicators={name: catalogue.indicators[name] for name in wanted}, digest="two of them"
        ),
        Settings(published_store.folder),
        as_at=datetime.date(2025, 12, 15),
    )
    assert crosstab_appointments(before) == (2101, 15_065_690)


def test_every_observation_has_a_value_or_a_reason(published_build: Build) -> None:
    reasons = {reason.id for reason in load_catalogue().methods.reasons}
    for indicator in published_build.rows:
        observed = read_observations(published_build, indicator)
        values_of = observed["value"].to_pylist()
        reasons_of = observed["reason"].to_pylist()
        assert all(
            (value is None) != (reason is None) for value, reason in zip(values_of, reasons_of, strict=True)
        )
        assert set(reasons_of) - {None} <= reasons
        keys = zip(
            observed["organisation_type"].to_pylist(),
            observed["organisation"].to_pylist(),
            observed["period_start"].to_pylist(),
            strict=True,
        )
        ordered = list(keys)
        assert ordered == sorted(set(ordered))  # in order, and each organisation and month once


def test_no_share_is_more_than_all(published_build: Build) -> None:
    for indicator in published_build.rows:
        if load_catalogue().indicator(indicator).kind == "proportion":
            observed = read_observations(published_build, indicator).to_pylist()
            beyond = [row for row in observed if row["value"] is not None and row["value"] > 100]
            assert beyond == []


def test_working_days_are_those_that_the_publisher_counts(published_data: Path) -> None:
    counted: dict[datetime.date, int] = {}
    for path in sorted((published_data / "cloud_telephony").glob("*.xlsx")):
        book = openpyxl.load_workbook(path, read_only=True)
        rows = list(book["Table 1"].iter_rows(values_only=True))
        book.close()
        (working,) = [row for row in rows if row[1] == "Number of working weekdays"]
        header = next(row for row in rows if isinstance(row[2], datetime.datetime) or "-" in str(row[2]))
        for month, days in zip(header[2:], working[2:], strict=True):
            if days is not None:
                counted[first_of_month(month)] = days
    assert len(counted) >= 15  # October 2024 to January 2026
    assert {month: count_working_days(month) for month in counted} == counted


def first_of_month(cell: object) -> datetime.date:
    """A date anywhere in the month, or text such as 'Nov-25 [5]'."""
    if not isinstance(cell, datetime.datetime):
        cell = datetime.datetime.strptime(str(cell).split("[")[0].strip(), "%b-%y")  # noqa: DTZ007 - a month
    return cell.date().replace(day=1)


def test_the_store_and_its_builds_verify(published_build: Build, published_store: Store) -> None:
    assert published_store.verify() == []
    assert verify_builds(published_store) == []
