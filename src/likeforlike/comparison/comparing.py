"""Organisations of one area side by side on one indicator: value, sampling interval, edition, doubts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow

from likeforlike.catalogue import Catalogue, Indicator, Kind
from likeforlike.catalogue.indicators import PUBLISHED_KINDS
from likeforlike.comparison.areas import Area, list_members
from likeforlike.errors import NotFoundError
from likeforlike.measures.build import Build
from likeforlike.measures.lineage_reading import Closure, read_closures, read_members_on
from likeforlike.measures.reading import read_names, read_observations
from likeforlike.statistics.intervals import byar_interval, wilson_interval

# Kinds whose numerator is a count of events, of which chance makes more or fewer.
WITH_SAMPLING_INTERVAL = (Kind.PROPORTION, Kind.RATE, Kind.RATIO, Kind.COUNT)

Period = tuple[datetime.date, datetime.date]


@dataclass(frozen=True)
class Figure:
    """One organisation's observation: a value with its sampling interval, or the reason for none."""

    organisation: str
    name: str
    period: datetime.date
    period_end: datetime.date
    value: float | None
    level: str | None
    """Of an ordinal: the value's word."""
    lower: float | None
    upper: float | None
    reason: str | None
    numerator: float | None
    """Whole where its columns are counts, else an amount."""
    denominator: float | None
    expected: float | None
    failed_gates: tuple[str, ...]
    restricted: bool
    """Not everybody may see it."""
    coverage: float | None
    source: str | None
    editions: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """What is printed, and all that must be printed with it."""

    indicator: Indicator
    organisation_type: str
    area: Area
    period: datetime.date
    period_end: datetime.date
    working_days: int | None
    reference: Figure | None
    """England, where the data give it."""
    figures: tuple[Figure, ...]
    absent: tuple[str, ...]
    """Organisations of the area that the sources do not mention for this period."""
    closed: tuple[Closure, ...]
    """Organisations of the area that were no more by the end of this period: since when, and who followed."""
    placed: str
    """`as_it_is_now` or `as_it_was`: in the geography of which day organisations belong to the area."""
    level: float

    @property
    def is_standing(self) -> bool:
        """Whether figures stand until the next one, so that each organisation's is of a period of its own."""
        return self.indicator.kind in PUBLISHED_KINDS


def compare_organisations(
    build: Build,
    catalogue: Catalogue,
    indicator: Indicator,
    *,
    organisation_type: str,
    area: Area,
    period: datetime.date | None = None,
    as_it_was: bool = False,
    restricted: bool = False,
) -> Comparison:
    """The organisations of an area on one indicator in one period, in order of name. No ranks: one period.

    `period` is a month, in which the period begins. A score or a rating stands until the next one: of each
    organisation the newest by then is taken. `restricted` says that whoever asks may see what not everybody may.

    They are those that belong to the area as it is now; with `as_it_was` those that belonged to it on the last day
    of the period.

    Raises:
        NotFoundError: no figures of this kind of organisation, for this period or in this area.
    """
    observed = read_observations(
        build, indicator.id, organisation_type=organisation_type, restricted=restricted
    )
    if organisation_type not in indicator.organisation_types or not observed.num_rows:
        raise NotFoundError(
            f"'{indicator.id}' has no figures for {catalogue.organisation_type(organisation_type).plural}.",
            next_step=f"It is measured for: {', '.join(indicator.organisation_types)}.",
        )
    members = list_members(build, area, organisation_type)
    if as_it_was:
        members = _members_then(build, area, organisation_type, observed, period, indicator)
    if area.organisation_type not in catalogue.organisation_type(organisation_type).parents:
        raise NotFoundError(
            f"{catalogue.organisation_type(organisation_type).plural} do not belong to "
            f"{catalogue.organisation_type(area.organisation_type).title} as their area.",
            next_step="Name a larger area, for instance --area England.",
        )
    if not members:
        raise NotFoundError(
            f"no {catalogue.organisation_type(organisation_type).plural} are known in {area.name}.",
            next_step="Add the registered patients' practice map and build again.",
        )
    observed = observed.filter(pyarrow.compute.is_in(observed["organisation"], pyarrow.array(list(members))))
    start, end = _choose_period(observed, period, indicator)
    names = read_names(build)
    level = catalogue.methods.confidence_level.value
    closures = read_closures(build, organisation_type)
    rows = _drop_ended(_rows_of_period(observed, start, end, indicator), closures, end, indicator)
    figures = make_figures(indicator, rows, names, level)
    shown = {figure.organisation for figure in figures}
    closed = {
        code: closures[code]
        for code in members
        if code not in shown and code in closures and closures[code].day <= end
    }
    return Comparison(
        indicator=indicator,
        organisation_type=organisation_type,
        area=area,
        period=start,
        period_end=end,
        working_days=rows[0]["exposure"] if rows else None,
        reference=_england(build, indicator, (start, end), names, level, restricted=restricted),
        figures=tuple(sorted(figures, key=lambda figure: (figure.name, figure.organisation))),
        # Those that no file has placed here since have closed or moved, as far as the files tell.
        absent=tuple(
            code
            for code, seen in members.items()
            if code not in shown and code not in closed and seen >= start
        ),
        closed=tuple(closed.values()),
        placed="as_it_was" if as_it_was else "as_it_is_now",
        level=level,
    )


