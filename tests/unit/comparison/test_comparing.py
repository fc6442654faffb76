"""Practices of an area side by side: values with intervals, reasons without, who is absent, which month."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from made_builds import NOVEMBER, make_build, observation

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.areas import Area, find_area
from likeforlike.comparison.comparing import Comparison, Figure, compare_organisations, make_figures
from likeforlike.comparison.same_month import MonthAgainstBaseline, compare_with_baseline
from likeforlike.errors import NotFoundError
from likeforlike.measures.build import Build

OCTOBER = datetime.date(2025, 10, 1)
ICB = Area("icb", "XI01", "FICTION")
MEMBERS = [
    ("gp_practice", "X00001", "icb", "XI01", NOVEMBER),
    ("gp_practice", "X00002", "icb", "XI01", NOVEMBER),
    ("gp_practice", "X00003", "icb", "XI01", NOVEMBER),
    ("gp_practice", "X00004", "icb", "XI01", OCTOBER),  # not seen since: it has closed
    ("gp_practice", "X00009", "icb", "XI02", NOVEMBER),
]
NAMES = [
    ("gp_practice", "X00001", "THE SURGERY"),
    ("gp_practice", "X00002", "ABBEY HOUSE"),
    ("icb", "XI01", "FICTION"),
]
SHARE = "face_to_face_share"


def shares(*rows: dict[str, Any]) -> dict[str, Sequence[dict[str, Any]]]:
    return {SHARE: rows}


def compare(
    build: Build, indicator: str = SHARE, period: datetime.date | None = None, kind: str = "gp_practice"
) -> Comparison:
    catalogue = load_catalogue()
    return compare_organisations(
        build, catalogue, catalogue.indicator(indicator), organisation_type=kind, area=ICB, period=period
    )


def half(organisation: str, **facts: Any) -> dict[str, Any]:
    """Fifty of a hundred."""
    return observation(organisation, **({"numerator": 50, "denominator": 100, "value": 50.0} | facts))


def test_organisations_in_order_of_name_with_all_that_belongs_to_a_figure(tmp_path: Path) -> None:
    build = make_build(
        tmp_path,
        shares(
            observation("ENG", organisation_type="england", reason="coverage_below_minimum", coverage=0.5),
            half("X00001", failed_gates="unknown_mode", source="crosstab", editions="b,a"),
            observation("X00002", numerator=3, denominator=9, reason="below_minimum"),
            half("X00009"),  # of another ICB
        ),
        NAMES,
        MEMBERS,
    )
    found = compare(build)
    assert [(figure.name, figure.value, figure.reason) for figure in found.figures] == [
        ("ABBEY HOUSE", None, "below_minimum"),
        ("THE SURGERY", 50.0, None),
    ]
    abbey, surgery = found.figures
    assert (abbey.lower, abbey.upper, abbey.numerator, abbey.denominator) == (None, None, 3, 9)
    # Wilson for 50 of 100 at 95%: (50 + 1.96²/2 ± 1.96 √(50 · 50 / 100 + 1.96²/4)) / (100 + 1.96²).
    assert (surgery.lower, surgery.upper) == (
        pytest.approx(40.383, abs=1e-3),
        pytest.approx(59.617, abs=1e-3),
    )
    # The indicator has the gate three times, once for each of its sources: it failed once.
    assert surgery.failed_gates == ("unknown_mode",)
    assert (surgery.source, surgery.editions) == ("crosstab", ("a", "b"))
    assert found.reference is not None
    assert (found.reference.name, found.reference.coverage) == ("England", 0.5)
    # X00003 belongs here and is not in the file; X00004 has not been seen since October.
    assert found.absent == ("X00003",)
    assert (found.period, found.working_days, found.level) == (NOVEMBER, None, 0.95)


def test_a_name_that_is_not_known_is_the_code(tmp_path: Path) -> None:
    build = make_build(tmp_path, shares(half("X00003")), NAMES, MEMBERS)
    assert [figure.name for figure in compare(build).figures] == ["X00003"]
    assert compare(build).reference is None


def test_the_newest_month_with_a_value_is_chosen(tmp_path: Path) -> None:
    rows = [
        half("X00001", period_start=OCTOBER),
        observation("X00001", reason="not_submitted"),
    ]
    build = make_build(tmp_path, shares(*rows), NAMES, MEMBERS)
    assert compare(build).period == OCTOBER
    assert compare(build, period=NOVEMBER).figures[0].reason == "not_submitted"


def test_a_month_without_any_value_is_better_than_none(tmp_path: Path) -> None:
    build = make_build(tmp_path, shares(observation("X00001", reason="not_submitted")), NAMES, MEMBERS)
    assert compare(build).period == NOVEMBER


def test_what_cannot_be_compared_says_what_can(tmp_path: Path) -> None:
    build = make_build(tmp_path, shares(half("X00001"), half("X00009")), NAMES, MEMBERS)
    with pytest.raises(NotFoundError, match=r"no figures here for 2025-10\. Months with figures: 2025-11"):
        compare(build, period=OCTOBER)
    with pytest.raises(NotFoundError, match="no figures for NHS trusts"):
        compare(build, kind="nhs_trust")
    with pytest.raises(NotFoundError, match=r"no figures for sub-ICB locations"):
        compare(build, kind="sub_icb")
    with pytest.raises(NotFoundError, match="no file in the store has figures for 'gp_share'"):
        compare(build, "gp_share")


def test_an_area_without_members_or_without_figures(tmp_path: Path) -> None:
    nobody = make_build(tmp_path / "nobody", shares(half("X00001")), NAMES)
    with pytest.raises(NotFoundError, match="no GP practices are known in FICTION"):
        compare(nobody)
    elsewhere = make_build(tmp_path / "elsewhere", shares(half("X00009")), NAMES, MEMBERS)
    with pytest.raises(NotFoundError, match=r"There are no figures here\. Months with figures: none"):
        compare(elsewhere)


def figure(indicator: str, **facts: Any) -> Figure:
    """One practice's figure of an indicator."""
    (made,) = make_figures(load_catalogue().indicator(indicator), [observation("X00001", **facts)], {}, 0.95)
    return made


