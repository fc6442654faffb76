"""The report's findings and tables, from a result made by hand (tests/made_results.py)."""

from __future__ import annotations

from likeforlike.comparison.prepandemic import VACCINATIONS
from likeforlike.present.report import view_report
from likeforlike.review.result import ReviewResult


def test_findings_are_counted_from_the_figures(result: ReviewResult) -> None:
    view = view_report(result)
    # Ranges of k − 1 to k + 1 are three positions of ten.
    assert view.ranks_finding == "Half of the 10 practices have a range of 3 positions or more"
    assert (
        view.sensitivity_finding
        == "The list hangs most on the other reference: 1 of 2 stay in nine of ten runs"
    )
    assert view.snapshot_finding == (
        "One month alone names up to 2 practices; 2 of them are among the 2 on the list"
    )
    # Both listed answer 40 and 44 per cent where 60 are expected, in each of 3 months.
    assert (
        view.months_finding
        == "On what pulls them down most, the listed are behind the expected in 6 of 6 months"
    )
    assert (
        view.strip_finding == "2 of the 2 listed lie below what is expected of them with their whole interval"
    )
    # Gaps of −18 and −14, of which −19 and −15 are not explained.
    assert view.why_finding.startswith("For 2 of 2 gaps at least half is not explained")


def test_nobody_listed_has_findings_too(empty: ReviewResult) -> None:
    view = view_report(empty)
    assert view.strip_finding == "Nobody of 10 practices is listed"
    assert view.sensitivity_finding == "No practices are listed whose places could hang on a choice"
    assert view.months_finding == "No practices are listed whose months could be shown"
    assert view.drivers == ()
    assert view.tables["List"].rows == ()
    assert view.who_note.startswith("Nobody is listed")


def test_everybody_is_in_the_order_of_the_expected_position(result: ReviewResult) -> None:
    view = view_report(result)
    assert [one.rank for one in view.places] == [float(number) for number in range(1, 11)]
    assert view.last_fifth == 9
    names = [row[0] for row in view.tables["All organisations"].rows]
    assert (names[0], names[-1]) == ("SURGERY 1", "SURGERY 11")


def test_vaccinations_are_said_only_where_before_was_asked(result: ReviewResult, empty: ReviewResult) -> None:
    asked = view_report(result)
    assert asked.before_note == VACCINATIONS
    assert [row[0] for row in asked.with_baseline.rows] == ["SURGERY 1"]
    assert asked.no_baseline == ("10 practices: no comparable baseline: no file.",)
    assert view_report(empty).before_note == ""


def test_calibration_has_a_column_for_each_group(result: ReviewResult) -> None:
    tables = view_report(result).tables
    tenths, fifths = tables["Calibration expected"], tables["Calibration deprivation"]
    assert tenths.rows[0] == ("Calls answered", "expected", *(50.0 + group for group in range(1, 11)))
    assert fifths.rows[1] == ("Calls answered", "observed", *(51.0 + group for group in range(1, 6)))


def test_sources_carry_hash_and_licence(result: ReviewResult) -> None:
    (row,) = view_report(result).tables["Sources"].rows
    assert row[3] == "OGL-UK-3.0"
    assert row[5] == "0" * 64
