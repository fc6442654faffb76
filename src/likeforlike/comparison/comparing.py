"""Organisations of one area side by side on one indicator: value, sampling interval, edition, doubts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow

from likeforlike.catalogue import Catalogue, Indicator, Kind, PeerGroup
from likeforlike.catalogue.indicators import PUBLISHED_KINDS
from likeforlike.comparison.areas import Area, list_members
from likeforlike.comparison.bands import Band, place_in_bands
from likeforlike.comparison.sampling_intervals import sampling_interval
from likeforlike.errors import NotFoundError
from likeforlike.measures.build import Build
from likeforlike.measures.lineage_reading import Closure, read_closures, read_members_on
from likeforlike.measures.reading import read_names, read_observations

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
    members: int | None
    """Of a sum: how many organisations there are; with a figure `members_with_value`."""
    members_with_value: int | None
    band: str | None
    """Where it stands among all of its kind, where the indicator says how and it can be told."""
    band_lower: float | None
    band_upper: float | None
    """The limits between which it would be as expected, of a band that has them."""
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
    peers: PeerGroup | None
    """Only its members are shown."""
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
    peers: str | None = None,
    restricted: bool = False,
) -> Comparison:
    """The organisations of an area on one indicator in one period, in order of name. No ranks: one period.

    `period` is a month, in which the period begins. A score or a rating stands until the next one: of each
    organisation the newest by then is taken. `restricted` says that whoever asks may see what not everybody may.

    They are those that belong to the area as it is now; with `as_it_was` those that belonged to it on the last day
    of the period. With `peers`, a peer group, only its members are shown; bands stay those among all of the kind.

    Raises:
        NotFoundError: no figures of this kind of organisation, for this period, in this area or of these peers.
    """
    group = _choose_peers(catalogue, peers, organisation_type)
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
    if group is not None:
        members = {code: seen for code, seen in members.items() if catalogue.is_peer(group.id, code)}
        if not members:
            raise NotFoundError(
                f"no member of '{group.id}' ({group.title}) is known in {area.name}.",
                next_step="Name a larger area, for instance --area England.",
            )
    everybody = observed
    observed = observed.filter(pyarrow.compute.is_in(observed["organisation"], pyarrow.array(list(members))))
    start, end = _choose_period(observed, period, indicator)
    names = read_names(build)
    level = catalogue.methods.confidence_level.value
    closures = read_closures(build, organisation_type)
    rows = _drop_ended(_rows_of_period(observed, start, end, indicator), closures, end, indicator)
    figures = make_figures(indicator, rows, names, level, _bands_of_all(indicator, everybody, rows))
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
        figures=tuple(sorted(figures, key=lambda figure: (figure.name.casefold(), figure.organisation))),
        # Those that no file has placed here since have closed or moved, as far as the files tell.
        absent=tuple(
            code
            for code, seen in members.items()
            if code not in shown and code not in closed and seen >= start
        ),
        closed=tuple(closed.values()),
        peers=group,
        placed="as_it_was" if as_it_was else "as_it_is_now",
        level=level,
    )


def _choose_peers(catalogue: Catalogue, peers: str | None, organisation_type: str) -> PeerGroup | None:
    if peers is None:
        return None
    group = catalogue.peer_group(peers)
    if group.organisation_type != organisation_type:
        of_the_kind = [
            one.id for one in catalogue.peer_groups.values() if one.organisation_type == organisation_type
        ]
        raise NotFoundError(
            f"'{peers}' is a peer group of {catalogue.organisation_type(group.organisation_type).plural}.",
            next_step=f"Those of {catalogue.organisation_type(organisation_type).plural}: "
            f"{', '.join(of_the_kind) or 'none'}.",
        )
    return group


def _bands_of_all(
    indicator: Indicator, everybody: pyarrow.Table, rows: Sequence[dict[str, Any]]
) -> list[Band | None]:
    """The bands of the rows that are shown, each among all organisations of its kind in its period."""
    if indicator.bands is None:
        return [None] * len(rows)
    starts = pyarrow.array({row["period_start"] for row in rows}, pyarrow.date32())
    all_rows = everybody.filter(pyarrow.compute.is_in(everybody["period_start"], starts)).to_pylist()
    placed = {
        (row["organisation"], row["period_start"], row["period_end"]): band
        for row, band in zip(all_rows, place_in_bands(indicator, all_rows), strict=True)
    }
    return [placed[row["organisation"], row["period_start"], row["period_end"]] for row in rows]


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
    bands: Sequence[Band | None] | None = None,
) -> list[Figure]:
    """Observations as figures: the interval is there where there is a value, never without.

    Of a score it is the publisher's; levels of an ordinal have none. `bands` are theirs, one for each.
    """
    lower, upper = sampling_interval(indicator, rows, level)
    figures = []
    for place, row in enumerate(rows):
        kind, code = str(row["organisation_type"]), str(row["organisation"])
        gates = str(row["failed_gates"] or "").split(",")
        band = bands[place] if bands else None
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
                members=row["members"],
                members_with_value=row["members_with_value"],
                band=band.label if band else None,
                band_lower=band.lower if band else None,
                band_upper=band.upper if band else None,
                source=str(row["source"]) if row["source"] else None,
                editions=tuple(sorted(set(str(row["editions"] or "").split(",")) - {""})),
            )
        )
    return figures


def _level(indicator: Indicator, value: float | None) -> str | None:
    if indicator.kind is not Kind.ORDINAL or value is None:
        return None
    return indicator.levels[round(value) - 1]