def last_day(month: datetime.date) -> datetime.date:
    """The last day of a month."""
    return (month.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)


def _members_then(
    build: Build,
    area: Area,
    organisation_type: str,
    observed: pyarrow.Table,
    period: datetime.date | None,
    indicator: Indicator,
) -> dict[str, datetime.date]:
    """Who belonged to the area on the last day of the period: code → that day."""
    day = last_day(period) if period else _choose_period(observed, None, indicator)[1]
    spells = read_members_on(build, area.organisation_type, area.code, organisation_type, day)
    if not spells:
        raise NotFoundError(
            f"no source says which {organisation_type} belonged to {area.name} on {day}.",
            next_step="Memberships over time are known of the practices of sub-ICBs and of networks; add epraccur, "
            "ePCN and the practice maps of those months, or leave out --as-it-was.",
        )
    return dict.fromkeys(sorted(spells), day)


def _choose_period(observed: pyarrow.Table, wanted: datetime.date | None, indicator: Indicator) -> Period:
    """The newest period with values, or the one that begins in the wanted month; of two the longer one."""
    periods = _periods(observed)
    if wanted is None and periods:
        with_value = observed.filter(pyarrow.compute.is_valid(observed["value"]))
        return max(_periods(with_value) or periods)
    its = [period for period in periods if wanted is not None and period[0].replace(day=1) == wanted]
    stands = wanted is not None and indicator.kind in PUBLISHED_KINDS
    if its and not (stands and all(first == last for first, last in its)):
        return max(its)
    if stands and wanted is not None and min(periods)[0] <= last_day(wanted):
        # What stands in a month was given on a day of it or before.
        return wanted, last_day(wanted)
    months = sorted({start.replace(day=1) for start, _ in periods})
    known = ", ".join(f"{month:%Y-%m}" for month in months[-24:]) or "none"
    raise NotFoundError(
        f"'{indicator.id}' has no figures here for {wanted:%Y-%m}."
        if wanted
        else "There are no figures here.",
        next_step=f"Months with figures: {known}.",
    )


def _periods(observed: pyarrow.Table) -> set[Period]:
    return set(zip(observed["period_start"].to_pylist(), observed["period_end"].to_pylist(), strict=True))


def _rows_of_period(
    observed: pyarrow.Table, start: datetime.date, end: datetime.date, indicator: Indicator
) -> list[dict[str, Any]]:
    """The observations of a period, one for each organisation."""
    rows: list[dict[str, Any]] = observed.to_pylist()
    if indicator.kind not in PUBLISHED_KINDS:
        return [row for row in rows if (row["period_start"], row["period_end"]) == (start, end)]
    standing: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row["period_start"], row["period_end"])):
        if row["period_start"] <= start or row["period_end"] <= end:
            standing[row["organisation"]] = row
    return list(standing.values())


def _drop_ended(
    rows: list[dict[str, Any]], closures: dict[str, Closure], end: datetime.date, indicator: Indicator
) -> list[dict[str, Any]]:
    """Without those who were no more by then, whose score or rating stands no longer."""
    if indicator.kind not in PUBLISHED_KINDS:
        return rows
    return [
        row for row in rows if row["organisation"] not in closures or closures[row["organisation"]].day > end
    ]


