"""What happened to organisations: stated, observed between editions, derived from practices, inferred from lists."""

from __future__ import annotations

import datetime

from official_files import write_lists, write_map, write_regional
from organisation_files import write_epcn, write_epraccur, write_successions
from whole_street import Street

from likeforlike.comparison.same_month import compare_with_baseline
from likeforlike.measures.lineage_reading import (
    read_closures,
    read_events,
    read_members_on,
    read_memberships,
)

INDICATOR = "appointments_per_working_day"


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def happened(street: Street, organisation: str) -> list[tuple[str, str, str | None, str]]:
    """(day, event, other, basis) of one organisation, in order."""
    made = street.build([INDICATOR])
    return [
        (str(one.day), one.event, one.other, one.basis)
        for one in read_events(made, organisation=organisation)
    ]


def belonged(street: Street, organisation: str) -> list[tuple[str | None, str, str, str | None]]:
    """(area, first day, how that is known, last day) in order."""
    made = street.build([INDICATOR])
    return [
        (
            one.value,
            str(one.first_day),
            one.first_day_basis,
            None if one.last_day is None else str(one.last_day),
        )
        for one in read_memberships(made, organisation)
    ]


def test_opened_and_closed_are_as_stated_by_the_newest_edition(street: Street) -> None:
    street.add(
        write_epraccur(street.folder, "2023-02", "code\nX00001"),
        write_epraccur(street.folder, "2025-11",
                       "code, status, closed, until\nX00001, C, 20250630, 20250630"),
    )  # fmt: skip
    assert happened(street, "X00001") == [
        ("1974-04-01", "opened", None, "stated"),
        ("2025-06-30", "closed", None, "stated"),
    ]
    assert belonged(street, "X00001") == [("XS001", "2013-04-01", "stated", "2025-06-30")]


def test_a_closing_that_was_taken_back(street: Street) -> None:
    street.add(
        write_epraccur(street.folder, "2023-02", "code, status, closed\nX00001, C, 20230131"),
        write_epraccur(street.folder, "2025-11", "code\nX00001"),
    )
    assert happened(street, "X00001") == [("1974-04-01", "opened", None, "stated")]


def test_only_practices_have_a_lineage(street: Street) -> None:
    # Setting 9 is a community health service: it prescribes and has no patients.
    street.add(write_epraccur(street.folder, "2025-11", "code, setting\nX00001, 4\nX00002, 9"))
    assert [one.organisation for one in read_events(street.build([INDICATOR]))] == ["X00001"]


def test_dormant_is_known_to_lie_between_two_editions(street: Street) -> None:
    street.add(
        write_epraccur(street.folder, "2023-02", "code\nX00001"),
        write_epraccur(street.folder, "2025-11", "code, status\nX00001, D"),
    )
    (_, dormant) = read_events(street.build([INDICATOR]), organisation="X00001")
    assert (dormant.event, dormant.basis) == ("dormant", "observed")
    assert (dormant.not_before, dormant.day) == (day("2023-02-02"), day("2025-11-01"))


def test_a_move_has_the_day_that_the_later_edition_prints(street: Street) -> None:
    street.add(
        write_epraccur(street.folder, "2023-02", "code\nX00001\nX00002"),
        write_epraccur(street.folder, "2025-11",
                       "code, commissioner, since\nX00001, XS002, 20240401\nX00002, XS001, 20130401"),
    )  # fmt: skip
    assert happened(street, "X00001")[1:] == [("2024-04-01", "moved", "XS002", "stated")]
    assert belonged(street, "X00001") == [
        ("XS001", "2013-04-01", "stated", "2024-03-31"),
        ("XS002", "2024-04-01", "stated", None),
    ]


def test_a_move_without_a_day_lies_between_two_maps(street: Street) -> None:
    street.add(
        write_map(street.folder, "2025-03", "practice, pcn\nX00001, XP0001\nX00002, XP0001"),
        write_map(street.folder, "2025-11", "practice, pcn\nX00001, XP0002\nX00002, U"),
    )
    (moved,) = read_events(street.build([INDICATOR]), organisation="X00001")
    assert (moved.event, moved.previous, moved.other, moved.basis) == (
        "moved",
        "XP0001",
        "XP0002",
        "observed",
    )
    assert (moved.not_before, moved.day) == (day("2025-03-02"), day("2025-11-01"))
    assert happened(street, "X00002") == [("2025-11-01", "left", None, "observed")]


