"""MyNHS 2014: counts, the quotation to the letter, and the quarters of CCGs derived again from the figures."""

from __future__ import annotations

import gzip
import math
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.measures.build import build
from likeforlike.measures.reading import read_observations
from likeforlike.settings import Settings
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.statistics.quantile_groups import quantile_groups
from likeforlike.store import Store

FOLDER = "mynhs_2014"
CCGS = "AccountabilityIndicatorsClinicalCommissioningGroup"
COUNCILS = "AccountabilityIndicatorsLocalAuthority"
LOW, MIDDLE, HIGH = 1, 2, 4
# Of these the words were given in an order that is not printed, where many have the same figure (or none has one).
TIED = {
    "Health gains reported by patients after groin hernia",
    "Health gains reported by patients after hip replacement",
    "Health gains reported by patients after knee replacement",
    "Health gains reported by patients after varicose veins",
    "Rate of emergency readmissions within 30 days of discharge",
}
HIGHER_IS_BETTER = "Patient experience of GP out-of-hours services"


@pytest.fixture(scope="module")
def store(published_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with the five files."""
    store = Store(tmp_path_factory.mktemp("mynhs") / "store")
    results = add_paths(store, load_catalogue(), [published_data / FOLDER])
    assert [result.outcome for result in results] == [Outcome.ADDED] * 5
    assert {result.file.published for result in results if result.file} == {"2014-12-31"}
    return store


def printed_rows(data: Path, name: str) -> list[dict[str, str]]:
    """The rows of one of the files: nothing in them is quoted."""
    text = gzip.decompress((data / FOLDER / f"{name}.csv.gz").read_bytes()).decode("cp1252")
    header, *lines = (line.split("¬") for line in text.split("\r\n") if line)
    return [dict(zip(header, line, strict=True)) for line in lines]


def query(store: Store, table: str, items: str, condition: str = "true") -> list[tuple[object, ...]]:
    """Rows of what is stored of a table."""
    stored = store.folder / "editions" / FOLDER / f"*-{table}-v*.parquet"
    return duckdb.sql(f"SELECT {items} FROM '{stored}' WHERE {condition} ORDER BY ALL").fetchall()


def test_figures_and_words_are_stored_to_the_letter(store: Store, published_data: Path) -> None:
    stored = Counter(query(store, "metrics", "organisation, metric, coalesce(condition, ''), value, shown"))
    printed = Counter(
        (
            row["OrganisationCode"],
            row["MetricName"],
            row["ConditionName"],
            None if row["Value"] in ("", "-") else float(row["Value"]),
            row["Text"],
        )
        for name in (CCGS, COUNCILS)
        for row in printed_rows(published_data, name)
    )
    assert stored == printed
    assert sum(printed.values()) == 3578 + 12_388


def test_how_many_of_each(store: Store, published_data: Path) -> None:
    assert query(
        store, "metrics", "organisation_type, count(DISTINCT metric), count(DISTINCT organisation)", "true GROUP BY ALL"
    ) == [("council", 37, 326), ("sub_icb", 17, 211)]  # fmt: skip
    for table, name, code, count in (
        ("ccgs", "CCG", "ccg", 211),
        ("trusts", "Trust", "provider", 702),
        ("hospitals", "Hospital", "hospital", 1761),
    ):
        codes = {row["OrganisationCode"].strip() for row in printed_rows(published_data, name)}
        assert len(codes) == count
        assert {found for (found,) in query(store, table, code)} == codes
        assert query(store, table, "count(*)") == [(count,)]


def test_coordinates_and_owners_of_hospitals(store: Store) -> None:
    assert query(
        store, "hospitals", "hospital_name, postcode, latitude, longitude, trust", "hospital = 'RV9HE'"
    ) == [("East Riding Community Hospital", "HU17 0FA", 53.853134155273437, -0.41147232055664063, "RV9")]
    # An independent owner is no trust.
    assert query(store, "hospitals", "parent, trust", "hospital = 'NT210'") == [("NT2", None)]
    assert query(store, "trusts", "provider_type, count(*)", "true GROUP BY ALL") == [
        ("independent_provider", 455),
        ("nhs_trust", 247),
    ]


def test_quarters_derived_again_are_the_words_the_public_saw(published_data: Path) -> None:
    """53, 106 and 52 CCGs: the groups of the Department of Health, from the lowest value up, of twelve metrics."""
    metrics = defaultdict(list)
    for row in printed_rows(published_data, CCGS):
        metrics[row["MetricName"]].append(row)
    derived = 0
    for metric, rows in metrics.items():
        values = np.array([float(row["Value"] or math.nan) for row in rows])
        if metric in TIED:
            continue
        group = quantile_groups(values, 4).group
        low, high = ("worst", "best") if metric == HIGHER_IS_BETTER else ("best", "worst")
        words = [
            f"In the {low} 25% of CCGs" if one == LOW else f"In the {high} 25% of CCGs" if one == HIGH
            else "In the middle range"
            for one in group
        ]  # fmt: skip
        assert words == [row["Text"].split(" (")[0] for row in rows], metric
        assert sorted(Counter(words).values()) == [52, 53, 106]
        derived += 1
    assert derived == 12


def test_tied_metrics_were_parted_within_a_tie(published_data: Path) -> None:
    """Why the other five cannot be derived: CCGs with the same figure were shown different words."""
    for metric in TIED:
        words = defaultdict(set)
        for row in printed_rows(published_data, CCGS):
            if row["MetricName"] == metric and row["Value"]:
                words[row["Value"]].add(row["Text"].split(" (")[0])
        assert any(len(several) > 1 for several in words.values()), metric


def test_compared_with_their_words(store: Store) -> None:
    """Each of the 54 has an indicator; the band that is shown is the quotation; a mixed-up scale is no figure."""
    catalogue = load_catalogue()
    ours = [one for one in catalogue.indicators.values() if one.inputs[0].source == FOLDER]
    assert len(ours) == 17 + 37
    wanted = ("mynhs_ccg_deaths_under_75_cancer", "mynhs_council_stroke_readmissions_28_days")
    few = replace(catalogue, indicators={one: catalogue.indicators[one] for one in wanted})
    built = build(store, few, Settings(store.folder))
    rows = read_observations(
        built, "mynhs_ccg_deaths_under_75_cancer", organisation_type="sub_icb"
    ).to_pylist()
    assert Counter(row["published_band"] for row in rows) == {
        "In the best 25% of CCGs": 53,
        "In the middle range": 106,
        "In the worst 25% of CCGs": 52,
    }
    darlington = next(row for row in rows if row["organisation"] == "00C")
    assert (darlington["value"], darlington["published_band"]) == (138.48, "In the worst 25% of CCGs")
    rows = read_observations(
        built, "mynhs_council_stroke_readmissions_28_days", organisation_type="council"
    ).to_pylist()
    assert Counter(row["reason"] for row in rows) == {None: 212, "not_comparable": 99, "not_published": 15}
    assert min(row["value"] for row in rows if row["value"] is not None) > 1
