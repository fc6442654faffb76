"""All seven SHMI issues through add, build and compare: every published band and limit follows from the counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet
import pytest

from likeforlike.catalogue import Catalogue, load_catalogue
from likeforlike.comparison.areas import find_area
from likeforlike.comparison.comparing import compare_organisations
from likeforlike.measures.build import Build, build
from likeforlike.settings import Settings
from likeforlike.sources.adding import add_paths
from likeforlike.statistics.funnels import shmi_control_limits
from likeforlike.store import Store, select_editions

# Printed with four decimals.
ROUNDING = 5e-5
# Windows begin 18 months before the issue that a file is named after.
WINDOWS = {
    "2010-04-01": 147,
    "2010-07-01": 147,
    "2010-10-01": 147,
    "2011-04-01": 142,
    "2011-07-01": 142,
    "2011-10-01": 142,
    "2012-01-01": 142,
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def store(published_data: Path, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Store:
    made = Store(tmp_path_factory.mktemp("shmi"))
    results = add_paths(made, catalogue, [published_data / "shmi"])
    assert [str(result.outcome) for result in results] == ["added"] * len(WINDOWS)
    return made


@pytest.fixture(scope="module")
def built(store: Store, catalogue: Catalogue) -> Build:
    return build(store, catalogue, Settings(store.folder, threads=1))


def rows_of(store: Store, window: str) -> dict[str, dict[str, Any]]:
    """What was stored of one issue, by trust."""
    paths = select_editions(store.manifest(), "shmi", "trusts").paths
    rows = [row for path in paths for row in pyarrow.parquet.read_table(store.path(path)).to_pylist()]
    return {row["trust"]: row for row in rows if row["window"].isoformat() == window}


@pytest.mark.parametrize("window", WINDOWS)
def test_our_bands_and_limits_are_the_published_ones(
    store: Store, built: Build, catalogue: Catalogue, window: str
) -> None:
    printed = rows_of(store, window)
    comparison = compare_organisations(
        built,
        catalogue,
        catalogue.indicator("shmi"),
        organisation_type="nhs_trust",
        area=find_area(built, catalogue, "England"),
        period=next(row["window"] for row in printed.values()),
    )
    figures = {figure.organisation: figure for figure in comparison.figures}
    assert len(figures) == len(printed) == WINDOWS[window]
    assert {code: figure.band for code, figure in figures.items()} == {
        code: row["overdispersed_band"] for code, row in printed.items()
    }
    for ours, theirs in (
        ("band_lower", "overdispersed_lower"),
        ("band_upper", "overdispersed_upper"),
        ("value", "value"),
    ):
        np.testing.assert_allclose(
            [getattr(figures[code], ours) for code in printed],
            [row[theirs] for row in printed.values()],
            rtol=0,
            atol=ROUNDING,
        )
    assert all(
        figure.numerator == printed[code]["observed"] and figure.expected == float(printed[code]["expected"])
        for code, figure in figures.items()
    )


@pytest.mark.parametrize("window", WINDOWS)
def test_the_exact_limits_that_are_stored_are_those_of_the_stored_expected_deaths(
    store: Store, window: str
) -> None:
    printed = rows_of(store, window).values()
    limits = shmi_control_limits([float(row["expected"]) for row in printed])
    for ours, theirs in ((limits.lower, "poisson_lower"), (limits.upper, "poisson_upper")):
        np.testing.assert_allclose(ours, [row[theirs] for row in printed], rtol=0, atol=ROUNDING)


def test_a_trust_of_2012_that_has_closed_since_is_still_named(built: Build, catalogue: Catalogue) -> None:
    comparison = compare_organisations(
        built,
        catalogue,
        catalogue.indicator("shmi"),
        organisation_type="nhs_trust",
        area=find_area(built, catalogue, "England"),
    )
    south_london = next(figure for figure in comparison.figures if figure.organisation == "RYQ")
    # Observed 3,066, expected 2,932.2341 (July 2013).
    assert (south_london.numerator, south_london.expected) == (3066, 2932.2341)
    assert south_london.value == pytest.approx(1.0456, abs=ROUNDING)
    assert south_london.band == "as expected"
