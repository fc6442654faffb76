"""Each organisation's counts against the same months before the pandemic, by working day, with an interval."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from likeforlike.comparison.monthly_counts import MonthlyCounts
from likeforlike.comparison.panel import FloatArray, TextArray
from likeforlike.measures.working_days import count_working_days
from likeforlike.statistics.means import mean_interval_from_summary

# The first month of which the pandemic is a part: the months before it are those to go back to.
PANDEMIC = datetime.date(2020, 3, 1)
# Two months have a spread, but of hardly any use: Student's quantile is 12.7 for two and 4.3 for three.
LEAST_MONTHS = 3
# The share of patients that a figure is of changes by less than this where the same practices take part.
MOST_COVERAGE_CHANGE = 0.05
VACCINATIONS = (
    "No appointments table says which appointments were for Covid vaccination: those that practices booked in their "
    "own systems are counted, in 2021 and later, and had no counterpart before."
)


@dataclass(frozen=True)
class Before:
    """A window beside the equivalent months before the pandemic: (organisations,), NaN where `reason` says why."""

    organisations: tuple[str, ...]
    months: tuple[datetime.date, ...]
    baselines: tuple[datetime.date, ...]
    """The month that each is compared with."""
    monthly: FloatArray
    """Count by working day over the baseline's: (organisations, months); NaN where the two cannot be compared."""
    compared: NDArray[np.int64]
    """Months that could be compared."""
    ratio: FloatArray
    """Their geometric mean."""
    lower: FloatArray
    upper: FloatArray
    probability_below: FloatArray
    """That the level of which these months are a sample is below the earlier one."""
    reason: TextArray
    """'' where there is a ratio."""
    with_predecessors: NDArray[np.bool_]
    """Whether a baseline holds counts of organisations that it has followed since."""
    with_inferred: NDArray[np.bool_]
    """Whether one of these successions is inferred: no source states it."""
    coverage_known: NDArray[np.bool_]
    """Whether the share of patients was known, and alike, in all months compared. It is not known of most."""


def baseline_of(month: datetime.date, pandemic: datetime.date = PANDEMIC) -> datetime.date:
    """The last same month of a year that was before the pandemic."""
    year = pandemic.year if month.month < pandemic.month else pandemic.year - 1
    return month.replace(year=year)


def compare_with_before(
    counts: MonthlyCounts,
    organisations: Sequence[str],
    months: Sequence[datetime.date],
    *,
    pandemic: datetime.date = PANDEMIC,
    level: float = 0.95,
) -> Before:
    """The ratio of counts by working day to the same months before the pandemic, as the months vary about it.

    rᵢₜ = log(yᵢₜ/dₜ) − log(yᵢₛ/dₛ), y the counts and d the working days of a month and of its baseline; the ratio is
    exp of the mean of r with Student's interval over the months (Student 1908), and P(below) = F(−r̄√T/s), F his
    distribution with T − 1 degrees of freedom: the posterior of the mean with a flat prior (Box & Tiao 1973, section
    2.4). Chance in the counts plays no part by itself: it is a small share of what moves an appointment book, and
    intervals from it would be certain of nearly everybody. Months are taken as exchangeable: where a change came
    within the window, the interval is wide.

    Counts of organisations that have been followed by others go to their successors; where that cannot be done, or
    the share of patients behind the figure changed, a month is not compared. Fewer than three such months are no
    baseline, and the reason is given.

    Raises:
        ValueError: a month that is not before or not after the pandemic's first.
    """
    early = [month for month in months if month < pandemic]
    if early:
        raise ValueError(f"months holds {early[0]}: only months from {pandemic} on have a baseline before it")
    baselines = tuple(baseline_of(month, pandemic) for month in months)
    shape = (len(organisations), len(months))
    ratios = np.full(shape, np.nan)
    reasons = np.full(shape, "", dtype=object)
    predecessors, inferred, covered = (np.zeros(shape, dtype=bool) for _ in range(3))
    for column, (month, baseline) in enumerate(zip(months, baselines, strict=True)):
        days = count_working_days(baseline) / count_working_days(month)
        for row, code in enumerate(organisations):
            reason = _why_not(counts, month, baseline, code)
            forward = None if reason else counts.bring_forward(month, baseline, code)
            if forward is None or not forward.count:
                known = forward.reason if forward is not None else None
                reasons[row, column] = reason or known or "it was not there then"
                continue
            ratios[row, column] = counts.counts[month][code].count / forward.count * days
            predecessors[row, column] = bool(forward.predecessors)
            inferred[row, column] = forward.inferred
            covered[row, column] = code in counts.coverage.get(month, {}) and code in counts.coverage.get(
                baseline, {}
            )
    some = ~np.isnan(ratios)
    compared = some.sum(axis=1)
    enough = compared >= LEAST_MONTHS
    mean, spread = _summarise(np.where(enough[:, None], np.log(ratios), np.nan))
    interval = mean_interval_from_summary(mean, spread, compared, level)
    return Before(
        organisations=tuple(organisations),
        months=tuple(months),
        baselines=baselines,
        monthly=ratios,
        compared=compared,
        ratio=np.exp(mean),
        lower=np.exp(interval.lower),
        upper=np.exp(interval.upper),
        probability_below=_probability_below(mean, spread, compared),
        reason=np.array(
            [
                "" if one else _say_why(texts, int(number), len(months))
                for one, texts, number in zip(enough, reasons, compared, strict=True)
            ],
            dtype=object,
        ),
        with_predecessors=np.asarray(predecessors.any(axis=1)),
        with_inferred=np.asarray(inferred.any(axis=1)),
        coverage_known=enough & (covered | ~some).all(axis=1),
    )


def _why_not(counts: MonthlyCounts, month: datetime.date, baseline: datetime.date, code: str) -> str:
    """Why a month cannot be compared whatever came before it; '' where it may be."""
    now = counts.counts.get(month, {}).get(code)
    if now is None or not now.count:
        return "it has no figure in these months"
    if baseline not in counts.counts:
        return f"no file has figures of {baseline:%Y-%m}"
    share, then = (counts.coverage.get(one, {}).get(code) for one in (month, baseline))
    if share is not None and then is not None and abs(share - then) > MOST_COVERAGE_CHANGE:
        return f"the figures are of {then:.0%} of its patients then and of {share:.0%} now"
    return ""


def _say_why(reasons: TextArray, compared: int, months: int) -> str:
    """The reason of most months, and how many could be compared all the same."""
    given = [text for text in reasons if text]
    # Of two that are as frequent the earlier: the same input says the same.
    most = max(given, key=given.count) if given else f"the window has {months} months"
    return f"no comparable baseline: {most} ({compared} of {months} months compared, {LEAST_MONTHS} needed)"


def _summarise(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation over the months that there are; NaN where there are none."""
    some = ~np.isnan(values)
    number = np.where(some.any(axis=1), some.sum(axis=1), np.nan)
    mean = np.nansum(values, axis=1) / number
    squares = np.where(some, (values - mean[:, None]) ** 2, 0.0).sum(axis=1)
    return mean, np.sqrt(squares / (number - 1))


def _probability_below(mean: FloatArray, spread: FloatArray, compared: NDArray[np.int64]) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        t = -mean * np.sqrt(compared) / spread
    # Months that are all alike leave no doubt, unless they are all as before.
    t = np.where((spread == 0) & (mean == 0), 0.0, t)
    return np.asarray(special.stdtr(np.where(compared > 1, compared - 1, np.nan), t))