def byar(count: int) -> tuple[float, float]:
    """Byar's bounds as they are printed (Breslow & Day 1987, p. 69), with z = 1.96."""
    lower = count * (1 - 1 / (9 * count) - 1.96 / (3 * count**0.5)) ** 3
    more = count + 1
    upper = more * (1 - 1 / (9 * more) + 1.96 / (3 * more**0.5)) ** 3
    return lower, upper


def test_a_rate_has_byars_interval_by_patients_and_days() -> None:
    found = figure("appointments_per_1000", numerator=460, denominator=2000, exposure=23, value=10.0)
    lower, upper = byar(460)
    assert found.lower == pytest.approx(1000 * lower / (2000 * 23), rel=1e-5)
    assert found.upper == pytest.approx(1000 * upper / (2000 * 23), rel=1e-5)


def test_a_count_has_no_denominator() -> None:
    found = figure("appointments_per_working_day", numerator=460, exposure=23, value=20.0)
    lower, upper = byar(460)
    assert (found.lower, found.upper) == (
        pytest.approx(lower / 23, rel=1e-5),
        pytest.approx(upper / 23, rel=1e-5),
    )


def test_a_list_size_is_no_sample() -> None:
    found = figure("list_size", numerator=2000, value=2000.0)
    assert (found.value, found.lower, found.upper) == (2000.0, None, None)


def test_nobody_has_no_figures() -> None:
    assert make_figures(load_catalogue().indicator(SHARE), [], {}, 0.95) == []


AREAS = [
    ("icb", "XI01", "NHS Devon Integrated Care Board"),
    ("sub_icb", "XS001", "NHS Devon ICB - XS001"),
    ("sub_icb", "XS002", "NHS Kent ICB - XS002"),
    ("sub_icb", "XS003", "NHS Kent ICB - XS003"),
    ("gp_practice", "X00001", "DEVON SQUARE SURGERY"),
]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("XI01", "XI01"),
        ("xs001", "XS001"),
        ("devon", "XI01"),  # the ICB, its sub-ICB and a practice are called so: the largest area is meant
        ("England", "ENG"),
        ("eng", "ENG"),
    ],
)
def test_an_area_by_code_or_name(tmp_path: Path, wanted: str, code: str) -> None:
    build = make_build(tmp_path, {}, AREAS)
    assert find_area(build, load_catalogue(), wanted).code == code


def test_an_area_that_is_not_one(tmp_path: Path) -> None:
    build = make_build(tmp_path, {}, AREAS)
    with pytest.raises(NotFoundError, match="no area has the code or name 'X00001'"):
        find_area(build, load_catalogue(), "X00001")  # a practice is no area
    with pytest.raises(NotFoundError, match=r"2 areas .*: XS002 \(NHS Kent .*XS003"):
        find_area(build, load_catalogue(), "kent")


def test_months_against_a_baseline(tmp_path: Path) -> None:
    def count(area: str, month: str, numerator: int | None) -> dict[str, Any]:
        return observation(
            area,
            organisation_type="sub_icb",
            period_start=datetime.date.fromisoformat(f"{month}-01"),
            numerator=numerator,
        )

    indicator = "appointments_per_working_day"
    rows = [
        # May 2019 had 21 working days, May 2021 only 19: 1,000 for every day are 2,000 fewer in all.
        count("XS001", "2019-05", 21_000), count("XS001", "2021-05", 19_000),
        count("XS002", "2019-05", 21_000), count("XS002", "2021-05", 18_999),
        count("XS003", "2019-05", 21_000), count("XS003", "2021-05", 21_000),
        count("XS004", "2019-05", 21_000), count("XS004", "2021-05", None),  # no figure: not counted
        count("XS005", "2021-05", 5),  # not there in 2019
        count("XS001", "2021-06", 19_000),  # no June in the baseline year
    ]  # fmt: skip
    build = make_build(tmp_path, {indicator: rows})
    assert compare_with_baseline(build, indicator, "sub_icb", 2019) == [
        MonthAgainstBaseline(
            month=datetime.date(2021, 5, 1),
            baseline=datetime.date(2019, 5, 1),
            working_days=19,
            baseline_working_days=21,
            organisations=3,
            fewer=2,
            fewer_per_working_day=1,
        )
    ]


def test_a_total_that_was_withheld_is_no_baseline(tmp_path: Path) -> None:
    """In 2019 files covered 45 of 106 areas: more areas in 2025 are not more appointments."""
    may = [datetime.date(year, 5, 1) for year in (2019, 2025)]
    build = make_build(
        tmp_path / "build",
        {
            "appointments_per_working_day": [
                observation("Y56", numerator=45, reason="coverage_below_minimum", period_start=may[0]),
                observation("Y56", numerator=106, value=5.3, period_start=may[1]),
                observation("Y58", numerator=50, value=2.4, period_start=may[0]),
                observation("Y58", numerator=40, value=2.0, period_start=may[1]),
            ]
        },
    )
    (month,) = compare_with_baseline(build, "appointments_per_working_day", "gp_practice", 2019)
    assert (month.organisations, month.fewer) == (1, 1)
