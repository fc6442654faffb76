"""Ratings and outcomes of social care as they were published: rows, totals, identities, read by other means.

Other means are the standard library's csv, json and statistics, and calamine over the workbook itself.
"""

from __future__ import annotations

import ast
import csv
import datetime
import gzip
import io
import json
import statistics
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.areas import Area
from likeforlike.comparison.comparing import Comparison, compare_organisations
from likeforlike.comparison.levels import count_levels
from likeforlike.measures.build import Build, build
from likeforlike.settings import Settings
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.store import Store, select_editions

HOMES = "care_homes_south_west_2021.csv"
HOSPITALS = "hospitals_south_west_2021.csv"
OTHERS = "social_care_other_than_care_homes.csv.gz"
ASCOF = "ascof_2020-21_open_data.xlsx"
OFLOG = "oflog_asc_2015-16_to_2022-23.csv.gz"
DEVON = Area("council", "E10000008", "Devon")
ENGLAND = Area("england", "ENG", "England")


@pytest.fixture(scope="module")
def folder(published_data: Path) -> Path:
    return published_data


@pytest.fixture(scope="module")
def store(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("care") / "store")
    care = [folder / "adult_social_care" / name for name in (ASCOF, OFLOG)]
    results = add_paths(
        store, load_catalogue(), [*care, *(folder / "cqc" / name for name in (HOMES, HOSPITALS, OTHERS))]
    )
    assert {result.outcome for result in results} == {Outcome.ADDED}
    return store


@pytest.fixture(scope="module")
def made(store: Store) -> Build:
    return build(store, load_catalogue(), Settings(store.folder))


