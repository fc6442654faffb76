"""The truth has the variances that it claims, and the files are drawn from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pytest
from county_files import crosstab, read_csv, truth

from likeforlike.simulate import CountyPlan, Simulated
from likeforlike.simulate import appointment_mix as mix
from likeforlike.simulate.appointment_cells import (
    Cells,
    draw_cells,
    draw_habits,
    kind_probabilities,
    level_with_mean,
    unknown_mode_share,
    wait_probabilities,
)
from likeforlike.simulate.county import County, build_county
from likeforlike.simulate.months import working_days
from likeforlike.simulate.telephony_calls import draw_calls, draw_phone_systems, telephony_coverage
from likeforlike.simulate.themes import THEMES, Theme
from likeforlike.simulate.truth import Truth, draw_truth

# Large enough that a variance is known to some three per cent, and quick: nothing is written.
LARGE = CountyPlan(icbs=42, practices=6_000, months=36, seed=11)


@pytest.fixture(scope="module")
def large() -> tuple[County, Truth]:
    """A county of England's size, in memory."""
    county = build_county(LARGE)
    return county, draw_truth(county)


def ordinary(county: County) -> npt.NDArray[np.bool_]:
    """All practices but the care-home practice."""
    keep = np.ones(len(county.codes), dtype=bool)
    keep[county.events.care_home] = False
    return keep


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.id)
def test_lasting_differences_and_drift_have_the_stated_variances(
    large: tuple[County, Truth], theme: Theme
) -> None:
    county, themes = large
    one = themes[theme.id]
    keep = ordinary(county)
    stated = one.theme
    assert one.lasting[keep].var() == pytest.approx(stated.lasting_variance, rel=0.08)
    # Scaled by the practice's own ω, drift has variance one in every month and correlation ρ with the last.
    drift = one.drift[keep] / np.sqrt(one.drift_variance[keep])[:, None]
    assert drift.var(axis=0) == pytest.approx(np.ones(drift.shape[1]), abs=0.09)
    assert np.corrcoef(drift[:, :-1].ravel(), drift[:, 1:].ravel())[0, 1] == pytest.approx(
        stated.persistence, abs=0.02
    )
    assert np.log(one.drift_variance).std() == pytest.approx(stated.drift_spread, rel=0.05)
    # Heavy tails: with a spread of 1.28 the mean of six thousand log-normals is known to about 3%.
    assert one.drift_variance.mean() == pytest.approx(stated.drift_variance, rel=0.15)


def test_telephony_is_as_variable_as_the_real_one() -> None:
    (answered,) = (theme for theme in THEMES if theme.id == "calls_answered_share")
    assert (answered.lasting_variance, answered.drift_variance, answered.persistence) == (0.39, 0.03, 0.6)


def test_the_noisiest_tenth_holds_half_of_the_drift_on_telephony(large: tuple[County, Truth]) -> None:
    _, themes = large
    variances = np.sort(themes["calls_answered_share"].drift_variance)[::-1]
    assert variances[:600].sum() / variances.sum() == pytest.approx(0.5, abs=0.05)


def test_the_link_is_the_sum_of_its_parts_and_the_value_its_inverse(large: tuple[County, Truth]) -> None:
    _, themes = large
    for one in themes.values():
        total = one.level[None, :] + one.case_mix + one.lasting[:, None] + one.drift
        np.testing.assert_allclose(one.link, total)
        back = np.log(one.value) if one.theme.scale == "log" else np.log(one.value / (1 - one.value))
        np.testing.assert_allclose(back, one.link, atol=1e-9)


def test_case_mix_is_explained_by_the_published_age_bands(small: Simulated) -> None:
    """The effect is linear in the share of patients over 65 and under 5, both in the files."""
    bands = read_csv(small.directory / "registered_patients" / "Oct24" / "gp-reg-pat-prac-quin-age.csv")
    counts: dict[str, dict[str, int]] = {}
    for row in bands:
        if row["SEX"] != "ALL":
            ages = counts.setdefault(row["ORG_CODE"], {})
            ages[row["AGE_GROUP_5"]] = ages.get(row["AGE_GROUP_5"], 0) + int(row["NUMBER_OF_PATIENTS"])
    old = ("65_69", "70_74", "75_79", "80_84", "85_89", "90_94", "95+")
    practices = [row for row in truth(small, "practices") if row["kind"] == "ordinary"]
    shares = np.array(
        [
            (
                sum(counts[row["practice_code"]][band] for band in old) / counts[row["practice_code"]]["ALL"],
                counts[row["practice_code"]]["0_4"] / counts[row["practice_code"]]["ALL"],
            )
            for row in practices
        ]
    )
    stated = np.array([(float(row["older_patients"]), float(row["youngest_patients"])) for row in practices])
    inside = np.abs(stated).max(axis=1) < 3
    for column in (0, 1):
        correlation = np.corrcoef(shares[inside, column], stated[inside, column])[0, 1]
        assert correlation > 0.999  # whole patients are rounded


