"""What happens in the county shows in its files as it would in the publishers'."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from county_files import (
    SMALL,
    crosstab,
    event,
    list_sizes,
    online_workbook,
    read_csv,
    read_sheet,
    telephony_workbook,
)

from likeforlike.simulate import CountyPlan, Simulated
from likeforlike.simulate.county import build_county
from likeforlike.simulate.months import month_after, months_up_to, short_month
from likeforlike.simulate.populations import patients_by_band
from likeforlike.simulate.truth import draw_truth

MONTHS = months_up_to(SMALL.last_month, SMALL.months)


def share(rows: list[dict[str, str]], code: str, column: str, values: set[str]) -> float:
    """The share of a practice's appointments whose column is one of the values."""
    counts: Counter[bool] = Counter()
    for row in rows:
        if row["GP_CODE"] == code:
            counts[row[column] in values] += int(row["COUNT_OF_APPOINTMENTS"])
    return counts[True] / counts.total()


def test_three_mergers_move_the_patients_to_the_successor(small: Simulated) -> None:
    mergers = event(small, "merger")
    assert len(mergers) == 3
    for merger in mergers:
        month = date.fromisoformat(merger["month"])
        before = list_sizes(small, short_month(month_after(month, -1), ""))
        after = list_sizes(small, short_month(month, ""))
        closing, successor = merger["practice_code"], merger["successor_code"]
        assert closing in before
        assert closing not in after
        both = before[closing] + before[successor]
        # A list changes by a fraction of a per cent in a month; a merger is no such change.
        assert abs(after[successor] / both - 1) < 0.01
        assert (
            sum(after.values()) / sum(before.values()) == np.float64(1).round()
            or abs(sum(after.values()) / sum(before.values()) - 1) < 0.005
        )


def test_a_closed_practice_is_in_no_file_from_the_merger_on(small: Simulated) -> None:
    for merger in event(small, "merger"):
        first = MONTHS.index(date.fromisoformat(merger["month"]))
        for place in (first - 1, first, len(MONTHS) - 1):
            month = MONTHS[place]
            label = f"{month:%B %Y}"
            there = {
                "crosstab": {row["GP_CODE"] for row in crosstab(small, short_month(month, "_"))},
                "lists": set(list_sizes(small, short_month(month, ""))),
                "online": {row[1] for row in read_sheet(online_workbook(small, label), "Table 2")},
            }
            closing = merger["practice_code"]
            assert all((closing in codes) == (place < first) for codes in there.values()), (label, there)
            calls = {row[1] for row in read_sheet(telephony_workbook(small, label), "Table 3")}
            assert place < first or closing not in calls


def test_the_successor_is_in_the_same_sub_icb_and_takes_the_ages_with_it() -> None:
    county = build_county(SMALL)
    for merger in county.events.mergers:
        assert county.sub_icb_of[merger.closing] == county.sub_icb_of[merger.successor]
        before = patients_by_band(county.populations, merger.month - 1)
        after = patients_by_band(county.populations, merger.month)
        together = before[merger.closing] + before[merger.successor]
        assert np.abs(after[merger.successor] - together).max() <= 0.01 * together.sum()
        assert after[merger.closing].sum() == 0


def test_a_change_of_supplier_changes_the_recording_and_not_the_work(small: Simulated) -> None:
    (change,) = event(small, "supplier_change")
    code, month = change["practice_code"], date.fromisoformat(change["month"])
    before = crosstab(small, short_month(month_after(month, -1), "_"))
    after = crosstab(small, short_month(month, "_"))
    suppliers = [{row["SUPPLIER"] for row in rows if row["GP_CODE"] == code} for rows in (before, after)]
    assert sorted(supplier for one in suppliers for supplier in one) == ["EMIS", "TPP"]
    poorly = {"Inconsistent Mapping", "Unmapped"}
    assert share(after, code, "APPT_MODE", {"Unknown"}) > 0.25
    assert share(before, code, "APPT_MODE", {"Unknown"}) < 0.2
    assert share(after, code, "NATIONAL_CATEGORY", poorly) > 0.2 + share(
        before, code, "NATIONAL_CATEGORY", poorly
    )
    # Of appointments with a known mode, as many are face to face as before, but for drift and chance.
    face = {"Face-to-Face", "Home Visit"}
    known = [[row for row in rows if row["APPT_MODE"] != "Unknown"] for rows in (before, after)]
    assert abs(share(known[0], code, "APPT_MODE", face) - share(known[1], code, "APPT_MODE", face)) < 0.1
    mapped = [
        {
            row["PRACTICE_CODE"]: row["SUPPLIER_NAME"]
            for row in read_csv(small.directory / "registered_patients" / label / "gp-reg-pat-prac-map.csv")
        }[code]
        for label in (short_month(month_after(month, -1), ""), short_month(month, ""))
    ]
    assert [{supplier} for supplier in mapped] == suppliers


