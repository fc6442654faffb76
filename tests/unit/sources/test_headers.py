"""Headers are known by what they say: as a layout, as nearly one, or as none of ours."""

from __future__ import annotations

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.headers import LayoutMatch, NearMiss, match_layout, plain_header
from likeforlike.sources.registry import load_format

COVERAGE = [
    "SUB_ICB_LOCATION_CODE", "ICB_ONS_CODE", "REGION_CODE", "Appointment_Month", "Included Practices", "Open Practices",
    "Patients registered at included practices", "Patients registered at open practices",
]  # fmt: skip


def matched(header: list[str]) -> LayoutMatch | NearMiss | None:
    return match_layout(header, list(load_catalogue().sources.values()))


@pytest.mark.parametrize(
    "drifted",
    [
        "Answered",
        "ANSWERED",
        " Answered ",
        "Answered  [4]",
        "Answered\n[4, 5]",
        "\ufeffAnswered",
        "Answered\u00a0",
    ],
)
def test_accidents_of_a_header(drifted: str) -> None:
    assert plain_header(drifted) == "answered"


def test_spaces_within_a_header_count_once() -> None:
    assert plain_header("8  to\u00a0 14\nDays") == "8 to 14 days"


def test_columns_are_found_wherever_they_stand() -> None:
    match = matched(COVERAGE[::-1])
    assert isinstance(match, LayoutMatch)
    assert (match.source.id, match.table.id) == ("gp_appointments_coverage", "coverage")
    assert match.positions["sub_icb"] == 7
    assert match.positions["patients_open"] == 0


def test_a_column_that_is_not_kept_may_be_there() -> None:
    layout = load_catalogue().source("registered_patients").table("totals").layouts[0]
    match = matched([*layout.headers.values(), *layout.ignored])
    assert isinstance(match, LayoutMatch)
    assert len(match.positions) == len(layout.headers)


def test_a_near_miss_names_what_is_missing_and_what_is_new() -> None:
    near = matched([*COVERAGE[:-1], "Patients"])
    assert isinstance(near, NearMiss)
    assert near.source.id == "gp_appointments_coverage"
    assert near.missing == ("Patients registered at open practices",)
    assert near.unexpected == ("Patients",)


def test_a_column_twice_is_no_layout() -> None:
    near = matched([*COVERAGE, COVERAGE[0].lower()])
    assert isinstance(near, NearMiss)
    assert (near.missing, near.unexpected) == ((), ())


def test_the_nearest_of_two_near_ones_is_named() -> None:
    # The regional layout of sub-ICB locations with one heading changed; the CCGs' has fewer in common.
    layouts = load_catalogue().source("gp_appointments_regional").table("appointments").layouts
    near = matched([*list(layouts[0].headers.values())[:-1], "COUNT"])
    assert isinstance(near, NearMiss)
    assert near.layout.name == layouts[0].name


def test_a_list_of_practices_is_not_nearly_a_table_of_appointments() -> None:
    who = [
        "GP_CODE",
        "GP_NAME",
        "SUPPLIER",
        "PCN_CODE",
        "PCN_NAME",
        "SUB_ICB_LOCATION_CODE",
        "SUB_ICB_LOCATION_NAME",
    ]
    assert matched([*who, "ICB_CODE", "ICB_NAME", "REGION_CODE", "REGION_NAME"]) is None


def test_every_layout_of_delimited_text_is_recognised_as_itself() -> None:
    delimited = [
        source
        for source in load_catalogue().sources.values()
        if isinstance(load_format(source), DelimitedFormat)
    ]
    assert delimited
    for source in delimited:
        for table in source.tables:
            for layout in table.layouts:
                if layout.headerless:
                    # Known by what stands in its columns: the tests of the format show it.
                    continue
                spread = [headers[0] for headers in layout.spread.values()]
                match = matched([*layout.headers.values(), *layout.ignored, *spread])
                assert isinstance(match, LayoutMatch)
                assert match.source.id == source.id
                assert match.layout == layout
                assert list(match.spread) == list(layout.spread)
