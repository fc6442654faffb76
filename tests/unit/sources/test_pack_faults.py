"""Everything that can be wrong with a data pack, each with the place, what was found and what was expected."""

from __future__ import annotations

import datetime

import pytest
from made_packs import COLUMNS, OCTOBER, ROWS, faults_of, figures_text, header_text, read

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import PersonalDataRefusedError
from likeforlike.sources.packs.faults import MOST_KEPT
from likeforlike.sources.packs.rules import make_rules

CALLS = f"A81001,{OCTOBER},nhs_111_calls_per_1000"
VISITS = f"A81001,{OCTOBER},ae_attendances_per_1000"
SURVEY = f"A81001,{OCTOBER},local_survey_easy_contact_share"
BRINGS = (
    "ae_attendances_per_1000, cqc_complaints_per_10000, local_survey_easy_contact_share, nhs_111_calls_per_1000, "
    "premises_rooms_per_10000"
)


def test_a_pack_without_a_fault() -> None:
    pack, faults = read()
    assert faults.kept == []
    assert pack is not None
    assert [(row.line, row.numerator, row.word) for row in pack.rows] == [
        (2, 41, ""), (3, 0, ""), (4, 300, ""), (5, None, "suppressed"),
    ]  # fmt: skip
    assert pack.header.published == datetime.date(2025, 12, 5)


