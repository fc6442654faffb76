"""Who belongs to whom: the newest word counts, and of several in a month what most practices say."""

from __future__ import annotations

from official_files import (
    write_coverage,
    write_crosstab,
    write_lists,
    write_map,
    write_telephony,
)
from whole_street import Street

from likeforlike.measures.reading import read_members, read_names


def members(street: Street, parent_type: str, parent: str, child_type: str = "gp_practice") -> list[str]:
    return list(read_members(street.build(["calls_answered_share"]), parent_type, parent, child_type))


def test_a_practice_belongs_to_every_area_above_it(street: Street) -> None:
    street.add(
        write_map(street.folder, "2025-11", "practice, pcn, sub_icb, icb, region\nX00001, XP0001, XS001, XI01, XR1")
    )  # fmt: skip
    assert members(street, "pcn", "XP0001") == ["X00001"]
    assert members(street, "sub_icb", "XS001") == ["X00001"]
    assert members(street, "icb", "XI01") == ["X00001"]
    assert members(street, "nhs_region", "XR1") == ["X00001"]
    assert members(street, "england", "ENG") == ["X00001"]
    assert members(street, "icb", "XI01", "sub_icb") == ["XS001"]
    assert members(street, "nhs_region", "XR1", "icb") == ["XI01"]
    assert members(street, "england", "ENG", "nhs_region") == ["XR1"]


def test_a_network_lies_beside_the_sub_icb(street: Street) -> None:
    # A network may have practices in two sub-ICBs: it is in neither, its practices are.
    where = """
    practice, pcn,    sub_icb
    X00001,   XP0001, XS001
    X00002,   XP0001, XS002
    X00003,   U,      XS002
    """
    street.add(write_map(street.folder, "2025-11", where))
    assert members(street, "pcn", "XP0001") == ["X00001", "X00002"]
    assert members(street, "sub_icb", "XS002") == ["X00002", "X00003"]
    assert members(street, "sub_icb", "XS002", "pcn") == []
    assert members(street, "pcn", "U") == []


def test_the_newest_month_decides(street: Street) -> None:
    street.add(
        write_map(street.folder, "2025-09", "practice, pcn, sub_icb\nX00001, XP0001, XS001\nX00002, XP0001, XS001"),
        write_map(street.folder, "2025-11", "practice, pcn, sub_icb\nX00001, XP0002, XS002"),
    )  # fmt: skip
    assert members(street, "sub_icb", "XS002") == ["X00001"]
    # X00002 has closed or is not in the newer map: where it was last it still is.
    assert members(street, "sub_icb", "XS001") == ["X00002"]


def test_a_practice_that_left_its_network_is_in_it_no_more(street: Street) -> None:
    street.add(
        write_map(street.folder, "2025-09", "practice, pcn\nX00001, XP0001\nX00002, XP0001"),
        write_map(street.folder, "2025-11", "practice, pcn\nX00001, U\nX00002, XP0001"),
    )
    assert members(street, "pcn", "XP0001") == ["X00002"]


def test_figures_of_earlier_months_are_placed_where_organisations_are_now(street: Street) -> None:
    street.add(
        write_lists(street.folder, "2025-09", "practice, sub_icb, patients\nX00001, XS001, 2000\nX00002, XS002, 4000"),
        write_crosstab(street.folder, "2025-09",
                       "practice, sub_icb, appointments\nX00001, XS001, 2200\nX00002, XS002, 4400"),
        write_map(street.folder, "2025-11", "practice, sub_icb\nX00001, XS002\nX00002, XS002"),
    )  # fmt: skip
    assert street.values("appointments_per_working_day", "sub_icb") == {"XS002": (2200 + 4400) / 22}


def test_a_sub_icb_is_where_most_of_its_practices_say(street: Street) -> None:
    # X00003 is on the books of another ICB than its neighbours; it goes with its sub-ICB, so that areas add up.
    where = """
    practice, sub_icb, icb
    X00001,   XS001,   XI02
    X00002,   XS001,   XI02
    X00003,   XS001,   XI01
    """
    street.add(write_map(street.folder, "2025-11", where))
    assert members(street, "icb", "XI02") == ["X00001", "X00002", "X00003"]
    assert members(street, "icb", "XI01") == []


def test_a_practice_in_several_tables_is_one_voice(street: Street) -> None:
    # In the map three practices say XI01. The two that the telephony workbook names say XI02, in three tables each.
    street.add(
        write_map(street.folder, "2025-11",
                  "practice, icb\nX00001, XI01\nX00002, XI01\nX00003, XI01\nX00004, XI02\nX00005, XI02"),
        write_telephony(street.folder, "2025-11",
                        "practice, icb, inbound, answered\nX00004, XI02, 200, 100\nX00005, XI02, 200, 100"),
    )  # fmt: skip
    assert members(street, "icb", "XI01", "sub_icb") == ["XS001"]


def test_no_network_in_one_file_does_not_outweigh_a_network_in_another(street: Street) -> None:
    street.add(
        write_map(street.folder, "2025-11", "practice, pcn\nX00001, XP0001"),
        write_telephony(street.folder, "2025-11", "practice, pcn, inbound, answered\nX00001, U, 200, 100"),
    )
    assert members(street, "pcn", "XP0001") == ["X00001"]


def test_a_file_with_codes_of_the_statistics_office_moves_nobody(street: Street) -> None:
    # The coverage table places sub-ICBs by ONS codes; the map, though older, has the codes that people use.
    street.add(
        write_map(street.folder, "2025-10", "practice, sub_icb, icb, region\nX00001, XS001, XI01, XR1"),
        write_coverage(
            street.folder,
            "2025-11",
            "sub_icb, practices_included, practices_open, patients_included, patients_open\n"
            "XS001, 1, 1, 2000, 2000",
        ),
    )  # fmt: skip
    assert members(street, "icb", "XI01") == ["X00001"]
    assert members(street, "icb", "X54000001") == []


def test_the_newest_name_counts(street: Street) -> None:
    street.add(
        write_map(street.folder, "2025-09", "practice, practice_name\nX00001, THE OLD SURGERY"),
        write_map(street.folder, "2025-11", "practice, practice_name\nX00001, THE NEW SURGERY"),
    )
    names = read_names(street.build(["calls_answered_share"]))
    assert names["gp_practice", "X00001"] == "THE NEW SURGERY"
    assert names["sub_icb", "XS001"] == "FICTION NORTH"
    assert names["nhs_region", "XR1"] == "FICTIONAL REGION"
