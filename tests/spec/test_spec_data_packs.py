"""Figures of data packs as observations: values, denominators, expected, sums, periods, editions."""

from __future__ import annotations

import datetime

import pytest
from official_files import write_lists, write_map
from pack_files import write_pack
from whole_street import Street

from likeforlike.measures.reading import read_observations

CALLS, VISITS, COMPLAINTS = "nhs_111_calls_per_1000", "ae_attendances_per_1000", "cqc_complaints_per_10000"
AGAINST_EXPECTED, SURVEY = "ae_attendances_against_expected", "local_survey_easy_contact_share"


def observe(street: Street, indicator: str, kind: str = "gp_practice") -> dict[str, dict[str, object]]:
    """Organisation → its observation, restricted or not."""
    rows = read_observations(
        street.build([indicator]), indicator, organisation_type=kind, restricted=True
    ).to_pylist()
    assert all((row["value"] is None) != (row["reason"] is None) for row in rows)
    return {row["organisation"]: row for row in rows}


def values(street: Street, indicator: str, kind: str = "gp_practice") -> dict[str, object]:
    return {code: row["reason"] or row["value"] for code, row in observe(street, indicator, kind).items()}


def add_lists(street: Street, table: str = "practice, patients\nX00001, 2000\nX00002, 6000") -> None:
    street.add(
        write_lists(street.folder, "2025-10", table),
        write_map(street.folder, "2025-10", "practice\nX00001\nX00002"),
    )


def test_the_packs_own_denominator_stands_before_the_list_size(street: Street) -> None:
    add_lists(street)
    table = f"""
    practice, indicator, numerator, denominator
    X00001,   {CALLS},   24,        1500
    X00002,   {CALLS},   24,        6400
    """
    street.add(write_pack(street.folder, table))
    assert values(street, CALLS) == {"X00001": 1000 * 24 / 1500, "X00002": 1000 * 24 / 6400}


def test_the_list_size_where_the_pack_gives_no_denominator(street: Street) -> None:
    add_lists(street)
    table = f"""
    practice, indicator, numerator
    X00001,   {CALLS},   24
    X00002,   {CALLS},   0
    X00003,   {CALLS},   24
    """
    street.add(write_pack(street.folder, table))
    assert values(street, CALLS) == {"X00001": 1000 * 24 / 2000, "X00002": 0.0, "X00003": "no_denominator"}
    assert values(street, CALLS, "icb") == {"XI01": 1000 * 24 / (2000 + 6000)}


def test_one_set_of_rows_gives_the_rate_and_observed_against_expected(street: Street) -> None:
    add_lists(street)
    table = f"""
    practice, indicator, numerator, expected
    X00001,   {VISITS},  90,        75.5
    X00002,   {VISITS},  210,       224.5
    """
    street.add(write_pack(street.folder, table))
    assert values(street, VISITS) == {"X00001": 1000 * 90 / 2000, "X00002": 1000 * 210 / 6000}
    assert values(street, AGAINST_EXPECTED) == {"X00001": 100 * 90 / 75.5, "X00002": 100 * 210 / 224.5}
    assert values(street, AGAINST_EXPECTED, "icb") == {"XI01": 100 * (90 + 210) / (75.5 + 224.5)}
    assert observe(street, AGAINST_EXPECTED)["X00001"]["expected"] == 75.5


def test_without_expected_figures_there_is_a_rate_only(street: Street) -> None:
    add_lists(street)
    street.add(write_pack(street.folder, f"practice, indicator, numerator\nX00001, {VISITS}, 90"))
    assert values(street, VISITS) == {"X00001": 45.0}
    assert values(street, AGAINST_EXPECTED) == {"X00001": "no_expected"}


def test_a_share_of_answers(street: Street) -> None:
    table = f"""
    practice, indicator, numerator, denominator
    X00001,   {SURVEY},  30,        40
    X00002,   {SURVEY},  10,        20
    """
    street.add(write_pack(street.folder, table))
    assert values(street, SURVEY) == {"X00001": 75.0, "X00002": "below_minimum"}


@pytest.mark.parametrize("word", ["suppressed", "not_submitted", "not_participating", "not_applicable"])
def test_a_word_in_place_of_a_count_is_the_reason(street: Street, word: str) -> None:
    add_lists(street)
    table = f"practice, indicator, numerator\nX00001, {COMPLAINTS}, {word}\nX00002, {COMPLAINTS}, 3"
    street.add(write_pack(street.folder, table))
    assert values(street, COMPLAINTS) == {"X00001": word, "X00002": 10000 * 3 / 6000}


