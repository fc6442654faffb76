"""The tables of what a review measures: its indicators, how far each can be trusted, and the models behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from likeforlike.present import wording
from likeforlike.present.evidence import EvidenceView
from likeforlike.present.review import ReviewView
from likeforlike.present.table import Column, TableView, make_table
from likeforlike.review.funnel import Funnel
from likeforlike.review.result import ReviewResult
from likeforlike.review.tables import Row

BY = {
    "expected": ("tenth by what is expected", "from the lowest"),
    "deprivation": ("fifth by deprivation", "from the least deprived"),
}


def table_of_indicators(view: ReviewView, result: ReviewResult) -> TableView:
    """The indicators with weight, direction, window and what each is worth."""
    worth = {row["indicator"]: row for row in result.rows("indicators")}
    return make_table(
        "Indicators",
        "The indicators: the figure of the typical organisation, and in how many months reliability would be 0.7",
        (
            "Indicator",
            "Unit",
            Column("Weight, per cent", 0),
            "Better",
            Column("Smallest difference that matters", 1),
            "Months",
            Column("Typical", 1),
            Column("Reliability", 2),
            Column("Rankability", 2),
            Column("Months until 0.7", 0),
            Column("Figures that do not count, per cent", 0),
        ),
        [
            (
                one.title,
                one.unit,
                100 * one.weight,
                one.better,
                one.smallest_difference,
                one.months,
                one.reference,
                worth[one.id]["reliability"],
                worth[one.id]["rankability"],
                worth[one.id]["months_for_0_7"],
                percent(worth[one.id]["share_gated"]),
            )
            for one in view.indicators
        ],
    )


def percent(share: float | None) -> float | None:
    """A share as a percentage."""
    return None if share is None else 100 * share


def table_of_correlations(result: ReviewResult) -> TableView:
    """How alike the indicators are."""
    titles = titles_of(result)
    return make_table(
        "Correlations",
        "How far the indicators go together: as observed, and with chance taken out",
        (
            "Indicator",
            "Other",
            Column("Observed correlation", 2),
            Column("Without chance", 2),
            Column("Organisations", 0),
        ),
        [
            (
                titles[row["indicator"]],
                titles[row["other"]],
                row["observed"],
                row["true"],
                row["organisations"],
            )
            for row in result.rows("correlations")
        ],
    )


def tables_of_model(result: ReviewResult) -> tuple[TableView, TableView, TableView]:
    """Coefficients, fit and calibration."""
    titles = titles_of(result)
    families = {(row["indicator"], row["adjustment"]): row["family"] for row in result.rows("model")}
    coefficients = make_table(
        "Model",
        "The models of what is expected: coefficients on the scale of the link, for one standard deviation",
        (
            "Indicator",
            "Adjustment",
            "Covariate",
            Column("Mean", 2),
            Column("Standard deviation", 2),
            Column("Coefficient", 3),
            Column("Standard error", 3),
        ),
        [
            (
                titles[row["indicator"]],
                row["adjustment"],
                wording.covariate(row["covariate"]),
                row["mean"],
                row["spread"],
                row["estimate"],
                row["standard_error"],
            )
            for row in result.rows("model")
        ],
    )
    fit = make_table(
        "Fit",
        "How well the models predict organisations that they were not fitted to",
        (
            "Indicator",
            "Adjustment",
            "Family",
            Column("Organisations", 0),
            Column("Dispersion", 1),
            Column("Deviance explained", 3),
            Column("Calibration slope", 2),
        ),
        [
            (
                titles[row["indicator"]],
                row["adjustment"],
                families.get((row["indicator"], row["adjustment"])),
                row["organisations"],
                row["dispersion"],
                row["deviance_explained"],
                row["calibration_slope"],
            )
            for row in result.rows("model_fit")
        ],
    )
    return coefficients, fit, _calibration(result, titles)


def _calibration(result: ReviewResult, titles: dict[str, str]) -> TableView:
    return make_table(
        "Calibration",
        "What was expected and what was observed, by tenths of the expected and by fifths of deprivation",
        (
            "Indicator",
            "Adjustment",
            "Group",
            Column("Number", 0),
            Column("Organisations", 0),
            Column("Expected", 1),
            Column("Observed", 1),
        ),
        [
            (
                titles[row["indicator"]],
                row["adjustment"],
                ", ".join(BY[row["by"]]),
                row["group"],
                row["organisations"],
                row["expected"],
                row["observed"],
            )
            for row in result.rows("calibration")
        ],
    )


def tables_of_calibration(result: ReviewResult) -> tuple[TableView, ...]:
    """Expected and observed side by side for the report: the first model of each indicator, a column a group."""
    titles = titles_of(result)
    own: dict[str, str] = {}
    found: dict[str, dict[str, dict[int, Row]]] = {by: {} for by in BY}
    for row in result.rows("calibration"):
        if own.setdefault(row["indicator"], row["adjustment"]) == row["adjustment"]:
            found[row["by"]].setdefault(row["indicator"], {})[row["group"]] = row
    made = []
    for by, (what, start) in BY.items():
        groups = sorted({group for its in found[by].values() for group in its})
        rows = [
            (titles[one], kind, *(its[group][kind] if group in its else None for group in groups))
            for one, its in found[by].items()
            for kind in ("expected", "observed")
        ]
        made.append(
            make_table(
                f"Calibration {by}",
                f"Expected and observed by {what}, {start}",
                ("Indicator", "Figure", *(Column(wording.ordinal(group), 1) for group in groups)),
                rows,
            )
        )
    return tuple(made)


def table_of_effects(result: ReviewResult) -> TableView:
    """Each organisation on each indicator."""
    titles = titles_of(result)
    names = {row["organisation"]: row["name"] for row in result.rows("organisations")}
    return make_table(
        "Effects",
        "Each organisation on each indicator",
        (
            "Organisation",
            "Code",
            "Indicator",
            Column("Months", 0),
            Column("Value", 2),
            Column("Expected", 2),
            "State",
            Column("Effect in units of what matters, higher is better", 2),
            Column("from", 2),
            Column("to", 2),
            Column("Reliability", 2),
        ),
        [
            (
                names[row["organisation"]],
                row["organisation"],
                titles[row["indicator"]],
                row["months"],
                row["value"],
                row["expected"],
                wording.state(row["state"]),
                row["effect"],
                row["effect_lower"],
                row["effect_upper"],
                row["reliability"],
            )
            for row in result.rows("effects")
        ],
    )


@dataclass(frozen=True)
class FunnelView:
    """One indicator's figures against size."""

    funnel: Funnel
    title: str
    unit: str
    decimals: int
    finding: str
    listed: frozenset[str]


