"""The commissioner's report of a review: what its charts show, what they find, and the tables beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from likeforlike.comparison.prepandemic import VACCINATIONS
from likeforlike.present import findings, indicator_tables, wording
from likeforlike.present import report_tables as tables
from likeforlike.present.evidence import EvidenceView, MeasureView, view_all_evidence
from likeforlike.present.indicator_tables import FunnelView
from likeforlike.present.review import ReviewView, nouns, view_review
from likeforlike.present.table import TableView
from likeforlike.review.funnel import make_funnels
from likeforlike.review.result import ReviewResult
from likeforlike.review.tables import Row


@dataclass(frozen=True)
class PlacedView:
    """One assessed organisation's range of positions."""

    organisation: str
    name: str
    category: str
    rank: float
    rank_lower: float
    rank_upper: float
    composite: float
    composite_lower: float
    composite_upper: float
    listed: bool


@dataclass(frozen=True)
class SnapshotView:
    """Whom one month alone would have named."""

    month: str
    named: int
    on_list: int


@dataclass(frozen=True)
class ListedEvidence:
    """One listed organisation with the indicator that pulls it down most."""

    name: str
    measure: MeasureView


@dataclass(frozen=True)
class ReportView:
    """Everything of the report; `review` has the sentences, `tables` the figures, by short name."""

    review: ReviewView
    noun: str
    many: str
    places: tuple[PlacedView, ...]
    """From the best expected position."""
    last_fifth: int
    """The first position of the last fifth."""
    ranks_finding: str
    sensitivity_finding: str
    snapshot_finding: str
    months_finding: str
    why_finding: str
    strip_finding: str
    funnels: tuple[FunnelView, ...]
    snapshots: tuple[SnapshotView, ...]
    drivers: tuple[ListedEvidence, ...]
    tables: Mapping[str, TableView]
    before_note: str
    """Said beside the table of before the pandemic; '' where that was not asked."""
    with_baseline: TableView
    no_baseline: tuple[str, ...]
    """Why some have none, each reason once with how many it is."""
    who_note: str
    methods: tuple[str, ...]
    source: str
    """For under a chart: whom the figures come from, and which result."""


def view_report(result: ReviewResult) -> ReportView:
    """The report of a result."""
    review = view_review(result)
    one, many = nouns(result)
    places = _places(result)
    listed = frozenset(row.organisation for row in review.listed)
    sheets = view_all_evidence(result, [row.organisation for row in review.listed])
    drivers = tuple(filter(None, map(_driver, sheets)))
    before = result.rows("before")
    funnels = _funnels(result, review, listed, many)
    return ReportView(
        review=review,
        noun=one,
        many=many,
        places=places,
        last_fifth=len(places) - len(places) // 5 + 1,
        ranks_finding=findings.of_ranks(places, many),
        sensitivity_finding=findings.of_sensitivity(review, many),
        snapshot_finding=findings.of_snapshots(result.rows("snapshots"), len(listed), many),
        months_finding=findings.of_months(drivers, many),
        why_finding=findings.of_why([row.measure for row in drivers], many),
        strip_finding=findings.of_strips(places, many),
        funnels=funnels,
        snapshots=tuple(
            SnapshotView(wording.month(row["month"]), row["named"], row["on_list"])
            for row in result.rows("snapshots")
        ),
        drivers=drivers,
        tables=_tables(result, review, funnels),
        with_baseline=tables.table_of_before([row for row in before if row["ratio"] is not None], result),
        no_baseline=_no_baseline(before, one, many),
        before_note=VACCINATIONS if before else "",
        who_note=findings.WHO_NOTE if result.rows("who") else findings.NOBODY_TO_LOOK_AT,
        methods=findings.METHODS,
        source=findings.source_of(result),
    )


def _places(result: ReviewResult) -> tuple[PlacedView, ...]:
    rows = [row for row in result.rows("organisations") if row["assessed"] and row["rank"] is not None]
    return tuple(
        PlacedView(
            row["organisation"],
            row["name"],
            row["category"],
            row["rank"],
            row["rank_lower"],
            row["rank_upper"],
            row["composite"],
            row["composite_lower"],
            row["composite_upper"],
            row["listed"],
        )
        for row in sorted(rows, key=lambda row: (row["rank"], row["organisation"]))
    )


def _driver(sheet: EvidenceView) -> ListedEvidence | None:
    """With the indicator that pulls it down most, if any has a figure."""
    measured = [one for one in sheet.measures if one.effect is not None]
    if not measured:
        return None
    return ListedEvidence(
        sheet.name, min(measured, key=lambda one: one.indicator.weight * (one.effect or 0.0))
    )


def _funnels(
    result: ReviewResult, review: ReviewView, listed: frozenset[str], many: str
) -> tuple[FunnelView, ...]:
    made = make_funnels(result.rows("indicators"), result.rows("effects"), result.rows("months"))
    return tuple(
        FunnelView(
            made[one.id],
            one.title,
            one.unit,
            one.decimals,
            findings.of_funnel(made[one.id], one.title, many),
            listed,
        )
        for one in review.indicators
        if one.id in made
    )


def _no_baseline(before: Sequence[Row], one: str, many: str) -> tuple[str, ...]:
    reasons = Counter(row["reason"] for row in before if row["ratio"] is None)
    return tuple(
        f"{wording.count(number, one, many).capitalize()}: {reason}."
        for reason, number in reasons.most_common()
    )


def _tables(result: ReviewResult, review: ReviewView, funnels: Sequence[FunnelView]) -> dict[str, TableView]:
    made = (
        tables.table_of_list(review),
        tables.table_of_organisations(result),
        tables.table_of_sensitivity(review),
        tables.table_of_held(result),
        tables.table_of_snapshots(result),
        tables.table_of_who(result),
        indicator_tables.table_of_indicators(review, result),
        indicator_tables.table_of_correlations(result),
        *indicator_tables.tables_of_model(result),
        *indicator_tables.tables_of_calibration(result),
        tables.table_of_gates(result),
        tables.table_of_not_assessed(review),
        tables.table_of_before(result.rows("before"), result),
        indicator_tables.table_of_effects(result),
        tables.table_of_sources(result),
        tables.table_of_making(result),
    )
    return {one.name: one for one in (*made, indicator_tables.table_of_funnels(result, funnels))}
