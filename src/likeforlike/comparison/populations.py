"""What describes the population of each organisation: the covariates of the expected models, read once."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from likeforlike.comparison.expected import Covariates
from likeforlike.errors import NotFoundError
from likeforlike.measures.build import Build
from likeforlike.measures.reading import read_observations, read_parents

# By whose areas the folds of the cross-validation are made: the nearest of these that the build knows.
FOLD_AREAS = ("icb", "sub_icb", "nhs_region")


def read_covariates(
    build: Build,
    indicators: Sequence[str],
    organisation_type: str,
    organisations: Sequence[str],
    by: datetime.date,
    *,
    restricted: bool = False,
) -> Covariates:
    """The value of each indicator for each organisation: the newest that is about a time up to `by`.

    Where there is none so early the earliest stands in: a population changes little in a year. NaN where an
    organisation has none at all, or the build has no figures of an indicator.
    """
    values = np.full((len(organisations), len(indicators)), np.nan)
    place = {code: number for number, code in enumerate(organisations)}
    for column, indicator in enumerate(indicators):
        try:
            observed = read_observations(
                build, indicator, organisation_type=organisation_type, restricted=restricted
            )
        except NotFoundError:
            continue
        newest: dict[str, tuple[bool, int]] = {}
        for code, start, value in zip(
            observed["organisation"].to_pylist(),
            observed["period_start"].to_pylist(),
            observed["value"].to_pylist(),
            strict=True,
        ):
            if value is None or code not in place:
                continue
            # Up to `by` the later is better, after it the earlier.
            rank = (start <= by, start.toordinal() if start <= by else -start.toordinal())
            if code not in newest or rank > newest[code]:
                newest[code] = rank
                values[place[code], column] = value
    return Covariates(tuple(indicators), values)


def fold_areas(build: Build, organisation_type: str, organisations: Sequence[str]) -> tuple[str, ...]:
    """The area of each organisation that a cross-validation leaves out whole.

    One's own code where no area is known: then it is left out alone.
    """
    parents = [
        read_parents(build, organisation_type, parent) for parent in FOLD_AREAS if parent != organisation_type
    ]
    return tuple(next((known[code] for known in parents if code in known), code) for code in organisations)