@pytest.mark.parametrize(
    ("row", "place", "what"),
    [
        (f"a81001,{OCTOBER},nhs_111_calls_per_1000,1,,,", "organisation_code", "found 'a81001', expected a code"),
        (f",{OCTOBER},nhs_111_calls_per_1000,1,,,", "organisation_code", "is empty, expected a code shaped as a GP"),
        (f"U12345,{OCTOBER},nhs_111_calls_per_1000,1,,,", "organisation_code", "shaped as a GP practice's is"),
        (f" A81001,{OCTOBER},nhs_111_calls_per_1000,1,,,", "organisation_code", "found ' A81001'"),
        ("A81001,2025-10-02,2025-10-31,nhs_111_calls_per_1000,1,,,", "period_start", "the first day of a month"),
        ("A81001,2025-10-01,2025-10-30,nhs_111_calls_per_1000,1,,,", "period_end", "the last day of a month"),
        ("A81001,2025-02-01,2025-02-29,nhs_111_calls_per_1000,1,,,", "period_end", "found '2025-02-29'"),
        ("A81001,1025-10-01,2025-10-31,nhs_111_calls_per_1000,1,,,", "period_start", "a day since 1990 that is past"),
        ("A81001,2025-10-01,2025-09-30,nhs_111_calls_per_1000,1,,,", "period_end", "expected 2025-10-01 or later"),
        ("A81001,2025-10-01,2025-12-31,nhs_111_calls_per_1000,1,,,", "period_end", "a day up to 2025-12-05"),
        ("A81001,Oct 2025,2025-10-31,nhs_111_calls_per_1000,1,,,", "period_start", "2025-11-01 or 01/11/2025"),
        ("A81001,2025-10-01,31/10/2025,nhs_111_calls_per_1000,1,,,", "period_end", "a day such as 2025-11-01."),
        (f"A81001,{OCTOBER},calls,1,,,", "indicator", "found 'calls', expected an indicator that a pack may bring"),
        (f"A81001,{OCTOBER},ae_attendances_against_expected,1,,2,", "indicator", "that a pack may bring"),
        (f"{CALLS},,,,", "numerator", "is empty, expected a whole number, zero or more, or why there is none"),
        (f"{CALLS},-1,,,", "numerator", "found '-1'"),
        (f"{CALLS},1.0,,,", "numerator", "found '1.0'"),
        (f'{CALLS},"1,204",,,', "numerator", "found '1,204'"),
        (f"{CALLS},1e3,,,", "numerator", "found '1e3'"),
        (f"{CALLS},٣,,,", "numerator", "found '٣'"),
        (f"{CALLS},{'9' * 40},,,", "numerator", "found '9999"),
        (f"{CALLS},Suppressed,,,", "numerator", "found 'Suppressed'"),
        (f"{CALLS},1,0,,", "denominator", "found '0', expected a whole number above zero, or nothing: the list size"),
        (f"{CALLS},1,x,,", "denominator", "found 'x'"),
        (f"{CALLS},1,100,2,", "expected", "found '2', expected nothing"),
        (f"{SURVEY},1,,,", "denominator", "is empty, expected a whole number above zero."),
        (f"{SURVEY},41,40,,", "numerator", "found '41', expected at most its denominator, 40"),
        (f"{VISITS},1,,0,", "expected", "found '0', expected a number above zero with at most 6 decimals"),
        (f"{VISITS},1,,-2,", "expected", "found '-2'"),
        (f"{VISITS},1,,1e400,", "expected", "found '1e400'"),
        (f"{VISITS},1,,1.1234567,", "expected", "found '1.1234567'"),
        (f"{VISITS},1,,nan,", "expected", "found 'nan'"),
        (f"{CALLS},1,,,{'long ' * 61}", "note", "a text of one line and at most 300 letters"),
        (f'{CALLS},1,,,"two\nlines"', "note", "a text of one line"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be(row: str, place: str, what: str) -> None:
    (fault,) = faults_of(figures=figures_text(row))
    assert fault.startswith(f"pack.csv, row {2 + row.count(chr(10))}, column '{place}': ")
    assert what in fault


def test_an_unknown_indicator_is_answered_with_those_that_there_are() -> None:
    _, faults = read(figures=figures_text(f"A81001,{OCTOBER},same_day_share,1,,,"))
    assert faults.kept[0].next_step == f"Choose one of {BRINGS}."


@pytest.mark.parametrize(
    ("row", "cells"), [(f"{CALLS},1", 5), (f"{CALLS},1,,,,", 9)], ids=["too short", "too long"]
)
def test_a_row_of_another_length(row: str, cells: int) -> None:
    assert faults_of(figures=figures_text(ROWS[1], row)) == [
        f"pack.csv, row 3: {cells} cells, the header has 8."
    ]


def test_days_as_a_british_spreadsheet_saves_them() -> None:
    pack, _ = read(figures=figures_text("A81001,01/10/2025,31/10/2025,nhs_111_calls_per_1000,4,,,"))
    assert pack is not None
    assert (pack.rows[0].start, pack.rows[0].end) == (datetime.date(2025, 10, 1), datetime.date(2025, 10, 31))


def test_days_in_the_american_order_are_no_months() -> None:
    faults = faults_of(figures=figures_text("A81001,10/01/2025,10/31/2025,nhs_111_calls_per_1000,4,,,"))
    assert len(faults) == 1
    assert "column 'period_end': found '10/31/2025', expected a day since 1990" in faults[0]


def test_optional_columns_may_be_absent_and_columns_in_any_order() -> None:
    columns = "Indicator,ORGANISATION_CODE,period_end,period_start,denominator,numerator"
    pack, faults = read(figures=f"{columns}\nnhs_111_calls_per_1000,A81001,2025-10-31,2025-10-01,9000,41\n")
    assert faults.kept == []
    assert pack is not None
    assert (pack.rows[0].numerator, pack.rows[0].denominator, pack.rows[0].note) == (41, 9000, "")


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        (COLUMNS.replace("numerator", "count"), ["no column 'numerator'.", "an unknown column 'count'."]),
        (COLUMNS.replace("note", "numerator"), ["two columns 'numerator'."]),
        (COLUMNS.replace("note", ""), ["an unknown column ''."]),
        (COLUMNS.replace(",", ";"), ["no column 'organisation_code'."]),
    ],
)
def test_a_header_row_that_does_not_hold(columns: str, what: list[str]) -> None:
    faults = faults_of(figures=figures_text(ROWS[0], columns=columns))
    for words in what:
        assert f"pack.csv, row 1: {words}" in faults


def test_rows_of_nothing_but_commas_are_no_rows() -> None:
    assert faults_of(figures=figures_text(ROWS[0], ",,,,,,,", "", " , ,,,,,,")) == []


@pytest.mark.parametrize(
    ("figures", "fault"),
    [
        ("", "pack.csv: the file is empty."),
        (COLUMNS + "\n", "pack.csv: a header and no row."),
        (figures_text(ROWS[0] + '"'), "pack.csv, row 2: not CSV"),
        (figures_text(f'{CALLS},1,,,"never closed'), "pack.csv, row 2: not CSV (unexpected"),
        (figures_text(*ROWS[:2]).encode() + b"\xff", "pack.csv, row 4: byte 0xff is not UTF-8 text."),
        (figures_text(f"{CALLS},1,,,{'x' * 200_000}"), "pack.csv, row 2: not CSV (field larger"),
    ],
)
def test_what_is_no_table(figures: str | bytes, fault: str) -> None:
    (only,) = faults_of(figures=figures)
    assert only.startswith(fault)


# Rows that hold each by itself.


def test_a_figure_given_twice() -> None:
    assert faults_of(figures=figures_text(ROWS[0], ROWS[1], ROWS[0].replace("41", "42"))) == [
        "pack.csv, rows 2 and 4: 'nhs_111_calls_per_1000' of A81001 has the same period twice."
    ]


def test_periods_that_overlap() -> None:
    quarter = "A81001,2025-07-01,2025-09-30,nhs_111_calls_per_1000,9,,,"
    inside = "A81001,2025-08-01,2025-08-31,nhs_111_calls_per_1000,3,,,"
    last = "A81001,2025-09-01,2025-09-30,nhs_111_calls_per_1000,3,,,"
    after = "A81001,2025-10-01,2025-10-31,nhs_111_calls_per_1000,3,,,"
    overlap = "'nhs_111_calls_per_1000' of A81001 has periods that overlap, 2025-07-01 to 2025-09-30 and "
    assert faults_of(figures=figures_text(after, last, inside, quarter)) == [
        f"pack.csv, rows 4 and 5: {overlap}2025-08-01 to 2025-08-31.",
        f"pack.csv, rows 3 and 5: {overlap}2025-09-01 to 2025-09-30.",
    ]
    assert faults_of(figures=figures_text(after, quarter)) == []


def test_a_month_beside_a_quarter_is_not_like_for_like() -> None:
    rows = ("A81001,2025-07-01,2025-07-31", "A81002,2025-07-01,2025-09-30")
    (fault,) = faults_of(figures=figures_text(*(f"{row},nhs_111_calls_per_1000,1,,," for row in rows)))
    assert fault.startswith(
        "pack.csv, rows 2 and 3: two periods of 'nhs_111_calls_per_1000' begin on 2025-07-01"
    )


@pytest.mark.parametrize(
    ("one", "other", "fault"),
    [
        (f"{CALLS},1,900,,", ROWS[1], "row 3, column 'denominator': is empty, in row 2 it is filled."),
        (ROWS[1], f"{CALLS},1,900,,", "row 3, column 'denominator': is filled, in row 2 it is empty."),
        (
            f"{VISITS},1,,2,",
            f"A81002,{OCTOBER},ae_attendances_per_1000,1,,,",
            "row 3, column 'expected': is empty",
        ),
    ],
)
def test_one_indicator_is_counted_in_one_way(one: str, other: str, fault: str) -> None:
    (only,) = faults_of(figures=figures_text(one, other))
    assert only.startswith(f"pack.csv, {fault}")


# The header.


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"title": None}, ["key 'title': is missing."]),
        ({"title": '"  "'}, ["key 'title': is empty."]),
        ({"title": "7"}, ["key 'title': found 7, expected a text."]),
        ({"about": f'"{"x" * 4001}"'}, ["key 'about': has 4,001 letters, at most 4,000 are taken."]),
        ({"published": '"2025-12-05"'}, ["key 'published': found '2025-12-05', expected a date such as 2025-12-01"]),
        ({"published": "2025-12-05T10:00:00"}, ["key 'published': found datetime.datetime"]),
        ({"published": "2190-12-05"}, ["key 'published': found 2190-12-05, which is still to come."]),
        ({"restricted": '"false"'}, ["key 'restricted': found 'false', expected true or false, without quotes."]),
        ({"restricted": "0"}, ["key 'restricted': found 0, expected true or false"]),
        ({"restricted": "false"}, ["key 'licence': a pack that is not restricted must say under which licence"]),
        ({"restricted": "false", "licence": '"None"'}, ["key 'licence': a pack that is not restricted"]),
        ({"restricted": "false", "licence": '" "'}, ["key 'licence': a pack that is not restricted"]),
        ({"contact": '"Jane"', "colour": "1"}, ["key 'contact': there is no such key.", "key 'colour': there is no"]),
        ({"Restricted": "false"}, ["key 'Restricted': there is no such key."]),
        ({"data_pack": "2"}, ["key 'data_pack': found 2, expected 1, the version of this form."]),
        ({"organisation_type": '"surgery"'}, ["key 'organisation_type': found 'surgery', which is no kind of"]),
        ({"area": '"Devon"'}, ["key 'area': found 'Devon', which is not shaped as a code of any area"]),
        ({"title": None, "area": None}, ["key 'title': is missing.", "key 'area': is missing."]),
    ],
)  # fmt: skip
def test_a_header_that_does_not_hold(changes: dict[str, str | None], faults: list[str]) -> None:
    found = faults_of(header=header_text(**changes))
    assert len(found) == len(faults)
    for one, start in zip(found, faults, strict=True):
        assert one.startswith(f"pack.toml, {start}")


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (header_text() + 'title = "twice"\n', "pack.toml: TOML was expected: Cannot overwrite a value"),
        ("data_pack = 1\ntitle = no quotes\n", "pack.toml: TOML was expected: Invalid value"),
        (b"data_pack = 1\ntitle = '\xa3'\n", "pack.toml: byte 0xa3 is not UTF-8 text."),
        ("data_pack = " + "[" * 5000, "pack.toml: TOML was expected"),
    ],
)
def test_a_header_that_is_no_toml(header: str | bytes, fault: str) -> None:
    (only,) = faults_of(header=header)
    assert only.startswith(fault)