def test_a_day_that_is_printed_later_settles_what_was_only_observed(street: Street) -> None:
    # The map shows the new area in March; epraccur of November says since when.
    street.add(
        write_epraccur(street.folder, "2023-02", "code\nX00001\nX00002"),
        write_map(street.folder, "2025-03", "practice, sub_icb\nX00001, XS002\nX00002, XS001"),
        write_epraccur(street.folder, "2025-11",
                       "code, commissioner, since\nX00001, XS002, 20240401\nX00002, XS001, 20130401"),
    )  # fmt: skip
    assert happened(street, "X00001")[1:] == [("2024-04-01", "moved", "XS002", "stated")]


def test_a_day_that_an_older_edition_contradicts_is_not_believed(street: Street) -> None:
    # In 2023 the practice was in XS001; that it has been in XS002 since 2013 cannot be.
    street.add(
        write_epraccur(street.folder, "2023-02", "code\nX00001\nX00002"),
        write_epraccur(street.folder, "2025-11",
                       "code, commissioner, since\nX00001, XS002, 20130401\nX00002, XS001, 20130401"),
    )  # fmt: skip
    (_, moved) = read_events(street.build([INDICATOR]), organisation="X00001")
    assert (moved.basis, moved.not_before, moved.day) == ("observed", day("2023-02-02"), day("2025-11-01"))


def test_memberships_of_networks_that_have_ended(street: Street) -> None:
    street.add(
        write_map(street.folder, "2024-03", "practice, pcn\nX00001, XP0002"),
        write_epcn(street.folder, "2024-06",
                   "practice, pcn, since, until\nX00001, XP0001, 20190701, 20210331\nX00001, XP0002, 20210401,"),
    )  # fmt: skip
    networks = [one for one in belonged(street, "X00001") if str(one[0]).startswith("XP")]
    assert networks == [
        ("XP0001", "2019-07-01", "stated", "2021-03-31"),
        ("XP0002", "2021-04-01", "stated", None),
    ]


def test_as_it_was_and_as_it_is_now(street: Street) -> None:
    street.add(
        write_epraccur(street.folder, "2023-02", "code\nX00001\nX00002"),
        write_epraccur(street.folder, "2025-11",
                       "code, commissioner, since\nX00001, XS002, 20240401\nX00002, XS001, 20130401"),
    )  # fmt: skip
    made = street.build([INDICATOR])

    def members(on: str) -> list[str]:
        return sorted(read_members_on(made, "sub_icb", "XS001", "gp_practice", day(on)))

    assert members("2024-03-31") == ["X00001", "X00002"]
    assert members("2024-04-01") == ["X00002"]
    assert members("2010-01-01") == []  # nothing is known of then


TWO_AREAS_MERGED = """
code,   commissioner, since
X00001, XS003,        20200401
X00002, XS003,        20200401
X00003, XS003,        20200401
"""


def test_areas_that_merged(street: Street) -> None:
    street.add(
        write_epraccur(street.folder, "2020-01",
                       "code, commissioner\nX00001, XS001\nX00002, XS001\nX00003, XS002"),
        write_epraccur(street.folder, "2023-02", TWO_AREAS_MERGED),
    )  # fmt: skip
    assert happened(street, "XS001") == [("2020-04-01", "succeeded_by", "XS003", "derived")]
    assert happened(street, "XS002") == [("2020-04-01", "succeeded_by", "XS003", "derived")]
    assert happened(street, "XS003") == [("2020-04-01", "opened", None, "derived")]
    # For the practice it is no move: its area changed around it.
    assert happened(street, "X00001")[1:] == [("2020-04-01", "moved_with_area", "XS003", "stated")]


