"""Boundaries under the codes of the organisations that they belong to."""

from __future__ import annotations

from likeforlike.charts.area_shapes import match_shapes
from likeforlike.charts.indicator_input import AreaShape

NAMES = {
    "QJK": "NHS Devon Integrated Care Board - QJK",
    "93C": "NHS North Central London ICB - 93C",
    "E10000008": "Devon",
    "E54000008": "Cheshire and Merseyside",
    "QYG": "NHS Cheshire and Merseyside Integrated Care Board - QYG",
    "Q1": "NHS Bath & North-East Somerset",
    "Q2": "TWIN",
    "Q3": "Twin",
}


def match(code: str, name: str) -> list[str]:
    return [shape.code for shape in match_shapes([AreaShape(code, name, "{}")], NAMES)]


def test_a_shape_with_the_code_of_an_organisation_keeps_it() -> None:
    assert match("E10000008", "Devon County") == ["E10000008"]


def test_a_name_that_ends_in_a_code_belongs_to_that_code() -> None:
    assert match("E38000240", "NHS North Central London ICB - 93C") == ["93C"]


def test_a_name_is_the_same_whatever_its_capitals_commas_and_code() -> None:
    assert match("E54000037", "NHS Devon Integrated Care Board") == ["QJK"]
    assert match("E54000099", "NHS BATH AND NORTH EAST SOMERSET") == ["Q1"]


def test_a_board_is_not_taken_for_the_partnership_whose_code_it_bears() -> None:
    assert match("E54000008", "NHS Cheshire and Merseyside Integrated Care Board") == ["QYG"]


def test_a_name_that_two_have_and_one_that_nobody_has_are_nobodys() -> None:
    assert match("E54000001", "Twin") == ["E54000001"]
    assert match("E54000002", "Nowhere") == ["E54000002"]


def test_other_countries_are_left_out() -> None:
    assert match("W06000001", "Isle of Anglesey") == []
