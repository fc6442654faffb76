"""Every kind of mistake in the other definitions is refused, with file, key, what was expected and what was found."""

from __future__ import annotations

from pathlib import Path

import pytest
from definition_folders import Mistake, check_refused, copy_definitions

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import DefinitionError

CALLS = "indicators/calls_answered_share.toml"
CROSSTAB = "sources/gp_appointments_practice.toml"
REGIONAL = "sources/gp_appointments_regional.toml"
ANNEX = "sources/gp_appointments_annex1.toml"
TELEPHONY = "sources/cloud_telephony.toml"
PAYMENTS = "sources/nhs_payments.toml"
FINGERTIPS = "sources/fingertips.toml"
CQC = "sources/cqc_gp_ratings.toml"
LOCATIONS = "sources/cqc_locations.toml"
TYPES = "organisation_types.toml"
BREAKS = "known_breaks.toml"
METHODS = "methods.toml"

HOSTS = 'hosts = ["digital.nhs.uk", "files.digital.nhs.uk"]'

MISTAKES: dict[str, Mistake] = {
    "fetched from nowhere": (CROSSTAB, "links = [", "link = [", ["unknown key 'fetch.link'"]),
    "complete without anybody": (
        CQC,
        'period = "month"',
        'complete = true\nperiod = "month"',
        ["complete: there is no organisation of which every one could be there"],
    ),
    "fetched in two ways": (
        CROSSTAB,
        HOSTS,
        HOSTS + '\nfiles = { "a.csv" = "https://digital.nhs.uk/a.csv" }',
        ["key 'fetch'", "either links or files"],
    ),
    "fetched by http": (
        CROSSTAB,
        'landing_page = "https',
        'landing_page = "http',
        ["landing_page: 'http://digital.nhs.uk", "no https address on one of the hosts"],
    ),
    "landing page on another host": (
        CROSSTAB,
        HOSTS,
        'hosts = ["files.digital.nhs.uk"]',
        ["landing_page: 'https://digital.nhs.uk", "no https address on one of the hosts"],
    ),
    "host with a port": (
        CROSSTAB,
        HOSTS,
        'hosts = ["digital.nhs.uk:8080"]',
        ["fetch.hosts.0", "found 'digital.nhs.uk:8080'"],
    ),
    "issues of a month without a year": (
        CROSSTAB,
        "-(?P<year>",
        "-(?:",
        ["fetch.links", "has a month without a year"],
    ),
    "issues of a strange group": (
        CROSSTAB,
        "/Practice_Level_Crosstab_\\w+",
        "/Practice_Level_Crosstab_(?P<quarter>\\w+)",
        ["fetch.links", "say nothing here: ['quarter']"],
    ),
    "fetched without limit": (CROSSTAB, "most_megabytes = 500\n", "", ["missing key 'fetch.most_megabytes'"]),
    "placed by the name in a column that is no text": (
        LOCATIONS,
        'belongs_by_name = { column = "local_authority", organisation_type = "council" }\nkey = ["location"]',
        'belongs_by_name = { column = "beds", organisation_type = "council" }\nkey = ["location"]',
        ["table 'locations', belongs_by_name: a text was expected"],
    ),
    "placed by name under an unknown kind": (
        LOCATIONS,
        'organisation_type = "council" }\nkey = ["location"]',
        'organisation_type = "parish" }\nkey = ["location"]',
        ["table 'locations'", "belongs_by_name.organisation_type", "parish"],
    ),
    "table about nobody": (
        TELEPHONY,
        'organisation = "practice"\n',
        "",
        ["calls_answered_share.toml", "table 'outcomes' is not about organisations"],
    ),
    "column both made and printed": (
        FINGERTIPS,
        'made = ["series",',
        'made = ["sex", "series",',
        ["fingertips.toml", "columns without a definition ['sex']"],
    ),
    "column neither made nor printed": (
        FINGERTIPS,
        'made = ["series", "stated",',
        'made = ["series",',
        ["fingertips.toml", "columns without a header ['stated']"],
    ),
    "dangling parent": (
        TYPES,
        'parents = ["pcn", ',
        'parents = ["network", ',
        ["gp_practice", "'parents'", "'network'"],
    ),
    "kind defined twice": (
        TYPES,
        'id = "pcn"',
        'id = "gp_practice"',
        ["organisation type 'gp_practice' is defined twice"],
    ),
    "bad code pattern": (
        TYPES,
        '"U\\\\d{5}"',
        '"U(\\\\d{5}"',
        ["organisation_types.1.code_pattern", "regular expression"],
    ),
    "bad fictional pattern": (
        TYPES,
        '"XP\\\\d{4}"',
        '"XP["',
        ["organisation_types.1.fictional_pattern", "found 'XP['"],
    ),
    "column defined twice": (
        CROSSTAB,
        '{ name = "supplier", type',
        '{ name = "practice", type',
        ["table 'appointments'", "named twice"],
    ),
    "header of no column": (
        CROSSTAB,
        'supplier = "SUPPLIER"',
        'vendor = "SUPPLIER"',
        ["['vendor']", "['supplier']"],
    ),
    "dangling key column": (
        CROSSTAB,
        'key = ["month", ',
        'key = ["year", ',
        ["table 'appointments', key", "'year'"],
    ),
    "dangling area": (CROSSTAB, 'area = "sub_icb"', 'area = "ccg"', ["table 'appointments', area", "'ccg'"]),
    "dangling kind of code": (
        CROSSTAB,
        'organisation_type = "gp_practice"',
        'organisation_type = "surgery"',
        ["table 'appointments', column 'practice'", "'organisation_type'", "found 'surgery'"],
    ),
    "dangling reason of a token": (
        TELEPHONY,
        'missing = { "" = "not_submitted" }',
        'missing = { "" = "forgotten" }',
        ["table 'outcomes', column 'callback_requested'", "'missing'", "found 'forgotten'"],
    ),
    "labels on a count": (
        CROSSTAB,
        '{ name = "appointments", type = "count" }',
        '{ name = "appointments", type = "count", labels = { "1" = [] } }',
        ["column 'appointments': labels belong to a label column"],
    ),
    "label column without labels": (
        CROSSTAB,
        ', labels = { "GP" = []',
        ', spellings = { "GP" = []',
        ["spellings"],
    ),
    "missing tokens on text": (
        CROSSTAB,
        'none_tokens = [""] }',
        'missing = { "" = "suppressed" } }',
        ["column 'supplier': missing tokens belong to counts, numbers, amounts and labels"],
    ),
    "none tokens on a count": (
        CROSSTAB,
        '{ name = "appointments", type = "count" }',
        '{ name = "appointments", type = "count", none_tokens = ["-"] }',
        ["column 'appointments': none_tokens belong to codes, texts and dates"],
    ),
    "kind of organisation on text": (
        CROSSTAB,
        '{ name = "practice_name", type = "text" }',
        '{ name = "practice_name", type = "text", organisation_type = "gp_practice" }',
        ["column 'practice_name': only a code has an organisation_type"],
    ),
    "bad name pattern": (
        CROSSTAB,
        "'Crosstab_(?P",
        "'Crosstab_((?P",
        ["published.name_patterns.1", "regular expression"],
    ),
    "name pattern without a year": (
        CROSSTAB,
        "(?P<year>",
        "(?P<when>",
        ["published.name_patterns", "'month' and 'year'"],
    ),
    "bad file name pattern": (
        ANNEX,
        "'(?i)Table_?2a'",
        "'(?i)Table_?2a('",
        ["file_name", "regular expression"],
    ),
    "bad pattern of a twin": (
        ANNEX,
        "'(?i)Table_?2b'",
        "'*'",
        ["twins.table_2b.file_name", "regular expression"],
    ),
    "twins without a name": (
        ANNEX,
        "file_name = '(?i)Table_?2a'\n",
        "",
        ["a table with twins needs a file_name"],
    ),
    "table defined twice": (ANNEX, 'id = "table_4"', 'id = "table_2b"', ["two tables have the same id"]),
    "spread in one place only": (
        ANNEX,
        'spread = { label = "mode", value = "appointments" }\n',
        "",
        ["table 'table_4', layout 'annex 1, table 4'", "'mode'"],
    ),
    "spread of nothing": (
        CROSSTAB,
        "[tables.layouts.headers]\n",
        'spread = { "GP" = ["GP"] }\n[tables.layouts.headers]\n',
        ["spread stands in one place only"],
    ),
    "dangling spread label": (
        ANNEX,
        '"Face-to-Face" = ["Face-to-Face"]\n"Home Visit"',
        '"In person" = ["Face-to-Face"]\n"Home Visit"',
        ["layout 'annex 1, table 4', spread", "['In person'] are no labels of column 'mode'"],
    ),
    "spread in a workbook": (
        ANNEX,
        'name = "annex 1, table 4"\n',
        'name = "annex 1, table 4"\nsheet = "Table 4"\n',
        ["layout 'annex 1, table 4': spread belongs to delimited files"],
    ),
    "repeats outside the key": (
        REGIONAL,
        'column = "sub_icb"\n',
        'column = "icb_name"\n',
        ["repeats", "'icb_name'"],
    ),
    "absent column that is there": (
        "sources/online_consultations.toml",
        'absent = { participation = "unknown" }',
        'absent = { participation = "maybe" }',
        ["absent", "'participation'", "'maybe'"],
    ),
    "absent code for which no token says none": (
        PAYMENTS,
        'absent = { pcn = "Unknown or no PCN", ',
        'absent = { pcn = "U", ',
        ["absent", "'pcn'", "'U' says that there is none"],
    ),
    "month that is named after its end": (
        CROSSTAB,
        '{ name = "month", type = "month" }',
        '{ name = "month", type = "month", named_after_end = true }',
        ["column 'month'", "only a year can be named after its end"],
    ),
    "name pattern without a year, where the month is said": (
        PAYMENTS,
        "-(?P<year>",
        "-(?P<when>",
        ["published.name_patterns", "needs the group 'year'"],
    ),
    "total outside a workbook": (
        CROSSTAB,
        "[tables.layouts.headers]\n",
        'total = "Total"\n[tables.layouts.headers]\n',
        ["total and printed belong to a layout with a sheet, and so do in_banner and divided_by"],
    ),
    "subtotals of no label": (
        TELEPHONY,
        'total = "Total"\n',
        'total = "Total"\nsubtotals = { practice_name = "All" }\n',
        ["subtotals: a label of a label column, beside a total, was expected for 'practice_name'"],
    ),
    "banner outside a workbook": (
        CROSSTAB,
        '[tables.layouts.headers]\nmonth = "APPOINTMENT_MONTH_START_DATE"\n',
        'in_banner = { month = "Period:" }\n[tables.layouts.headers]\n',
        ["total and printed belong to a layout with a sheet, and so do in_banner and divided_by"],
    ),
    "printed figure of a name": (
        TELEPHONY,
        'inbound = "Total Inbound Calls"',
        'practice_name = "Total Inbound Calls"',
        ["printed.figures: 'practice_name' is not a column of counts"],
    ),
    "correction of no column": (
        TELEPHONY,
        'column = "month"',
        'column = "when"',
        ["cell_corrections: no layout has a column 'when' on sheet 'Table 3'"],
    ),
    "break of no source": (
        BREAKS,
        'source = "cloud_telephony"',
        'source = "phones"',
        ["telephony_inclusion_2025_07", "'source'"],
    ),
    "break of no indicator": (BREAKS, '"calls_per_1000", ', '"calls", ', ["'indicators'", "found 'calls'"]),
    "break within a month": (
        BREAKS,
        "month = 2025-07-01",
        "month = 2025-07-15",
        ["known_breaks.0.month", "first day"],
    ),
    "break defined twice": (
        BREAKS,
        '"online_participation_2024_06"',
        '"telephony_inclusion_2025_07"',
        ["is defined twice"],
    ),
    "reason defined twice": (
        METHODS,
        'id = "not_submitted"',
        'id = "suppressed"',
        ["reason 'suppressed' is defined twice"],
    ),
    "level without a reference": (
        METHODS,
        "value = 0.95\nreference",
        "value = 0.95\nref",
        ["missing key 'confidence_level.reference'"],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_with_file_key_expected_and_found(mistake: str, tmp_path: Path) -> None:
    check_refused(MISTAKES[mistake], tmp_path)


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    definitions = copy_definitions(tmp_path)
    (definitions / CALLS).write_bytes('title = "Café"'.encode("cp1252"))
    with pytest.raises(
        DefinitionError, match=r"calls_answered_share.toml: UTF-8 text was expected.*position 12"
    ):
        load_catalogue(definitions)


@pytest.mark.parametrize("file", [TYPES, BREAKS, METHODS])
def test_a_file_that_is_absent_is_named(file: str, tmp_path: Path) -> None:
    definitions = copy_definitions(tmp_path)
    (definitions / file).unlink()
    with pytest.raises(DefinitionError, match=rf"{file}: there is no such definition file"):
        load_catalogue(definitions)
