"""Where every organisation of a kind stands on one indicator: prediction, state, and position as a range."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pyarrow
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import norm

from likeforlike.catalogue import Catalogue, Indicator, Kind
from likeforlike.catalogue.indicators import PUBLISHED_KINDS, Polarity
from likeforlike.comparison.effects import (
    Yardstick,
    fit_yardstick,
    pooled_expected,
    predict_effects,
    prior_variance,
)
from likeforlike.comparison.expected import ExpectedFit, fit_expected
from likeforlike.comparison.panel import FloatArray, Panel, is_share, read_panel
from likeforlike.comparison.populations import fold_areas, read_covariates
from likeforlike.comparison.worth import Worth, indicator_worth
from likeforlike.errors import NoModelError
from likeforlike.measures.build import Build
from likeforlike.measures.reading import read_observations
from likeforlike.statistics.drift import LEAST_PERIODS
from likeforlike.statistics.rank_probabilities import rank_intervals

WINDOW = 12
DRAWS = 2000
SEED = 20210814
# Fewer organisations have no spread that could be estimated.
FEWEST = 10
# Kinds that are seen on the logit or the log scale.
PREDICTED = (Kind.PROPORTION, Kind.RATE)


class Unranked(StrEnum):
    """Why an indicator has no states and no positions for a kind of organisation."""

    QUOTED = "quoted"
    """A rating or score as published: quoted, never averaged."""
    NO_DIRECTION = "no direction"
    """No direction of it is good."""
    NOT_COUNTED = "not counted"
    """Not a share or rate of events: chance and drift have no model."""
    FEW_PERIODS = "few periods"
    FEW_ORGANISATIONS = "few organisations"
    OVERLAPPING = "overlapping"
    """Its periods overlap: the same events would be counted again and again."""
    NOBODY_DIFFERS = "nobody differs"


@dataclass(frozen=True)
class Standings:
    """All organisations of a kind on one indicator over its newest window: (n,) each, NaN without a figure."""

    indicator: Indicator
    panel: Panel
    """Its periods, all of one length; the window is `months` of them."""
    months: slice
    breaks: tuple[str, ...]
    """Known breaks that shortened the window."""
    numerator: FloatArray
    """Over the window, like the denominator."""
    denominator: FloatArray
    value: FloatArray
    """In the indicator's unit."""
    expected: FloatArray
    """What the typical organisation with a population like its own had in these months, in the indicator's unit."""
    lower: FloatArray
    """Of the 95% prediction for the next window, in the indicator's unit."""
    upper: FloatArray
    mean: FloatArray
    """Of the prediction, in units of the smallest difference that matters; 0 is expected, higher is better."""
    deviation: FloatArray
    better: FloatArray
    """P(better than expected by more than the smallest difference), likewise worse."""
    worse: FloatArray
    fit: ExpectedFit | None
    yardstick: Yardstick
    worth: Worth


@dataclass(frozen=True)
class Positions:
    """Positions among peers, 1 being best: never without the interval."""

    lower: FloatArray
    upper: FloatArray
    peers: NDArray[np.int64]
    """How many are placed among them."""


def stand(
    build: Build, catalogue: Catalogue, indicator: Indicator, organisation_type: str
) -> Standings | Unranked:
    """Predict the next window of every organisation from the newest comparable one (see the methods, sections 3 to 5).

    What is expected comes from the indicator's model on the population, fitted to all organisations, or, without one,
    is what all have together. Variance components come from every period there is. The window is the newest twelve
    periods, cut at the last known change of recording.

    Raises:
        NotFoundError: no figures for this kind of organisation.
    """
    reason = _cannot_judge(indicator)
    if reason:
        return reason
    if _overlap(read_observations(build, indicator.id, organisation_type=organisation_type)):
        return Unranked.OVERLAPPING
    panel = _periods_only(read_panel(build, indicator, organisation_type))
    months, breaks = _newest_window(panel, catalogue)
    reason = _cannot_fit(panel, months)
    if reason:
        return reason
    fit = _fit_model(build, panel, indicator, organisation_type)
    expected = fit.expected if fit else pooled_expected(panel)
    yardstick = fit_yardstick(panel, expected)
    ahead = months.stop - months.start
    if prior_variance(yardstick.components, ahead) <= 0:
        return Unranked.NOBODY_DIFFERS
    return _describe(panel, months, breaks, expected, fit, yardstick)


def place_among(standings: Standings, groups: Sequence[str | None]) -> Positions:
    """The positions of all within their groups of peers, from joint draws of the predictions; `None` has none.

    A position is a rank within each draw, summarised by its central 95% interval (Goldstein & Spiegelhalter 1996).
    """
    n = len(standings.panel.organisations)
    lower, upper = np.full(n, np.nan), np.full(n, np.nan)
    peers = np.zeros(n, dtype=np.int64)
    known = ~np.isnan(standings.mean)
    labels = np.array([group or "" for group in groups], dtype=object)
    # One stream for each group, so that who is in another changes nothing.
    for group in sorted(set(labels[known]) - {""}):
        its = np.flatnonzero(known & (labels == group))
        random = np.random.default_rng([SEED, *group.encode()])
        drawn = standings.mean[its] + standings.deviation[its] * random.standard_normal((DRAWS, its.size))
        ranks = rank_intervals(drawn, best="highest")
        lower[its], upper[its], peers[its] = ranks.lower, ranks.upper, its.size
    return Positions(lower, upper, peers)


def _cannot_judge(indicator: Indicator) -> Unranked | None:
    if indicator.kind in PUBLISHED_KINDS:
        return Unranked.QUOTED
    if indicator.polarity is Polarity.NO_JUDGEMENT or indicator.smallest_difference is None:
        return Unranked.NO_DIRECTION
    if indicator.kind not in PREDICTED:
        return Unranked.NOT_COUNTED
    return None


