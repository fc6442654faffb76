"""A review as people read it, from a result made by hand (tests/made_results.py)."""

from __future__ import annotations

from likeforlike.present import wording
from likeforlike.present.review import view_review
from likeforlike.review.result import ReviewResult


def test_the_list_is_in_the_order_of_its_places_and_says_what_drives_it(result: ReviewResult) -> None:
    view = view_review(result)
    assert [(one.place, one.name, one.position, one.drivers) for one in view.listed] == [
        (1, "SURGERY 10", "between 9th and 10th of 10", ("Calls answered",)),
        (2, "=1+1 SURGERY", "between 8th and 10th of 10", ("Calls answered",)),
    ]
    assert view.listed_heading == "Listed: 2 of at most 2; expected wrong entries: 0.0"
    assert view.heading.startswith(
        "Made ICB · access review · September 2025 to November 2025 · as at 18 December 2025 · result "
    )


def test_whoever_hangs_on_a_choice_is_told_on_which(result: ReviewResult) -> None:
    first, second = view_review(result).listed
    assert (first.core, first.held_in) == (True, "in every check but single months")
    # The ninth practice is listed in none of the 1 run with the other reference.
    assert (second.core, second.held_in) == (False, "not with the other reference")


def test_what_it_hangs_on_counts_those_who_stay(result: ReviewResult) -> None:
    tried = {
        one.dimension: (one.runs, one.fewest, one.most, one.held) for one in view_review(result).sensitivity
    }
    assert tried == {"single month": (3, 2, 2, 2), "reference": (1, 1, 1, 1)}


def test_a_list_that_leans_is_said_in_figures(result: ReviewResult) -> None:
    (said,) = view_review(result).read_first
    assert said == (
        "The list leans by more than chance: most deprived fifth of the area, yes: 100% of the listed, "
        "30% of all assessed."
    )


def test_the_snapshot_is_put_beside_the_list(result: ReviewResult) -> None:
    assert view_review(result).snapshot == (
        (
            "The last 20% by the raw figures of November 2025 alone would have named 2 practices; 2 of them are on "
            "this list."
        ),
        "Over the 3 months such snapshots would have named 2 different practices.",
    )


def test_a_listed_practice_has_a_short_line_and_what_is_below_it(result: ReviewResult) -> None:
    first, second = view_review(result).listed
    assert (first.chance, first.range) == ("0.99", "9th to 10th of 10")
    assert first.below == ("driven by Calls answered", "core: stays in every check but single months")
    assert second.below == ("driven by Calls answered", "fringe: not with the other reference")


def test_not_assessed_is_a_state_of_its_own_with_its_reason(result: ReviewResult) -> None:
    view = view_review(result)
    (one,) = view.not_assessed
    assert (one.name, one.reasons) == (
        "SURGERY 11",
        ("its list is too small to say anything of it (700 patients)",),
    )
    assert [same.words for same in view.same_reasons] == [
        "1 (Z00011): its list is too small to say anything of it"
    ]


def test_a_restricted_and_fictional_result_says_so(result: ReviewResult, empty: ReviewResult) -> None:
    marked, open_one = view_review(result), view_review(empty)
    assert marked.restricted == wording.RESTRICTED
    assert marked.fiction.startswith("All of this is fictional")
    assert (open_one.restricted, open_one.fiction) == ("", "")


def test_an_empty_list_is_said_to_be_an_answer(empty: ReviewResult) -> None:
    view = view_review(empty)
    assert view.listed == ()
    assert view.listed_heading == "Listed: 0 of at most 2"
    assert view.why_empty.endswith("That is an answer, and no gap in the work.")
    assert view.stability == ""


def test_what_an_indicator_is_worth_is_said_in_parts_of_100(result: ReviewResult) -> None:
    calls, visits = view_review(result).indicators
    assert calls.worth == (
        "Of the differences over 3 months, 90 parts in 100 would be seen again; 1 month would be enough for 70."
    )
    assert (calls.labelled, visits.labelled) == ("Calls answered, per cent", "Visits per 1,000 patients")
    assert visits.reason == "Why lower is better here: The plan asks for it."
