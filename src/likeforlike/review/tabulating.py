"""A review as rows: organisations, their effects and months, gates, other runs and snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from scipy.special import expit, logit

from likeforlike.catalogue import Catalogue
from likeforlike.comparison.panel import FloatArray, Panel, is_share
from likeforlike.comparison.states import State, beyond, state_of
from likeforlike.review.gates import Gate, Stopped
from likeforlike.review.listing import Category, snapshot
from likeforlike.review.models import Fitted, IndicatorModel
from likeforlike.review.run import Review
from likeforlike.review.sensitivity import Dimension
from likeforlike.review.tables import Row
from likeforlike.statistics.intervals import byar_interval, wilson_interval
from likeforlike.statistics.rank_probabilities import rank_intervals

Rows = list[Row]
INTERVAL = (0.025, 0.975)
DRIVERS = 2


def tabulate_organisations(review: Review) -> Rows:
    """One row for each organisation of the area."""
    listing, evidence = review.listing, review.evidence
    composite = _composite_quantiles(review)
    drivers = _drivers(review)
    order = np.argsort(-np.where(listing.listed, listing.probability, -1.0), kind="stable")
    place = {int(row): number + 1 for number, row in enumerate(order[: int(listing.listed.sum())])}
    sets = _spread_sets(review)
    gates = _gates_of_organisations(review)
    rows: Rows = []
    for row, organisation in enumerate(review.members):
        code = evidence.organisations[organisation]
        assessed = bool(listing.assessed[row])
        rows.append(
            {
                "organisation": code,
                "name": evidence.names[code],
                "patients": newest_list(evidence.list_sizes, int(organisation)),
                "assessed": assessed,
                "not_assessed": None if assessed else gates.get(code, ""),
                "weight_present": review.present[row],
                "category": listing.categories[row].value,
                "probability": listing.probability[row],
                "rank": listing.ranks.expected[row],
                "rank_lower": listing.ranks.lower[row],
                "rank_upper": listing.ranks.upper[row],
                **sets[row],
                "composite": listing.composite[row],
                "composite_lower": composite[0, row],
                "composite_upper": composite[1, row],
                "listed": bool(listing.listed[row]),
                "place": place.get(row),
                "core": bool(review.core[row]) if listing.listed[row] else None,
                "drivers": ",".join(drivers[row]) if assessed else None,
            }
        )
    return rows


def _composite_quantiles(review: Review) -> FloatArray:
    bounds = np.full((2, review.units.shape[1]), np.nan)
    some = review.listing.assessed
    if some.any():
        bounds[:, some] = np.quantile(review.units[:, some] @ review.weights, INTERVAL, axis=0)
    return bounds


def _drivers(review: Review) -> list[list[str]]:
    """The indicators that pull each organisation's composite down most; none where all lie at or above 0."""
    pull = np.median(review.units, axis=0) * review.weights
    names = [model.indicator.id for model in review.models]
    drivers = []
    for row, passed in zip(pull, review.passed, strict=True):
        down = [k for k in np.argsort(row, kind="stable") if passed[k] and row[k] < 0]
        drivers.append([names[k] for k in down[:DRIVERS]])
    return drivers


def _spread_sets(review: Review) -> list[dict[str, Any]]:
    blank = dict.fromkeys(("may_be_last_fifth", "must_be_last_fifth", "set_lower", "set_upper"))
    rows: list[dict[str, Any]] = [dict(blank) for _ in review.listing.assessed]
    if review.sets is None or review.places is None:
        return rows
    for number, row in enumerate(np.flatnonzero(review.listing.assessed)):
        rows[row] = {
            "may_be_last_fifth": bool(review.places.may[number]),
            "must_be_last_fifth": bool(review.places.must[number]),
            "set_lower": int(review.sets.lower[number]),
            "set_upper": int(review.sets.upper[number]),
        }
    return rows


def _gates_of_organisations(review: Review) -> dict[str, str]:
    gates: dict[str, list[str]] = {}
    for one in review.stopped:
        gates.setdefault(one.organisation, []).append(one.gate.value)
    return {code: ",".join(dict.fromkeys(its)) for code, its in gates.items()}


def newest_list(lists: Panel | None, organisation: int) -> int | None:
    """The newest size of an organisation's list, or None."""
    if lists is None:
        return None
    known = np.flatnonzero(~np.isnan(lists.numerator[organisation]))
    return int(lists.numerator[organisation, known[-1]]) if known.size else None


