"""Why an organisation lies where it does: its gap to the reference as parts that go with groups of covariates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from likeforlike.comparison.expected import (
    LEAST_ORGANISATIONS_PER_COVARIATE,
    Covariates,
    ExpectedFit,
    fit_expected,
)
from likeforlike.comparison.panel import FloatArray, Panel, is_share, link_values
from likeforlike.errors import NoModelError
from likeforlike.statistics.decomposition import GapDecomposition, decompose_gap

BoolArray = NDArray[np.bool_]

# Below this on the link scale a chord cannot be told from the tangent.
_NO_GAP = 1e-6
# A covariate is predicted from at most half as many others as there are organisations to learn that from.
_TEACHERS_PER_COVARIATE = 2


@dataclass(frozen=True)
class Explained:
    """Each organisation's gap to the reference in parts; their columns are the groups, in order, and then the rest.

    Parts add up to the gap where those that are not known (NaN) are left out: the rest holds what they would have
    explained. `known` (organisations, groups) says which are. An organisation without a figure has NaN everywhere.
    """

    groups: tuple[str, ...]
    known: BoolArray
    link: GapDecomposition
    """On the link scale (log or logit)."""
    unit: GapDecomposition
    """In the indicator's unit."""
    gap: FloatArray
    """The organisation's value less the reference's, in the unit: (organisations,)."""
    reference: FloatArray
    """All organisations together over the months in which this one has figures, in the unit: (organisations,)."""
    left_out: tuple[tuple[str, str], ...]
    """Groups, and covariates as 'group: covariate', that are in nobody's parts, each with the reason."""
    fit: ExpectedFit
    """The full model, with its quality out of fold."""


def explain_gaps(
    panel: Panel,
    groups: Mapping[str, Covariates],
    areas: Sequence[str],
    months: slice,
    *,
    level: float = 0.95,
) -> Explained:
    """Split gapᵢ = Σ_g β_g′(xᵢ − x̄)_g + restᵢ with the coefficients of one full model over all organisations.

    The model is that of `fit_expected` over the window's `months`, on the covariates of every group; x̄ is the mean of
    those that know a covariate, each weighed by its denominator, so that the reference is all of them together. The
    parts are Oaxaca–Blinder's with pooled coefficients (Jann 2008, eqs 5 and 10), their intervals the delta method's
    on errors clustered by organisation. They *go with* the covariates and are not caused by them.

    An organisation of which a group is not known (no staff figures, no local data) has no part for it. So that it
    informs the other coefficients all the same, the fit sees what those that know the group would lead one to
    expect of it (conditional means: Buck 1960; Little 1992, section 4.2: consistent where figures are missing for
    reasons other than the outcome). Thus a group that only one area knows meets coefficients of all organisations.
    The intervals take these means as given. A covariate that too few know to carry its group (ten organisations for
    each covariate), a group of such covariates, and one that repeats the groups before it are left out, with the
    reason.

    On the way to the unit each part keeps its share of the gap: it is multiplied by the slope of the chord from the
    reference to the organisation.

    Raises:
        NoModelError: too few organisations have figures and known covariates, or no group can be used.
    """
    window = panel.between(panel.months[months][0], panel.months[months][-1])
    seen = ~np.isnan(window.numerator) & (window.denominator > 0)
    here = np.asarray(seen.any(axis=1))
    groups, too_few = _without_unknown(groups, here)
    known = np.column_stack([~np.isnan(one.values).any(axis=1) for one in groups.values()])
    used, left_out = _choose(groups, known, here)
    left_out = (*too_few, *left_out)
    if not used:
        raise NoModelError(
            f"{panel.indicator.id}: no group of covariates can explain it: "
            f"{'; '.join(f'{name}: {reason}' for name, reason in left_out)}.",
            next_step="Add the files that describe the populations of more organisations.",
        )
    names = list(groups)
    places = np.array([names.index(name) for name in used])
    columns = np.repeat(np.arange(len(used)), [len(groups[name].names) for name in used])
    raw = np.column_stack([groups[name].values for name in used])
    has = known[:, places][:, columns]
    complete = _fill_in(np.where(has, raw, np.nan), has, columns, here)
    fit = fit_expected(
        window,
        Covariates(tuple(name for one in used for name in groups[one].names), complete),
        areas,
    )
    spread = np.array([one.spread for one in fit.coefficients])
    size = np.where(seen, window.denominator, 0.0).sum(axis=1)
    weight = has * size[:, None]
    centre = np.where(has, weight * complete, 0.0).sum(axis=0) / weight.sum(axis=0)
    gap = _gaps(window, seen)
    # Whoever does not know a group stands at the reference in it: no part, and nothing in the rest's error.
    link = decompose_gap(
        gap.link,
        gap.variance,
        np.where(has, (complete - centre) / spread, 0.0),
        np.zeros(raw.shape[1]),
        [one.estimate for one in fit.coefficients],
        fit.covariance,
        columns,
        level=level,
    )
    shown = np.zeros(known.shape, dtype=bool)
    shown[:, places] = known[:, places] & here[:, None]
    link = GapDecomposition(*(_spread_out(array, places, shown) for array in link))
    return Explained(
        groups=tuple(names),
        known=shown,
        link=link,
        unit=_in_unit(link, gap.slope * panel.indicator.multiplier, gap.value * panel.indicator.multiplier),
        gap=gap.value * panel.indicator.multiplier,
        reference=gap.reference * panel.indicator.multiplier,
        left_out=left_out,
        fit=fit,
    )


