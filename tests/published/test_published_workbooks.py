"""The real telephony and online consultation workbooks against the figures that the publisher prints in them."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from likeforlike.store import PublishedBasis, Store

# Month → date of issue, rows of Table 2, and of Table 1 the month's total, clinical, administrative and other.
ONLINE = {
    "2024-04-01": ("2024-06-06", 4_882, 3_209_764, 2_323_945, 863_948, 21_871),
    "2024-05-01": ("2024-06-27", 4_769, 2_971_916, 2_126_510, 826_391, 19_015),
    "2024-06-01": ("2024-07-25", 6_258, 2_687_993, 1_908_515, 764_917, 14_561),
    "2024-07-01": ("2024-08-29", 6_250, 3_412_014, 2_448_806, 953_068, 10_140),
    "2024-08-01": ("2024-09-26", 6_239, 2_368_270, 1_628_172, 736_592, 3_506),
    "2024-10-01": ("2024-11-28", 6_229, 3_977_877, 2_880_313, 1_097_564, 0),
    "2024-11-01": ("2024-12-19", 6_221, 3_444_517, 2_392_147, 934_799, 117_571),
    "2024-12-01": ("2025-01-30", 6_219, 3_046_796, 1_883_962, 768_021, 394_813),
    "2025-02-01": ("2025-03-27", 6_215, 3_825_092, 2_675_784, 1_020_509, 128_799),
    "2025-03-01": ("2025-04-24", 6_213, 4_724_314, 3_084_306, 1_159_276, 480_732),
    "2025-04-01": ("2025-05-29", 6_210, 4_747_764, 3_159_808, 1_182_687, 405_269),
    "2025-05-01": ("2025-06-26", 6_199, 5_123_833, 3_407_979, 1_259_098, 456_756),
    "2025-06-01": ("2025-07-31", 6_194, 5_675_043, 3_887_776, 1_512_724, 274_543),
    "2025-07-01": ("2025-08-28", 6_188, 5_883_795, 4_016_568, 1_595_450, 271_777),
    "2025-08-01": ("2025-09-25", 6_183, 5_078_573, 3_457_740, 1_380_298, 240_535),
    "2025-09-01": ("2025-10-30", 6_182, 6_532_742, 4_358_219, 1_716_199, 458_324),
    "2025-10-01": ("2025-11-27", 6_180, 8_330_625, 5_464_095, 2_061_744, 804_786),
    "2025-11-01": ("2025-12-18", 6_170, 7_409_171, 5_034_836, 1_852_107, 522_228),
    "2025-12-01": ("2026-01-29", 6_173, 7_373_760, 5_148_830, 1_901_407, 323_523),
    "2026-01-01": ("2026-02-26", 6_171, 9_204_297, 6_039_924, 2_225_738, 938_635),
}
# Month → date of issue, rows, rows without a practice, and of the total row of Table 3 inbound, answered, ended in
# IVR, call backs requested, missed, call backs made.
TELEPHONY = {
    "2025-10-01": (
        "2025-11-27", 4_459, 83, 31_444_618, 17_239_997, 8_190_711, 2_292_934, 3_700_213, 2_278_821,
    ),
    "2025-11-01": (
        "2025-12-18", 4_793, 102, 29_439_840, 15_936_380, 7_760_703, 2_237_737, 3_499_800, 2_223_302,
    ),
    "2025-12-01": (
        "2026-01-29", 4_849, 110, 30_063_218, 16_479_676, 8_071_080, 2_208_524, 3_305_126, 2_200_889,
    ),
    "2026-01-01": (
        "2026-02-26", 4_866, 100, 31_605_636, 17_391_539, 8_366_664, 2_401_726, 3_446_437, 2_393_311,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def store(published_store: Store) -> Store:
    """A store with all 24 workbooks."""
    manifest = published_store.manifest()
    workbooks = [*manifest.of_source("online_consultations"), *manifest.of_source("cloud_telephony")]
    assert len(workbooks) == 24
    return published_store


def query(store: Store, source: str, table: str, sql: str) -> list[tuple[Any, ...]]:
    """The answer of a query over all editions of a table, named `editions`."""
    files = store.folder / "editions" / source / f"*-{table}-v1.parquet"
    return duckdb.execute(f"WITH editions AS (FROM read_parquet('{files}')) {sql}").fetchall()


def test_online_consultations_sum_to_table_1(store: Store) -> None:
    found = query(
        store,
        "online_consultations",
        "submissions",
        "SELECT CAST(month AS VARCHAR), count(*), sum(submissions), sum(clinical), sum(administrative), "
        "sum(other_or_unknown) FROM editions GROUP BY month ORDER BY month",
    )
    assert found == [(month, *figures[1:]) for month, figures in ONLINE.items()]


@pytest.mark.parametrize(
    ("source", "issues"), [("online_consultations", ONLINE), ("cloud_telephony", TELEPHONY)]
)
def test_dates_of_issue(store: Store, source: str, issues: dict[str, tuple[Any, ...]]) -> None:
    files = store.manifest().of_source(source)
    found = {(period, file.published) for file in files for table in file.tables for period in table.coverage}
    assert found == {(month, figures[0]) for month, figures in issues.items()}
    corrected = {
        min(file.tables[0].coverage)
        for file in files
        if file.published_basis is not PublishedBasis.CONTENT and "prints" in file.notes[0]
    }
    expected = (
        {"2025-03-01", "2025-04-01", "2025-09-01", "2025-12-01"}
        if source == "online_consultations"
        else set()
    )
    assert corrected == expected


def test_participation(store: Store) -> None:
    found = query(
        store,
        "online_consultations",
        "submissions",
        "SELECT CAST(month AS VARCHAR), participation, count(*) FROM editions "
        "WHERE month IN ('2024-05-01', '2024-06-01', '2024-12-01', '2026-01-01') GROUP BY ALL ORDER BY ALL",
    )
    # May 2024 has no such column, December 2024 a star in every row.
    assert found == [
        ("2024-05-01", "unknown", 4_769),
        ("2024-06-01", "no", 116),
        ("2024-06-01", "yes", 6_142),
        ("2024-12-01", "unknown", 6_219),
        ("2026-01-01", "no", 25),
        ("2026-01-01", "yes", 6_146),
    ]


def test_telephony_sums_to_its_totals(store: Store) -> None:
    found = query(
        store,
        "cloud_telephony",
        "outcomes",
        "SELECT CAST(month AS VARCHAR), count(*), count(*) FILTER (WHERE practice IS NULL), sum(inbound), "
        "sum(answered), sum(ended_in_ivr), sum(callback_requested), sum(missed), sum(callback_made) "
        "FROM editions GROUP BY month ORDER BY month",
    )
    assert found == [(month, *figures[1:]) for month, figures in TELEPHONY.items()]


def test_telephony_waits_and_durations_of_december_2025(store: Store) -> None:
    spans = ("under_1_minute", "1_to_2_minutes", "2_to_5_minutes", "over_5_minutes")
    december = "FROM editions WHERE month = '2025-12-01'"
    answered = ", ".join(f"sum({what}_{span})" for what in ("wait", "duration") for span in spans)
    assert query(store, "cloud_telephony", "answered_calls", f"SELECT {answered} {december}") == [
        (7_512_389, 2_298_436, 3_128_433, 3_540_410, 3_937_869, 5_936_340, 5_353_867, 1_251_600)
    ]
    missed = ", ".join(f"sum(wait_{span})" for span in spans)
    assert query(store, "cloud_telephony", "missed_calls", f"SELECT {missed} {december}") == [
        (1_702_399, 550_566, 517_034, 535_127)
    ]


def test_calls_without_a_practice(store: Store) -> None:
    """Their number as summed with openpyxl from Table 4: 5.9, 6.9, 7.7 and 7.1 per cent of all calls."""
    found = query(
        store,
        "cloud_telephony",
        "answered_calls",
        "SELECT sum(inbound) FROM editions WHERE practice IS NULL GROUP BY month ORDER BY month",
    )
    assert found == [(1_855_052,), (2_036_059,), (2_305_593,), (2_248_897,)]


def test_practices_whose_month_was_pasted_over_are_there(store: Store) -> None:
    found = query(
        store,
        "cloud_telephony",
        "outcomes",
        "SELECT CAST(month AS VARCHAR), practice, inbound, answered FROM editions "
        "WHERE (practice, month) IN (('M83616', DATE '2025-10-01'), ('L84026', DATE '2025-11-01')) ORDER BY month",
    )
    assert found == [("2025-10-01", "M83616", 4_231, 3_636), ("2025-11-01", "L84026", 18_764, 5_392)]


def test_a_month_agrees_cell_by_cell_with_another_reader(store: Store, published_data: Path) -> None:
    """Every row of the smallest workbook, read with openpyxl and converted by hand."""
    name = "Submissions via Online Consultation Systems in General Practice - May 2024.xlsx"
    book = openpyxl.load_workbook(
        published_data / "online_consultations" / name, read_only=True, data_only=True
    )
    rows = [
        row[:17]
        for row in book["Table 2"].iter_rows(values_only=True)
        if isinstance(row[0], datetime.datetime)
    ]
    book.close()
    nothing = {"U", "Unallocated", "None/Unknown", "No data", "No Data"}
    expected = sorted(
        (row[0].date(), *(None if cell in nothing else cell for cell in row[1:])) for row in rows
    )
    found = query(
        store,
        "online_consultations",
        "submissions",
        "SELECT * EXCLUDE (participation, edition) FROM editions WHERE month = '2024-05-01' ORDER BY practice",
    )
    assert len(found) == 4_769
    assert found == expected


def test_missed_calls_agree_cell_by_cell_with_another_reader(store: Store, published_data: Path) -> None:
    """Table 5 of October 2025, read with openpyxl: practice, inbound, missed and the four waits by their letters."""
    name = "Cloud Based Telephony Publication Summary October 2025_v2.xlsx"
    book = openpyxl.load_workbook(published_data / "cloud_telephony" / name, read_only=True, data_only=True)
    letters = [ord(letter) - ord("A") for letter in "BLMPRTV"]
    expected = sorted(
        tuple(row[place] for place in letters)
        for row in book["Table 5"].iter_rows(values_only=True)
        if isinstance(row[0], datetime.datetime) and row[1] != "Unassigned"
    )
    book.close()
    found = query(
        store,
        "cloud_telephony",
        "missed_calls",
        "SELECT practice, inbound, missed, wait_under_1_minute, wait_1_to_2_minutes, wait_2_to_5_minutes, "
        "wait_over_5_minutes FROM editions WHERE month = '2025-10-01' AND practice IS NOT NULL ORDER BY practice",
    )
    assert len(found) == 4_459 - 83
    assert found == expected