def tabulate_effects(review: Review) -> Rows:
    """One row for each organisation and indicator."""
    rows: Rows = []
    gates: dict[tuple[str, str], list[str]] = {}
    for one in review.stopped:
        for model in review.models if one.indicator is None else ():
            gates.setdefault((one.organisation, model.indicator.id), []).append(one.gate.value)
        if one.indicator is not None:
            gates.setdefault((one.organisation, one.indicator), []).append(one.gate.value)
    for column, model in enumerate(review.models):
        units = review.units[:, :, column]
        worse, better = beyond(units)
        lower, middle, upper = np.quantile(units, (INTERVAL[0], 0.5, INTERVAL[1]), axis=0)
        passed = review.passed[:, column]
        ranks = np.full((2, passed.size), np.nan)
        if passed.sum() > 1:
            between = rank_intervals(units[:, passed], best="highest")
            ranks[:, passed] = between.lower, between.upper
        observed = _observed(model, review.members)
        for row, organisation in enumerate(review.members):
            code = review.evidence.organisations[organisation]
            counts = passed[row]
            state = state_of(worse[row], better[row]) if counts else State.NOT_ASSESSED
            rows.append(
                {
                    "organisation": code,
                    "indicator": model.indicator.id,
                    "months": int(review.measured.months[row, column]),
                    **{name: values[row] for name, values in observed.items()},
                    "passed": bool(counts),
                    "gates": ",".join(gates.get((code, model.indicator.id), ())) or None,
                    "effect": middle[row] if counts else None,
                    "effect_lower": lower[row] if counts else None,
                    "effect_upper": upper[row] if counts else None,
                    "state": state.value,
                    "probability_worse": worse[row] if counts else None,
                    "probability_better": better[row] if counts else None,
                    "rank_lower": ranks[0, row],
                    "rank_upper": ranks[1, row],
                    "reliability": review.measured.reliability[row, column] if counts else None,
                }
            )
    return rows


def _observed(model: IndicatorModel, members: np.ndarray) -> dict[str, FloatArray]:
    """Value, its sampling interval and what is expected, over the window's comparable months, in the unit."""
    panel, fitted = model.panel, next(iter(model.under.values()))
    y, n, e = (
        array[members][:, model.months] for array in (panel.numerator, panel.denominator, fitted.expected)
    )
    seen = ~np.isnan(y) & ~np.isnan(n)
    events, trials = np.where(seen, y, 0.0).sum(axis=1), np.where(seen, n, 0.0).sum(axis=1)
    some = trials > 0
    value, lower, upper = (np.full(members.size, np.nan) for _ in range(3))
    multiplier = panel.indicator.multiplier
    value[some] = events[some] / trials[some] * multiplier
    if is_share(panel.indicator):
        interval = wilson_interval(events[some], trials[some])
        lower[some], upper[some] = interval.lower * multiplier, interval.upper * multiplier
    else:
        interval = byar_interval(events[some])
        scale = multiplier / trials[some]
        lower[some], upper[some] = interval.lower * scale, interval.upper * scale
    return {
        "value": value,
        "value_lower": lower,
        "value_upper": upper,
        "expected": _expected(model, fitted, n, e, seen),
    }


def _expected(
    model: IndicatorModel, fitted: Fitted, n: FloatArray, e: FloatArray, seen: np.ndarray
) -> FloatArray:
    """Where the distance is 0 on average over an organisation's months."""
    usable = seen & ~np.isnan(e) & (n > 0)
    link = _link_of_typical(model, fitted.yardstick.period_means[model.months], n, e)
    with np.errstate(invalid="ignore"):
        mean = np.where(usable, link, 0.0).sum(axis=1) / usable.sum(axis=1)
    return _in_unit(model, mean)


def _link_of_typical(model: IndicatorModel, means: FloatArray, n: FloatArray, e: FloatArray) -> FloatArray:
    """Where the distance is 0 in each month: what is expected of the population, moved by the month's mean."""
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = e / n
        link = logit(rate) if is_share(model.indicator) else np.log(rate)
    return np.asarray(link + np.where(np.isnan(means), 0.0, means))


def _in_unit(model: IndicatorModel, link: FloatArray) -> FloatArray:
    natural = expit(link) if is_share(model.indicator) else np.exp(link)
    return np.asarray(natural * model.indicator.multiplier)


