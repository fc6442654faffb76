"""Every kind of mistake in an indicator is refused, with file, key, what was expected and what was found."""

from __future__ import annotations

from pathlib import Path

import pytest
from definition_folders import Mistake, check_refused

CALLS = "indicators/calls_answered_share.toml"
APPOINTMENTS = "indicators/appointments_per_1000.toml"
DID_NOT_ATTEND = "indicators/did_not_attend_share.toml"
ONLINE = "indicators/online_clinical_share.toml"
RATING = "indicators/cqc_overall_rating.toml"
WORKFORCE = "indicators/gp_fte_per_1000_weighted.toml"

MISTAKES: dict[str, Mistake] = {
    "unknown key": (CALLS, 'kind = "prop', 'colour = "red"\nkind = "prop', ["unknown key 'colour'"]),
    "unknown key below": (
        CALLS,
        'numerator = { sum = ["answered"] }',
        'numerator = { sum = ["answered"], sql = "1" }',
        ["unknown key 'inputs.0.numerator.sql'"],
    ),
    "missing key": (
        CALLS,
        'question = "What share of calls were answered?"\n',
        "",
        ["missing key 'question'"],
    ),
    "two faults": (
        CALLS,
        'question = "What share of calls were answered?"',
        'questions = "What?"',
        ["missing key 'question'", "unknown key 'questions'"],
    ),
    "wrong type": (
        CALLS,
        "multiplier = 100.0",
        'multiplier = "many"',
        ["'multiplier'", "number", "found 'many'"],
    ),
    "fraction for a whole number": (
        CALLS,
        "minimum_denominator = 100",
        "minimum_denominator = 99.5",
        ["'minimum_denominator'", "integer", "found 99.5"],
    ),
    "text for a list": (
        CALLS,
        "caveats = [\n",
        'caveats = "none"\nspare = [\n',
        ["'caveats'", "found 'none'"],
    ),
    "keys for text": (CALLS, 'unit = "per cent"', "unit = { name = 1 }", ["'unit'", "string", "found keys"]),
    "list for text": (CALLS, 'unit = "per cent"', "unit = [1]", ["'unit'", "string", "found a list"]),
    "empty text": (
        CALLS,
        'unit = "per cent"',
        'unit = "  "',
        ["'unit'", "at least 1 character", "found '  '"],
    ),
    "empty list": (
        CALLS,
        'numerator = { sum = ["answered"] }',
        "numerator = { sum = [] }",
        ["inputs.0.numerator.sum"],
    ),
    "word outside the vocabulary": (
        CALLS,
        'polarity = "higher_is_better"',
        'polarity = "good"',
        ["'polarity'", "'higher_is_better', 'lower_is_better' or 'no_judgement'", "found 'good'"],
    ),
    "visibility": (
        CALLS,
        'visibility = "public"',
        'visibility = "secret"',
        ["'visibility'", "public", "'secret'"],
    ),
    "not a date": (
        CALLS,
        "next_review = 2027-11-01",
        'next_review = "soon"',
        ["'next_review'", "date", "'soon'"],
    ),
    "negative minimum": (CALLS, "minimum_denominator = 100", "minimum_denominator = -1", ["found -1"]),
    "dangling type": (
        CALLS,
        '"icb", ',
        '"ics", ',
        ["'organisation_types'", "one of care_home", "found 'ics'"],
    ),
    "dangling source": (
        CALLS,
        'source = "cloud_telephony"',
        'source = "telephones"',
        ["'inputs.0.source'", "'telephones'"],
    ),
    "dangling table": (
        CALLS,
        'table = "outcomes"',
        'table = "table_3"',
        ["'inputs.0.table'", "outcomes", "'table_3'"],
    ),
    "dangling column": (
        CALLS,
        '["answered"]',
        '["picked_up"]',
        ["'inputs.0.numerator.sum'", "found 'picked_up'"],
    ),
    "published value of a share": (
        CALLS,
        'numerator = { sum = ["answered"] }',
        'numerator = { sum = ["answered"] }\nvalue = { column = "answered" }',
        ["input 1: a proportion indicator has no published value"],
    ),
    "numerator of a score": (
        CALLS,
        'kind = "proportion"',
        'kind = "score"',
        ["input 1: a score indicator has a published value"],
    ),
    "ratio to nothing": (
        CALLS,
        'kind = "proportion"',
        'kind = "ratio"',
        ["input 1: a ratio indicator has an expected count"],
    ),
    "levels of a share": (
        CALLS,
        'kind = "proportion"',
        'kind = "proportion"\nlevels = ["Bad", "Good"]',
        ["levels: an ordinal has two or more, other kinds have none"],
    ),
    "unknown reference": (
        CALLS,
        'numerator = { sum = ["answered"] }',
        'numerator = { sum = ["answered"] }\nexpected = { reference = "wales" }',
        ["'inputs.0.expected.reference'", "'england'", "found 'wales'"],
    ),
    "condition on a count": (
        CALLS,
        'numerator = { sum = ["answered"] }',
        'numerator = { sum = ["answered"], where = { inbound = ["5"] } }',
        ["'inputs.0.numerator.where.inbound'", "a label, code or text column was expected"],
    ),
    "sum of text": (
        CALLS,
        'numerator = { sum = ["answered"] }',
        'numerator = { sum = ["practice_name"] }',
        ["'practice_name' is not a column of counts or amounts"],
    ),
    "dangling denominator column": (
        CALLS,
        '["inbound"]',
        '["rung"]',
        ["'inputs.0.denominator.sum'", "inbound", "found 'rung'"],
    ),
    "misspelt denominator": (
        CALLS,
        'denominator = { sum = ["inbound"] }',
        'denominator = { total = ["inbound"] }',
        ["missing key 'inputs.0.denominator.sum'", "unknown key 'inputs.0.denominator.total'"],
    ),
    "dangling denominator indicator": (
        APPOINTMENTS,
        'indicator = "list_size"',
        'indicator = "list"',
        ["'inputs.0.denominator.indicator'", "list_size", "found 'list'"],
    ),
    "share as a denominator": (
        APPOINTMENTS,
        'indicator = "list_size"',
        'indicator = "gp_share"',
        ["'inputs.0.denominator.indicator'", "a count was expected", "found 'gp_share'"],
    ),
    "sum of a name": (
        CALLS,
        '["answered"]',
        '["practice_name"]',
        ["'inputs.0.numerator.sum'", "not a column of counts"],
    ),
    "dangling label": (
        DID_NOT_ATTEND,
        'status = ["DNA"]',
        'status = ["Did not attend"]',
        ["'inputs.0.numerator.where.status'", "Attended, DNA, Unknown", "found 'Did not attend'"],
    ),
    "dangling label column": (
        DID_NOT_ATTEND,
        'where = { status = ["DNA"] }',
        'where = { outcome = ["DNA"] }',
        ["'inputs.0.numerator.where'", "found 'outcome'"],
    ),
    "dangling gate table": (
        DID_NOT_ATTEND,
        'table = "appointments"\nshare_of',
        'table = "table_1"\nshare_of',
        ["'quality_gates.0.table'"],
    ),
    "dangling gate label": (
        DID_NOT_ATTEND,
        'share_of = { sum = ["appointments"], where = { status = ["Unknown"] } }',
        'share_of = { sum = ["appointments"], where = { status = ["?"] } }',
        ["'quality_gates.0.share_of.where.status'", "found '?'"],
    ),
    "dangling reason of a row": (
        ONLINE,
        '"not_participating"',
        '"lazy"',
        ["'inputs.0.missing.reason'", "found 'lazy'"],
    ),
    "dangling label of a missing row": (
        ONLINE,
        'participation = ["no"]',
        'participation = ["never"]',
        ["'inputs.0.missing.where.participation'", "found 'never'"],
    ),
    "dangling expected": (
        CALLS,
        'denominator = { sum = ["inbound"] }',
        'denominator = { sum = ["inbound"] }\nexpected = { sum = ["hoped_for"] }',
        ["'inputs.0.expected.sum'", "found 'hoped_for'"],
    ),
    "share without a denominator": (
        CALLS,
        'denominator = { sum = ["inbound"] }\n',
        "",
        ["input 1: a proportion indicator has a denominator"],
    ),
    "share per working day": (
        CALLS,
        "minimum_den",
        "per_working_day = true\nminimum_den",
        ["per_working_day: a proportion"],
    ),
    "active and read by nobody": (
        CALLS,
        'checked_by = "LikeForLike maintainers, second reading"\n',
        "",
        ["checked_by"],
    ),
    "id is not the file's name": (
        CALLS,
        'id = "calls',
        'id = "phones',
        ["'id'", "found 'phones_answered_share'"],
    ),
    "capital letters in an id": (
        CALLS,
        'id = "calls',
        'id = "Calls',
        ["'id'", "found 'Calls_answered_share'"],
    ),
    "unknown way of saying a band": (
        CALLS,
        "caveats = [",
        'bands = { method = "league_table" }\ncaveats = [',
        ["'bands.method'", "'overdispersed_shmi', 'quartiles', 'median_mad' or 'published'"],
    ),
    "published band without a column": (
        CALLS,
        "caveats = [",
        'bands = { method = "published" }\ncaveats = [',
        ["'bands'", "column belongs to the method 'published'"],
    ),
    "computed band with a column": (
        CALLS,
        "caveats = [",
        'bands = { method = "quartiles", column = "answered" }\ncaveats = [',
        ["'bands'", "column belongs to the method 'published'"],
    ),
    "bands of what is expected where nothing is": (
        CALLS,
        "caveats = [",
        'bands = { method = "overdispersed_shmi" }\ncaveats = [',
        ["bands: 'overdispersed_shmi'", "which only a ratio has"],
    ),
    "quarters of levels": (
        RATING,
        "caveats = [",
        'bands = { method = "quartiles" }\ncaveats = [',
        ["bands: 'quartiles' orders numbers"],
    ),
    "rounded to ones": (
        CALLS,
        'numerator = { sum = ["answered"] }',
        'numerator = { sum = ["answered"], rounded_to = 1 }',
        ["'inputs.0.numerator.rounded_to'", "greater than or equal to 2", "found 1"],
    ),
    "expected count that is rounded": (
        CALLS,
        'denominator = { sum = ["inbound"] }',
        'denominator = { sum = ["inbound"] }\nexpected = { sum = ["inbound"], rounded_to = 5 }',
        ["input 1: expected: rounded_to"],
    ),
    "amounts that are rounded": (
        WORKFORCE,
        "numerator = { sum = [",
        "numerator = { rounded_to = 5, sum = [",
        ["'inputs.0.numerator.rounded_to'", "a column of counts was expected"],
    ),
    "gate of rounded counts": (
        DID_NOT_ATTEND,
        "share_of = { sum",
        "share_of = { rounded_to = 5, sum",
        ["'quality_gates.0'", "no interval into which rounded_to could go"],
    ),
    "events that are counts in any case": (
        CALLS,
        'numerator = { sum = ["answered"] }',
        'counts_events = true\nnumerator = { sum = ["answered"] }',
        ["'inputs.0.counts_events'", "columns of the numerator are counts"],
    ),
    "events of a rating": (
        RATING,
        "value = {",
        "counts_events = true\nvalue = {",
        ["input 1: counts_events: indicators of kind ordinal"],
    ),
    "bad TOML": (CALLS, 'kind = "proportion"', "kind = proportion", ["TOML was expected", "line 6"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_with_file_key_expected_and_found(mistake: str, tmp_path: Path) -> None:
    check_refused(MISTAKES[mistake], tmp_path)
