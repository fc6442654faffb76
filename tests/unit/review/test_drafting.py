"""A drafted plan reads back as it was meant, shows every gate, and says of each indicator why it is not in it."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from made_figures import CALLS, CATALOGUE, ONLINE, Figures, codes

from likeforlike.comparison.areas import find_area
from likeforlike.errors import NotFoundError, SettingsError
from likeforlike.review.drafting import NO_FIGURES, NO_JUDGEMENT, WHY_GATES, Draft, draft_plan
from likeforlike.review.plan import Gates, read_plan
from likeforlike.store import Manifest

SIX = codes(6)


def figures(**months: int) -> Figures:
    """Of each indicator so many months to November 2025."""
    return Figures(months={name: {code: [(60, 100)] * some for code in SIX} for name, some in months.items()})


def draft(made: Figures, folder: Path, *wanted: str, months: int = 12) -> Draft:
    build = made.build(folder / "build")
    return draft_plan(
        build,
        CATALOGUE,
        Manifest(),
        area=find_area(build, CATALOGUE, "XI01"),
        organisation_type="gp_practice",
        wanted=wanted,
        last=None,
        months=months,
    )


def written(made: Draft, folder: Path) -> Path:
    path = folder / "plan.toml"
    path.write_text(made.text, encoding="utf-8")
    return path


def lines_of(made: Draft, word: str) -> Sequence[str]:
    return [line for line in made.text.splitlines() if word in line]


def test_the_draft_reads_back_with_every_gate_at_its_default(tmp_path: Path) -> None:
    made = draft(figures(calls_answered_share=6), tmp_path)
    plan = read_plan(written(made, tmp_path), CATALOGUE).plan
    assert (plan.area, plan.window.last, plan.window.months) == ("XI01", datetime.date(2025, 11, 1), 12)
    assert [(one.id, one.weight) for one in plan.indicators] == [(CALLS, 1.0)]
    assert plan.gates == Gates()
    # All of them stand in the file, each below what it is for.
    said = tomllib.loads(made.text)["gates"]
    assert list(said) == list(Gates.model_fields) == list(WHY_GATES)
    for name, why in WHY_GATES.items():
        assert re.search(rf"^# {re.escape(why)}\n(# .*\n)*{name} = ", made.text, re.MULTILINE), name


def test_the_breaks_that_the_window_meets_stand_beside_their_gate(tmp_path: Path) -> None:
    """Telephony has a known break in July 2025: it is within twelve months to November, and not within four."""
    made = draft(figures(calls_answered_share=6), tmp_path / "twelve")
    (line,) = lines_of(made, "2025-07, calls_answered_share: The number of practices included rose")
    after = made.text.split(line, 1)[1].splitlines()[1:]
    assert next(one for one in after if not one.startswith("#")) == "breaks = true"
    assert not lines_of(draft(figures(calls_answered_share=6), tmp_path / "four", months=4), "2025-07,")


def test_what_makes_no_judgement_is_named_with_how_to_put_it_in(tmp_path: Path) -> None:
    made = draft(figures(calls_answered_share=6, online_submissions_per_1000=6), tmp_path / "all")
    assert made.indicators == (CALLS,)
    assert made.left_out[ONLINE] == NO_JUDGEMENT
    (said,) = [line for line in made.say_left_out() if ONLINE in line]
    assert said == (
        f"without {ONLINE}: its definition makes no judgement: name it with --indicator, then say in the plan which "
        "direction is `better` and the `reason`"
    )
    # Asked for by name it is in, with both keys to fill in.
    asked = draft(figures(calls_answered_share=6, online_submissions_per_1000=6), tmp_path / "one", ONLINE)
    assert (asked.indicators, dict(asked.left_out)) == ((ONLINE,), {})
    assert lines_of(asked, "reason =") == ['reason = ""']
    assert lines_of(asked, "better =") == ['better = "higher"']


def test_what_has_no_figures_or_too_few_says_so(tmp_path: Path) -> None:
    made = draft(figures(calls_answered_share=6, within_14_days_share=3), tmp_path)
    assert (
        made.left_out["within_14_days_share"] == "it has 3 period(s) with figures here, and four are needed"
    )
    assert made.left_out["ae_attendances_0_to_4"] == NO_FIGURES
    # What no file has and no definition judges is nobody's loss.
    assert "online_submissions_per_1000" not in made.left_out


def test_each_reason_has_a_line_that_names_a_few_but_all_that_a_choice_would_put_in() -> None:
    names = [f"one_{number}" for number in range(1, 8)]
    without, unjudged = (Draft("", (), dict.fromkeys(names, why)) for why in (NO_FIGURES, NO_JUDGEMENT))
    assert list(without.say_left_out()) == [
        "without one_1, one_2, one_3, one_4, one_5 and 2 more: no file has figures of it"
    ]
    (line,) = unjudged.say_left_out()
    assert line.startswith(
        "without one_1, one_2, one_3, one_4, one_5, one_6, one_7: its definition makes no judgement"
    )


def test_what_cannot_list_says_which_of_the_two_reasons_it_is(tmp_path: Path) -> None:
    made = draft(
        figures(calls_answered_share=6, list_size=6, appointments_per_working_day=6),
        tmp_path,
        CALLS,
        "list_size",
        "appointments_per_working_day",
    )
    assert dict(made.left_out) == {
        "list_size": "it is about population, by which nobody is listed",
        "appointments_per_working_day": "it has no smallest difference that matters, so nobody can be listed by it",
    }


def test_nothing_to_review_and_a_window_of_nothing_are_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no indicator has four periods of figures in AREA XI01"):
        draft(figures(calls_answered_share=3), tmp_path / "three")
    with pytest.raises(SettingsError, match="1 to 60 months were expected, found 0"):
        draft(figures(calls_answered_share=6), tmp_path / "none", months=0)
