"""What a release says, computed another way from the figures beside it; and that it is whole or refused."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet
import pytest
from scipy.stats import norm

from likeforlike.errors import NotFoundError, StoreError
from likeforlike.measures.build import build
from likeforlike.release.building import make_release
from likeforlike.release.reading import Release, open_release
from likeforlike.release.schema import CURRENT, READ_MODEL
from likeforlike.release.swapping import verify_release
from likeforlike.settings import Settings
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

if TYPE_CHECKING:
    from conftest import Made  # The one of this folder.

CALLS, PRACTICE = "calls_answered_share", "gp_practice"


@pytest.fixture(scope="module")
def release(made: Made) -> Release:
    return Release(made.release)


def test_values_are_the_sums_of_the_windows_figures(made: Made, release: Release) -> None:
    window = release.comparison(CALLS, PRACTICE)
    rows = pyarrow.parquet.read_table(made.release / "data" / "figures" / f"{CALLS}.parquet").to_pylist()
    checked = 0
    for one in release.standings(CALLS, PRACTICE):
        its = [
            row
            for row in rows
            if (row["organisation"], row["organisation_type"]) == (one.code, PRACTICE)
            and window.first <= row["period_start"].isoformat() <= window.last
            and row["value"] is not None
            and not row["failed_gates"]
        ]
        if one.value is None:
            continue
        answered, calls = (sum(row[part] for row in its) for part in ("numerator", "denominator"))
        assert one.value == pytest.approx(100 * answered / calls)
        assert (one.numerator, one.denominator) == (answered, calls)
        checked += 1
    assert checked == window.organisations > 40


def test_states_and_positions_follow_from_the_predictions(release: Release) -> None:
    placed = [one for one in release.standings(CALLS, PRACTICE) if one.mean is not None]
    mean = np.array([one.mean for one in placed])
    deviation = np.array([one.deviation for one in placed])
    random = np.random.default_rng(1)
    drawn = mean + deviation * random.standard_normal((20_000, mean.size))
    ranks = (-drawn).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.quantile(ranks, [0.025, 0.975], axis=0)
    for place, one in enumerate(placed):
        assert one.least is not None
        assert one.most is not None
        assert one.peers == len(placed)
        # Ours is of 2,000 draws and rounded outwards.
        assert abs(one.least - low[place]) <= 2
        assert abs(one.most - high[place]) <= 2
        # Rates bend the scale a little: the normal twin is within three parts in a hundred.
        assert one.worse == pytest.approx(norm.cdf(-1, mean[place], deviation[place]), abs=0.03)
        assert (one.state == "worse than expected") == ((one.worse or 0) >= 0.95)
        assert (one.state == "better than expected") == ((one.better or 0) >= 0.95)
    assert {one.state for one in placed} >= {"better than expected", "worse than expected", "cannot tell"}


def test_what_is_expected_divides_the_practices(release: Release) -> None:
    placed = [one for one in release.standings(CALLS, PRACTICE) if one.value is not None]
    above = sum((one.value or 0) > (one.expected or 0) for one in placed)
    # Half are above the typical one with their population; pooled over large and small it need not be half.
    assert 0.35 * len(placed) <= above <= 0.65 * len(placed)
    # Who has more than expected is believed to be better, whatever is left of the difference.
    for one in placed:
        if abs((one.value or 0) - (one.expected or 0)) > 5:
            assert ((one.mean or 0) > 0) == ((one.value or 0) > (one.expected or 0))


def test_good_practices_stand_before_poor_ones(release: Release) -> None:
    placed = [one for one in release.standings(CALLS, PRACTICE) if one.mean is not None]
    best = max(placed, key=lambda one: one.mean or 0)
    last = min(placed, key=lambda one: one.mean or 0)
    assert best.least == 1
    assert (last.most or 0) == len(placed)
    assert best.position is not None
    assert best.position.startswith(("between 1st", "1st"))


def test_a_rating_is_quoted_and_nobody_ranked(release: Release) -> None:
    view = release.comparison("cqc_overall_rating", PRACTICE)
    assert not view.ranked
    assert "quoted" in str(view.why_not_ranked)
    for one in release.standings("cqc_overall_rating", PRACTICE):
        assert one.level in (None, "Outstanding", "Good", "Requires improvement", "Inadequate")
        assert (one.least, one.most, one.position) == (None, None, None)
        assert one.state in ("cannot tell", "not assessed")


def test_bands_of_the_publisher_are_states(release: Release) -> None:
    trusts = release.standings("shmi", "nhs_trust")
    words = {"higher than expected": "worse than expected", "lower than expected": "better than expected"}
    for one in trusts:
        if one.band is not None:
            assert one.state == words.get(one.band, one.band)


def test_restricted_figures_are_not_there(release: Release) -> None:
    # The county's data pack is restricted.
    with pytest.raises(NotFoundError, match="ae_attendances_per_1000"):
        release.indicator("ae_attendances_per_1000")
    assert all("local-figures" not in one.name for one in release.editions())


def test_similar_practices_have_similar_populations(made: Made, release: Release) -> None:
    code = release.standings(CALLS, PRACTICE)[0].code
    similar = release.similar(PRACTICE, code)
    assert len(similar) == 20
    assert len(release.likeness(PRACTICE)) >= 4
    assert [one.distance for one in similar] == sorted(one.distance for one in similar)
    assert code not in {one.code for one in similar}


@pytest.mark.parametrize("change", ["drop a letter", "swap two letters", "lower case"])
def test_a_search_forgives(release: Release, change: str) -> None:
    one = next(view for view in release.organisations(PRACTICE) if len(view.name.split()[0]) >= 8)
    name = one.name.removesuffix(" (fictional)")
    typed = {
        "drop a letter": name[:3] + name[4:],
        "swap two letters": name[:2] + name[3] + name[2] + name[4:],
        "lower case": name.lower(),
    }[change]
    assert (one.kind, one.code) in [(found.kind, found.code) for found in release.search(typed)[:3]]


@pytest.mark.parametrize(
    "typed", ['"', "a OR b", "NEAR(a b)", "*", "'; DROP TABLE words; --", "", " ", "é" * 300]
)
def test_a_search_takes_anything(release: Release, typed: str) -> None:
    assert isinstance(release.search(typed), list)


def test_a_code_finds_its_organisation_first(release: Release) -> None:
    one = release.organisations(PRACTICE)[3]
    assert release.search(one.code.lower())[0].code == one.code


def test_the_same_build_gives_the_same_release(made: Made, tmp_path: Path) -> None:
    again = make_release(made.store, made.build, made.catalogue, tmp_path, lambda step: None)
    assert again.name == made.release.name
    assert (again / READ_MODEL).read_bytes() == (made.release / READ_MODEL).read_bytes()


def test_another_month_is_told_as_a_change(made: Made, tmp_path: Path) -> None:
    releases, store = tmp_path / "releases", tmp_path / "store"
    shutil.copytree(made.releases, releases)
    shutil.copytree(made.store.folder, store)
    add_paths(Store(store), made.catalogue, [made.newest_calls])
    built = build(Store(store), made.catalogue, Settings(store, threads=1))
    newer = open_release(make_release(Store(store), built, made.catalogue, releases, lambda step: None))
    changes = {(one.indicator, one.what): one for one in newer.changes()}
    assert changes[CALLS, "new period"].words == "New: November 2025."
    assert changes[CALLS, "new period"].figures > 40
    assert {indicator for indicator, _ in changes} == {CALLS}
    # The release of before stays, and the new one is served.
    assert verify_release(releases / made.release.name) == []
    assert open_release(releases).about().before == made.release.name


def test_a_damaged_release_is_named(made: Made, tmp_path: Path) -> None:
    copy = tmp_path / "release"
    shutil.copytree(made.release, copy)
    with (copy / READ_MODEL).open("r+b") as stream:
        stream.seek(50_000)
        stream.write(b"damaged")
    assert verify_release(copy) == [f"{READ_MODEL} is not what the manifest says"]
    (copy / READ_MODEL).unlink()
    assert verify_release(copy) == [f"{READ_MODEL} is missing"]
    with pytest.raises(StoreError, match="no read model"):
        open_release(copy)
    (copy / "manifest.json").write_text("[]")
    with pytest.raises(StoreError, match="no whole release"):
        verify_release(copy)


def test_nothing_is_left_of_a_release_that_failed(made: Made, tmp_path: Path) -> None:
    def stop(step: str) -> None:
        if step.startswith("comparing"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_release(made.store, made.build, made.catalogue, tmp_path, stop)
    assert list(tmp_path.iterdir()) == []


def test_nobody_can_write_into_a_release(release: Release) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        release._base.execute("DELETE FROM standings")


def test_the_pointer_and_the_manifest_name_it(made: Made) -> None:
    assert (made.releases / CURRENT).read_text() == f"{made.release.name}\n"
    manifest = json.loads((made.release / "manifest.json").read_text())
    assert manifest["id"] == made.release.name
    assert manifest["fictional"] is True