def test_a_practice_that_stops_submitting_stays_on_the_map(small: Simulated) -> None:
    (silent,) = event(small, "stops_submitting")
    code, first = silent["practice_code"], MONTHS.index(date.fromisoformat(silent["month"]))
    submitted = [
        code in {row["GP_CODE"] for row in crosstab(small, short_month(month, "_"))} for month in MONTHS
    ]
    assert submitted == [place < first for place in range(len(MONTHS))]
    assert all(code in list_sizes(small, short_month(month, "")) for month in MONTHS)


def test_the_care_home_practice_has_a_tiny_list_many_appointments_and_home_visits(small: Simulated) -> None:
    (care_home,) = event(small, "care_home_practice")
    code = care_home["practice_code"]
    rows = crosstab(small, "Nov_25")
    patients = list_sizes(small, "Nov25")[code]
    appointments = sum(int(row["COUNT_OF_APPOINTMENTS"]) for row in rows if row["GP_CODE"] == code)
    assert 150 < patients < 170
    assert 1000 * appointments / patients > 1_500  # elsewhere about 500 in a month
    assert share(rows, code, "APPT_MODE", {"Home Visit"}) > 0.5
    assert share(rows, code, "NATIONAL_CATEGORY", {"Home Visit", "Care Home Visit"}) > 0.2


def test_with_few_months_nothing_happens() -> None:
    county = build_county(replace(SMALL, months=5))
    assert county.events.mergers == ()
    assert county.events.supplier_change == county.events.silent == -1


def test_the_pandemic_dips_as_in_the_published_files() -> None:
    long = CountyPlan(icbs=1, practices=12, months=84)
    county = build_county(long)
    themes = draw_truth(county)
    of = {month: place for place, month in enumerate(county.all_months)}

    def level(theme: str, year: int, month: int) -> float:
        return float(themes[theme].level[of[date(year, month, 1)]])

    assert county.months[0] == date(2018, 12, 1)
    # Appointments per working day against the same month of 2019, as the files of the 45 CCGs have them.
    for (year, month), real in {
        (2020, 4): 0.667,
        (2020, 8): 0.924,
        (2020, 11): 0.935,
        (2021, 4): 0.991,
    }.items():
        ratio = np.exp(level("appointments", year, month) - level("appointments", 2019, month))
        assert ratio == pytest.approx(real, abs=0.01)
    # The face-to-face share was 0.84 in 2019, 0.50 in the spring of 2020 and 0.60 in August 2021.
    for (year, month), real in {(2019, 6): 0.846, (2020, 5): 0.504, (2021, 8): 0.597}.items():
        assert 1 / (1 + np.exp(-level("face_to_face_share", year, month))) == pytest.approx(real, abs=0.02)
    assert level("same_day_share", 2020, 4) - level("same_day_share", 2019, 4) == pytest.approx(0.87)
    for theme in ("appointments", "face_to_face_share", "same_day_share"):
        assert level(theme, 2023, 6) == level(theme, 2025, 6)


def test_the_pandemic_is_out_of_reach_of_the_default_county() -> None:
    county = build_county(CountyPlan(icbs=1, practices=12))
    level = draw_truth(county)["appointments"].level
    assert county.months[0] == date(2022, 12, 1)
    np.testing.assert_allclose(level[:12], level[24:36])
