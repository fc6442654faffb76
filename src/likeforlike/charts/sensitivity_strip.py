"""How often each listed organisation stays on the list when one choice is varied: what the list hangs on."""

from __future__ import annotations

import altair as alt

from likeforlike.charts.chart import Chart, data_of, lift_labels, make_chart, most_lines, wrap_labels
from likeforlike.charts.look import ACCENT, INK, PAPER, PEER, WIDTH
from likeforlike.present.report import ReportView
from likeforlike.present.wording import number
from likeforlike.review.sensitivity import HELD

STEP, LINE = 22, 10
# Of a name and of a check's words, in characters: longer ones go on below.
LONGEST_NAME, LONGEST_CHECK = 42, 10


def draw_sensitivity_strip(view: ReportView) -> Chart:
    """One row an organisation, one cell a check: a bar as long as the share of runs, and the share in figures."""
    table = view.tables["Held"]
    checks = [column.heading for column in table.columns[1:]]
    rows = [
        {
            "organisation": row[0],
            "check": check,
            "share": share,
            "text": f"{number(float(str(share)), 0)}%",
            "held": float(str(share)) >= 100 * HELD,
        }
        for row in table.rows
        for check, share in zip(checks, row[1:], strict=True)
        if share is not None
    ]
    names = [str(row[0]) for row in table.rows]
    organisations = alt.Y(
        "organisation:N",
        sort=names,
        title=None,
        axis=alt.Axis(
            labelLimit=0,
            labelFontSize=9,
            labelExpr=wrap_labels(names, LONGEST_NAME),
            labelOffset=lift_labels(names, LONGEST_NAME, LINE),
            labelLineHeight=LINE,
            ticks=False,
            domain=False,
        ),
    )
    share = alt.X("share:Q", scale=alt.Scale(domain=[0, 100]), axis=None)
    base = alt.Chart()
    panel = alt.layer(
        base.transform_calculate(full="100")
        .mark_bar(color=PAPER, stroke=PEER, strokeWidth=0.5)
        .encode(x=alt.X("full:Q", axis=None), y=organisations),
        base.transform_filter("datum.held").mark_bar(color=ACCENT).encode(x=share, y=organisations),
        base.transform_filter("!datum.held")
        .mark_bar(color="#a6bccf", stroke=INK, strokeDash=[3, 2])
        .encode(x=share, y=organisations),
        base.transform_filter("datum.share >= 55")
        .mark_text(align="left", x=4, fontSize=10, fontWeight="bold")
        .encode(
            y=organisations,
            text="text:N",
            color=alt.condition("datum.held", alt.value(PAPER), alt.value(INK)),
        ),
        base.transform_filter("datum.share < 55")
        .mark_text(align="left", dx=3, fontSize=10)
        .encode(x=share, y=organisations, text="text:N"),
        data=data_of(rows),
    ).properties(
        width=(WIDTH - 200) / max(len(checks), 1),
        height=alt.Step(max(STEP, LINE * most_lines(names, LONGEST_NAME))),
    )
    drawn = panel.facet(
        column=alt.Column(
            "check:N",
            sort=checks,
            title=None,
            header=alt.Header(
                labelExpr=wrap_labels(checks, LONGEST_CHECK),
                labelFontSize=10,
                labelFontWeight="normal",
                labelLineHeight=12,
                labelBaseline="bottom",
            ),
        ),
        spacing=6,
    )
    return make_chart(drawn, view.sensitivity_finding, view.source, table)
