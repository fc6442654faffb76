"""Every gate stops, says what it saw, and lets pass what lies on its threshold."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_figures import CALLS, CATALOGUE, ONLINE, Figures, Month, codes, make_plan

from likeforlike.comparison.effects import Yardstick
from likeforlike.comparison.panel import Panel
from likeforlike.review.evidence import choose_area, gather_evidence
from likeforlike.review.gates import Gate, apply_gates
from likeforlike.review.models import Adjustment, Fitted, IndicatorModel, fit_models, pooled_expected
from likeforlike.review.plan import PlannedIndicator, ReviewPlan
from likeforlike.statistics.drift_covariance import VarianceComponents

TEN = codes(10)
MONTHS = 6


def answered(place: int) -> list[Month]:
    """Six months of a practice that answers between 50% and 77% of about 2,000 calls, up and down by a point."""
    return [(1000 + 60 * place + 20 * (month % 2), 2000) for month in range(MONTHS)]


def ordinary() -> Figures:
    """Ten practices of ordinary size and age that nothing stops."""
    return Figures(
        months={CALLS: {code: answered(place) for place, code in enumerate(TEN)}},
        lists={code: [8000] * MONTHS for code in TEN},
        ages=dict.fromkeys(TEN, (5.0, 2.5)),
    )


def unfitted(panel: Panel, planned: PlannedIndicator) -> IndicatorModel:
    """A model of the last six months as a fit would have left it that found differences: gates see no more of it."""
    components = VarianceComponents(0.1, 0.05, 0.5)
    yardstick = Yardstick(components, np.full(3, np.nan), np.zeros(len(panel.months)), 0.5, borrowed=False)
    under = {Adjustment.NONE: Fitted(None, pooled_expected(panel), yardstick, ahead=0.1)}
    return IndicatorModel(planned, panel, slice(0, len(panel.months)), (), under)


def stop(
    figures: Figures, folder: Path, plan: ReviewPlan | None = None, *, fitted: bool = False
) -> list[tuple[str, str | None, Gate, str]]:
    """(practice, indicator, gate, detail) of all that is stopped; what is stopped does not pass, all else does."""
    plan = plan or make_plan()
    evidence = gather_evidence(figures.build(folder / "build"), CATALOGUE, plan)
    members = choose_area(evidence, CATALOGUE, plan).members
    models = (
        fit_models(evidence, plan, CATALOGUE.known_breaks)
        if fitted
        else tuple(
            unfitted(panel, planned) for panel, planned in zip(evidence.panels, plan.indicators, strict=True)
        )
    )
    passed, stopped = apply_gates(evidence, members, models, plan)
    for row, place in enumerate(members):
        for column, model in enumerate(models):
            its = {
                one.gate
                for one in stopped
                if one.organisation == evidence.organisations[place]
                and one.indicator in (None, model.indicator.id)
            }
            assert passed[row, column] == (not its)
    return [(one.organisation, one.indicator, one.gate, one.detail) for one in stopped]


def test_nothing_stops_the_ordinary(tmp_path: Path) -> None:
    assert stop(ordinary(), tmp_path) == []


def test_a_small_list_stops_and_one_of_a_thousand_does_not(tmp_path: Path) -> None:
    figures = ordinary()
    figures.lists |= {"X00001": [999] * MONTHS, "X00002": [1000] * MONTHS}
    assert stop(figures, tmp_path) == [("X00001", None, Gate.SMALL_LIST, "999 patients")]


def test_a_list_that_nobody_knows_stops(tmp_path: Path) -> None:
    figures = ordinary()
    del figures.lists["X00003"]
    assert stop(figures, tmp_path / "one") == [("X00003", None, Gate.LIST_UNKNOWN, "")]
    # Who asks for no least size does not ask for the size.
    plan = make_plan(gates={"breaks": False, "least_patients": 0})
    assert stop(figures, tmp_path / "other", plan) == []


def test_a_list_known_before_the_window_alone_is_a_list(tmp_path: Path) -> None:
    """The newest of four lists is of August 2025, and the window begins in September."""
    figures = ordinary()
    plan = make_plan(window={"last": datetime.date(2025, 11, 1), "months": 3})
    rows = figures.lists
    figures.lists = {code: its for code, its in rows.items() if code != "X00001"}
    figures.months["list_size"] = {code: [(8000, 8000)] * MONTHS for code in figures.lists} | {
        "X00001": [(900, 900)] * 3 + [None] * 3
    }
    figures.lists = {}
    assert stop(figures, tmp_path, plan) == [("X00001", None, Gate.SMALL_LIST, "900 patients")]


@pytest.mark.parametrize(
    ("sizes", "detail"),
    [
        ([10_000, 10_000, 12_001, 12_001, 12_001, 12_001], "10,000 to 12,001 in 2025-08"),
        ([10_000, 10_000, 10_000, 10_000, 10_000, 7_999], "10,000 to 7,999 in 2025-11"),
        ([10_000, 10_000, 12_000, 12_000, 12_000, 12_000], None),
        (
            [10_000, 11_500, 13_200, 15_100, 17_300, 19_900],
            None,
        ),  # it grows fast, but never by a fifth in a month
    ],
)
def test_a_list_that_jumps_stops(tmp_path: Path, sizes: list[int], detail: str | None) -> None:
    figures = ordinary()
    figures.lists["X00004"] = sizes
    found = stop(figures, tmp_path)
    assert found == ([("X00004", None, Gate.LIST_JUMP, detail)] if detail else [])


def test_a_jump_before_the_window_is_none(tmp_path: Path) -> None:
    figures = ordinary()
    figures.lists["X00004"] = [5_000, 5_000, 8_000, 8_000, 8_000, 8_000]
    plan = make_plan(window={"last": datetime.date(2025, 11, 1), "months": 4})
    assert stop(figures, tmp_path, plan) == []


@pytest.mark.parametrize(
    ("ages", "detail"),
    [
        ((0.9, 2.5), "0.9% of patients are under 5"),
        ((1.0, 2.5), None),
        ((5.0, 15.1), "15.1% of patients are aged 85 and over"),
        ((5.0, 15.0), None),
    ],
)
def test_a_list_of_unusual_ages_stops(tmp_path: Path, ages: tuple[float, float], detail: str | None) -> None:
    figures = ordinary()
    figures.ages["X00005"] = ages
    assert stop(figures, tmp_path) == ([("X00005", None, Gate.ATYPICAL, detail)] if detail else [])


@pytest.mark.parametrize(
    ("day", "stops"),
    [
        (
            datetime.date(2025, 6, 1),
            False,
        ),  # the window's first day: all of its months are of the merged practice
        (datetime.date(2025, 6, 2), True),
        (datetime.date(2025, 11, 1), True),
        (datetime.date(2025, 11, 2), False),  # the month counts whole where it began before
    ],
)
def test_a_merger_within_the_window_stops_the_one_that_took_over(
    tmp_path: Path, day: datetime.date, stops: bool
) -> None:
    figures = ordinary()
    figures.events = [("X00099", "succeeded_by", day, "X00006")]
    expected = [("X00006", None, Gate.MERGED, f"X00099 on {day}")]
    assert stop(figures, tmp_path) == (expected if stops else [])


def test_missing_months_stop_with_their_commonest_reason(tmp_path: Path) -> None:
    """Of six months: three may be missing, and four may not."""
    figures = ordinary()
    its = figures.months[CALLS]
    its["X00001"] = ["not_participating", *["not_submitted"] * 3, *answered(0)[:2]]
    its["X00002"] = [*["not_submitted"] * 3, *answered(1)[:3]]
    its["X00003"] = [None] * 6
    assert stop(figures, tmp_path) == [
        ("X00001", CALLS, Gate.MONTHS_MISSING, "not_submitted"),
        ("X00003", CALLS, Gate.MONTHS_MISSING, "absent"),
    ]


def test_a_month_that_nobody_was_asked_for_is_nobodys_gap(tmp_path: Path) -> None:
    """September has no figure of anybody: of the other five months X00001 has three, and X00002 has two."""
    figures = ordinary()
    its = figures.months[CALLS]
    for code in TEN:
        its[code] = [None if number == 3 else one for number, one in enumerate(its[code])]
    its["X00001"] = [None, None, (1000, 2000), None, (1010, 2000), (990, 2000)]
    its["X00002"] = [None, None, None, None, (1010, 2000), (990, 2000)]
    assert stop(figures, tmp_path) == [("X00002", CALLS, Gate.MONTHS_MISSING, "absent")]


def test_failed_checks_stop_with_their_name(tmp_path: Path) -> None:
    figures = ordinary()
    its = figures.months[CALLS]
    its["X00001"] = [*["gate:unknown_wait"] * 4, *answered(0)[:2]]
    its["X00002"] = [*["gate:unknown_wait"] * 3, *answered(1)[:3]]
    assert stop(figures, tmp_path) == [("X00001", CALLS, Gate.FAILED_CHECK, "unknown_wait")]


def test_neither_enough_gaps_nor_enough_failures_stop_nobody_with_a_figure(tmp_path: Path) -> None:
    """Two months missing, three that fail: neither is more than half; one month is left."""
    figures = ordinary()
    its = figures.months[CALLS]
    its["X00001"] = ["not_submitted", "not_submitted", *["gate:unknown_wait"] * 3, (1000, 2000)]
    its["X00002"] = [*["not_submitted"] * 3, *["gate:unknown_wait"] * 3]
    assert stop(figures, tmp_path) == [("X00002", CALLS, Gate.MONTHS_MISSING, "not_submitted")]


def test_a_gate_of_one_indicator_leaves_the_other(tmp_path: Path) -> None:
    figures = ordinary()
    figures.months[ONLINE] = {
        code: [(400 + 40 * place + 9 * (number % 3), 8000) for number in range(MONTHS)]
        for place, code in enumerate(TEN)
    }
    figures.months[ONLINE]["X00007"] = ["not_participating"] * 6
    online: dict[str, Any] = {"id": ONLINE, "weight": 1.0, "better": "higher", "reason": "A door."}
    plan = make_plan({"id": CALLS, "weight": 1.0}, online)
    assert stop(figures, tmp_path, plan) == [("X00007", ONLINE, Gate.MONTHS_MISSING, "not_participating")]


@pytest.mark.parametrize(
    ("cells", "detail"),
    [
        (["TPP"] * 6, None),
        (["TPP", "tpp ", "TPP", "Tpp", " TPP", "TPP"], None),
        (["TPP, ACCURX", "ACCURX,TPP", "Accurx ,  TPP", "TPP, ACCURX", "TPP, ACCURX", "TPP,ACCURX"], None),
        (["ECONSULT  HEALTH", "ECONSULT HEALTH", None, None, "Econsult Health", None], None),
        # A second supplier's system is counted from September on; in the other row the second is counted no longer.
        (["TPP"] * 3 + ["TPP, ACCURX"] * 3, "TPP to TPP, ACCURX in 2025-09"),
        (["ACCURX, TPP"] * 5 + ["TPP"], "ACCURX, TPP to TPP in 2025-11"),
        # Nothing is known of July and August: what came before and after them is compared.
        (["TPP", None, None, "ACCURX", "ACCURX", "ACCURX"], "TPP to ACCURX in 2025-09"),
    ],
)
def test_another_supplier_stops_and_another_way_to_write_it_does_not(
    tmp_path: Path, cells: list[str | None], detail: str | None
) -> None:
    figures = ordinary()
    figures.suppliers = {"X00001": cells, "X00002": ["TPP"] * 6}
    expected = [("X00001", CALLS, Gate.SUPPLIER_CHANGE, detail)] if detail else []
    assert stop(figures, tmp_path / "one") == expected
    without = make_plan(gates={"breaks": False, "supplier_change": False})
    assert stop(figures, tmp_path / "other", without) == []


def test_an_indicator_on_which_nobody_differs_tells_nobody_apart(tmp_path: Path) -> None:
    """All ten have the same figures up to chance: no lasting variance and no drift is left."""
    rng = np.random.default_rng(5)
    figures = ordinary()
    figures.months[CALLS] = {code: [(int(y), 2000) for y in rng.binomial(2000, 0.6, MONTHS)] for code in TEN}
    found = stop(figures, tmp_path, fitted=True)
    assert {one[2] for one in found} == {Gate.TELLS_NOBODY_APART}
    assert len(found) == 10
