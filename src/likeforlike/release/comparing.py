"""One indicator over all organisations of a kind, as the objects of a release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, isnan
from typing import Any

import pyarrow
import pyarrow.compute

from likeforlike.catalogue import Catalogue, Indicator, Kind
from likeforlike.catalogue.indicators import Polarity
from likeforlike.comparison.bands import place_in_bands
from likeforlike.comparison.comparing import Figure, make_figures
from likeforlike.comparison.standings import Standings, Unranked, place_among, stand, window_of
from likeforlike.comparison.states import State, state_of
from likeforlike.measures.build import Build
from likeforlike.present import standings as say
from likeforlike.present import wording
from likeforlike.release.views import Coefficient, ComparisonView, HistoryPoint, KindView, Standing

ENGLAND, SUPPRESSED = "england", "suppressed"
ORDER = (State.BETTER, State.EXPECTED, State.WORSE, State.CANNOT_TELL, State.NOT_ASSESSED)


@dataclass(frozen=True)
class Compared:
    """What a release says of one indicator and one kind of organisation."""

    view: ComparisonView
    standings: tuple[Standing, ...]
    histories: Mapping[str, tuple[HistoryPoint, ...]]
    """Organisation → its periods, oldest first."""
    basis: Standings | None
    """The arrays behind them, where organisations are ranked."""


@dataclass(frozen=True)
class Peers:
    """Among whom organisations of a kind are placed."""

    kind: KindView
    area_kind: str | None
    area_of: Mapping[str, str]
    """Organisation → its area; empty where all are placed together."""
    area_names: Mapping[str, str]

    def group(self, code: str) -> str | None:
        """The group of an organisation: its area, or England."""
        return self.area_of.get(code) if self.area_kind else ENGLAND

    def words(self, code: str) -> str:
        """Who the peers are."""
        if not self.area_kind:
            return f"{self.kind.plural} in England"
        area = self.area_of[code]
        return f"{self.kind.plural} in {self.area_names.get(area, area)}"


def compare_kind(
    build: Build,
    catalogue: Catalogue,
    indicator: Indicator,
    peers: Peers,
    names: Mapping[str, str],
    everything: pyarrow.Table,
) -> Compared | None:
    """Everything about one indicator for one kind; None without any figure that everybody may see.

    `everything` are the indicator's observations of all kinds as they may be shown.

    Raises:
        StoreError: the build is damaged.
    """
    kind = peers.kind.id
    observed = everything.filter(pyarrow.compute.equal(everything["organisation_type"], kind))
    if not observed.num_rows or not observed["value"].is_valid().to_numpy(zero_copy_only=False).any():
        return None
    reasons = {reason.id: reason.title for reason in catalogue.methods.reasons}
    histories = _histories(observed, reasons)
    newest = _newest_figures(indicator, observed, names, catalogue)
    found = stand(build, catalogue, indicator, kind)
    nation, nation_value = _nation(everything, indicator)
    if isinstance(found, Unranked):
        standings = _unranked(indicator, peers, newest, reasons, found)
        banded = any(one.state not in (State.CANNOT_TELL, State.NOT_ASSESSED) for one in standings)
        view = ComparisonView(
            indicator=indicator.id,
            kind=kind,
            window=_period_words(newest),
            first=min(one.period for one in newest).isoformat(),
            last=max(one.period_end for one in newest).isoformat(),
            organisations=sum(one.value is not None for one in newest),
            states=_count_states(standings),
            ranked=False,
            why_not_ranked=say.WHY_UNRANKED[found],
            state_basis=say.BAND_BASIS if banded else None,
            nation=nation,
            nation_value=nation_value,
            can_tell=None,
            reliability=None,
            months_needed=None,
            model=(),
            model_fit=None,
            charts=(),
            interval_basis=_interval_basis(indicator, newest),
        )
        return Compared(view, standings, histories, None)
    return Compared(
        _ranked_view(indicator, catalogue, peers, found, nation, nation_value),
        *(_ranked(indicator, peers, names, newest, reasons, found, histories), histories, found),
    )


def _ranked_view(
    indicator: Indicator,
    catalogue: Catalogue,
    peers: Peers,
    found: Standings,
    nation: str | None,
    nation_value: float | None,
) -> ComparisonView:
    first, last, _ = window_of(found)
    some = ~(found.value != found.value)
    breaks = {one.id: one.what for one in catalogue.known_breaks}
    words = _window_words(found)
    if found.breaks:
        words += f" (since a change of recording: {breaks[found.breaks[-1]]})"
    fit = found.fit
    states = [state_of(worse, better) for worse, better in zip(found.worse, found.better, strict=True)]
    known = [state for state, has in zip(states, some, strict=True) if has]
    return ComparisonView(
        indicator=indicator.id,
        kind=peers.kind.id,
        window=words,
        first=first.isoformat(),
        last=last.isoformat(),
        organisations=int(some.sum()),
        states=tuple((str(state), known.count(state)) for state in ORDER),
        ranked=True,
        why_not_ranked=None,
        state_basis=say.STATE_BASIS,
        nation=nation,
        nation_value=nation_value,
        can_tell=say.can_tell(found, peers.kind.plural),
        reliability=None if isnan(found.worth.reliability) else found.worth.reliability,
        months_needed=found.worth.months_needed,
        model=tuple(
            Coefficient(wording.covariate(one.covariate), one.estimate, one.standard_error)
            for one in (fit.coefficients if fit else ())
        ),
        model_fit=say.model_fit(fit.deviance_explained, fit.calibration_slope) if fit else None,
        charts=(),
        interval_basis=say.PREDICTION,
    )


def _ranked(
    indicator: Indicator,
    peers: Peers,
    names: Mapping[str, str],
    newest: Sequence[Figure],
    reasons: Mapping[str, str],
    found: Standings,
    histories: Mapping[str, tuple[HistoryPoint, ...]],
) -> tuple[Standing, ...]:
    hidden = _hidden_in(histories, found, reasons[SUPPRESSED])
    codes = found.panel.organisations
    positions = place_among(found, [peers.group(code) for code in codes])
    words = _window_words(found)
    by_code = {one.organisation: one for one in newest}
    standings = []
    for place, code in enumerate(codes):
        if isnan(found.mean[place]):
            continue
        placed = positions.peers[place] > 1
        least, most = (
            (floor(positions.lower[place]), ceil(positions.upper[place])) if placed else (None, None)
        )
        state = state_of(found.worse[place], found.better[place])
        shown = code not in hidden
        standings.append(
            Standing(
                indicator=indicator.id,
                kind=peers.kind.id,
                code=code,
                name=names.get(code, code),
                area=peers.area_of.get(code),
                window=words,
                value=_known(found.value[place]) if shown else None,
                lower=_known(found.lower[place]),
                upper=_known(found.upper[place]),
                expected=_known(found.expected[place]),
                numerator=_known(found.numerator[place]) if shown else None,
                denominator=_known(found.denominator[place]) if shown else None,
                level=None,
                band=None,
                reason=None if shown else reasons[SUPPRESSED],
                state=str(state),
                why=say.CANNOT_TELL if state is State.CANNOT_TELL else None,
                least=least,
                most=most,
                peers=int(positions.peers[place]) if placed else None,
                peer_words=peers.words(code) if placed else None,
                position=wording.position(least, most, int(positions.peers[place])) if placed else None,
                mean=_known(found.mean[place]),
                deviation=_known(found.deviation[place]),
                better=_known(found.better[place]),
                worse=_known(found.worse[place]),
            )
        )
    seen = {one.code for one in standings}
    standings += [
        _without_state(indicator, peers, one, reasons, say.NOT_IN_WINDOW)
        for code, one in by_code.items()
        if code not in seen and one.value is None
    ]
    return tuple(sorted(standings, key=lambda one: one.code))


def _hidden_in(histories: Mapping[str, tuple[HistoryPoint, ...]], found: Standings, words: str) -> set[str]:
    """Organisations of whom a period of the window is withheld: its sum would tell of it."""
    first, last, _ = window_of(found)
    return {
        code
        for code, points in histories.items()
        if any(
            point.reason == words and first.isoformat() <= point.first <= last.isoformat() for point in points
        )
    }


def _unranked(
    indicator: Indicator,
    peers: Peers,
    newest: Sequence[Figure],
    reasons: Mapping[str, str],
    why: Unranked,
) -> tuple[Standing, ...]:
    return tuple(
        _without_state(indicator, peers, one, reasons, say.WHY_UNRANKED[why])
        for one in sorted(newest, key=lambda one: one.organisation)
    )


def _without_state(
    indicator: Indicator, peers: Peers, one: Figure, reasons: Mapping[str, str], why: str
) -> Standing:
    """One figure as it is printed: its state is the publisher's band, or that it cannot be told."""
    state: State = State.NOT_ASSESSED if one.value is None else State.CANNOT_TELL
    if one.band in say.BANDS and indicator.polarity is not Polarity.NO_JUDGEMENT:
        side = say.BANDS[one.band] * (1 if indicator.polarity is Polarity.HIGHER_IS_BETTER else -1)
        state = {1: State.BETTER, 0: State.EXPECTED, -1: State.WORSE}[side]
    scale = indicator.multiplier if indicator.kind is Kind.RATIO else None
    return Standing(
        indicator=indicator.id,
        kind=peers.kind.id,
        code=one.organisation,
        name=one.name,
        area=peers.area_of.get(one.organisation),
        window=say.period(one.period, one.period_end),
        value=one.value,
        lower=one.lower,
        upper=one.upper,
        expected=scale if one.value is not None else None,
        numerator=one.numerator,
        denominator=one.denominator if one.denominator is not None else one.expected,
        level=one.level,
        band=one.band,
        reason=reasons.get(one.reason, one.reason) if one.reason else None,
        state=str(state),
        why=why if state in (State.CANNOT_TELL, State.NOT_ASSESSED) else None,
        least=None,
        most=None,
        peers=None,
        peer_words=None,
        position=None,
        mean=None,
        deviation=None,
        better=None,
        worse=None,
        given=one.period.isoformat() if one.level is not None else None,
        checks=tuple(gate.title for gate in indicator.quality_gates if gate.id in one.failed_gates),
    )


