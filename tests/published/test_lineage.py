"""The directories of organisations and the lineage from them, against the publisher's own bytes."""

from __future__ import annotations

import csv
import datetime
import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.compute
import pyarrow.parquet
import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.areas import find_area
from likeforlike.comparison.comparing import compare_organisations
from likeforlike.comparison.same_month import compare_with_baseline
from likeforlike.measures.build import Build
from likeforlike.measures.lineage_reading import (
    read_closures,
    read_events,
    read_members_on,
    read_memberships,
)
from likeforlike.measures.lineage_tables import ListSizes
from likeforlike.measures.list_jumps import infer_successors
from likeforlike.measures.reading import read_members, read_observations
from likeforlike.store import Store, select_editions

NOVEMBER_2025 = datetime.date(2025, 11, 1)


def read_epraccur(published_data: Path, issue: str) -> list[list[str]]:
    path = published_data / "organisations" / f"epraccur_{issue}.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        return list(csv.reader(text))


def stored(store: Store, source: str, table: str) -> list[dict[str, object]]:
    paths = select_editions(store.manifest(), source, table).paths
    return [row for path in paths for row in pyarrow.parquet.read_table(store.path(path)).to_pylist()]


def test_rows_and_active_practices_of_each_issue(published_store: Store) -> None:
    rows = stored(published_store, "epraccur", "practices")
    assert Counter(str(row["month"]) for row in rows) == {
        "2020-01-01": 14_357, "2023-02-01": 15_536, "2025-11-01": 16_685,
    }  # fmt: skip
    active = Counter(
        str(row["month"]) for row in rows if (row["state"], row["setting"]) == ("Active", "GP practice")
    )
    # Active GP practices of the newest issue: status A, prescribing setting 4.
    assert active["2025-11-01"] == 6618


def test_networks_and_memberships(published_store: Store) -> None:
    assert len(stored(published_store, "epcn", "networks")) == 1329
    memberships = stored(published_store, "epcn", "partners")
    assert (len(memberships), len({row["practice"] for row in memberships})) == (7455, 6807)


def test_the_commissioning_groups_that_merged(published_build: Build, published_data: Path) -> None:
    """By hand: each area of January 2020 that has no active practice in February 2023."""
    then, now = (
        {row[0]: row[14] for row in read_epraccur(published_data, issue) if row[12] == "A" and row[25] == "4"}
        for issue in ("Jan2020", "Feb2023")
    )
    gone = {area for area in then.values() if len(area) == 3 and area[:2].isdigit()} - set(now.values())
    events = [
        event
        for event in read_events(published_build, events=["succeeded_by"])
        if event.organisation_type == "sub_icb" and event.basis == "derived"
    ]
    assert {event.organisation for event in events} == gone
    assert len(gone) == 112
    # Each went to one other as a whole, on the two days on which groups merged.
    assert Counter(event.day.isoformat() for event in events) == {"2020-04-01": 74, "2021-04-01": 38}
    assert all(event.members == event.of_members for event in events if event.organisation != "09J")
    # 191 commissioning groups, less 112, and those that they became: the 106 of today.
    assert (
        len(set(then.values())) - len(gone) + len({event.other for event in events} - set(then.values()))
        == 106
    )


def test_where_the_files_leave_a_gap_it_is_inferred(published_build: Build) -> None:
    # M85797's group was 05L in January 2020, and it has been in 15E since July 2022. 05L merged into D2P2L in 2021.
    spells = [
        (spell.value, str(spell.first_day), spell.first_day_basis)
        for spell in read_memberships(published_build, "M85797")
        if spell.fact == "sub_icb"
    ]
    assert spells == [
        ("05L", "2013-04-01", "stated"),
        ("D2P2L", "2021-04-01", "inferred"),
        ("15E", "2022-07-01", "stated"),
    ]


def test_a_part_of_the_vale_of_york_moved(published_build: Build) -> None:
    (moved,) = read_events(published_build, organisation="03Q")
    assert (moved.event, moved.other, str(moved.day)) == ("part_moved_to", "42D", "2024-04-01")
    assert moved.members == 14
    before = read_members_on(published_build, "sub_icb", "03Q", "gp_practice", datetime.date(2024, 3, 31))
    after = read_members_on(published_build, "sub_icb", "03Q", "gp_practice", datetime.date(2024, 4, 1))
    assert len(before) - len(after) == 14


# Practices whose list vanished in 2025 and whose successor says so by its own new name, read by eye.
SUCCESSORS = {
    "E82064": "E82068",  # Chorleywood Health Centre: Gade and Chorleywood Health Centres
    "C81028": "C81611",  # Imperial Road, Matlock: Matlock and Ashover Practice
    "L81649": "L81118",  # Bradley Stoke: Stokes Medical Group
    "B81675": "B81085",  # Newington Surgery of the Haxby Group Hull: Haxby Group Hull
    "Y02747": "B81085",  # Haxby Group Hull: the same
    "M91660": "M91028",  # Modality Darlaston: Modality Kingfisher Darlaston Practice
    "K82029": "K82023",  # Cherrymead: Marlow Medical Group
    "C81074": "C81034",  # Elmwood, Buxton: Stewart Medical Centre, Buxton
}