def _without_unknown(
    groups: Mapping[str, Covariates], here: BoolArray
) -> tuple[dict[str, Covariates], tuple[tuple[str, str], ...]]:
    """The groups without the covariates that hardly anybody knows, unless that is all of them."""
    kept: dict[str, Covariates] = {}
    left_out: list[tuple[str, str]] = []
    for name, one in groups.items():
        least = LEAST_ORGANISATIONS_PER_COVARIATE * len(one.names)
        counts = (~np.isnan(one.values[here])).sum(axis=0)
        enough = counts >= least if (counts >= least).any() else np.ones(len(one.names), dtype=bool)
        kept[name] = Covariates(
            tuple(covariate for covariate, some in zip(one.names, enough, strict=True) if some),
            one.values[:, enough],
        )
        left_out += [
            (f"{name}: {covariate}", f"known of {count} organisations, {least} are needed")
            for covariate, count, some in zip(one.names, counts, enough, strict=True)
            if not some
        ]
    return kept, tuple(left_out)


def _choose(
    groups: Mapping[str, Covariates], known: BoolArray, here: BoolArray
) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    """The groups that the model can hold, in order, and why it cannot hold the others."""
    used: list[str] = []
    left_out: list[tuple[str, str]] = []
    for place, (name, one) in enumerate(groups.items()):
        theirs = known[:, place] & here
        least = LEAST_ORGANISATIONS_PER_COVARIATE * len(one.names)
        if theirs.sum() < least:
            left_out.append((name, f"known of {int(theirs.sum())} organisations, {least} are needed"))
            continue
        together = theirs & known[:, [list(groups).index(other) for other in used]].all(axis=1)
        earlier = np.column_stack([np.ones(known.shape[0]), *(groups[other].values for other in used)])
        if together.sum() >= earlier.shape[1] + len(one.names) and not _adds(
            earlier[together], one.values[together]
        ):
            left_out.append((name, "a covariate of it follows from the others exactly, or never varies"))
            continue
        used.append(name)
    return used, tuple(left_out)


def _adds(earlier: FloatArray, values: FloatArray) -> bool:
    """Whether every new column says something that the earlier ones, a constant among them, do not."""
    both = np.column_stack([earlier, values])
    size = np.abs(both).max(axis=0)
    return bool(np.linalg.matrix_rank(both / np.where(size > 0, size, 1.0)) == both.shape[1])


