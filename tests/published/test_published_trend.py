"""A trend of eight years: North East Ambulance Service's category 2 response, its limits reckoned again."""

from __future__ import annotations

import datetime
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import mean

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.trend import Movement, follow_months
from likeforlike.measures.build import build
from likeforlike.measures.reading import read_observations
from likeforlike.present.trend import view_trend
from likeforlike.settings import Settings
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

RESPONSE, NORTH_EAST = "ambulance_category_2_mean", "RX6"


def test_the_mean_response_of_a_service(published_data: Path, tmp_path: Path) -> None:
    """August 2017 to August 2025, without a rebase: the breaks within it are London's and others'."""
    catalogue = load_catalogue()
    indicator = catalogue.indicator(RESPONSE)
    store = Store(tmp_path / "store")
    add_paths(store, catalogue, [published_data / "ambulance"])
    built = build(store, replace(catalogue, indicators={RESPONSE: indicator}), Settings(store.folder))
    rows = [
        row
        for row in read_observations(built, RESPONSE, organisation_type="nhs_trust").to_pylist()
        if row["organisation"] == NORTH_EAST
    ]
    figures = {row["period_start"]: row["value"] for row in rows}
    reasons = {row["period_start"]: row["reason"] for row in rows if row["reason"]}
    trend = follow_months(indicator, figures, reasons, catalogue.known_breaks)
    assert (trend.months[-1], len(trend.months), trend.rebased) == (datetime.date(2025, 8, 1), 97, ())

    values = [figures.get(month) for month in trend.months]
    known = [value for value in values if value is not None]
    assert len(known) == 94
    ranges = [abs(after - before) for before, after in pairwise(values) if None not in (before, after)]
    reach = 2.66 * mean(ranges)
    assert trend.centre[-1] == pytest.approx(mean(known))
    assert trend.upper[-1] == pytest.approx(mean(known) + reach)
    below = [value < mean(known) for value in known]
    run = below[::-1].index(False)
    assert (trend.movement, trend.sign, run) == (Movement.SHIFT, -1, 8)
    assert view_trend(trend, catalogue.methods).sentence == (
        "Lower since January 2025, which is better here: eight months in a row below its mean."
    )