def test_the_next_window_is_the_mean_of_the_twelve_months_after(small: Simulated) -> None:
    levels = truth(small, "levels")
    assert [row["window"] for row in levels] == ["published"] * 14 + ["next_window"] * 12
    assert levels[14]["month"] == "2025-12-01"
    county = build_county(small.plan)
    one = draw_truth(county)["calls_answered_share"]
    effects = {row["practice_code"]: row for row in truth(small, "effects") if row["theme"] == one.theme.id}
    closed = {row["practice_code"] for row in truth(small, "practices") if row["closed_from"]}
    assert {code for code, row in effects.items() if row["next_window"] == "closed"} == closed
    for practice, code in enumerate(county.codes):
        row = effects[code]
        assert float(row["lasting_effect"]) == pytest.approx(one.lasting[practice], abs=1e-6)
        if code in closed:
            assert row["next_window_own"] == row["next_window_value"] == ""
            continue
        months = range(14, 26)
        own = sum(one.lasting[practice] + one.drift[practice, month] for month in months) / 12
        value = sum(one.value[practice, month] for month in months) / 12
        assert float(row["next_window_own"]) == pytest.approx(own, abs=1e-6)
        assert float(row["next_window_value"]) == pytest.approx(value, abs=1e-6)
        level = sum(one.level[month] for month in months) / 12
        assert float(row["next_window_link"]) == pytest.approx(
            level + float(row["next_window_case_mix"]) + own, abs=3e-6
        )


def test_working_days_are_weekdays_less_the_bank_holidays_of_england() -> None:
    months = (date(2025, 5, 1), date(2025, 8, 1), date(2021, 5, 1), date(2021, 6, 1), date(2022, 6, 1))
    # May 2021 had 19 against 21 in 2019; June 2022 lost two to the Platinum Jubilee.
    assert [int(days) for month in months for days in working_days((month,))] == [20, 20, 19, 22, 20]


