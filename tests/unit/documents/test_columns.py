"""How wide columns are on paper: words of a head are never broken where there is any room for them."""

from __future__ import annotations

import pytest

from likeforlike.documents.columns import lay_out, sizes_of
from likeforlike.present.table import Column, TableView, make_table

PAGE = sizes_of(dense=False)


def table(*headings: str, row: tuple[str, ...] | None = None) -> TableView:
    return make_table("Made", "Made", headings, [row or ("a",) * len(headings)])


def test_shares_stay_as_they_were_asked_for_where_words_have_room() -> None:
    laid = lay_out(table("Organisation", "Code", "Why"), (2, 1, 5), PAGE)
    assert not laid.hyphenate
    assert laid.widths == pytest.approx([PAGE.width * share / 8 for share in (2, 1, 5)])


def test_a_head_gets_the_room_of_its_longest_word_and_the_others_give_it_in_proportion() -> None:
    """`Rankability` bold: R 0.78, ten letters of which three are narrow and one is half as wide."""
    laid = lay_out(table("A", "Rankability", "B"), (60, 1, 30), PAGE)
    needed = 6 + 7.5 * (0.78 + 6 * 0.7 + 3 * 0.38 + 0.5)
    assert laid.widths[1] == pytest.approx(needed)
    assert laid.widths[0] == pytest.approx(2 * laid.widths[2])
    assert sum(laid.widths) == pytest.approx(PAGE.width)


def test_a_word_of_a_cell_counts_too_but_not_one_that_is_longer_than_any_name() -> None:
    cell = lay_out(table("A", "B", row=("x", "BADGERHURST")), (40, 1), PAGE).widths[1]
    assert cell == pytest.approx(6 + 7.5 * 11 * 0.78)
    digest = lay_out(table("A", "B", row=("x", "0" * 64)), (40, 1), PAGE).widths[1]
    assert digest == pytest.approx(6 + 7.5 * 9)


def test_where_words_of_cells_have_no_room_those_of_the_head_still_have_it() -> None:
    laid = lay_out(table(*["Head"] * 10, row=("BADGERHURST",) * 10), (), PAGE)
    assert not laid.hyphenate
    assert min(laid.widths) >= 6 + 7.5 * (0.78 + 3 * 0.7) - 1e-9


def test_a_head_is_broken_only_where_even_it_has_no_room() -> None:
    assert lay_out(table(*["Organisation"] * 12), (), PAGE).hyphenate
    assert not lay_out(table(*["Organisation"] * 7), (), PAGE).hyphenate


def test_without_a_wish_the_first_column_is_widest_and_figures_are_narrow() -> None:
    made = make_table("Made", "Made", ("A", "B", Column("C", 1)), [("a", "b", 1.0)])
    first, words, figures = lay_out(made, (), PAGE).widths
    assert (first / figures, words / figures) == pytest.approx((2.6, 2.0))
