"""What a comparison must never lose in print: reasons, sources, and that a county is fictional."""

from __future__ import annotations

from pathlib import Path

import pytest
from answers import Command

from likeforlike.catalogue import load_catalogue
from likeforlike.cli.comparison_table import list_some, print_count, print_number

TELEPHONY = ("compare", "--type", "sub_icb", "--area", "XI01", "--indicator", "calls_answered_share")


def test_a_reason_is_whole_at_any_width(
    command: Command, street: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = command(*TELEPHONY, "--store", street, "--json").json["figures"]
    without = [one["organisation"] for one in figures if one["reason"] == "coverage_below_minimum"]
    assert without
    for columns in ("60", "80", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        text = " ".join(command(*TELEPHONY, "--store", street).out.split())
        assert f"† too little of the area covered: {', '.join(without)}" in text


def test_a_fictional_county_is_not_attributed_to_anybody(command: Command, street: Path) -> None:
    text = command(*TELEPHONY, "--store", street).out
    assert "England (fictional)" in text
    assert "All of this is fictional" in text
    assert "NHS England" not in text.split("Sources")[1]


def test_the_edition_under_englands_figure_is_named(command: Command, street: Path) -> None:
    words = ("compare", "--type", "gp_practice", "--area", "XS001", "--indicator", "same_day_share")
    told = command(*words, "--store", street, "--json").json
    sources = " ".join(told["sources"])
    for edition in told["reference"]["editions"]:
        assert edition[:8] in sources


def test_a_list_size_is_a_whole_number_without_an_interval(command: Command, street: Path) -> None:
    words = ("compare", "--type", "gp_practice", "--area", "XI01", "--indicator", "list_size")
    figures = command(*words, "--store", street, "--json").json["figures"]
    text = command(*words, "--store", street).out
    (line,) = [line for line in text.splitlines() if line.startswith(figures[0]["organisation"])]
    assert line.rstrip().endswith(f" {figures[0]['value']:,.0f}")
    assert "interval" not in text
    assert "out of" not in text


def test_an_area_is_not_compared_within_itself(command: Command, street: Path) -> None:
    answer = command(
        "compare", "--type", "icb", "--area", "XI01", "--indicator", "same_day_share", "--store", street
    )
    assert answer.code == 7
    assert "integrated care boards do not belong to Integrated care board as their area" in answer.err


@pytest.mark.parametrize(
    ("indicator", "value", "text"),
    [
        # Half a tenth of a full-time equivalent matters: one decimal would hide it.
        ("gp_fte_per_1000_weighted", 0.4662, "0.47"),
        ("same_day_share", 43.1419, "43.1"),
        ("deprivation_score", 21.7221, "21.7"),
        ("list_size", 9820.0, "9,820"),
    ],
)
def test_a_difference_that_matters_can_be_seen(indicator: str, value: float, text: str) -> None:
    assert print_number(value, load_catalogue().indicator(indicator)) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "–"),
        (0.0, "0"),
        (9820.0, "9,820"),
        # Two trusts share a patient: the half is what was published.
        (1234.5, "1,234.5"),
        # A weighted list has no tenth of a thousandth of a patient.
        (971054.7934, "971,055"),
        (21.7221, "21.7"),
        (0.04662, "0.0466"),
    ],
)
def test_a_denominator_has_no_more_digits_than_tell(number: float | None, text: str) -> None:
    assert print_count(number) == text


def test_of_many_that_are_absent_ten_are_named() -> None:
    codes = [f"X{number:02}" for number in range(1, 14)]
    assert list_some(codes[:10]) == "X01, X02, X03, X04, X05, X06, X07, X08, X09, X10"
    assert list_some(codes) == "X01, X02, X03, X04, X05, X06, X07, X08, X09, X10 and 3 more"