def _newest_figures(
    indicator: Indicator, observed: pyarrow.Table, names: Mapping[str, str], catalogue: Catalogue
) -> list[Figure]:
    """Each organisation's newest figure; where the newest has none, the newest that has, if it is of that period.

    A rating stands until the next; a figure of another period than the newest is not shown beside it.
    """
    rows = observed.to_pylist() if observed.num_rows < MANY else _rows_of_newest(observed)
    last = max((row["period_end"], row["period_start"]) for row in rows if row["value"] is not None)
    stands = indicator.kind in (Kind.ORDINAL, Kind.SCORE)
    newest: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row["period_end"], row["period_start"])):
        if stands or (row["period_end"], row["period_start"]) == last:
            newest[row["organisation"]] = row
    kept = list(newest.values())
    kind = str(kept[0]["organisation_type"])
    known = {(kind, code): name for code, name in names.items()}
    bands = place_in_bands(indicator, kept)
    return make_figures(indicator, kept, known, catalogue.methods.confidence_level.value, bands)


# Observations from which on only the newest period is turned into objects.
MANY = 50_000


def _rows_of_newest(observed: pyarrow.Table) -> list[dict[str, Any]]:
    with_value = observed.filter(observed["value"].is_valid())
    last = pyarrow.compute.max(with_value["period_end"])
    its: list[dict[str, Any]] = observed.filter(
        pyarrow.compute.equal(observed["period_end"], last)
    ).to_pylist()
    return its