@pytest.mark.parametrize("area", ["ENG", "QHM", "Y63", "16C", "U12345", "A81001"])
def test_an_area_of_any_kind_that_practices_belong_to(area: str) -> None:
    assert faults_of(header=header_text(area=f'"{area}"')) == []


def test_networks_have_a_pack_of_their_own() -> None:
    header = header_text(organisation_type='"pcn"')
    assert faults_of(header, figures_text(f"U12345,{OCTOBER},nhs_111_calls_per_1000,1,,,")) == []
    (fault,) = faults_of(header_text(organisation_type='"care_home"', area='"ENG"'),
                         figures_text(f"1-123456789,{OCTOBER},nhs_111_calls_per_1000,1,,,"))  # fmt: skip
    assert "expected an indicator of care homes" in fault


def test_periods_that_are_no_months_where_the_header_says_so() -> None:
    survey = "A81001,2025-03-10,2025-04-20,local_survey_easy_contact_share,30,41,,"
    assert len(faults_of(figures=figures_text(survey))) == 2
    assert faults_of(header_text(whole_months="false"), figures_text(survey)) == []


# All faults at once, and people before all.


def test_faults_of_header_and_figures_are_all_told() -> None:
    rows = (ROWS[0].replace("A81001", "?"), ROWS[1].replace(",0,", ",-5,"), ROWS[2].replace("9000", "none"))
    assert [fault.split(":")[0] for fault in faults_of(figures=figures_text(*rows))] == [
        "pack.csv, row 2, column 'organisation_code'",
        "pack.csv, row 3, column 'numerator'",
        "pack.csv, row 4, column 'denominator'",
    ]
    found = faults_of(header_text(title=None), figures_text(ROWS[0]).replace("note", "remark"))
    assert [fault.split(":")[0] for fault in found] == ["pack.toml, key 'title'", "pack.csv, row 1"]