def _england(
    build: Build,
    indicator: Indicator,
    period: Period,
    names: dict[tuple[str, str], str],
    level: float,
    *,
    restricted: bool,
) -> Figure | None:
    observed = read_observations(build, indicator.id, organisation_type="england", restricted=restricted)
    rows = _rows_of_period(observed, *period, indicator)
    return next(iter(make_figures(indicator, rows, names, level)), None)


def make_figures(
    indicator: Indicator,
    rows: Sequence[dict[str, Any]],
    names: dict[tuple[str, str], str],
    level: float,
) -> list[Figure]:
    """Observations as figures: the interval is there where there is a value, never without.

    Of a score it is the publisher's; levels of an ordinal have none.
    """
    lower, upper = sampling_interval(indicator, rows, level)
    figures = []
    for place, row in enumerate(rows):
        kind, code = str(row["organisation_type"]), str(row["organisation"])
        gates = str(row["failed_gates"] or "").split(",")
        figures.append(
            Figure(
                organisation=code,
                name="England" if kind == "england" else names.get((kind, code), code),
                period=row["period_start"],
                period_end=row["period_end"],
                value=row["value"],
                level=_level(indicator, row["value"]),
                lower=None if np.isnan(lower[place]) else float(lower[place]),
                upper=None if np.isnan(upper[place]) else float(upper[place]),
                reason=str(row["reason"]) if row["reason"] else None,
                numerator=row["numerator"],
                denominator=row["denominator"],
                expected=row["expected"],
                failed_gates=tuple(
                    dict.fromkeys(gate.id for gate in indicator.quality_gates if gate.id in gates)
                ),
                restricted=row["restricted"],
                coverage=row["coverage"],
                source=str(row["source"]) if row["source"] else None,
                editions=tuple(sorted(set(str(row["editions"] or "").split(",")) - {""})),
            )
        )
    return figures


def sampling_interval(
    indicator: Indicator, rows: Sequence[dict[str, Any]], level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Wilson for proportions, Byar or exact for rates, counts and ratios, in the indicator's unit; else NaN.

    It describes chance alone. Nothing is judged by it: month-to-month variance is many times larger. Sums of amounts
    (full-time equivalents) are no counts of events: chance has no such interval for them. A score has the limits
    that its publisher gives.
    """
    has_value = np.array([row["value"] is not None for row in rows], dtype=bool)
    lower = np.full(len(rows), np.nan)
    upper = np.full(len(rows), np.nan)
    if indicator.kind is Kind.SCORE:
        for place, row in enumerate(rows):
            if row["value"] is not None and row["published_lower"] is not None:
                lower[place], upper[place] = row["published_lower"], row["published_upper"]
        return lower, upper
    if indicator.kind not in WITH_SAMPLING_INTERVAL or indicator.purpose == "population":
        return lower, upper
    has_value &= np.array([isinstance(row["numerator"], int) for row in rows], dtype=bool)
    if not has_value.any():
        return lower, upper
    its = [row for row, has in zip(rows, has_value, strict=True) if has]
    events = np.array([row["numerator"] for row in its], dtype=float)
    if indicator.kind is Kind.PROPORTION:
        trials = np.array([row["denominator"] for row in its], dtype=float)
        interval = wilson_interval(events, trials, level=level)
        scale = np.full(events.shape, indicator.multiplier)
    else:
        interval = byar_interval(events, level=level)
        over = np.array([_divided_by(indicator, row) for row in its], dtype=float)
        scale = indicator.multiplier / over
    lower[has_value] = interval.lower * scale
    upper[has_value] = interval.upper * scale
    return lower, upper


def _divided_by(indicator: Indicator, row: dict[str, Any]) -> float:
    days = row["exposure"] or 1
    by: dict[Kind, float] = {Kind.COUNT: days, Kind.RATIO: row["expected"]}
    return by[indicator.kind] if indicator.kind in by else row["denominator"] * days


def _level(indicator: Indicator, value: float | None) -> str | None:
    if indicator.kind is not Kind.ORDINAL or value is None:
        return None
    return indicator.levels[round(value) - 1]