def test_an_area_that_was_divided(street: Street) -> None:
    before = "code, commissioner\nX00001, XS001\nX00002, XS001\nX00003, XS001\nX00004, XS001"
    after = """
    code,   commissioner, since
    X00001, XS002,        20200401
    X00002, XS002,        20200401
    X00003, XS002,        20200401
    X00004, XS003,        20200401
    """
    street.add(
        write_epraccur(street.folder, "2020-01", before),
        write_epraccur(street.folder, "2023-02", after),
        write_lists(street.folder, "2020-02",
                    "practice, patients\nX00001, 1000\nX00002, 2000\nX00003, 1000\nX00004, 4000"),
    )  # fmt: skip
    events = read_events(street.build([INDICATOR]), organisation="XS001")
    assert [(one.other, one.members, one.of_members, one.share_of_patients) for one in events] == [
        ("XS002", 3, 4, 4000 / 8000),
        ("XS003", 1, 4, 4000 / 8000),
    ]


def test_a_part_of_an_area_that_goes_on(street: Street) -> None:
    before = "code, commissioner\nX00001, XS001\nX00002, XS001\nX00003, XS001"
    after = """
    code,   commissioner, since
    X00001, XS002,        20240401
    X00002, XS002,        20240401
    X00003, XS001,        20130401
    """
    street.add(
        write_epraccur(street.folder, "2023-02", before), write_epraccur(street.folder, "2025-11", after)
    )
    (part,) = read_events(street.build([INDICATOR]), organisation="XS001")
    assert (part.event, part.other, part.members, part.of_members) == ("part_moved_to", "XS002", 2, 3)


def test_who_turns_up_elsewhere_later_went_with_the_others_first(street: Street) -> None:
    # XS001 ended in 2021. X00003 is in XS009 since 2022 and nobody says where it was between.
    before = "code, commissioner\nX00001, XS001\nX00002, XS001\nX00003, XS001\nX00004, XS009"
    after = """
    code,   commissioner, since
    X00001, XS002,        20210401
    X00002, XS002,        20210401
    X00003, XS009,        20220701
    X00004, XS009,        20130401
    """
    street.add(
        write_epraccur(street.folder, "2020-01", before), write_epraccur(street.folder, "2023-02", after)
    )
    assert belonged(street, "X00003") == [
        ("XS001", "2013-04-01", "stated", "2021-03-31"),
        ("XS002", "2021-04-01", "inferred", "2022-06-30"),
        ("XS009", "2022-07-01", "stated", None),
    ]
    (ended,) = read_events(street.build([INDICATOR]), organisation="XS001")
    assert (ended.other, ended.members, ended.of_members) == ("XS002", 3, 3)
    assert "1 of them inferred" in str(ended.evidence)


# Practices that neither open nor close: the typical growth is theirs.
STAYING = "".join(f"\nX0001{number}, {3000 + number}" for number in range(8))


def test_the_successor_of_a_practice_is_inferred_from_lists(street: Street) -> None:
    street.add(
        write_lists(street.folder, "2025-10", f"practice, patients\nX00001, 4000\nX00002, 9000{STAYING}"),
        write_lists(street.folder, "2025-11", f"practice, patients\nX00002, 12950{STAYING}"),
    )
    made = street.build([INDICATOR])
    ended, followed = read_events(made, organisation="X00001")
    assert (ended.event, ended.not_before, ended.day) == ("list_ended", day("2025-10-01"), day("2025-11-01"))
    assert (followed.event, followed.other, followed.basis) == ("succeeded_by", "X00002", "inferred")
    assert followed.evidence == (
        "list of 4,000 in 2025-10, gone by 2025-11; the list of X00002 rose by 3,950 more than lists in general, "
        "that of no other practice in the area by as much"
    )
    closure = read_closures(made, "gp_practice")["X00001"]
    assert [one.organisation for one in closure.successors] == ["X00002"]


