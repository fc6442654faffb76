"""Why: each organisation's gap in parts that go with population, resources, local data and recording."""

from __future__ import annotations

from collections.abc import Iterator

from likeforlike.catalogue import Catalogue, Indicator, Kind, Purpose
from likeforlike.comparison.expected import Covariates
from likeforlike.comparison.explaining import Explained, explain_gaps
from likeforlike.comparison.populations import read_covariates
from likeforlike.errors import NoModelError
from likeforlike.review.models import IndicatorModel
from likeforlike.review.run import Review
from likeforlike.review.tables import Row

POPULATION, RESOURCES, LOCAL, RECORDING = "population", "resources", "premises and local data", "recording"
REST, GAP = "not explained", "gap"
LOCAL_SOURCE = "data_pack"


def tabulate_why(review: Review, catalogue: Catalogue) -> list[Row]:
    """One row for each organisation, indicator and part; the parts and the rest add up to the gap.

    An indicator that no group of covariates can explain has no rows.
    """
    rows: list[Row] = []
    for column, model in enumerate(review.models):
        groups = _groups(review, catalogue, column)
        if not groups:
            continue
        try:
            explained = explain_gaps(model.panel, groups, review.evidence.boards, model.months)
        except NoModelError:
            continue
        rows += list(_rows(review, model, explained))
    return rows


def _groups(review: Review, catalogue: Catalogue, column: int) -> dict[str, Covariates]:
    """The covariates that the build knows, by group, in the order in which they explain."""
    groups = {}
    if review.evidence.populations[column].names:
        groups[POPULATION] = review.evidence.populations[column]
    for group, indicators in name_explaining(review.models[column].indicator, catalogue).items():
        covariates = read_covariates(
            review.evidence.build,
            indicators,
            review.plan.organisation_type,
            review.evidence.organisations,
            review.plan.window.last,
            restricted=review.plan.restricted,
        )
        known = [place for place in range(len(indicators)) if (covariates.values[:, place] >= 0).any()]
        if known:
            groups[group] = Covariates(
                tuple(indicators[place] for place in known), covariates.values[:, known]
            )
    return groups


def name_explaining(indicator: Indicator, catalogue: Catalogue) -> dict[str, list[str]]:
    """Group → the indicators beside those of the population by which another one is explained."""
    return {
        RESOURCES: [one.id for one in _of(catalogue, Purpose.RESOURCE) if not _is_local(one)],
        LOCAL: [one.id for one in _of(catalogue, Purpose.RESOURCE) if _is_local(one)],
        RECORDING: [one.id for one in _of(catalogue, Purpose.RECORDING) if _shares_source(one, indicator)],
    }


def _of(catalogue: Catalogue, purpose: Purpose) -> Iterator[Indicator]:
    """Those of a purpose that a regression can take: no levels, and no counts that grow with the organisation."""
    return (
        one
        for one in catalogue.indicators.values()
        if one.purpose is purpose and one.kind not in (Kind.ORDINAL, Kind.COUNT)
    )


def _is_local(indicator: Indicator) -> bool:
    return all(source.source == LOCAL_SOURCE for source in indicator.inputs)


def _shares_source(one: Indicator, other: Indicator) -> bool:
    return bool({source.source for source in one.inputs} & {source.source for source in other.inputs})


def _rows(review: Review, model: IndicatorModel, explained: Explained) -> Iterator[Row]:
    unit = explained.unit
    parts = [*explained.groups, REST]
    for place in review.members:
        named = {
            "organisation": review.evidence.organisations[place],
            "indicator": model.indicator.id,
        }
        for number, group in enumerate(parts):
            yield named | {
                "group": group,
                "part": unit.parts[place, number],
                "lower": unit.lower[place, number],
                "upper": unit.upper[place, number],
            }
        yield named | {"group": GAP, "part": explained.gap[place], "lower": None, "upper": None}
