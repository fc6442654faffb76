"""Denominators from another file: the nearest month with list sizes, within three months and no further."""

from __future__ import annotations

import pytest
from official_files import write_age_bands, write_annex_1, write_crosstab, write_lists
from whole_street import Street

APPOINTMENTS = "practice, appointments\nX00001, 2300"


def lists(street: Street, month: str, patients: int) -> None:
    street.add(write_lists(street.folder, month, f"practice, patients\nX00001, {patients}"))


@pytest.mark.parametrize(
    ("months", "denominator"),
    [
        ({"2025-10": 2000}, 2000),
        ({"2025-09": 1000, "2025-10": 2000}, 2000),
        ({"2025-07": 2000}, 2000),  # three months away
        ({"2026-01": 2000}, 2000),
        ({"2025-06": 2000}, None),  # four months away
        ({"2026-02": 2000}, None),
        ({"2025-08": 2000, "2025-11": 3000}, 3000),  # one month after is nearer than two before
        ({"2025-09": 2000, "2025-11": 3000}, 2000),  # of two as near, the earlier
    ],
    ids=str,
)
def test_the_nearest_month_within_three(
    street: Street, months: dict[str, int], denominator: int | None
) -> None:
    street.add(write_crosstab(street.folder, "2025-10", APPOINTMENTS))
    for month, patients in months.items():
        lists(street, month, patients)
    observed = street.observe("appointments_per_1000")["X00001"]
    assert observed["denominator"] == denominator
    if denominator:
        assert observed["value"] == 1000 * 2300 / (denominator * 23)
    else:
        assert observed["reason"] == "no_denominator"


def test_a_practice_without_a_list_has_no_rate(street: Street) -> None:
    lists(street, "2025-10", 2000)
    table = "practice, appointments\nX00001, 2300\nX00002, 46"
    street.add(write_crosstab(street.folder, "2025-10", table))
    assert street.values("appointments_per_1000") == {"X00001": 50.0, "X00002": "no_denominator"}


def test_no_lists_at_all(street: Street) -> None:
    street.add(write_crosstab(street.folder, "2025-10", APPOINTMENTS))
    assert street.values("appointments_per_1000") == {"X00001": "no_denominator"}
    # Nothing says how much of the area the one practice is.
    assert street.values("appointments_per_working_day", "sub_icb") == {"XS001": "coverage_unknown"}


def test_the_editions_are_those_of_numerator_and_denominator(street: Street) -> None:
    street.add(write_crosstab(street.folder, "2025-10", APPOINTMENTS))
    lists(street, "2025-09", 1900)
    lists(street, "2025-10", 2000)
    files = street.store.manifest().files
    edition = {f"{file.source} {next(iter(file.tables[0].coverage))}": file.edition for file in files}
    observed = street.observe("appointments_per_1000")["X00001"]
    assert set(observed["editions"].split(",")) == {
        edition["gp_appointments_practice 2025-10-01"],
        edition["registered_patients 2025-10-01"],
    }
    area = street.observe("appointments_per_1000", "england")
    assert {row["editions"] for row in area.values()} == {observed["editions"]}


def test_every_edition_is_named_once_and_in_order(street: Street) -> None:
    # Two files of appointments (one for each sub-ICB) and one of lists: three editions under England's figure.
    street.add(
        write_crosstab(street.folder / "one", "2025-10", "practice, sub_icb, appointments\nX00001, XS001, 2300"),
        write_crosstab(street.folder / "two", "2025-10", "practice, sub_icb, appointments\nX00002, XS002, 4600"),
        write_lists(street.folder, "2025-10",
                    "practice, sub_icb, patients\nX00001, XS001, 2000\nX00002, XS002, 2000"),
    )  # fmt: skip
    england = street.observe("appointments_per_1000", "england")["ENG"]
    assert england["value"] == 1000 * (2300 + 4600) / ((2000 + 2000) * 23)
    every = sorted(file.edition for file in street.store.manifest().files)
    assert england["editions"] == ",".join(every)
    practices = street.observe("appointments_per_1000").values()
    assert all(row["editions"].split(",") == sorted(row["editions"].split(",")) for row in practices)


def test_totals_are_preferred_to_age_bands_and_those_to_the_annex(street: Street) -> None:
    street.add(
        write_annex_1(street.folder, "2025-10",
                      "practice, appointments, list_size\nX00001, 9, 2001\nX00002, 9, 3001\nX00003, 9, 4001"),
    )  # fmt: skip
    bands = """
    practice, sex,    band, patients
    X00001,   FEMALE, ALL,  1200
    X00001,   FEMALE, 0_4,  1200
    X00001,   MALE,   ALL,  802
    X00001,   MALE,   0_4,  802
    X00001,   ALL,    ALL,  2002
    X00002,   FEMALE, ALL,  2000
    X00002,   FEMALE, 0_4,  2000
    X00002,   MALE,   ALL,  1002
    X00002,   MALE,   0_4,  1002
    X00002,   ALL,    ALL,  3002
    """
    street.add(write_age_bands(street.folder, "2025-10", bands))
    lists(street, "2025-10", 2003)
    observed = street.observe("list_size")
    assert {code: (row["value"], row["source"]) for code, row in observed.items()} == {
        "X00001": (2003.0, "registered_patients"),
        "X00002": (3002.0, "registered_patients"),
        "X00003": (4001.0, "gp_appointments_annex1"),
    }


def test_age_bands_alone_are_enough_for_a_build(street: Street) -> None:
    # They say neither what a practice is called nor where it belongs.
    bands = """
    practice, sex,    band, patients
    X00001,   FEMALE, ALL,  1200
    X00001,   FEMALE, 0_4,  1200
    X00001,   MALE,   ALL,  800
    X00001,   MALE,   0_4,  800
    X00001,   ALL,    ALL,  2000
    """
    street.add(write_age_bands(street.folder, "2025-10", bands))
    assert street.values("list_size") == {"X00001": 2000.0}
    assert street.values("list_size", "england") == {}
