"""What a review reads of a build: whose figures, which area, which months, and what it says where there are none."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest
from made_figures import CALLS, CATALOGUE, LAST, ONLINE, Figures, codes, make_plan

from likeforlike.catalogue import KnownBreak
from likeforlike.errors import DefinitionError, NotFoundError
from likeforlike.review.evidence import Evidence, check_names, choose_area, gather_evidence
from likeforlike.review.models import fit_models, pooled_expected

TEN = codes(10)


def ten_practices() -> Figures:
    """Six months of calls; who has more of them answered keeps having more."""
    return Figures(
        months={
            CALLS: {
                code: [(1000 + 60 * place + 20 * (month % 2), 2000) for month in range(6)]
                for place, code in enumerate(TEN)
            }
        }
    )


def members(evidence: Evidence) -> list[str]:
    return [evidence.organisations[place] for place in choose_area(evidence, CATALOGUE, make_plan()).members]


def test_an_area_has_those_placed_in_it_that_had_not_closed(tmp_path: Path) -> None:
    figures = ten_practices()
    figures.elsewhere = {"X00009": "XI02", "X00010": "XI02"}
    figures.events = [
        ("X00001", "closed", datetime.date(2025, 10, 31), None),
        ("X00002", "closed", datetime.date(2025, 12, 1), None),  # after the window's last month began
    ]
    evidence = gather_evidence(figures.build(tmp_path / "build"), CATALOGUE, make_plan())
    # All ten are what an organisation is compared with; two are elsewhere, and one has closed.
    assert evidence.organisations == tuple(TEN)
    assert members(evidence) == TEN[1:8]
    assert evidence.boards == ("XI01",) * 8 + ("XI02",) * 2
    assert evidence.names["X00002"] == "SURGERY X00002"


def test_who_has_no_figure_is_there_as_long_as_a_file_of_the_time_places_it(tmp_path: Path) -> None:
    figures = ten_practices()
    figures.lists = {code: [8000] for code in (*TEN, "X00011", "X00012")}
    figures.last_seen = {"X00011": datetime.date(2025, 6, 1), "X00012": datetime.date(2025, 5, 1)}
    evidence = gather_evidence(figures.build(tmp_path / "build"), CATALOGUE, make_plan())
    # The window begins in June 2025: X00012 was last seen the month before.
    assert members(evidence) == [*TEN, "X00011"]
    assert np.isnan(evidence.panels[0].numerator[10]).all()


def test_an_area_that_nobody_knows_or_nobody_is_in_is_said_with_its_key(tmp_path: Path) -> None:
    figures = ten_practices()
    figures.lists = {code: [8000] for code in TEN}
    build = figures.build(tmp_path / "build")
    with pytest.raises(NotFoundError, match=r"my\.toml: area: no area has the code or name 'QJK'"):
        check_names(build, CATALOGUE, make_plan(area="QJK"), "my.toml")
    with pytest.raises(NotFoundError, match=r"my\.toml: area: no .* are known in AREA XI01"):
        check_names(build, CATALOGUE, make_plan(organisation_type="sub_icb"), "my.toml")
    with pytest.raises(
        NotFoundError, match=r"my\.toml: beside\.1: no file in the store has figures for 'gp_share'"
    ):
        check_names(build, CATALOGUE, make_plan(beside=("list_size", "gp_share")), "my.toml")
    check_names(build, CATALOGUE, make_plan(area="area xi01"), "my.toml")


def test_a_window_without_figures_names_key_and_months(tmp_path: Path) -> None:
    figures = ten_practices()
    online = {"id": ONLINE, "weight": 1.0, "better": "higher", "reason": "A door."}
    figures.months[ONLINE] = {code: [(400, 8000)] * 2 + [None] * 4 for code in TEN}
    build = figures.build(tmp_path / "build")
    plan = make_plan({"id": CALLS, "weight": 1.0}, online, window={"last": LAST, "months": 3})
    with pytest.raises(
        DefinitionError,
        match=r"my\.toml: indicators\.1\.id: .* from 2025-09 to 2025-11\. .*: 2025-06, 2025-07\.",
    ):
        gather_evidence(build, CATALOGUE, plan, "my.toml")


def test_an_indicator_without_any_figure_names_its_key(tmp_path: Path) -> None:
    build = ten_practices().build(tmp_path / "build")
    plan = make_plan({"id": CALLS, "weight": 1.0}, {"id": "within_14_days_share", "weight": 1.0})
    with pytest.raises(NotFoundError, match=r"my\.toml: indicators\.1\.id: no file in the store"):
        gather_evidence(build, CATALOGUE, plan, "my.toml")


def test_restricted_figures_are_read_by_a_plan_that_says_so_alone(tmp_path: Path) -> None:
    figures = ten_practices()
    figures.restricted = frozenset({CALLS})
    build = figures.build(tmp_path / "build")
    with pytest.raises(NotFoundError, match=r"indicators\.0\.id"):
        gather_evidence(build, CATALOGUE, make_plan())
    assert len(gather_evidence(build, CATALOGUE, make_plan(restricted=True)).organisations) == 10


def test_who_took_over_from_whom_is_read(tmp_path: Path) -> None:
    figures = ten_practices()
    day = datetime.date(2025, 8, 1)
    figures.events = [
        ("X00091", "succeeded_by", day, "X00001"),
        ("X00092", "part_moved_to", day, "X00001"),
        ("X00093", "closed", day, None),
    ]
    evidence = gather_evidence(figures.build(tmp_path / "build"), CATALOGUE, make_plan())
    assert evidence.merged == {"X00001": (("X00091", day), ("X00092", day))}


def known_break(month: datetime.date) -> KnownBreak:
    return KnownBreak(
        id=f"break_{month:%Y_%m}",
        source="cloud_telephony",
        indicators=(CALLS,),
        month=month,
        what="Another way to count.",
        evidence="By hand.",
    )


def test_the_window_begins_after_the_last_known_break_in_it(tmp_path: Path) -> None:
    build = ten_practices().build(tmp_path / "build")
    plan = make_plan(gates={"breaks": True})
    breaks = [known_break(datetime.date(2025, month, 1)) for month in (6, 7, 9, 12)]
    (model,) = fit_models(gather_evidence(build, CATALOGUE, plan), plan, breaks)
    # June 2025 is the window's first month: a break there is none within it. That of December is after it.
    assert model.panel.months[model.months] == tuple(datetime.date(2025, month, 1) for month in (9, 10, 11))
    assert model.breaks == ("break_2025_07", "break_2025_09")
    (across,) = fit_models(gather_evidence(build, CATALOGUE, make_plan()), make_plan(), breaks)
    assert (len(across.panel.months[across.months]), across.breaks) == (6, ())


def test_nothing_since_a_known_break_is_said_with_its_key(tmp_path: Path) -> None:
    """Figures to July, a break in August, and again one figure after the window."""
    figures = ten_practices()
    its = figures.months[CALLS]
    figures.months[CALLS] = {code: [*its[code][:4], None, its[code][5]] for code in TEN}
    plan = make_plan(window={"last": datetime.date(2025, 10, 1), "months": 5}, gates={"breaks": True})
    evidence = gather_evidence(figures.build(tmp_path / "build"), CATALOGUE, plan)
    with pytest.raises(DefinitionError, match=r"my\.toml: indicators\.0\.id: .*break_2025_10.*none since"):
        fit_models(evidence, plan, [known_break(datetime.date(2025, 10, 1))], "my.toml")


def test_fewer_than_four_periods_borrow_or_are_refused(tmp_path: Path) -> None:
    figures = ten_practices()
    figures.months[ONLINE] = {
        code: [None] * 3 + [(400 + 40 * place + 9 * (month % 3), 8000) for month in range(3)]
        for place, code in enumerate(TEN)
    }
    build = figures.build(tmp_path / "build")
    calls = {"id": CALLS, "weight": 1.0}
    online = {"id": ONLINE, "weight": 1.0, "better": "higher", "reason": "A door."}
    plan = make_plan(online, calls)
    with pytest.raises(
        DefinitionError, match=r"my\.toml: indicators\.0\.id: .* has 3 period\(s\) with figures"
    ):
        fit_models(gather_evidence(build, CATALOGUE, plan), plan, (), "my.toml")
    lent = make_plan(online | {"borrow_from": CALLS}, calls)
    models = fit_models(gather_evidence(build, CATALOGUE, lent), lent, ())
    (its,), (other,) = (model.under.values() for model in models)
    assert (its.yardstick.borrowed, other.yardstick.borrowed) == (True, False)
    assert its.yardstick.components == other.yardstick.components
    # What it borrows from must be in the plan.
    alone = make_plan(online | {"borrow_from": CALLS})
    with pytest.raises(DefinitionError, match=r"indicators\.0\.id"):
        fit_models(gather_evidence(build, CATALOGUE, alone), alone, ())


def test_where_everybody_is_alike_the_months_pooled_share_is_expected(tmp_path: Path) -> None:
    figures = Figures(months={CALLS: {"X00001": [(30, 100), (10, 50)], "X00002": [(130, 300), None]}})
    panel = gather_evidence(
        figures.build(tmp_path / "build"), CATALOGUE, make_plan(window={"last": LAST, "months": 2})
    ).panels[0]
    # October: 160 of 400 are 0.4; November: 10 of 50 are 0.2.
    np.testing.assert_allclose(pooled_expected(panel), [[40, 10], [120, np.nan]])
