"""The charts of a release: every chart of the site, rendered once."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from likeforlike.catalogue import Catalogue, Indicator, Kind
from likeforlike.charts.area_shapes import match_shapes
from likeforlike.charts.chart import Chart
from likeforlike.charts.indicator_input import (
    AreaShape,
    ChartIndicator,
    ChartRow,
    NationBreak,
    NationMonth,
)
from likeforlike.charts.rendering import render_svg
from likeforlike.charts.site import draw_indicator_charts
from likeforlike.comparison.funnel_points import FunnelFigure, make_funnel_points
from likeforlike.comparison.populations import read_covariates
from likeforlike.comparison.trend import follow_months
from likeforlike.errors import NotFoundError
from likeforlike.measures.boundaries import read_boundaries, simplify_boundaries
from likeforlike.measures.build import Build
from likeforlike.measures.reading import read_observations
from likeforlike.present import wording
from likeforlike.present.trend import view_trend
from likeforlike.release.comparing import Compared, Peers
from likeforlike.release.organisations import Organisations
from likeforlike.release.views import ChartView, KindView, OrganisationView
from likeforlike.store import Store

ENGLAND, DEPRIVATION = "england", "deprivation_score"
FIFTHS = 5
# For a map on a page, in metres.
TOLERANCE = 1500.0
# Kinds of organisation whose borders have another name, and what lies under those that have none.
SHAPES = {"council": "county_or_unitary"}
BACKDROP = "icb"


@dataclass(frozen=True)
class Ground:
    """What the charts of all indicators of a kind have in common."""

    organisations: Mapping[str, OrganisationView]
    deprivation: Mapping[str, int]
    """Organisation → fifth by deprivation, 1 the most deprived."""
    shapes: tuple[AreaShape, ...]
    sources: Mapping[str, str]
    """Id → publisher and title."""


def lay_ground(
    build: Build, store: Store, catalogue: Catalogue, everybody: Organisations, peers: Peers
) -> Ground:
    """Read what a kind's charts share."""
    kind = peers.kind
    its = {one.code: one for one in everybody.views if one.kind == kind.id}
    codes = sorted(its)
    scores = read_covariates(build, (DEPRIVATION,), kind.id, codes, datetime.date.max).values[:, 0]
    known = np.flatnonzero(~np.isnan(scores))
    fifths = {
        codes[place]: FIFTHS - int(FIFTHS * rank // known.size)
        for rank, place in enumerate(known[np.argsort(scores[known], kind="stable")])
    }
    titles = {source.id: f"{source.publisher}, {source.title}" for source in catalogue.sources.values()}
    names = dict(peers.area_names) if peers.area_kind else {code: one.name for code, one in its.items()}
    return Ground(its, fifths, _shapes(store, peers.area_kind or kind.id, names), titles)


def draw_comparison(
    build: Build,
    catalogue: Catalogue,
    indicator: Indicator,
    kind: KindView,
    compared: Compared,
    ground: Ground,
    *,
    first: bool,
) -> list[ChartView]:
    """The charts of one indicator over one kind of organisation, in the order of the page.

    The nation's own series is drawn for the `first` kind of an indicator only: it is the same for all.
    """
    about = ChartIndicator(
        title=indicator.title,
        unit=indicator.unit,
        decimals=(
            indicator.decimals
            if indicator.decimals is not None
            else wording.decimals_of(indicator.smallest_difference)
        ),
        polarity=str(indicator.polarity),
        one=kind.title,
        many=kind.plural,
        window=compared.view.window,
        source="Source: "
        + "; ".join(dict.fromkeys(ground.sources[its.source] for its in indicator.inputs))
        + f"; {compared.view.window}.",
        nation=compared.view.nation_value,
        levels=tuple(indicator.levels),
    )
    rows = []
    for one in compared.standings:
        where = ground.organisations.get(one.code)
        rows.append(
            ChartRow(
                code=one.code,
                name=one.name,
                value=one.value,
                lower=one.lower,
                upper=one.upper,
                state=one.state,
                mean=one.mean,
                deviation=one.deviation,
                least=one.least,
                most=one.most,
                area=one.area,
                deprivation=ground.deprivation.get(one.code),
                latitude=where.latitude if where else None,
                longitude=where.longitude if where else None,
            )
        )
    figures = [
        _funnel_figure(indicator, one.code, one.value, one.numerator, one.denominator, one.expected)
        for one in compared.standings
        if one.value is not None and one.numerator is not None and one.denominator is not None
    ]
    charts = draw_indicator_charts(
        about,
        rows,
        funnel=make_funnel_points(indicator.kind, figures),
        shapes=ground.shapes,
        nation=_nation(build, catalogue, indicator) if first else (),
        breaks=[
            NationBreak(one.month, one.what)
            for one in catalogue.known_breaks
            if indicator.id in one.indicators
        ],
    )
    return [_view(f"{indicator.id}/{kind.id}/{name}", chart) for name, chart in charts.items()]


def _funnel_figure(
    indicator: Indicator, code: str, value: float, events: float, among: float, expected: float | None
) -> FunnelFigure:
    """A ratio stands over its expected events and is expected to be what its multiplier says."""
    if indicator.kind is Kind.RATIO:
        return FunnelFigure(
            code, value, None, events, events / value * indicator.multiplier if value else 0.0
        )
    return FunnelFigure(code, value, expected, events, among)


def _view(key: str, chart: Chart) -> ChartView:
    return ChartView(
        key=key,
        finding=chart.finding,
        svg=render_svg(chart.bare()),
        specification=json.dumps(chart.specification, ensure_ascii=False, separators=(",", ":")),
        headings=tuple(column.heading for column in chart.table.columns),
        rows=tuple(tuple(row) for row in chart.table.texts()),
    )


def _shapes(store: Store, kind: str, names: Mapping[str, str]) -> tuple[AreaShape, ...]:
    """The borders of areas under our own codes; where a kind has none, those of boards lie under its points."""
    for wanted in dict.fromkeys((SHAPES.get(kind, kind), BACKDROP)):
        try:
            boundaries = read_boundaries(store, wanted)
        except NotFoundError:
            continue
        shapes = [
            AreaShape(one.code, one.name, one.shape) for one in simplify_boundaries(boundaries, TOLERANCE)
        ]
        return tuple(shapes) if wanted != SHAPES.get(kind, kind) else match_shapes(shapes, names)
    return ()


def _nation(build: Build, catalogue: Catalogue, indicator: Indicator) -> Sequence[NationMonth]:
    """England's series with the lines of its XmR chart."""
    if ENGLAND not in indicator.organisation_types:
        return ()
    rows = read_observations(build, indicator.id, organisation_type=ENGLAND).to_pylist()
    if any(row["period_start"].day != 1 for row in rows) or not any(row["value"] is not None for row in rows):
        return ()
    months = {row["period_start"]: row for row in rows}
    trend = follow_months(
        indicator,
        {month: row["value"] for month, row in months.items()},
        {month: row["reason"] for month, row in months.items() if row["value"] is None},
        catalogue.known_breaks,
    )
    return tuple(
        NationMonth(one.month, one.value, one.centre, one.lower, one.upper, one.mark, one.mark_words)
        for one in view_trend(trend, catalogue.methods).months
    )