def table_of_funnels(result: ReviewResult, funnels: Iterable[FunnelView]) -> TableView:
    """Size and like-for-like figure of each organisation on each indicator: the funnels' points."""
    names = {row["organisation"]: row["name"] for row in result.rows("organisations")}
    return make_table(
        "Funnels",
        "Size and like-for-like figure: the figure, moved by what is expected, against the typical organisation",
        ("Organisation", "Code", "Indicator", Column("Size", 0), Column("Like for like", 2), "Outside 99.8%"),
        [
            (
                names[point.organisation],
                point.organisation,
                one.title,
                point.size,
                point.value,
                point.outside,
            )
            for one in funnels
            for point in one.funnel.points
        ],
    )


def table_of_measures(sheet: EvidenceView) -> TableView:
    """One organisation's figures: the strips of its sheet."""
    return make_table(
        "Figures",
        "The figures",
        ("Indicator", "Value", "95% interval", "Expected", "State", "Position"),
        [
            (
                one.indicator.title,
                one.value,
                one.sampling.strip("()"),
                one.expected,
                one.state,
                one.position,
            )
            for one in sheet.measures
        ],
    )


def titles_of(result: ReviewResult) -> dict[str, str]:
    """Indicator → its title."""
    rows: Iterable[Row] = result.rows("indicators")
    return {row["indicator"]: row["title"] for row in rows}