def tabulate_months(review: Review) -> Rows:
    """One row for each organisation, indicator and month of the window that anybody has a figure for."""
    rows: Rows = []
    plan, members = review.plan, review.members
    for model in review.models:
        panel, fitted = model.panel, next(iter(model.under.values()))
        multiplier = model.indicator.multiplier
        for column, month in enumerate(panel.months):
            if (
                not plan.window.first <= month <= plan.window.last
                or np.isnan(panel.numerator[:, column]).all()
            ):
                continue
            y, n = panel.numerator[members, column], panel.denominator[members, column]
            with np.errstate(invalid="ignore", divide="ignore"):
                values = y / n * multiplier
            means = fitted.yardstick.period_means[[column]]
            link = _link_of_typical(model, means, n[:, None], fitted.expected[members, column][:, None])
            expected = _in_unit(model, link[:, 0])
            median = float(np.nanmedian(values)) if not np.isnan(values).all() else None
            for row, organisation in enumerate(members):
                rows.append(
                    {
                        "organisation": review.evidence.organisations[organisation],
                        "indicator": model.indicator.id,
                        "month": month,
                        "numerator": y[row],
                        "denominator": n[row],
                        "value": values[row],
                        "expected": expected[row],
                        "area_median": median,
                        "withheld": panel.withheld[organisation, column] or None,
                        "compared": model.months.start <= column < model.months.stop,
                    }
                )
    return sorted(rows, key=lambda one: (one["organisation"], one["indicator"], one["month"]))


def tabulate_gates(review: Review, catalogue: Catalogue) -> Rows:
    """One row for each gate that stopped an organisation; its detail is in words."""
    return [
        {
            "organisation": one.organisation,
            "indicator": one.indicator,
            "gate": one.gate.value,
            "detail": _detail(one, catalogue) or None,
        }
        for one in sorted(
            review.stopped, key=lambda one: (one.organisation, one.indicator or "", one.gate.value)
        )
    ]


def _detail(one: Stopped, catalogue: Catalogue) -> str:
    if one.gate is Gate.MONTHS_MISSING:
        reasons = {reason.id: reason.title for reason in catalogue.methods.reasons}
        return reasons.get(one.detail, "no file mentions it")
    if one.gate is Gate.FAILED_CHECK and one.indicator is not None:
        titles = {gate.id: gate.title for gate in catalogue.indicator(one.indicator).quality_gates}
        return titles[one.detail]
    return one.detail


def tabulate_sensitivity(review: Review) -> Rows:
    """Of each organisation: in how many runs of each dimension it is listed."""
    rows: Rows = []
    for dimension in Dimension:
        its = [run.listed for run in review.runs if run.dimension is dimension]
        if not its:
            continue
        counts = np.sum(its, axis=0)
        rows += [
            {
                "organisation": review.evidence.organisations[organisation],
                "dimension": dimension.value,
                "runs": len(its),
                "listed": int(counts[row]),
            }
            for row, organisation in enumerate(review.members)
        ]
    return sorted(rows, key=lambda one: one["organisation"])


def tabulate_runs(review: Review) -> Rows:
    """Of each other run: how many it lists, and how many of the plan's it keeps."""
    base = review.listing.listed
    return [
        {
            "dimension": run.dimension.value,
            "run": run.label,
            "listed": int(run.listed.sum()),
            "kept": int((run.listed & base).sum()),
            "added": int((run.listed & ~base).sum()),
        }
        for run in review.runs
    ]


def tabulate_snapshots(review: Review) -> tuple[Rows, Rows]:
    """Whom 'the last 20% by raw value' of each month would have named: by month, and by organisation."""
    named = dict(_snapshots(review))
    months = sorted(named)
    by_month: Rows = []
    for month, after in zip(months, [*months[1:], None], strict=True):
        its, _ = named[month]
        by_month.append(
            {
                "month": month,
                "organisations": named[month][1],
                "named": int(its.sum()),
                "on_list": int((its & review.listing.listed).sum()),
                "named_also_next_month": int((its & named[after][0]).sum()) if after else None,
            }
        )
    times = np.sum([named[month][0] for month in months], axis=0) if months else np.zeros(0)
    return by_month, [
        {
            "organisation": review.evidence.organisations[organisation],
            "months": len(months),
            "named": int(times[row]),
            "named_last": bool(named[months[-1]][0][row]) if months else None,
        }
        for row, organisation in enumerate(review.members)
    ]


def _snapshots(review: Review) -> Iterator[tuple[Any, tuple[np.ndarray, int]]]:
    members = review.members
    polarity = np.sign(review.scaling.scales)
    months = sorted({month for model in review.models for month in model.panel.months})
    for month in months:
        if not review.plan.window.first <= month <= review.plan.window.last:
            continue
        values = np.full((members.size, len(review.models)), np.nan)
        for column, model in enumerate(review.models):
            if month in model.panel.months:
                place = model.panel.months.index(month)
                with np.errstate(invalid="ignore", divide="ignore"):
                    values[:, column] = (
                        model.panel.numerator[members, place] / model.panel.denominator[members, place]
                    )
        some = int((~np.isnan(values)).any(axis=1).sum())
        if some:
            yield month, (snapshot(values, polarity, review.weights), some)


def count_categories(review: Review) -> Mapping[str, int]:
    """How many organisations are in each category."""
    return {
        category.value: sum(one is category for one in review.listing.categories) for category in Category
    }
