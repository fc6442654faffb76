"""Organisations of one area side by side on one indicator: value, sampling interval, edition, doubts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow

from likeforlike.catalogue import Catalogue, Indicator, Kind
from likeforlike.comparison.areas import Area, list_members
from likeforlike.errors import NotFoundError
from likeforlike.measures.build import Build
from likeforlike.measures.reading import read_names, read_observations
from likeforlike.statistics.intervals import byar_interval, wilson_interval


@dataclass(frozen=True)
class Figure:
    """One organisation's observation: a value with its sampling interval, or the reason for none."""

    organisation: str
    name: str
    value: float | None
    lower: float | None
    upper: float | None
    reason: str | None
    numerator: int | None
    denominator: int | None
    failed_gates: tuple[str, ...]
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
    working_days: int | None
    reference: Figure | None
    """England, where the data give it."""
    figures: tuple[Figure, ...]
    absent: tuple[str, ...]
    """Organisations of the area that the sources do not mention for this period."""
    level: float


def compare_organisations(
    build: Build,
    catalogue: Catalogue,
    indicator: Indicator,
    *,
    organisation_type: str,
    area: Area,
    period: datetime.date | None = None,
) -> Comparison:
    """The organisations of an area on one indicator in one month, in order of name. No ranks: one month.

    Raises:
        NotFoundError: no figures of this kind of organisation, for this month or in this area.
    """
    observed = read_observations(build, indicator.id, organisation_type=organisation_type)
    if organisation_type not in indicator.organisation_types or not observed.num_rows:
        raise NotFoundError(
            f"'{indicator.id}' has no figures for {catalogue.organisation_type(organisation_type).plural}.",
            next_step=f"It is measured for: {', '.join(indicator.organisation_types)}.",
        )
    members = list_members(build, area, organisation_type)
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
    period = _choose_period(observed, period, indicator)
    observed = observed.filter(pyarrow.compute.equal(observed["period_start"], pyarrow.scalar(period)))
    names = read_names(build)
    level = catalogue.methods.confidence_level.value
    rows = observed.to_pylist()
    figures = make_figures(indicator, rows, names, level)
    shown = {figure.organisation for figure in figures}
    return Comparison(
        indicator=indicator,
        organisation_type=organisation_type,
        area=area,
        period=period,
        working_days=rows[0]["exposure"],
        reference=_england(build, indicator, period, names, level),
        figures=tuple(sorted(figures, key=lambda figure: (figure.name, figure.organisation))),
        # Those that no file has placed here since have closed or moved, as far as the files tell.
        absent=tuple(code for code, seen in members.items() if code not in shown and seen >= period),
        level=level,
    )


def _choose_period(
    observed: pyarrow.Table, wanted: datetime.date | None, indicator: Indicator
) -> datetime.date:
    months: list[datetime.date] = sorted(set(observed["period_start"].to_pylist()))
    if wanted is None and months:
        return _newest_with_values(observed) or months[-1]
    if wanted in months:
        return wanted
    known = ", ".join(f"{month:%Y-%m}" for month in months[-24:]) or "none"
    raise NotFoundError(
        f"'{indicator.id}' has no figures here for {wanted:%Y-%m}."
        if wanted
        else "There are no figures here.",
        next_step=f"Months with figures: {known}.",
    )


def _newest_with_values(observed: pyarrow.Table) -> datetime.date | None:
    with_value = observed.filter(pyarrow.compute.is_valid(observed["value"]))
    newest: datetime.date | None = pyarrow.compute.max(with_value["period_start"]).as_py()
    return newest


def _england(
    build: Build, indicator: Indicator, period: datetime.date, names: dict[tuple[str, str], str], level: float
) -> Figure | None:
    rows = read_observations(build, indicator.id, organisation_type="england", period=period).to_pylist()
    return next(iter(make_figures(indicator, rows, names, level)), None)


def make_figures(
    indicator: Indicator,
    rows: Sequence[dict[str, object]],
    names: dict[tuple[str, str], str],
    level: float,
) -> list[Figure]:
    """Observations as figures: the sampling interval is computed where there is a value, never without."""
    lower, upper = sampling_interval(indicator, rows, level)
    figures = []
    for place, row in enumerate(rows):
        kind, code = str(row["organisation_type"]), str(row["organisation"])
        gates = str(row["failed_gates"] or "").split(",")
        figures.append(
            Figure(
                organisation=code,
                name="England" if kind == "england" else names.get((kind, code), code),
                value=_number(row["value"]),
                lower=None if np.isnan(lower[place]) else float(lower[place]),
                upper=None if np.isnan(upper[place]) else float(upper[place]),
                reason=str(row["reason"]) if row["reason"] else None,
                numerator=_whole(row["numerator"]),
                denominator=_whole(row["denominator"]),
                failed_gates=tuple(
                    dict.fromkeys(gate.id for gate in indicator.quality_gates if gate.id in gates)
                ),
                coverage=_number(row["coverage"]),
                source=str(row["source"]) if row["source"] else None,
                editions=tuple(sorted(set(str(row["editions"] or "").split(",")) - {""})),
            )
        )
    return figures


def sampling_interval(
    indicator: Indicator, rows: Sequence[dict[str, object]], level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Wilson for proportions, Byar or exact for rates and counts, in the indicator's unit; NaN without a value.

    It describes chance alone. Nothing is judged by it: month-to-month variance is many times larger.
    """
    has_value = np.array([row["value"] is not None for row in rows], dtype=bool)
    numerator = np.array([_whole(row["numerator"]) or 0 for row in rows], dtype=float)
    denominator = np.array([_whole(row["denominator"]) or 1 for row in rows], dtype=float)
    days = np.array([_whole(row["exposure"]) or 1 for row in rows], dtype=float)
    lower = np.full(len(rows), np.nan)
    upper = np.full(len(rows), np.nan)
    if indicator.purpose == "population" or not has_value.any():
        return lower, upper
    events = numerator[has_value]
    if indicator.kind is Kind.PROPORTION:
        interval = wilson_interval(events, denominator[has_value], level=level)
        scale = np.full(events.shape, indicator.multiplier)
    else:
        interval = byar_interval(events, level=level)
        over = denominator[has_value] if indicator.kind is not Kind.COUNT else 1.0
        scale = indicator.multiplier / (over * days[has_value])
    lower[has_value] = interval.lower * scale
    upper[has_value] = interval.upper * scale
    return lower, upper


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _whole(value: object) -> int | None:
    return None if value is None else int(str(value))
