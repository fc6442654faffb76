"""The sentences above charts."""

from __future__ import annotations

import datetime
import doctest

import pytest

from likeforlike.charts import plane, ranked_words, values
from likeforlike.present import chart_findings
from likeforlike.present.chart_findings import (
    say_areas,
    say_deprivation,
    say_funnel,
    say_map,
    say_nation,
    say_ranked,
)


@pytest.mark.parametrize("module", [chart_findings, plane, ranked_words, values])
def test_the_examples_are_true(module: object) -> None:
    outcome = doctest.testmod(module)  # type: ignore[arg-type]
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (
            {"better than expected": 1, "as expected": 2, "worse than expected": 1200, "cannot tell": 0},
            "Of 1,203 assessed trusts 1 is better than expected, 1,200 worse and 2 as expected.",
        ),
        (
            {"as expected": 2, "cannot tell": 4, "not assessed": 3},
            "Of 6 assessed trusts none is better than expected, none worse and 2 as expected; of 4 it cannot be told.",
        ),
    ],
)
def test_states_are_counted_in_words(states: dict[str, int], said: str) -> None:
    assert say_ranked("trusts", states) == said


def test_a_funnel_says_what_chance_does_not_explain() -> None:
    assert say_funnel("trusts", 1200, 0, 0) == "Chance alone could explain how all 1,200 trusts differ."
    assert say_funnel("trusts", 120, 60, 1) == (
        "Chance alone does not explain 60 of 120 trusts; 1 differs by more than such organisations usually do."
    )
    assert "none differs" in say_funnel("trusts", 120, 60, 0)


def test_a_map_names_the_few() -> None:
    assert say_map("boards", 42, [], []) == "None of 42 boards is better or worse than expected."
    assert say_map("boards", 42, [], ["Devon", "Kent"]) == (
        "Of 42 boards none is better than expected and 2 are worse (Devon and Kent)."
    )


def test_units_are_said_once_and_per_cent_with_each() -> None:
    assert say_areas("practice", ("Devon", 61.04), ("Kent", 50.0), "per cent", 1) == (
        "The middle practice of an area stands between 50.0% in Kent and 61.0% in Devon."
    )
    assert say_areas(None, ("Devon", 3.0), ("Kent", 2.0), "per bed", 0) == (
        "Figures lie between 2 in Kent and 3 in Devon (per bed)."
    )
    assert say_deprivation("practice", 3.0, 2.0, "per bed", 0, overlapping=False) == (
        "In the most deprived fifth the middle practice stands at 3, in the least deprived at 2 (per bed)."
    )


def test_the_nation_has_its_year_before_and_what_stands_out_only_where_there_is_something() -> None:
    month = datetime.date(2025, 11, 1)
    assert say_nation("61%", month, None, "") == "England stood at 61% in November 2025."
    assert say_nation("61%", month, "58%", "higher than usual") == (
        "England stood at 61% in November 2025; a year before at 58%. Higher than usual."
    )
