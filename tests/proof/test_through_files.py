"""One county through everything: simulated files, store, build, review; the list against the truth behind the files."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.measures.build import build
from likeforlike.review.assessing import to_units
from likeforlike.review.listing import snapshot
from likeforlike.review.plan import PlannedIndicator, ReviewPlan, Window
from likeforlike.review.run import fit_region, review_area
from likeforlike.settings import Settings
from likeforlike.simulate import CountyPlan, simulate_county
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

COUNTY = CountyPlan(icbs=2, practices=160, months=14, seed=11)
# Indicator → what the truth calls it.
THEMES = {
    "calls_answered_share": "calls_answered_share",
    "calls_answered_within_2_minutes_share": "answered_within_2_minutes_share",
}
ALSO = (
    "list_size",
    "age_under_5_share",
    "age_65_and_over_share",
    "age_85_and_over_share",
    "female_share",
    "deprivation_score",
    "rural_practice",
)


def read_truth(path: Path, theme: str) -> dict[str, float]:
    """Practice → its true a + d over the next window, on the logit scale; those that close have none."""
    with path.open(encoding="utf-8", newline="") as text:
        return {
            row["practice_code"]: float(row["next_window_own"])
            for row in csv.DictReader(text)
            if row["theme"] == theme and row["next_window"] == "open"
        }


@pytest.mark.slow
def test_a_list_made_from_files_names_whom_the_truth_names(tmp_path: Path) -> None:
    catalogue = load_catalogue()
    county = simulate_county(COUNTY, tmp_path / "county")
    store = Store(tmp_path / "store")
    add_paths(store, catalogue, county.official)
    wanted = replace(
        catalogue,
        indicators={name: catalogue.indicators[name] for name in (*THEMES, *ALSO)},
        digest="those of a plan and its expected models",
    )
    built = build(store, wanted, Settings(store.folder))
    plan = ReviewPlan(
        title="proof",
        area="XI01",
        window=Window(last=COUNTY.last_month, months=12),
        seed=1,
        weightings=20,
        indicators=tuple(PlannedIndicator(id=name, weight=1.0) for name in THEMES),
    )
    region = fit_region(built, wanted, plan, lambda step: None)
    review = review_area(region, wanted, plan, lambda step: None)
    truths = [read_truth(county.truth / "effects.csv", theme) for theme in THEMES.values()]
    codes = [region.evidence.organisations[place] for place in review.members]
    effects = np.array([[truth.get(code, np.nan) for truth in truths] for code in codes])
    units = to_units(effects, review.scaling) @ review.weights
    judged = review.listing.assessed & ~np.isnan(units)
    places = int(judged.sum()) // 5
    order = np.flatnonzero(judged)[np.argsort(units[judged])]
    true = np.zeros(units.size, dtype=bool)
    true[order[:places]] = units[order[:places]] <= -1
    listed = review.listing.listed
    raw = np.column_stack(
        [
            model.panel.numerator[review.members, -1] / model.panel.denominator[review.members, -1]
            for model in review.models
        ]
    )
    named = snapshot(raw, np.ones(2), review.weights)
    # At most one in ten is to be expected to be wrong, and it is not by saying nothing.
    assert listed.sum() >= true.sum() // 2
    assert (listed & ~true).sum() <= max(1, 0.25 * listed.sum())
    assert (listed & ~true).sum() < (named & ~true).sum()