def test_successors_inferred_from_lists(published_build: Build) -> None:
    closures = read_closures(published_build, "gp_practice")
    found = {code: [one.organisation for one in closures[code].successors] for code in SUCCESSORS}
    assert found == {code: [successor] for code, successor in SUCCESSORS.items()}
    assert {one.basis for code in SUCCESSORS for one in closures[code].successors} == {"inferred"}
    # Two of Somerset with lists alike went at the same time: which went where, lists cannot say.
    assert [closures[code].successors for code in ("L85048", "L85050")] == [(), ()]


def test_practices_that_went_nowhere_have_no_successor(published_build: Build, published_data: Path) -> None:
    """The rule's false alarms: practices whose lists are struck out, though nobody took their patients."""
    observed = read_observations(published_build, "list_size", organisation_type="gp_practice")
    lists = ListSizes(observed.filter(pyarrow.compute.is_valid(observed["numerator"])))
    area = {row[0]: row[14] for row in read_epraccur(published_data, "Nov2025")}
    random = np.random.default_rng(1)
    struck_out = found = 0
    for place in range(1, len(lists.months)):
        months, sizes = lists.months[place - 1 : place + 1], lists.sizes[:, place - 1 : place + 1]
        for _ in range(5):
            staying = np.flatnonzero((sizes[:, 0] >= 500) & (sizes[:, 1] > 0.5 * sizes[:, 0]))
            gone = random.choice(staying, 40, replace=False)
            without = sizes.copy()
            without[gone, 1] = np.nan
            jumps = infer_successors(lists.practices, months, without, lambda code, _: area.get(code))
            struck_out += len(gone)
            found += len({lists.practices[one] for one in gone} & {jump.predecessor for jump in jumps})
    assert struck_out >= 600
    assert found <= 0.01 * struck_out


def test_compare_says_who_has_closed(published_build: Build) -> None:
    catalogue = load_catalogue()
    comparison = compare_organisations(
        published_build,
        catalogue,
        catalogue.indicator("list_size"),
        organisation_type="gp_practice",
        area=find_area(published_build, catalogue, "15M"),
        period=NOVEMBER_2025,
    )
    closed = {one.organisation: [who.organisation for who in one.successors] for one in comparison.closed}
    assert closed["C81074"] == ["C81034"]
    assert not closed.keys() & set(comparison.absent)
    assert not closed.keys() & {figure.organisation for figure in comparison.figures}


def test_what_cannot_be_compared_with_2019_is_refused(published_build: Build) -> None:
    months = compare_with_baseline(published_build, "appointments_per_working_day", "sub_icb", 2019)
    # One issue, one geography: nothing is brought forward and nobody refused.
    assert all(not one.refused and one.organisations == 45 for one in months if one.month.year == 2021)
    (october,) = [one for one in months if one.month == datetime.date(2025, 10, 1)]
    refused = dict(october.refused)
    assert refused == {
        "15E": "a part of D2P2L moved to 15E on 2022-07-01",
        "15M": "a part of 01Y moved to 15M on 2022-07-01",
        "D2P2L": "a part of D2P2L moved to 15E on 2022-07-01",
    }
    assert october.organisations + len(refused) == 45


@pytest.fixture(scope="module")
def map_of_november(published_data: Path) -> dict[str, dict[str, str]]:
    """Practice → its row of the map of November 2025."""
    path = published_data / "registered_patients" / "gp-reg-pat-prac-map_2025.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as text:
        return {
            row["PRACTICE_CODE"]: row for row in csv.DictReader(text) if row["EXTRACT_DATE"] == "01Nov2025"
        }


def test_the_map_alone_puts_29_practices_into_another_icb(
    published_build: Build, published_data: Path, map_of_november: dict[str, dict[str, str]]
) -> None:
    """DECISIONS, record 6: the directory itself has all 6,200 where their sub-ICB is, as this project does."""
    directory = {row[0]: row for row in read_epraccur(published_data, "Nov2025")}
    assert len(map_of_november) == 6200
    assert all(directory[code][14] == row["SUB_ICB_LOCATION_CODE"] for code, row in map_of_november.items())
    other = {code for code, row in map_of_november.items() if directory[code][3] != row["ICB_CODE"]}
    assert len(other) == 29
    placed = {}
    for icb in {row[3] for row in directory.values()}:
        placed |= dict.fromkeys(read_members(published_build, "icb", icb, "gp_practice"), icb)
    assert all(placed[code] == directory[code][3] for code in map_of_november)