def query(store: Store, source: str, table: str, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a query over a stored table, which it calls `stored`."""
    paths = [str(store.path(path)) for path in select_editions(store.manifest(), source, table).paths]
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW stored AS SELECT * FROM read_parquet({paths})")
    return connection.execute(sql).fetchall()


def locations(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def standing(row: dict[str, str], question: str, day: str) -> str | None:
    """The rating of a location that stood on a day, from the nested texts themselves: slow and obvious."""
    dated: list[tuple[str, bool, str]] = []
    nested = ast.literal_eval(row["currentRatings"] or "{}").get("overall", {})
    reports = [(nested, nested.get("reportDate"))]
    reports += [
        (one["overall"], one["reportDate"]) for one in ast.literal_eval(row["historicRatings"] or "[]")
    ]
    for overall, date in reports:
        asked = [overall] if question == "Overall" else overall.get("keyQuestionRatings", [])
        for one in asked:
            if question in ("Overall", one.get("name")) and one.get("rating") in LEVELS:
                when = one.get("reportDate") or date
                if when <= day:
                    dated.append((when, False, one["rating"]))
    if not dated:
        return None
    newest = max(when for when, _, _ in dated)
    # Two reports of one day: the lower, so that a doubt hides no concern.
    return min((rating for when, _, rating in dated if when == newest), key=LEVELS.index)


LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")


def compare(
    made: Build, indicator: str, kind: str, area: Area, period: datetime.date | None = None
) -> Comparison:
    catalogue = load_catalogue()
    return compare_organisations(
        made, catalogue, catalogue.indicator(indicator), organisation_type=kind, area=area, period=period
    )


def test_all_locations_and_ratings_are_stored(folder: Path, store: Store) -> None:
    printed = locations(folder / "cqc" / HOMES) + locations(folder / "cqc" / HOSPITALS)
    assert len(printed) == 728 + 173
    stored = query(
        store, "cqc_locations", "locations", "SELECT organisation_type, count(*) FROM stored GROUP BY ALL"
    )
    # Two NHS hospitals bear the Commission's mark of a care home.
    assert dict(stored) == {"care_home": 730, "hospital": 171}
    days = {
        (row["locationId"], one["reportDate"])
        for row in printed
        for one in ast.literal_eval(row["historicRatings"] or "[]")
        if "rating" in one["overall"]
    }
    days |= {
        (row["locationId"], overall["reportDate"])
        for row in printed
        if "reportDate" in (overall := ast.literal_eval(row["currentRatings"] or "{}").get("overall", {}))
    }
    found = query(
        store, "cqc_locations", "ratings",
        "SELECT location, strftime(report_date, '%Y-%m-%d') FROM stored WHERE question = 'Overall'",
    )  # fmt: skip
    assert set(found) == days
    assert len(found) == len(days)


@pytest.mark.parametrize("question", ["Overall", "Safe", "Well-led"])
@pytest.mark.parametrize(
    "month", [datetime.date(2017, 5, 1), datetime.date(2019, 2, 1), datetime.date(2021, 1, 1)]
)
def test_the_rating_that_stood_in_a_month(
    folder: Path, made: Build, question: str, month: datetime.date
) -> None:
    names = {"Overall": "cqc_overall_rating", "Safe": "cqc_safe_rating", "Well-led": "cqc_well_led_rating"}
    comparison = compare(made, names[question], "care_home", DEVON, month)
    last = (month + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
    expected = {
        row["locationId"]: rating
        for row in locations(folder / "cqc" / HOMES)
        if row["localAuthority"] == "Devon" and (rating := standing(row, question, last.isoformat()))
    }
    found = {figure.organisation: figure.level for figure in comparison.figures}
    # The two NHS hospitals with the mark of a care home are deregistered, and were never rated.
    assert found == expected


def test_every_home_is_placed_by_the_name_of_its_council(folder: Path, made: Build) -> None:
    codes = {"Devon": "E10000008", "Somerset": "E10000027", "Plymouth": "E06000026", "Torbay": "E06000027"}
    expected = {row["locationId"]: codes[row["localAuthority"]] for row in locations(folder / "cqc" / HOMES)}
    rows = duckdb.sql(
        f"SELECT child, parent FROM read_parquet('{made.folder / 'membership.parquet'}') "
        "WHERE child_type = 'care_home' AND parent_type = 'council'"
    ).fetchall()
    assert expected.items() <= dict(rows).items()
    assert duckdb.sql(
        f"SELECT count(*) FROM read_parquet('{made.folder / 'unplaced.parquet'}')"
    ).fetchall() == [(0,)]


def test_a_deregistered_hospital_has_no_rating_any_more(folder: Path, made: Build) -> None:
    comparison = compare(made, "cqc_overall_rating", "hospital", ENGLAND, datetime.date(2021, 2, 1))
    gone = {row["locationId"] for row in locations(folder / "cqc" / HOSPITALS) if row["deregistrationDate"]}
    assert len(gone) == 97
    assert not gone & {figure.organisation for figure in comparison.figures}
    rated = {
        row["locationId"]: rating
        for row in locations(folder / "cqc" / HOSPITALS)
        if row["locationId"] not in gone and (rating := standing(row, "Overall", "2021-12-31"))
    }
    assert {figure.organisation: figure.level for figure in comparison.figures} == rated


def test_levels_are_counted_without_inherited_ratings(folder: Path, made: Build) -> None:
    comparison = compare(made, "cqc_overall_rating", "care_home", DEVON)
    own = [
        rating
        for row in locations(folder / "cqc" / HOMES)
        if row["localAuthority"] == "Devon"
        and "organisationId" not in ast.literal_eval(row["currentRatings"] or "{}").get("overall", {})
        and (rating := standing(row, "Overall", "2021-12-31"))
    ]
    assert {share.level: share.organisations for share in count_levels(comparison)} == Counter(own) | {
        level: 0 for level in LEVELS if level not in own
    }


def test_social_care_has_days_since_1960(folder: Path, store: Store) -> None:
    """The Commission registered adult social care from October 2010: only so counted does no location begin before."""
    with gzip.open(folder / "cqc" / OTHERS, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 29_459
    starts = [int(row["location_start_2025"]) for row in rows]
    first = datetime.date(1960, 1, 1) + datetime.timedelta(days=min(starts))
    assert first == datetime.date(2010, 10, 1)
    before = sum(
        datetime.date.fromisoformat(row["reportdate"])
        < datetime.date(1960, 1, 1) + datetime.timedelta(days=start)
        for row, start in zip(rows, starts, strict=True)
    )
    sql = "SELECT count(*), count(DISTINCT location), count(*) FILTER (inherited = 'Yes'), min(opened) FROM stored"
    assert query(store, "cqc_social_care", "ratings", sql) == [(29_459, 15_648, before, first)]
    assert before == 2_281


@pytest.fixture(scope="module")
def ascof(folder: Path) -> dict[tuple[str, str, str], dict[str, object]]:
    """Level, area and measure → figures by type, straight from the workbook."""
    sheet = (
        CalamineWorkbook.from_path(folder / "adult_social_care" / ASCOF).get_sheet_by_name("in").to_python()
    )
    found: dict[tuple[str, str, str], dict[str, object]] = defaultdict(dict)
    for row in sheet[1:]:
        found[str(row[2]), str(row[1]), str(row[4])][str(row[6])] = row[7]
    assert sum(map(len, found.values())) == 48_970
    assert Counter(type(value) for one in found.values() for value in one.values()) == {
        float: 22_407,
        str: 26_563,
    }
    assert sum(value == "[c]" for one in found.values() for value in one.values()) == 43
    return found


def test_outcomes_recompute_to_their_last_digit(
    ascof: dict[tuple[str, str, str], dict[str, object]], made: Build
) -> None:
    """Every outcome of the indicators with counts is what we compute, rounded; and nobody is lost."""
    measures = {
        "reablement_still_at_home_share": "2B1",
        "reablement_offered_share": "2B2",
        "short_term_care_success_share": "2D",
        "direct_payments_share": "1C2A",
        "carers_direct_payments_share": "1C2B",
        "learning_disability_paid_work_share": "1E",
        "learning_disability_settled_home_share": "1G",
        "care_home_admissions_18_to_64": "2A1",
        "care_home_admissions_65_and_over": "2A2",
    }
    checked = 0
    for indicator, measure in measures.items():
        comparison = compare(made, indicator, "council", ENGLAND)
        assert comparison.reference is not None
        figures = {("Council", figure.name): figure for figure in comparison.figures}
        figures["England", "England"] = comparison.reference
        for (level, area, code), printed in ascof.items():
            if code != measure or level not in ("Council", "England"):
                continue
            figure = next((one for key, one in figures.items() if key[0] == level and _same(key[1], area)))
            if figure.value is not None:
                outcome = printed["Outcome"]
                assert isinstance(outcome, float)
                assert abs(figure.value - outcome) <= 0.05 + 1e-9, (indicator, area)
                checked += 1
            else:
                numerator, denominator = printed["Numerator"], printed["Denominator"]
                is_small = (
                    isinstance(denominator, float) and denominator < comparison.indicator.minimum_denominator
                )
                assert is_small or "[x]" in (numerator, denominator) or "[c]" in (numerator, denominator)
    assert checked > 1_300


def _same(ours: str, theirs: str) -> bool:
    """A council's newest name is Oflog's, which spells three without what follows the comma."""
    return ours.casefold() == theirs.casefold() or ours.casefold() == theirs.split(",")[0].casefold()


def test_the_published_margin_of_error_is_the_interval(
    ascof: dict[tuple[str, str, str], dict[str, object]], made: Build
) -> None:
    comparison = compare(made, "care_users_satisfaction", "council", ENGLAND)
    intervals = {
        figure.name: (figure.value, figure.lower, figure.upper)
        for figure in comparison.figures
        if figure.value is not None
    }
    assert len(intervals) == 18
    for (level, area, code), printed in ascof.items():
        outcome, margin = printed["Outcome"], printed.get("Margin Of Error")
        if code == "3A" and level == "Council" and isinstance(outcome, float) and isinstance(margin, float):
            assert intervals[area] == pytest.approx((outcome, outcome - margin, outcome + margin), abs=1e-9)


def test_oflog_has_the_measure_of_ascof(
    folder: Path, ascof: dict[tuple[str, str, str], dict[str, object]]
) -> None:
    """ASC5 is 2D: 150 councils have the same figure of 2020-21 in both."""
    rows = oflog(folder)
    same = Counter(
        float(row["Value"]) == printed
        for row in rows
        if row["Code"] == "ASC5" and row["Financial year"] == "2020-21" and row["Value"]
        for (level, area, code), figures in ascof.items()
        if code == "2D" and level == "Council" and _same(row["Local authority name"], area)
        and isinstance(printed := figures["Outcome"], float)
    )  # fmt: skip
    assert same == {True: 150}


def oflog(folder: Path) -> list[dict[str, str]]:
    with gzip.open(folder / "adult_social_care" / OFLOG, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(io.StringIO(stream.read())))


def test_bands_are_oflogs_own_distances(folder: Path, made: Build) -> None:
    """The number of median absolute deviations that `compare` prints is the one that Oflog prints."""
    printed = {
        row["Local authority code"]: float(row["MADs_from_median"])
        for row in oflog(folder)
        if row["Code"] == "ASC7" and row["Financial year"] == "2022-23" and row["MADs_from_median"]
    }
    comparison = compare(made, "social_care_staff_turnover", "council", ENGLAND, datetime.date(2022, 4, 1))
    words = {
        figure.organisation: figure.band for figure in comparison.figures if figure.organisation in printed
    }
    assert len(words) == 151
    for code, distance in printed.items():
        side = "above" if distance > 0 else "below"
        wanted = f"{abs(distance):.1f} MADs {side} the median"
        assert words[code] in (wanted, "at the median"), code


def test_medians_of_all_years(folder: Path) -> None:
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    medians: dict[tuple[str, str], set[float]] = defaultdict(set)
    for row in oflog(folder):
        key = (row["Code"], row["Financial year"])
        medians[key].add(float(row["MEDIAN"]))
        if row["Value"]:
            values[key].append(float(row["Value"]))
    assert len(values) == 42
    for key, found in values.items():
        (median,) = medians[key]
        assert statistics.median(found) == pytest.approx(median, rel=1e-9)


def test_nearest_neighbours_are_other_peoples_peer_groups(folder: Path) -> None:
    """What the definition says of the file that is not imported."""
    text = (folder / "adult_social_care" / "oflog_nearest_neighbours.json").read_text(encoding="utf-8")
    neighbours: dict[str, list[str]] = json.loads(text)
    assert len(neighbours) == 348
    assert all(code in near for code, near in neighbours.items())
    assert Counter(len(near) - 1 for near in neighbours.values()).most_common(1)[0] == (15, 306)