def test_an_organisation_without_a_row_has_no_figure_and_not_zero(street: Street) -> None:
    add_lists(street)
    table = f"practice, indicator, numerator\nX00001, {CALLS}, 24\nX00002, {COMPLAINTS}, 1"
    street.add(write_pack(street.folder, table))
    assert set(values(street, CALLS)) == {"X00001"}
    assert set(values(street, COMPLAINTS)) == {"X00002"}
    # A quarter of the area's patients have a figure: that is no figure of the area.
    assert values(street, CALLS, "icb") == {"XI01": "coverage_below_minimum"}


def test_a_quarter_is_one_period(street: Street) -> None:
    add_lists(street)
    table = f"""
    practice, indicator,    numerator, period_start, period_end
    X00001,   {COMPLAINTS}, 2,         2025-07-01,   2025-09-30
    X00002,   {COMPLAINTS}, 4,         2025-07-01,   2025-09-30
    """
    street.add(write_pack(street.folder, table))
    period = (datetime.date(2025, 7, 1), datetime.date(2025, 9, 30))
    for kind, rate in (("gp_practice", 10000 * 2 / 2000), ("icb", 10000 * (2 + 4) / (2000 + 6000))):
        first = next(iter(observe(street, COMPLAINTS, kind).values()))
        assert ((first["period_start"], first["period_end"]), first["value"]) == (period, rate)


def test_a_newer_pack_replaces_all_of_its_area_and_leaves_the_rest(street: Street) -> None:
    add_lists(street)
    rows = f"practice, indicator, numerator\nX00001, {CALLS}, 24\nX00002, {CALLS}, 60\nX00001, {VISITS}, 90"
    street.add(write_pack(street.folder, rows))
    # One practice only: the other has none from now on. Attendances are not spoken of.
    street.add(
        write_pack(
            street.folder, f"practice, indicator, numerator\nX00001, {CALLS}, 26", published="2025-12-09"
        )
    )
    assert values(street, CALLS) == {"X00001": 13.0}
    assert values(street, VISITS) == {"X00001": 45.0}
    first = street.build([CALLS], datetime.date(2025, 12, 5))
    assert read_observations(first, CALLS, organisation_type="gp_practice", restricted=True).num_rows == 2


def test_of_two_areas_packs_about_one_practice_the_newer_stands(street: Street) -> None:
    add_lists(street)
    rows = f"practice, indicator, numerator\nX00001, {CALLS}, {{}}\nX00001, {COMPLAINTS}, 1"
    street.add(write_pack(street.folder, rows.format(24), published="2025-12-09", area="XI01"))
    street.add(write_pack(street.folder, rows.format(26), published="2025-12-02", area="ENG"))
    assert values(street, CALLS) == {"X00001": 12.0}
    assert values(street, COMPLAINTS) == {"X00001": 5.0}


def test_figures_of_networks_stand_before_sums_of_their_practices(street: Street) -> None:
    add_lists(street)
    practices = f"practice, indicator, numerator\nX00001, {CALLS}, 24\nX00002, {CALLS}, 60"
    street.add(write_pack(street.folder, practices))
    assert values(street, CALLS, "pcn") == {"XP0001": 1000 * (24 + 60) / (2000 + 6000)}
    network = f"practice, indicator, numerator\nXP0001, {CALLS}, 88"
    street.add(
        write_pack(street.folder, network, organisation_type="pcn", published="2025-12-09", area="ENG")
    )
    assert values(street, CALLS, "pcn") == {"XP0001": 1000 * 88 / (2000 + 6000)}
    assert set(values(street, CALLS)) == {"X00001", "X00002"}


def test_a_withdrawn_pack_leaves_no_figure(street: Street) -> None:
    add_lists(street)
    street.add(write_pack(street.folder, f"practice, indicator, numerator\nX00001, {CALLS}, 24"))
    made = street.build([CALLS])
    (pack,) = street.store.manifest().of_source("data_pack")
    street.store.withdraw(pack.edition, "sent by mistake")
    assert not made.folder.exists()
    assert CALLS not in street.build([CALLS]).rows