def _overlap(observed: pyarrow.Table) -> bool:
    """Whether a period begins before another has ended: years that are printed every quarter, say."""
    periods = sorted(
        set(zip(observed["period_start"].to_pylist(), observed["period_end"].to_pylist(), strict=True))
    )
    return any(later[0] <= earlier[1] for earlier, later in itertools.pairwise(periods))


def _periods_only(panel: Panel) -> Panel:
    """Without the columns in which nobody has a figure, where periods are quarters or years."""
    some = ~np.isnan(panel.numerator).all(axis=0)
    kept = np.flatnonzero(some)
    gaps = np.diff(kept)
    if gaps.size == 0 or np.median(gaps) == 1:
        # Months: one that is missing for all stays a gap.
        return panel
    return replace(
        panel,
        months=tuple(panel.months[place] for place in kept),
        numerator=panel.numerator[:, kept],
        denominator=panel.denominator[:, kept],
        withheld=panel.withheld[:, kept],
    )


def _newest_window(panel: Panel, catalogue: Catalogue) -> tuple[slice, tuple[str, ...]]:
    last = int(np.flatnonzero(~np.isnan(panel.numerator).all(axis=0)).max(initial=0))
    first = max(last + 1 - WINDOW, 0)
    cutting = [
        one
        for one in catalogue.known_breaks
        if panel.indicator.id in one.indicators and panel.months[first] < one.month <= panel.months[last]
    ]
    if cutting:
        newest = max(one.month for one in cutting)
        first = next(place for place, month in enumerate(panel.months) if month >= newest)
    return slice(first, last + 1), tuple(one.id for one in cutting)


def _cannot_fit(panel: Panel, months: slice) -> Unranked | None:
    seen = ~np.isnan(panel.numerator)
    if (seen.any(axis=0)).sum() < LEAST_PERIODS:
        return Unranked.FEW_PERIODS
    if seen[:, months].any(axis=1).sum() < FEWEST:
        return Unranked.FEW_ORGANISATIONS
    return None


def _fit_model(
    build: Build, panel: Panel, indicator: Indicator, organisation_type: str
) -> ExpectedFit | None:
    """The indicator's own model; none where it has none, or too few organisations have a known population."""
    if indicator.expected_model is None:
        return None
    covariates = read_covariates(
        build,
        indicator.expected_model.covariates,
        organisation_type,
        panel.organisations,
        panel.months[-1],
    )
    try:
        return fit_expected(panel, covariates, fold_areas(build, organisation_type, panel.organisations))
    except NoModelError:
        return None


def _describe(
    panel: Panel,
    months: slice,
    breaks: tuple[str, ...],
    expected: FloatArray,
    fit: ExpectedFit | None,
    yardstick: Yardstick,
) -> Standings:
    indicator, ahead = panel.indicator, months.stop - months.start
    effects = predict_effects(panel, expected, yardstick, months, ahead)
    seen = ~np.isnan(panel.numerator[:, months]) & ~np.isnan(expected[:, months])
    numerator, denominator, due = (
        np.where(seen, part[:, months], 0.0).sum(axis=1)
        for part in (panel.numerator, panel.denominator, expected)
    )
    some = seen.any(axis=1) & (denominator > 0)
    share = is_share(indicator)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(some, due / denominator, np.nan)
        link = logit(rate) if share else np.log(rate)
        half = norm.ppf(0.975) * np.sqrt(effects.variance)
        level = float(np.nanmean(yardstick.period_means[months]))
        # What is expected is the typical organisation, from which effects are counted: where a few large ones differ,
        # all of them together are not typical.
        lower, typical, upper = (
            (expit if share else np.exp)(link + level + side * (effects.mean + sign * half))
            for side, sign in ((1, -1), (0, 0), (1, 1))
        )
    unit = (1 if indicator.polarity is Polarity.HIGHER_IS_BETTER else -1) * (
        indicator.multiplier / float(indicator.smallest_difference or np.nan)
    )
    drawn = norm.ppf((np.arange(DRAWS) + 0.5) / DRAWS)[:, None]
    units = (
        _natural(effects.mean + np.sqrt(effects.variance) * drawn, yardstick.level, share) - yardstick.level
    ) * unit
    return Standings(
        indicator=indicator,
        panel=panel,
        months=months,
        breaks=breaks,
        numerator=np.where(some, numerator, np.nan),
        denominator=np.where(some, denominator, np.nan),
        value=np.where(some, numerator / np.where(some, denominator, 1.0), np.nan) * indicator.multiplier,
        expected=typical * indicator.multiplier,
        lower=lower * indicator.multiplier,
        upper=upper * indicator.multiplier,
        mean=units.mean(axis=0),
        deviation=units.std(axis=0),
        better=_share_of(units >= 1, units),
        worse=_share_of(units <= -1, units),
        fit=fit,
        yardstick=yardstick,
        worth=indicator_worth(panel, expected, yardstick, months),
    )


def _natural(effects: FloatArray, level: float, share: bool) -> FloatArray:
    """Effects about the typical organisation's share or rate, as shares or rates."""
    return np.asarray(expit(logit(level) + effects) if share else level * np.exp(effects))


def _share_of(beyond: NDArray[np.bool_], units: FloatArray) -> FloatArray:
    return np.where(np.isnan(units[0]), np.nan, beyond.mean(axis=0))


def window_of(standings: Standings) -> tuple[datetime.date, datetime.date, int]:
    """First day of the window, first day of its last period, and how many periods it has."""
    months = standings.panel.months[standings.months]
    return months[0], months[-1], len(months)
