"""What the definitions state as fact, checked against the publishers' own files, read by other means."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from likeforlike.catalogue import Catalogue, load_catalogue

TELEPHONY = "Cloud Based Telephony Publication Summary {}.xlsx"
ONLINE = "Submissions via OC Systems in General Practice - {}.xlsx"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def annex1(published_data: Path) -> Callable[[str], list[dict[str, str]]]:
    """Rows of a table of Annex 1, November 2025."""

    def read(table: str) -> list[dict[str, str]]:
        path = published_data / "gp_appointments_annex1" / f"GPAD_Annex1_Table{table}_Nov_25.csv"
        with path.open(encoding="utf-8-sig", newline="") as stream:
            # Headers come with a space too many now and then: '8  to 14 Days'.
            return [
                {" ".join(name.split()): cell for name, cell in row.items()} for row in csv.DictReader(stream)
            ]

    return read


def shares(rows: list[dict[str, str]], part: list[str], whole: list[str]) -> list[float]:
    """In each row the sum of some columns over the sum of others."""
    return [
        sum(float(row[name] or 0) for name in part) / total
        for row in rows
        if (total := sum(float(row[name] or 0) for name in whole))
    ]


def pooled(rows: list[dict[str, str]], part: list[str], whole: list[str]) -> float:
    """The sum of some columns over the sum of others, over all rows."""
    sums = {name: sum(float(row[name] or 0) for row in rows) for name in {*part, *whole}}
    return sum(sums[name] for name in part) / sum(sums[name] for name in whole)


def figure(path: Path, beginning: str) -> list[float]:
    """The numbers of a row of Table 1, newest month first, found by how its words begin."""
    for row in CalamineWorkbook.from_path(path).get_sheet_by_name("Table 1").to_python():
        words = [cell.strip() for cell in row if isinstance(cell, str) and cell.strip()]
        numbers = [float(cell) for cell in row if isinstance(cell, int | float)]
        if numbers and any(word.startswith(beginning) for word in words):
            return numbers
    pytest.fail(f"{path.name} has no row {beginning}")


def test_appointments_in_november_2025(
    catalogue: Catalogue, annex1: Callable[[str], list[dict[str, str]]]
) -> None:
    rows = annex1("1")
    daily = 1000 * pooled(rows, ["Appointments"], ["List Size"]) / 20  # 20 working days
    reason = catalogue.indicator("appointments_per_1000").smallest_difference_reason
    assert "England's rate of 24 in November 2025" in reason
    assert round(daily) == 24

    waits = ["Same Day", "1 Day", "2 to 7 Days", "8 to 14 Days"]
    later = ["15 to 21 Days", "22 to 28 Days", "More than 28 Days", "Unknown / Data Quality"]
    caveat = catalogue.indicator("within_14_days_share").caveats[0]
    assert "81% of all appointments and 88% of the publisher's" in caveat
    assert round(100 * pooled(annex1("2a"), waits, waits + later)) == 81
    assert round(100 * pooled(annex1("2d"), waits, waits + later)) == 88

    staff = sorted(shares(annex1("5"), ["GP"], ["GP", "Other Practice staff", "Unknown"]))
    tenths = [round(100 * staff[round(part * len(staff))]) for part in (0.1, 0.9)]
    assert tenths == [28, 64]
    assert "below 28% and a tenth above 64%" in catalogue.indicator("gp_share").why_it_matters

    assert round(100 * pooled(annex1("6"), ["DNA"], ["DNA", "Attended"]), 1) == 4.7
    assert "4.7% in November 2025" in catalogue.indicator("did_not_attend_share").smallest_difference_reason

    modes = ["Face-to-Face", "Home Visit", "Telephone", "Video/Online", "Unknown"]
    video = shares(annex1("4"), ["Video/Online"], modes)
    assert sum(1 for share in video if share > 0.30) == 475
    assert "475 practices had more than 30%" in catalogue.indicator("face_to_face_share").caveats[1]


def test_telephony(catalogue: Catalogue, published_data: Path) -> None:
    folder = published_data / "cloud_telephony"
    december, january = folder / TELEPHONY.format("December 2025"), folder / TELEPHONY.format("January 2026")
    coverage = figure(december, "Practice coverage")
    assert (round(coverage[-1], 2), round(coverage[0], 2)) == (0.48, 0.82)
    included = figure(december, "Count of practices included")
    july, june = included[5], included[6]
    known = next(one for one in catalogue.known_breaks if one.id == "telephony_inclusion_2025_07")
    assert f"from {june:,.0f} in June to {july:,.0f} in July 2025" in known.what

    rates = figure(january, "Rate of inbound calls")
    assert (min(rates), max(rates)) == (pytest.approx(532.6, abs=0.1), pytest.approx(691.8, abs=0.1))
    assert "530 to 690 a month" in catalogue.indicator("calls_per_1000").smallest_difference_reason

    inbound = figure(december, "Total Inbound Calls")[0]
    outcomes = [
        round(100 * figure(december, words)[0] / inbound)
        for words in (
            "Calls answered [",
            "Calls ended during the IVR",
            "Missed calls",
            "Calls resulting in a call back",
        )
    ]
    assert outcomes == [55, 27, 11, 7]
    assert "55% were answered, 27% ended in the menu, 11% were missed and 7%" in " ".join(
        catalogue.indicator("calls_answered_share").caveats
    )


def test_online_submissions_more_than_doubled_and_were_restated(
    catalogue: Catalogue, published_data: Path
) -> None:
    folder = published_data / "online_consultations"
    series = figure(folder / ONLINE.format("January 2026"), "Total submissions received")
    august_2024 = series[-2]
    assert round(august_2024 / 1e6, 1) == 3.9
    assert (
        2 < series[0] / figure(folder / ONLINE.format("November 2025"), "Total submissions received")[-2] < 3
    )
    text = " ".join(catalogue.indicator("online_submissions_per_1000").caveats)
    assert "2.4 million submissions for August 2024, of which later issues count 3.9 million" in text


@pytest.mark.parametrize("month", ["September 2025", "November 2025", "January 2026"])
def test_no_submissions_means_no_known_supplier(published_data: Path, month: str) -> None:
    """From September 2025: why a nought is not read as a figure."""
    path = published_data / "online_consultations" / ONLINE.format(month)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Table 2").to_python()
    start = next(place for place, row in enumerate(rows) if "GP Code" in row)
    headers = [str(cell).split(" [")[0].strip() for cell in rows[start]]  # without footnote marks
    supplier, submissions = headers.index("Supplier"), headers.index("Submissions")
    practices = [row for row in rows[start + 1 :] if isinstance(row[submissions], float)]
    assert len(practices) > 6000
    noughts = {row[supplier] for row in practices if row[submissions] == 0}
    assert noughts <= {"None/Unknown", "No Data", "No data"}


@pytest.mark.parametrize("category", [1, 2, 3, 4])
def test_centiles_are_printed_of_regions_with_several_services_alone(
    catalogue: Catalogue, published_data: Path, category: int
) -> None:
    """A centile is never summed: of the four regions with a single service there is no figure."""
    path = published_data / "ambulance" / "AmbSYS-Time-Series-until-20250831.xlsx"
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Raw").to_python()
    start = next(place for place, row in enumerate(rows) if "Concatenated" in row)
    area = rows[start].index("Area")
    codes = {str(row[area]) for row in rows[start + 1 :]}
    assert {code for code in codes if re.fullmatch(r"Y\d{2}", code)} == {"Y59", "Y60", "Y63"}
    centile = catalogue.indicator(f"ambulance_category_{category}_90th_centile")
    assert any(
        caveat.startswith("Only the three regions with several services") for caveat in centile.caveats
    )


def read_codes(published_data: Path) -> Iterator[tuple[str, str]]:
    """Kind of organisation and code, from the directories and the maps of the Organisation Data Service."""
    for path in sorted((published_data / "organisations").glob("epraccur_*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as stream:
            for row in csv.reader(stream):
                # Column 26 says what a prescribing cost centre is: 4 is a GP practice.
                if row[25] == "4":
                    yield "gp_practice", row[0]
    with (published_data / "organisations" / "etr_2022.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.reader(stream):
            yield "trust", row[0]


def test_code_patterns_know_every_code_of_the_directories(catalogue: Catalogue, published_data: Path) -> None:
    trusts = [kind for kind in catalogue.organisation_types.values() if kind.id.endswith("_trust")]
    strange: dict[str, list[str]] = {}
    seen = dict.fromkeys(("gp_practice", "trust"), 0)
    for what, code in read_codes(published_data):
        kinds = trusts if what == "trust" else [catalogue.organisation_type(what)]
        seen[what] += 1
        if not any(kind.accepts(code) for kind in kinds):
            strange.setdefault(what, []).append(code)
        if any(kind.is_fictional(code) for kind in catalogue.organisation_types.values()):
            strange.setdefault("fictional", []).append(code)
    assert strange == {}
    assert seen["gp_practice"] > 18_000
    assert seen["trust"] > 200
