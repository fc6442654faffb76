"""All organisations of a kind in order, each with its range; where they are very many, in bands of 1%."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from likeforlike.charts.chart import Chart
from likeforlike.charts.indicator_chart import (
    MOST_DRAWN,
    STATE_LOOKS,
    finish,
    fixed_x,
    rows_of,
    state_points,
)
from likeforlike.charts.indicator_input import ChartIndicator, ChartRow
from likeforlike.charts.look import WIDTH
from likeforlike.charts.ranked_bands import draw_bands
from likeforlike.charts.ranked_basis import POSITION, Basis, find_basis
from likeforlike.charts.ranked_words import axis_of, short_name, state_words, zero_line
from likeforlike.present import wording
from likeforlike.present.table import Cell, Column, TableView, make_table

# Taller than this a page would not hold it; below the least step a name cannot stand beside each.
TALLEST, LARGEST_STEP, LEAST_NAMED_STEP = 620.0, 15.0, 10.0
NAMES_WIDTH = 225


def draw_ranked(indicator: ChartIndicator, rows: Sequence[ChartRow]) -> Chart | None:
    """Every organisation's range from the best to the last; none where nobody has a figure with an interval."""
    basis = find_basis(indicator, rows)
    if indicator.levels or not basis.ranges:
        return None
    if len(basis.ranges) > MOST_DRAWN:
        return draw_bands(indicator, basis)
    return _draw_each(indicator, basis)


def _draw_each(indicator: ChartIndicator, basis: Basis) -> Chart:
    step = min(LARGEST_STEP, TALLEST / len(basis.ranges))
    height, named = max(30.0, step * len(basis.ranges)), step >= LEAST_NAMED_STEP
    width = WIDTH - NAMES_WIDTH if named else WIDTH
    rows = [
        {
            "order": order,
            "name": short_name(one.name),
            "at": one.at,
            "lower": one.lower,
            "upper": one.upper,
            "state": one.state,
        }
        for order, one in enumerate(basis.ranges, start=1)
    ]
    at = axis_of(basis)
    order = alt.Y(
        "order:Q", axis=None, scale=alt.Scale(domain=[0.5, len(rows) + 0.5], reverse=True, nice=False)
    )
    layers: list[Any] = [*zero_line(basis, at)]
    for state, (_, _, colour) in STATE_LOOKS.items():
        its = [row for row in rows if row["state"] == state]
        if its:
            layers.append(
                alt.Chart(rows_of(its))
                .mark_rule(
                    color=colour,
                    strokeWidth=min(2.0, step / 2),
                    strokeDash=[2, 2] if state == "cannot tell" and basis.states else [1, 0],
                    clip=True,
                )
                .encode(x=alt.X("lower:Q"), x2=alt.X2("upper:Q"), y=order)
            )
    layers += state_points(
        lambda its: alt.Chart(rows_of(its)).encode(x=at, y=order),
        rows,
        size=34 if step > 8 else 18,
        plain=not basis.states,
    )
    if named:
        layers.append(
            alt.Chart(rows_of(rows))
            .mark_text(align="right", dx=-8, fontSize=9)
            .encode(x=fixed_x(0), y=order, text=alt.Text("name:N"))
        )
    else:
        layers += state_words(basis, at, height=height)
    return finish(
        layers, basis.finding, indicator, _table_of_each(basis, indicator), height=height, width=width
    )


def _table_of_each(basis: Basis, indicator: ChartIndicator) -> TableView:
    positions = basis.heading == POSITION
    columns: list[str | Column] = [wording.sentence(indicator.one), "code", "state"]
    columns += [] if positions else [Column(basis.heading, basis.decimals)]
    columns += [Column("from", basis.decimals), Column("to", basis.decimals)]
    rows: list[tuple[Cell, ...]] = [
        (
            one.name,
            one.code,
            one.state,
            *(() if positions else (one.at,)),
            one.lower,
            one.upper,
        )
        for one in basis.ranges
    ]
    caption = f"{indicator.title}: {basis.title}"
    return make_table("Ranked", caption, columns, rows)