def _histories(observed: pyarrow.Table, reasons: Mapping[str, str]) -> dict[str, tuple[HistoryPoint, ...]]:
    """All periods of all organisations; the table is in order of organisation and period."""
    columns = ("organisation", "period_start", "period_end", "value", "reason")
    histories: dict[str, list[HistoryPoint]] = {}
    for code, first, last, value, reason in zip(
        *(observed[name].to_pylist() for name in columns), strict=True
    ):
        histories.setdefault(code, []).append(
            HistoryPoint(
                first.isoformat(),
                last.isoformat(),
                value,
                reasons.get(reason, reason) if reason else None,
            )
        )
    return {code: tuple(points) for code, points in histories.items()}


def _nation(everything: pyarrow.Table, indicator: Indicator) -> tuple[str | None, float | None]:
    """England's newest figure as published or summed: its total, not the typical organisation."""
    observed = everything.filter(pyarrow.compute.equal(everything["organisation_type"], ENGLAND))
    rows = [row for row in observed.to_pylist() if row["value"] is not None]
    if not rows:
        return None, None
    newest = max(rows, key=lambda row: (row["period_end"], row["period_start"]))
    decimals = wording.decimals_of(indicator.smallest_difference)
    figure = wording.figure(newest["value"], indicator.unit, decimals)
    period = say.period(newest["period_start"], newest["period_end"])
    return f"England: {figure} in {period}, all organisations together.", newest["value"]


def _interval_basis(indicator: Indicator, newest: Sequence[Figure]) -> str:
    if not any(one.lower is not None for one in newest):
        return say.NO_INTERVAL
    return say.PUBLISHED if indicator.kind is Kind.SCORE else say.CHANCE


def _window_words(found: Standings) -> str:
    first, last, periods = window_of(found)
    months = found.panel.months
    monthly = (
        len(months) < 2
        or (months[-1].year - months[0].year) * 12 + months[-1].month - months[0].month == len(months) - 1
    )
    return say.window(first, last, periods, monthly)


def _period_words(newest: Sequence[Figure]) -> str:
    periods = {(one.period, one.period_end) for one in newest if one.value is not None}
    if len(periods) == 1:
        return say.period(*next(iter(periods)))
    return "the newest of each"


def _count_states(standings: Sequence[Standing]) -> tuple[tuple[str, int], ...]:
    counts = Counter(one.state for one in standings)
    return tuple((str(state), counts[str(state)]) for state in ORDER)


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)