def _fill_in(values: FloatArray, has: BoolArray, group: NDArray[np.int64], here: BoolArray) -> FloatArray:
    """What is not known, as its regression on what is known of the same organisation leads one to expect.

    Where too few know a group and all of these together, the last groups are not used for it. An organisation of
    which nothing is known keeps its gaps.
    """
    filled = values.copy()
    patterns, which = np.unique(has, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        if not pattern.any():
            continue
        its = np.flatnonzero(which == number)
        for missing in np.unique(group[~pattern]):
            wanted = group == missing
            by = pattern.copy()
            while True:
                teachers = here & has[:, wanted].all(axis=1) & has[:, by].all(axis=1)
                if not by.any() or teachers.sum() >= _TEACHERS_PER_COVARIATE * (by.sum() + 1):
                    break
                by &= group < group[by].max()
            design = np.column_stack([np.ones(here.size), values[:, by]])
            slopes = np.linalg.lstsq(design[teachers], values[np.ix_(teachers, wanted)], rcond=None)[0]
            filled[np.ix_(its, wanted)] = design[its] @ slopes
    return filled


@dataclass(frozen=True)
class _Gaps:
    """Distances from the reference over a window: (organisations,), NaN without figures."""

    link: FloatArray
    variance: FloatArray
    value: FloatArray
    reference: FloatArray
    slope: FloatArray
    """Of the chord from the reference to the organisation, value over link."""


def _gaps(window: Panel, seen: BoolArray) -> _Gaps:
    y, n = np.where(seen, window.numerator, 0.0), np.where(seen, window.denominator, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        of_month = y.sum(axis=0) / n.sum(axis=0)
        size = np.where(seen.any(axis=1), n.sum(axis=1), np.nan)
        reference = np.where(seen, n * of_month, 0.0).sum(axis=1) / size
        whole = replace(window, numerator=y.sum(axis=1)[:, None], denominator=size[:, None])
        link, variance = (array[:, 0] for array in link_values(whole, (reference * size)[:, None]))
        ratio = np.exp(link)
        if is_share(window.indicator):
            chord = reference * (1 - reference) * (ratio - 1) / (1 - reference + reference * ratio) / link
            tangent = reference * (1 - reference)
        else:
            chord, tangent = reference * (ratio - 1) / link, reference
    return _Gaps(
        link,
        variance * _month_to_month(window, of_month * window.denominator),
        y.sum(axis=1) / size - reference,
        reference,
        np.where(abs(link) > _NO_GAP, chord, tangent),
    )


def _month_to_month(window: Panel, expected: FloatArray) -> float:
    """How many times as much as by chance organisations vary about their own level from month to month, at least 1.

    χ² of the monthly distances from England about each organisation's mean, by degree of freedom. One month says
    nothing of it: then chance alone is allowed for.
    """
    values, variances = link_values(window, expected)
    some = ~np.isnan(values)
    weight = np.where(some, 1 / variances, 0.0)
    values = np.where(some, values, 0.0)
    degrees = (some.sum(axis=1) - 1).clip(0).sum()
    if degrees == 0:
        return 1.0
    with np.errstate(invalid="ignore"):
        own = (weight * values).sum(axis=1) / weight.sum(axis=1)
    squares = np.where(some, weight * (values - own[:, None]) ** 2, 0.0).sum()
    return max(1.0, float(squares / degrees))


def _spread_out(array: FloatArray, places: NDArray[np.int64], shown: BoolArray) -> FloatArray:
    """A column for every group, those left out included, and NaN where a group is not known."""
    every = np.full((shown.shape[0], shown.shape[1] + 1), np.nan)
    every[:, places] = array[:, :-1]
    every[:, :-1][~shown] = np.nan
    every[:, -1] = array[:, -1]
    return every


def _in_unit(link: GapDecomposition, slope: FloatArray, gap: FloatArray) -> GapDecomposition:
    """The parts in the indicator's unit; the rest also takes the half event by which the link's gap differs."""
    parts, errors, lower, upper = (array * slope[:, None] for array in link)
    change = gap - np.nansum(parts[:, :-1], axis=1) - parts[:, -1]
    for array in (parts, lower, upper):
        array[:, -1] += change
    return GapDecomposition(parts, errors, lower, upper)