def shares_of(
    cells: Cells, county: County, chosen: npt.NDArray[np.bool_], out_of: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Chosen appointments and those that they are out of, by practice."""
    practices = len(county.codes)
    part = np.bincount(cells.practice[chosen & out_of], cells.count[chosen & out_of], minlength=practices)
    whole = np.bincount(cells.practice[out_of], cells.count[out_of], minlength=practices)
    return part, whole


def drawn_shares(
    cells: Cells, county: County
) -> dict[str, tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """Theme → counts of the share and of what it is a share of, as the definitions of the themes say."""
    mode, staff = mix.KIND_MODE[cells.kind], mix.KIND_STAFF[cells.kind]
    unknown_wait = len(mix.WAITS) - 1
    return {
        "face_to_face_share": shares_of(cells, county, mode <= 1, mode != mix.MODES.index("Unknown")),
        "gp_share": shares_of(cells, county, staff == 0, staff != mix.STAFF.index("Unknown")),
        "same_day_share": shares_of(cells, county, cells.wait == 0, cells.wait != unknown_wait),
        "did_not_attend_share": shares_of(cells, county, cells.status == 1, cells.status != 2),
    }


def test_the_drawn_shares_are_binomial_about_the_truth() -> None:
    """χ² over practices: Σ (y − np)²/(np(1 − p)) has the mean of their number and twice that as variance."""
    county = build_county(CountyPlan(icbs=4, practices=600, months=2, seed=5))
    themes, habits = draw_truth(county), draw_habits(county)
    cells = draw_cells(county, themes, habits, 1)
    for theme, (part, whole) in drawn_shares(cells, county).items():
        p = themes[theme].value[:, 1]
        chi_squared = ((part - whole * p) ** 2 / (whole * p * (1 - p))).sum()
        assert abs(chi_squared - 600) < 4 * np.sqrt(2 * 600), theme


def test_the_number_of_appointments_is_poisson_about_the_truth() -> None:
    county = build_county(CountyPlan(icbs=4, practices=600, months=2, seed=5))
    themes = draw_truth(county)
    cells = draw_cells(county, themes, draw_habits(county), 1)
    counted = np.bincount(cells.practice, cells.count, minlength=600)
    rate = themes["appointments"].value[:, 1]
    expected = rate / 1000 * county.populations.list_size[:, 1] * 20  # working days of November 2025
    chi_squared = ((counted - expected) ** 2 / expected).sum()
    assert abs(chi_squared - 600) < 4 * np.sqrt(2 * 600)


def test_probabilities_have_the_margins_of_the_truth_to_rounding() -> None:
    county = build_county(CountyPlan(icbs=4, practices=600, months=12, seed=5))
    themes, habits = draw_truth(county), draw_habits(county)
    for month in (0, 8):  # before and after the change of supplier
        kinds = kind_probabilities(county, themes, habits, month)
        state = mix.MODE_STATE[mix.KIND_MODE]
        known_mode, known_staff = state != 2, mix.KIND_STAFF != 2
        np.testing.assert_allclose(kinds.sum(axis=1), 1)
        np.testing.assert_allclose(
            1 - kinds[:, known_mode].sum(axis=1), unknown_mode_share(county, habits, month), atol=1e-12
        )
        np.testing.assert_allclose(
            kinds[:, state == 0].sum(axis=1) / kinds[:, known_mode].sum(axis=1),
            themes["face_to_face_share"].value[:, month],
        )
        np.testing.assert_allclose(
            kinds[:, mix.KIND_STAFF == 0].sum(axis=1) / kinds[:, known_staff].sum(axis=1),
            themes["gp_share"].value[:, month],
        )
        same_day = themes["same_day_share"].value[:, month]
        waits = np.einsum("pk,pkw->pw", kinds, wait_probabilities(same_day, kinds, habits))
        np.testing.assert_allclose(waits[:, 0] / (1 - waits[:, -1]), same_day)
        np.testing.assert_allclose(waits.sum(axis=1), 1)


def test_the_level_with_a_given_mean_is_found_even_from_far_away() -> None:
    weights, base = np.array([[0.5, 0.5], [0.99, 0.01], [0.01, 0.99]]), np.array([-6.0, 6.0])
    mean = np.array([0.5, 0.9, 0.02])
    level = level_with_mean(mean, weights, base)
    reached = (weights / (1 + np.exp(-(base + level[:, None])))).sum(axis=1)
    np.testing.assert_allclose(reached, mean)


def test_the_same_day_share_varies_twenty_to_thirty_times_as_much_as_by_chance() -> None:
    """As on the real files: the variance of a practice's months about its mean, over the binomial one."""
    county = build_county(CountyPlan(icbs=4, practices=600, months=24, seed=2))
    themes, habits = draw_truth(county), draw_habits(county)
    drawn = [drawn_shares(draw_cells(county, themes, habits, month), county) for month in range(24)]
    counted = np.stack([one["same_day_share"][0] for one in drawn], axis=1)
    whole = np.stack([one["same_day_share"][1] for one in drawn], axis=1)
    always = (whole > 0).all(axis=1)
    counted, whole = counted[always], whole[always]
    share = counted / whole
    usual = share.mean(axis=1, keepdims=True) + share.mean(axis=0) - share.mean()  # practice and month
    ratio = (whole * (share - usual) ** 2 / (usual * (1 - usual))).sum() / (share.size * 23 / 24)
    assert 20 < ratio < 30


def test_calls_are_answered_as_often_as_the_truth_says() -> None:
    county = build_county(CountyPlan(icbs=4, practices=600, months=2, seed=5))
    themes = draw_truth(county)
    calls = draw_calls(county, themes, draw_phone_systems(county), 1)
    there = calls.taking_part
    p, n = themes["calls_answered_share"].value[there, 1], calls.inbound[there]
    chi_squared = ((calls.answered[there] - n * p) ** 2 / (n * p * (1 - p))).sum()
    assert abs(chi_squared - there.sum()) < 4 * np.sqrt(2 * there.sum())
    assert (calls.inbound[~there] == 0).all()


def test_participation_in_telephony_grows_as_in_the_real_collection() -> None:
    """Coverage of practices as printed in Table 1 of the workbook for December 2025."""
    printed = {date(2024, 10, 1): 0.482, date(2024, 12, 1): 0.507, date(2025, 7, 1): 0.705}
    for month, share in {**printed, date(2025, 12, 1): 0.82}.items():
        assert telephony_coverage(month) == pytest.approx(share, abs=0.03)
    months = [date(2024 + place // 12, place % 12 + 1, 1) for place in range(36)]
    coverage = [telephony_coverage(month) for month in months]
    assert coverage == sorted(coverage)


def test_the_crosstab_is_about_as_long_as_the_real_one() -> None:
    """About 190 rows for a practice in a month; a quarter of the rows count one appointment."""
    county = build_county(CountyPlan(icbs=4, practices=600, months=1, seed=1))
    cells = draw_cells(county, draw_truth(county), draw_habits(county), 0)
    assert 175 < len(cells.count) / 600 < 210
    assert 0.2 < (cells.count == 1).mean() < 0.3


def test_the_truth_of_the_files_is_that_of_the_crosstab(small: Simulated) -> None:
    """Through the files alone: appointments counted against the expected rate, list and working days."""
    counted: dict[str, int] = {}
    for row in crosstab(small, "Oct_25"):
        counted[row["GP_CODE"]] = counted.get(row["GP_CODE"], 0) + int(row["COUNT_OF_APPOINTMENTS"])
    october = [row for row in truth(small, "expected") if row["month"] == "2025-10-01"]
    days = {row["month"]: int(row["working_days"]) for row in truth(small, "levels")}["2025-10-01"]
    z = [
        (counted[row["practice_code"]] - expected) / np.sqrt(expected)
        for row in october
        if row["practice_code"] in counted
        for expected in [float(row["appointments"]) / 1000 * int(row["list_size"]) * days]
    ]
    assert days == 23
    assert len(z) == len(october) - 1  # one practice has stopped submitting
    assert max(map(abs, z)) < 4


def test_another_length_of_history_leaves_lasting_things_alone() -> None:
    short, long = (draw_truth(build_county(replace(LARGE, months=m))) for m in (6, 12))
    for theme in short:
        np.testing.assert_array_equal(short[theme].drift_variance, long[theme].drift_variance)
        np.testing.assert_array_equal(short[theme].lasting, long[theme].lasting)
