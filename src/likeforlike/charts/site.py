"""The charts of one indicator on the public site, for one kind of organisation: the one way in for a release."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from likeforlike.charts.areas_map import draw_map
from likeforlike.charts.chart import Chart
from likeforlike.charts.deprivation import draw_deprivation
from likeforlike.charts.indicator_input import (
    AreaShape,
    ChartIndicator,
    ChartRow,
    NationBreak,
    NationMonth,
)
from likeforlike.charts.nation import draw_nation
from likeforlike.charts.ranked import draw_ranked
from likeforlike.charts.site_funnel import draw_site_funnel
from likeforlike.charts.values import draw_values
from likeforlike.comparison.funnel_points import FunnelPoints


def draw_indicator_charts(
    indicator: ChartIndicator,
    rows: Sequence[ChartRow],
    *,
    funnel: FunnelPoints | None = None,
    shapes: Sequence[AreaShape] = (),
    nation: Sequence[NationMonth] = (),
    breaks: Sequence[NationBreak] = (),
) -> dict[str, Chart]:
    """Every chart that these figures can carry, by key, in the order of the page.

    Keys are `ranked`, `funnel`, `map`, `deprivation`, `nation` and `values`; a chart that would have nothing to say is
    not among them. Each has its finding, its specification and its table. `render_svg` and `render_png` draw them.
    """
    # Altair checks every object that it makes against its whole schema: two thirds of the time of a chart. Tests do
    # that (test_site_charts.py); a release draws hundreds.
    with alt.utils.schemapi.debug_mode(False):
        drawn = {
            "ranked": draw_ranked(indicator, rows),
            "funnel": draw_site_funnel(indicator, rows, funnel) if funnel else None,
            "map": draw_map(indicator, rows, shapes),
            "deprivation": draw_deprivation(indicator, rows),
            "nation": draw_nation(indicator, nation, breaks),
            "values": draw_values(indicator, rows),
        }
    return {key: chart for key, chart in drawn.items() if chart is not None}