def test_what_is_stated_beats_what_is_inferred(street: Street) -> None:
    street.add(
        write_lists(street.folder, "2025-10", f"practice, patients\nX00001, 4000\nX00002, 9000{STAYING}"),
        write_lists(street.folder, "2025-11", f"practice, patients\nX00002, 12950{STAYING}"),
        write_successions(street.folder,
            "stated_in, organisation_type, predecessor, successor, from, share, evidence\n"
            "2025-11-01, gp_practice, X00001, X00010, 2025-10-20, 0.6, letter of the commissioner\n"
            "2025-11-01, gp_practice, X00001, X00011, 2025-10-20, 0.4, letter of the commissioner"),
    )  # fmt: skip
    followed = read_events(street.build([INDICATOR]), organisation="X00001", events=["succeeded_by"])
    assert [(one.other, one.basis, one.share_of_patients, one.evidence) for one in followed] == [
        ("X00010", "stated", 0.6, "letter of the commissioner"),
        ("X00011", "stated", 0.4, "letter of the commissioner"),
    ]


def against_2019(street: Street, kind: str) -> tuple[int, int, int, tuple[tuple[str, str], ...]]:
    """(compared, fewer, with predecessors, refused) for the one month that has a baseline in 2019."""
    (month,) = compare_with_baseline(street.build([INDICATOR]), INDICATOR, kind, 2019)
    return month.organisations, month.fewer, month.with_predecessors, month.refused


def merged_areas(street: Street) -> None:
    street.add(
        write_epraccur(street.folder, "2020-01",
                       "code, commissioner\nX00001, XS001\nX00002, XS001\nX00003, XS002"),
        write_epraccur(street.folder, "2023-02", TWO_AREAS_MERGED),
    )  # fmt: skip


def test_counts_of_predecessors_go_to_the_successor(street: Street) -> None:
    merged_areas(street)
    street.add(
        write_regional(street.folder, "sub_icb, month, appointments\nXS001, 2019-05, 600\nXS002, 2019-05, 500",
                       issue="2019-06"),
        write_regional(street.folder, "sub_icb, month, appointments\nXS003, 2021-05, 1000", issue="2021-06"),
    )  # fmt: skip
    # 1,000 against 600 + 500.
    assert against_2019(street, "sub_icb") == (1, 1, 1, ())


def test_counts_that_the_publisher_has_added_up_are_not_added_again(street: Street) -> None:
    merged_areas(street)
    street.add(
        write_regional(street.folder, "sub_icb, month, appointments\nXS001, 2019-05, 600\nXS002, 2019-05, 500",
                       issue="2019-06"),
        write_regional(street.folder, "sub_icb, month, appointments\nXS003, 2019-05, 900\nXS003, 2021-05, 1000",
                       issue="2021-06"),
    )  # fmt: skip
    # One issue has one geography: 1,000 against its own 900 for May 2019.
    assert against_2019(street, "sub_icb") == (1, 0, 0, ())


def test_a_predecessor_without_a_count_is_refused(street: Street) -> None:
    merged_areas(street)
    street.add(
        write_regional(street.folder, "sub_icb, month, appointments\nXS001, 2019-05, 600", issue="2019-06"),
        write_regional(street.folder, "sub_icb, month, appointments\nXS003, 2021-05, 1000", issue="2021-06"),
    )
    refused = (("XS003", "XS002, which it followed, has no figure then"),)
    assert against_2019(street, "sub_icb") == (0, 0, 0, refused)


def test_an_area_that_lost_a_part_is_refused(street: Street) -> None:
    before = "code, commissioner\nX00001, XS001\nX00002, XS001\nX00003, XS001\nX00004, XS002"
    after = """
    code,   commissioner, since
    X00001, XS002,        20200401
    X00002, XS002,        20200401
    X00003, XS001,        20130401
    X00004, XS002,        20130401
    """
    street.add(
        write_epraccur(street.folder, "2020-01", before),
        write_epraccur(street.folder, "2023-02", after),
        write_regional(street.folder, "sub_icb, month, appointments\nXS001, 2019-05, 600\nXS002, 2019-05, 500",
                       issue="2019-06"),
        write_regional(street.folder, "sub_icb, month, appointments\nXS001, 2021-05, 200\nXS002, 2021-05, 900",
                       issue="2021-06"),
    )  # fmt: skip
    why = "a part of XS001 moved to XS002 on 2020-04-01"
    assert against_2019(street, "sub_icb") == (0, 0, 0, (("XS001", why), ("XS002", why)))