def test_thousands_of_faults_are_counted_and_some_are_kept() -> None:
    rows = [f"A8{number:04d},{OCTOBER},nhs_111_calls_per_1000,?,,," for number in range(MOST_KEPT + 50)]
    _, faults = read(figures=figures_text(*rows))
    assert (faults.count, len(faults.kept)) == (MOST_KEPT + 50, MOST_KEPT)


NHS_NUMBERS = ("9990000018", "999 000 0026", "999-000-0034")


@pytest.mark.parametrize(
    ("header", "figures", "what"),
    [
        (None, figures_text(ROWS[0], columns=COLUMNS.replace("note", "NHS Number")), "column 'NHS Number' is about a"),
        (None, figures_text(ROWS[0], columns=COLUMNS.replace("note", "patient_id")), "is about a patient"),
        (None, figures_text(ROWS[0] + "rang as 999 000 0018, see file"), "what looks like an NHS number"),
        (None, figures_text(*(row + number for row, number in zip(ROWS, NHS_NUMBERS, strict=False))), "an NHS number"),
        (None, figures_text(*(f"A8100{n},{OCTOBER},nhs_111_calls_per_1000,1,,,G990000{n}" for n in range(4))),
         "prescriber codes of doctors"),
        (header_text(about='"About Mrs Doe, 9990000018."'), figures_text(*ROWS), "what looks like an NHS number"),
        (None, figures_text(*[f"{CALLS},1,,,"] * 9, ROWS[1]), "8 of 10 rows repeat the organisation, period"),
    ],
)  # fmt: skip
def test_people_are_refused_before_anything_else(header: str | None, figures: str, what: str) -> None:
    _, faults = read(header, figures.replace("A81002", "wrong"))
    error = faults.first().error()
    assert isinstance(error, PersonalDataRefusedError)
    assert what in error.what
    for number in NHS_NUMBERS:
        assert number not in str([str(fault.error()) for fault in faults.kept])


def test_a_copy_pasted_once_is_a_slip_and_no_record_of_people() -> None:
    _, faults = read(figures=figures_text(*ROWS, *ROWS))
    assert faults.count == 4
    assert not any(fault.about_people for fault in faults.kept)


def test_what_a_pack_may_bring_follows_from_the_indicators() -> None:
    rules = make_rules(load_catalogue())
    assert ", ".join(rules) == BRINGS
    assert [(rule.needs_denominator, rule.takes_expected, rule.part_of_whole) for rule in rules.values()] == [
        (False, True, False),
        (False, False, False),
        (True, False, True),
        (False, False, False),
        (False, False, False),
    ]
    visits = rules["ae_attendances_per_1000"]
    assert {indicator.id for indicator in visits.readers} == {visits.name, "ae_attendances_against_expected"}
