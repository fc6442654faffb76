"""One organisation's evidence, from a result made by hand (tests/made_results.py)."""

from __future__ import annotations

import pytest

from likeforlike.errors import NotFoundError
from likeforlike.present.evidence import view_all_evidence, view_evidence
from likeforlike.review.result import ReviewResult
from made_results import SMALL


def test_a_listed_organisation_is_told_first_that_it_is(result: ReviewResult) -> None:
    sheet = view_evidence(result, "Z00009")
    assert sheet.answer == (
        "This practice is on the list, 2nd of 2. The probability that it is in the last fifth of the area and worse "
        "than expected by what matters is 0.99."
    )
    assert sheet.position == "between 8th and 10th of 10"
    assert sheet.heading == "Z00009 · Made ICB · 9,000 patients"


def test_figures_stand_beside_what_is_expected_with_state_and_range(result: ReviewResult) -> None:
    calls, visits = view_evidence(result, "Z00009").measures
    # 80 − 4·9 per cent of calls; 10 + 9 visits.
    assert (calls.value, calls.sampling, calls.expected) == ("44.0%", "(43.0% to 45.0%)", "60.0%")
    assert (calls.state, calls.position) == ("▼ worse than expected", "between 8th and 10th of 10")
    assert visits.value == "19.0 per 1,000 patients"
    assert len(calls.peers) == len(visits.peers) == 10


def test_why_adds_up_and_says_that_the_rest_is_not_explained(result: ReviewResult) -> None:
    calls, _ = view_evidence(result, "Z00009").measures
    parts = {one.group: one.part for one in calls.why}
    assert parts["population"] + parts["not explained"] == parts["gap"] == 44 - 58
    assert calls.why_sentence == (
        "It lies 14.0 points below all organisations taken together, which are not the typical one. "
        "Of this gap population goes with 1.0 (0.5 to 1.5) and "
        "what is not explained is −15.0 (−16.0 to −14.0)."
    )


def test_what_would_change_it_names_the_choice(result: ReviewResult) -> None:
    assert view_evidence(result, "Z00009").changes == (
        "With the other reference it stays on the list in 0 of 1 run.",
    )
    assert view_evidence(result, "Z00010").changes == (
        "Nothing that was tried would: it stays on the list whatever single choice is varied.",
    )


def test_not_assessed_is_no_finding_good_or_bad(result: ReviewResult) -> None:
    sheet = view_evidence(result, SMALL)
    assert sheet.answer.endswith("That is no finding about it, good or bad.")
    assert (sheet.composite, sheet.changes) == (None, ())
    assert {one.position for one in sheet.measures} == {"no position"}
    assert sheet.left_out == ("its list is too small to say anything of it (700 patients)",)


def test_before_the_pandemic_is_a_ratio_or_a_reason(result: ReviewResult) -> None:
    assert view_evidence(result, "Z00001").before == (
        "Appointments by working day were 90% of those of the same months before the pandemic (85% to 95%); the "
        "probability that they are below is above 0.99."
    )
    assert view_evidence(result, "Z00002").before == (
        "Appointments before the pandemic: no comparable baseline: no file."
    )


def test_peers_and_model_are_said_in_two_sentences(result: ReviewResult) -> None:
    first, second = view_evidence(result, "Z00001").compared
    assert first == (
        "Positions are among the 10 practices of Made ICB that are assessed; differences were learnt from "
        "400 practices."
    )
    assert second.startswith("Expected is what a population of that age, sex, deprivation and rurality")


def test_an_organisation_is_found_by_code_or_by_part_of_its_name(result: ReviewResult) -> None:
    assert (
        view_evidence(result, "z00008").name
        == view_evidence(result, "north &").name
        == "NORTH & <SOUTH> SURGERY"
    )
    with pytest.raises(NotFoundError, match="no organisation of this review has the code or name 'nobody'"):
        view_evidence(result, "nobody")
    with pytest.raises(NotFoundError, match=r"11 have 'surgery' in their name: Z00001 \(SURGERY 1\)"):
        view_evidence(result, "surgery")


def test_all_sheets_are_the_same_as_one_by_one(result: ReviewResult) -> None:
    codes = [row["organisation"] for row in result.rows("organisations")]
    assert view_all_evidence(result, codes) == [view_evidence(result, code) for code in codes]
