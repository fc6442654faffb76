"""Trusts, A&E and boundaries as published: codes that resolve, printed totals and shares, peers, official ranks."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from python_calamine import CalamineWorkbook

from likeforlike.catalogue import Catalogue, load_catalogue
from likeforlike.measures.boundaries import read_boundaries, simplify_boundaries
from likeforlike.measures.build import Build, build
from likeforlike.measures.lineage_reading import read_events
from likeforlike.measures.reading import read_names, read_observations
from likeforlike.settings import Settings
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.store import Store

FOLDERS = ("ae_monthly", "boundaries", "organisations/etr_2022.csv")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def store(published_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with the files of this page alone: five seconds."""
    store = Store(tmp_path_factory.mktemp("trusts") / "store")
    results = add_paths(store, load_catalogue(), [published_data / folder for folder in FOLDERS])
    assert Counter(result.outcome for result in results) == {Outcome.ADDED: 16}
    return store


@pytest.fixture(scope="module")
def built(store: Store) -> Build:
    return build(store, load_catalogue(), Settings(store.folder))


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows by the standard library; the SHMI files are in the code page of Windows."""
    content = path.read_bytes()
    content = gzip.decompress(content) if path.suffix == ".gz" else content
    text = content.decode("cp1252" if path.parent.name == "shmi" else "utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def profiles(published_data: Path) -> dict[str, dict[str, str]]:
    """The trust profiles of March 2026, by code; only those with a subtype."""
    rows = read_csv(published_data / "trust_profiles" / "trust_profiles_2026-03.csv.gz")
    return {row["org_code"]: row for row in rows if row["Trust_subtype"]}


@pytest.fixture(scope="module")
def directory(published_data: Path) -> dict[str, list[str]]:
    """The directory of trusts as the standard library reads it, by code."""
    with (published_data / "organisations" / "etr_2022.csv").open(encoding="utf-8", newline="") as text:
        return {row[0]: row for row in csv.reader(text)}


def ae_rows(published_data: Path) -> Iterator[tuple[str, list[dict[str, str]]]]:
    for path in sorted((published_data / "ae_monthly").glob("*.csv")):
        yield path.name, read_csv(path)


# Peer groups against the profiles and the league table


def test_every_printed_subtype_is_the_peer_group(
    catalogue: Catalogue, profiles: dict[str, dict[str, str]]
) -> None:
    assert len(profiles) == 150
    for code, row in profiles.items():
        group = catalogue.peer_groups_of("nhs_trust", code)[0]
        assert group.subtype == row["Trust_subtype"], code


def test_members_with_a_printed_subtype_say_so_and_the_others_have_evidence_of_their_own(
    catalogue: Catalogue, profiles: dict[str, dict[str, str]]
) -> None:
    printed: set[str] = set()
    other: set[str] = set()
    for group in catalogue.peer_groups.values():
        for members in group.members:
            (printed if members.evidence.startswith("Printed as") else other).update(members.codes)
    assert printed == set(profiles)
    assert len(other) == 55


def test_names_of_members_are_those_of_a_published_file(
    catalogue: Catalogue, profiles: dict[str, dict[str, str]], directory: dict[str, list[str]]
) -> None:
    unknown = []
    for group in catalogue.peer_groups.values():
        for members in group.members:
            for code, name in members.codes.items():
                published = (
                    profiles[code]["org_name"] if code in profiles else directory.get(code, ["", ""])[1]
                )
                if name.upper() != published:
                    unknown.append(code)
    # Care trusts and a trust of 2024 are not in the directory of 2022; NHS Talking Therapies names them.
    assert sorted(unknown) == ["G6V2S", "TAD", "TAH", "TAJ"]


def test_ambulance_trusts_bear_it_in_their_name(
    catalogue: Catalogue, directory: dict[str, list[str]]
) -> None:
    named = {code for code, row in directory.items() if "AMBULANCE" in row[1] and row[2] != "W00"}
    assert named == set(catalogue.peer_group("ambulance").codes)


def test_no_trust_without_a_subtype_has_major_departments(published_data: Path, catalogue: Catalogue) -> None:
    """Mental health, community and ambulance trusts have no type 1 attendances in ten months."""
    for name in ("mental_health", "community", "ambulance"):
        codes = catalogue.peer_group(name).codes
        for _, rows in ae_rows(published_data):
            assert all(row["A&E attendances Type 1"] == "0" for row in rows if row["Org Code"] in codes)


def test_the_last_printed_rank_is_the_number_of_acute_trusts(
    catalogue: Catalogue, profiles: dict[str, dict[str, str]]
) -> None:
    ranks = [
        float(row["league_rank"])
        for row in profiles.values()
        if row["Trust_type"] == "Acute trust" and row["league_rank"]
    ]
    acute = [name for name in catalogue.peer_groups if name.startswith("acute") and name != "acute_general"]
    assert max(ranks) == 134 == sum(len(catalogue.peer_group(name).codes) for name in acute)


def test_the_league_table_prints_how_little_a_rank_says(
    published_data: Path, catalogue: Catalogue, profiles: dict[str, dict[str, str]]
) -> None:
    (row,) = read_csv(published_data / "nhs_oversight_framework" / "nof_mh_community_RDY_only_league_row.csv")
    assert (row["Rank"], row["Likely_range_of_rank"]) == ("24", "6 to 49")
    profile = profiles[row["Trust_code"]]
    assert float(profile["league_rank"]) == float(row["Rank"])
    assert float(profile["league_segment"]) == float(row["Segment"])
    assert profile["Trust_subtype"] == row["Trust_subtype"]
    assert row["Trust_name"] == catalogue.peer_group("mental_health").members[0].codes["RDY"]
    # It is ranked among mental health and community trusts together: 61.
    ranked = [len(catalogue.peer_group(name).codes) for name in ("mental_health", "community")]
    low, high = map(int, row["Likely_range_of_rank"].split(" to "))
    assert sum(ranked) == 61
    assert (high - low + 1) / sum(ranked) > 0.7


# The directory of trusts


def test_the_directory_in_the_build(built: Build, directory: dict[str, list[str]]) -> None:
    names = {code: name for (kind, code), name in read_names(built).items() if kind == "nhs_trust"}
    english = {code: row for code, row in directory.items() if row[2] != "W00"}
    assert (len(directory), len(english)) == (218, 215)
    assert set(english) <= set(names)
    closed = {event.organisation: event.day for event in read_events(built, events=("closed",))}
    assert {code: day.strftime("%Y%m%d") for code, day in closed.items()} == {
        code: row[11] for code, row in english.items() if row[11]
    }
    assert len(closed) == 6


def test_the_successions_agree_with_the_directory(
    catalogue: Catalogue, directory: dict[str, list[str]]
) -> None:
    """Where the directory prints a closing or the opening of a new trust, it is the day of the statement."""
    checked = set()
    for one in (one for one in catalogue.successions if one.organisation_type == "nhs_trust"):
        for code in one.predecessors:
            if code in directory and directory[code][11]:
                assert (
                    directory[code][11] < one.since.strftime("%Y%m%d") <= str(int(directory[code][11]) + 8871)
                )
                checked.add(code)
        # A trust that was formed of others opened on that day; one that took over is older.
        for successor in one.successors:
            if successor in directory and "opened" in one.evidence:
                assert directory[successor][10] == one.since.strftime("%Y%m%d"), successor
                checked.add(successor)
    assert checked == {"RD3", "RDZ", "RT3", "RTV", "RXH", "RW6", "R0A", "R0B", "R0D", "R1F", "R1H", "R1L"}


def test_every_group_that_merged_early_is_in_the_directory_of_2014(
    published_data: Path, catalogue: Catalogue
) -> None:
    text = gzip.decompress((published_data / "mynhs_2014" / "CCG.csv.gz").read_bytes()).decode("cp1252")
    groups = {line.split("¬")[1] for line in text.splitlines()[1:]}
    ended = [
        code
        for one in catalogue.successions
        if one.organisation_type == "sub_icb"
        for code in one.predecessors
    ]
    assert set(ended) <= groups
    assert (len(groups), len(ended)) == (211, 30)


def test_the_councils_that_ended_have_no_shape_of_2023_and_their_successors_do(
    store: Store, catalogue: Catalogue
) -> None:
    shapes = {area.code for area in read_boundaries(store, "county_or_unitary")}
    for one in catalogue.successions:
        if one.organisation_type == "council":
            assert not set(one.predecessors) & shapes
            assert set(one.successors) <= shapes


# Codes that resolve


def resolve(codes: set[str], names: dict[str, str]) -> tuple[int, set[str]]:
    """How many codes have a name, and which have none and are shown as codes."""
    return len(codes & set(names)), codes - set(names)


def test_codes_of_other_files_resolve_through_the_directory(
    published_data: Path, built: Build, catalogue: Catalogue
) -> None:
    names = {code: name for (_, code), name in read_names(built).items()}
    ended = {code for one in catalogue.successions for code in one.predecessors}
    shmi = {row["PROVIDER"] for path in (published_data / "shmi").glob("*.csv") for row in read_csv(path)}
    shmi.discard("")  # two issues end in a line of commas
    named, unnamed = resolve(shmi, names)
    # 29 trusts of 2011 to 2013 are not in the directory of 2022 any more; who followed each of them is stated.
    assert (named, len(unnamed)) == (120, 29)
    assert unnamed <= ended
    rtt = {
        row["provider_code"]
        for row in read_csv(
            published_data / "referral_to_treatment" / "rtt_incomplete_provider_by_tfc_2026-03.csv.gz"
        )
    }
    assert resolve(rtt, names) == (149, {"TAD"})
    ae = {row["Org Code"] for _, rows in ae_rows(published_data) for row in rows} - {"TOTAL"}
    assert resolve(ae, names) == (len(ae), set())


def test_cancer_waits_have_codes_and_no_names(published_data: Path, built: Build) -> None:
    codes: set[str] = set()
    for path in sorted((published_data / "cancer_waits").glob("*.xlsx")):
        book = CalamineWorkbook.from_path(str(path))
        for sheet in book.sheet_names:
            header, *rows = book.get_sheet_by_name(sheet).to_python()
            codes |= {str(row[header.index("ORG CODE")]) for row in rows}
    names = {code: name for (_, code), name in read_names(built).items()}
    named, unnamed = resolve(codes, names)
    # Every trust has its name. The rest are independent hospitals, of which no directory at hand speaks: codes.
    assert (named, len(unnamed)) == (151, 20)
    trusts = load_catalogue().organisation_type("nhs_trust")
    assert not any(trusts.accepts(code) for code in unnamed)


# A&E


def test_england_as_the_publishers_commentaries_say(built: Build) -> None:
    rows = read_observations(built, "ae_within_4_hours_share").to_pylist()
    england = {
        row["period_start"].strftime("%Y-%m"): round(row["value"], 1)
        for row in rows
        if row["organisation"] == "ENG"
    }
    assert england["2025-04"] == 74.8
    assert england["2025-05"] == 75.4
    assert england["2025-06"] == 75.5
    assert len(england) == 10


def test_every_share_is_that_of_the_printed_counts(published_data: Path, built: Build) -> None:
    """By hand, in plain Python: attendances of three kinds, booked or not, less those of more than four hours."""
    kinds = ["Type 1", "Type 2"]
    observed = {
        (row["period_start"].strftime("%B-%Y").upper(), row["organisation"]): (
            row["numerator"],
            row["denominator"],
        )
        for row in read_observations(built, "ae_within_4_hours_share").to_pylist()
    }
    compared = 0
    for _, rows in ae_rows(published_data):
        for row in rows:
            came = sum(int(row[f"A&E attendances {kind}"]) for kind in [*kinds, "Other A&E Department"])
            came += sum(
                int(row[f"A&E attendances Booked Appointments {kind}"])
                for kind in [*kinds, "Other Department"]
            )
            over = sum(int(row[f"Attendances over 4hrs {kind}"]) for kind in [*kinds, "Other Department"])
            over += sum(
                int(row[f"Attendances over 4hrs Booked Appointments {kind}"])
                for kind in [*kinds, "Other Department"]
            )
            if row["Org Code"] == "TOTAL":
                continue
            month = row["Period"].removeprefix("MSitAE-")
            assert observed[month, row["Org Code"]] == (came - over, came)
            compared += 1
    assert compared == 1985


# Boundaries


@pytest.mark.parametrize(
    ("kind", "year", "count"),
    [
        ("icb", 2023, 42),
        ("sub_icb", 2023, 106),
        ("nhs_region", 2024, 7),
        ("district", 2024, 361),
        ("county_or_unitary", 2023, 218),
    ],
)
def test_all_shapes_are_there_valid_and_small_enough_for_a_page(
    store: Store, kind: str, year: int, count: int
) -> None:
    areas = read_boundaries(store, kind)
    assert {(area.kind, area.year) for area in areas} == {(kind, year)}
    assert len({area.code for area in areas}) == len(areas) == count
    shapes = shapely.from_geojson([area.shape for area in areas])
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    # Metres, bytes of GeoJSON, and by how much an area may grow or shrink: a page shows boards in a county's detail.
    tolerance, size, change = (
        (200, 1_150_000, 0.01) if kind in ("district", "county_or_unitary") else (500, 270_000, 0.015)
    )
    simple = simplify_boundaries(areas, tolerance)
    slim = shapely.from_geojson([area.shape for area in simple])
    assert shapely.is_valid(slim).all()
    assert sum(len(area.shape) for area in simple) < size
    ratios = shapely.area(slim) / shapely.area(shapes)
    changed = {
        area.name
        for area, ratio in zip(areas, ratios, strict=True)
        if abs(ratio - 1) > change and area.code.startswith("E")
    }
    assert changed <= {"Isles of Scilly"}


def test_borders_in_common_stay_in_common(store: Store) -> None:
    simple = simplify_boundaries(read_boundaries(store, "icb"), 1000)
    assert shapely.coverage_is_valid(shapely.from_geojson([area.shape for area in simple]))


def test_the_map_of_practices_knows_all_boards_sub_boards_and_regions(
    store: Store, published_data: Path
) -> None:
    rows = read_csv(published_data / "registered_patients" / "gp-reg-pat-prac-map_2025.csv.gz")
    columns = {
        "icb": "ONS_ICB_CODE",
        "sub_icb": "ONS_SUB_ICB_LOCATION_CODE",
        "nhs_region": "ONS_COMM_REGION_CODE",
    }
    for kind, column in columns.items():
        shapes = {area.code for area in read_boundaries(store, kind)}
        assert shapes <= {row[column] for row in rows}
        # One month of 2025 prints the codes that two boards, and the regions about them, had before April 2023.
        older = {row["EXTRACT_DATE"] for row in rows if row[column] not in shapes}
        assert older == {"01May2025"}


def test_booked_attendances_are_as_few_as_the_caveat_says(published_data: Path, catalogue: Catalogue) -> None:
    (total,) = [
        row
        for row in read_csv(published_data / "ae_monthly" / "Monthly-AE-June-2025-1-1.csv")
        if row["Org Code"] == "TOTAL"
    ]
    counts = {name: int(count) for name, count in total.items() if name.startswith("A&E attendances")}
    booked = sum(count for name, count in counts.items() if "Booked" in name)
    assert round(100 * booked / sum(counts.values()), 1) == 3.5
    caveats = catalogue.indicator("ae_within_4_hours_share").caveats
    assert any("3.5% of all" in caveat for caveat in caveats)
