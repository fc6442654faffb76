"""The county's trusts, their A&E and where the county lies: taken in as the publishers' own files are."""

from __future__ import annotations

import csv
import datetime
from collections import Counter
from pathlib import Path

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.measures.boundaries import read_boundaries, simplify_boundaries
from likeforlike.measures.build import Build, build
from likeforlike.measures.lineage_reading import read_events, read_memberships
from likeforlike.measures.reading import read_members, read_observations
from likeforlike.settings import Settings
from likeforlike.simulate import Simulated
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.store import Store


@pytest.fixture(scope="module")
def store(small: Simulated, tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("trusts") / "store")
    wanted = [small.directory / folder for folder in ("ae_monthly", "boundaries")]
    wanted += sorted((small.directory / "organisations").glob("et[rs]_*.csv"))
    results = add_paths(store, load_catalogue(), wanted)
    assert {result.outcome for result in results} == {Outcome.ADDED}
    return store


@pytest.fixture(scope="module")
def built(store: Store) -> Build:
    return build(store, load_catalogue(), Settings(store.folder))


def test_trusts_are_fictional_have_peers_and_one_has_closed(built: Build) -> None:
    catalogue = load_catalogue()
    trusts = read_members(built, "england", "ENG", "nhs_trust")
    assert sorted(trusts) == ["XA1", "XA2", "XA9", "XB1", "XM1"]
    assert all(catalogue.organisation_type("nhs_trust").is_fictional(code) for code in trusts)
    assert [code for code in sorted(trusts) if not catalogue.peer_groups_of("nhs_trust", code)] == ["XA9"]
    (closed,) = read_events(built, events=("closed",))
    assert closed.organisation == "XA9"
    sites = read_members(built, "nhs_trust", "XA1", "hospital")
    assert sorted(sites) == ["XH001", "XH002", "XH003"]
    (spell,) = read_memberships(built, "XH003")
    assert spell.first_day == closed.day + datetime.timedelta(days=1)


def test_attendances_sum_to_the_row_of_totals_and_trusts_with_major_departments_have_longer_stays(
    small: Simulated, built: Build
) -> None:
    newest = small.directory / "ae_monthly" / "Monthly-AE-November-2025.csv"
    with newest.open(encoding="utf-8", newline="") as text:
        *rows, total = list(csv.reader(text))[1:]
    assert [sum(int(row[place]) for row in rows) for place in range(4, 22)] == list(map(int, total[4:]))
    assert [row[1] for row in rows] == ["XA1", "XA2", "XM1", "XN01"]
    newest_month = [
        row
        for row in read_observations(built, "ae_within_4_hours_share").to_pylist()
        if row["period_start"] == datetime.date(2025, 11, 1)
    ]
    shares = {row["organisation"]: row["value"] for row in newest_month}
    assert set(shares) == {"XA1", "XA2", "XM1", "XN01", "ENG"}
    assert max(shares["XA1"], shares["XA2"]) < min(shares["XM1"], shares["XN01"])
    assert Counter(row["organisation_type"] for row in newest_month) == {
        "nhs_trust": 3, "independent_provider": 1, "england": 1,
    }  # fmt: skip


def test_the_county_has_shapes_that_meet(small: Simulated, store: Store) -> None:
    for kind, count in (("icb", small.plan.icbs), ("nhs_region", 1)):
        areas = read_boundaries(store, kind)
        assert len(areas) == count
        assert {area.code[0] for area in areas} == {"X"}
        assert len(simplify_boundaries(areas, 1000)) == count


def test_a_board_is_the_sum_of_its_parts(store: Store) -> None:
    import shapely

    boards = shapely.from_geojson([area.shape for area in read_boundaries(store, "icb")])
    parts = shapely.from_geojson([area.shape for area in read_boundaries(store, "sub_icb")])
    assert shapely.area(parts).sum() == pytest.approx(shapely.area(boards).sum())
    assert shapely.coverage_is_valid(parts)
    assert shapely.coverage_is_valid(boards)


def test_the_directories_have_27_columns_in_quotes(small: Simulated) -> None:
    for path in sorted(Path(small.directory / "organisations").glob("et[rs]_*.csv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert all(line.startswith('"') and len(next(csv.reader([line]))) == 27 for line in lines)
