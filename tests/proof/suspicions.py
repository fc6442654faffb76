"""How many changes of recording that nobody announced a search for breaks points at, and how often it is wrong."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from counties import Case, draw_county
from reviewing import definitions

from likeforlike.comparison.expected import fit_expected
from likeforlike.comparison.panel import link_values
from likeforlike.statistics.breaks import find_mean_breaks

LEVEL, SIMULATIONS, SHORTEST = 0.05, 99, 5
# Practices without a change that are looked at, for each that has one.
OTHERS = 3


class Suspicions(NamedTuple):
    """Shares of practices pointed at: of those that changed, and of the others."""

    found: float
    false: float
    looked_at: int


def suspect_changes(case: Case, counties: int) -> Suspicions:
    """Search the distances from expected of the case's first indicator, month effects taken off."""
    pointed: dict[bool, list[bool]] = {True: [], False: []}
    for seed in range(counties):
        county = draw_county(case, definitions(), seed)
        panel = county.panels[0]
        expected = fit_expected(panel, county.covariates, county.boards).expected
        values = link_values(panel, expected)[0]
        values = values - np.nanmean(values, axis=0)
        complete = np.flatnonzero((~np.isnan(values)).sum(axis=1) > values.shape[1] // 2)
        changed = [place for place in complete if county.changed[place]]
        others = [place for place in complete if not county.changed[place]][: OTHERS * len(changed)]
        for place in [*changed, *others]:
            series = values[place][~np.isnan(values[place])]
            found = find_mean_breaks(
                series, minimum_length=SHORTEST, max_breaks=1, simulations=SIMULATIONS, seed=seed
            )
            pointed[bool(county.changed[place])].append(bool(found.p_value[0] <= LEVEL))
    return Suspicions(
        float(np.mean(pointed[True])),
        float(np.mean(pointed[False])),
        len(pointed[True]) + len(pointed[False]),
    )
