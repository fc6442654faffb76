"""Everything that a review reads of a build, as arrays of one order; afterwards nothing else is looked at."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from likeforlike.catalogue import Catalogue
from likeforlike.comparison.areas import Area, find_area, list_members
from likeforlike.comparison.expected import Covariates
from likeforlike.comparison.panel import Panel, read_panel
from likeforlike.comparison.populations import fold_areas, read_covariates
from likeforlike.errors import DefinitionError, NotFoundError
from likeforlike.measures.build import Build
from likeforlike.measures.lineage_reading import read_closures, read_events
from likeforlike.measures.reading import read_names, read_suppliers
from likeforlike.review.plan import ReviewPlan

LIST_SIZE = "list_size"
# What describes an atypical list.
UNDER_5, AGED_85 = "age_under_5_share", "age_85_and_over_share"


@dataclass(frozen=True)
class Evidence:
    """All organisations of a kind in one order, and what is known of them."""

    build: Build
    organisations: tuple[str, ...]
    names: Mapping[str, str]
    boards: tuple[str, ...]
    """The area of each organisation that the cross-validation leaves out whole."""
    panels: tuple[Panel, ...]
    """One for each indicator of the plan, all organisations in the same order."""
    populations: tuple[Covariates, ...]
    """What each indicator's expected model asks for; without a model no covariates."""
    list_sizes: Panel | None
    ages: Covariates
    """Shares of patients under 5 and aged 85 and over, in per cent."""
    merged: Mapping[str, tuple[tuple[str, datetime.date], ...]]
    """Organisation → those that it took over, and when."""
    suppliers: Mapping[str, Mapping[str, Mapping[datetime.date, str]]]
    """Source → organisation → month → the supplier of its system."""


@dataclass(frozen=True)
class Chosen:
    """The reviewed area."""

    area: Area
    members: NDArray[np.int64]
    """Places of its organisations among all, in order of code."""


def gather_evidence(
    build: Build, catalogue: Catalogue, plan: ReviewPlan, where: str = "the plan"
) -> Evidence:
    """Read what a plan needs of all organisations, whatever its area; errors say that it is `where`.

    Raises:
        NotFoundError: an indicator without figures.
        DefinitionError: a window in which an indicator has no figures: it names file, key and months that have.
    """
    kind = plan.organisation_type
    panels = [_read_planned(build, catalogue, plan, number, where) for number in range(len(plan.indicators))]
    for number, panel in enumerate(panels):
        _check_window(panel, plan, number, where)
    # Those without any figure are among them: their area is told that they have none.
    placed = list_members(build, Area("england", "ENG", "England"), kind)
    organisations = tuple(sorted({code for panel in panels for code in panel.organisations} | set(placed)))
    names = {code: name for (its, code), name in read_names(build).items() if its == kind}
    return Evidence(
        build=build,
        organisations=organisations,
        names={code: names.get(code, code) for code in organisations},
        boards=fold_areas(build, kind, organisations),
        panels=tuple(panel.align(organisations) for panel in panels),
        populations=tuple(
            read_covariates(
                build,
                model.covariates if model is not None else (),
                kind,
                organisations,
                plan.window.last,
                restricted=plan.restricted,
            )
            for model in (
                catalogue.indicator(one.id).expected_model if plan.expected else None
                for one in plan.indicators
            )
        ),
        list_sizes=_list_sizes(build, catalogue, kind, organisations),
        ages=read_covariates(build, (UNDER_5, AGED_85), kind, organisations, plan.window.last),
        merged=_merged(build, kind),
        suppliers=read_suppliers(build, kind),
    )


def choose_area(evidence: Evidence, catalogue: Catalogue, plan: ReviewPlan) -> Chosen:
    """The plan's area and its organisations: those placed in it that had not closed by the last month.

    One without any figure is among them where a file of the window's time still places it there.

    Raises:
        NotFoundError: the area is not known, or has no organisations.
    """
    build, kind = evidence.build, plan.organisation_type
    area = find_area(build, catalogue, plan.area)
    placed = list_members(build, area, kind)
    closures = read_closures(build, kind)
    place = {code: number for number, code in enumerate(evidence.organisations)}
    seen = {code for panel in evidence.panels for code in _with_figures(panel)}
    members = sorted(
        code
        for code in placed
        if (code not in closures or closures[code].day > plan.window.last)
        and (code in seen or placed[code] >= plan.window.first)
    )
    if not members:
        raise NotFoundError(
            f"no {catalogue.organisation_type(kind).plural} are known in {area.name} for this window.",
            next_step="`likeforlike show --areas` lists the areas of the build.",
        )
    return Chosen(area, np.array([place[code] for code in members], dtype=np.int64))


def check_names(build: Build, catalogue: Catalogue, plan: ReviewPlan, where: str) -> None:
    """Raise NotFoundError, naming file and key, where the build does not know the plan's area or what is beside."""
    try:
        area = find_area(build, catalogue, plan.area)
    except NotFoundError as error:
        raise NotFoundError(f"area: {error.what}", where=where, next_step=error.next_step) from None
    if not list_members(build, area, plan.organisation_type):
        raise NotFoundError(
            f"area: no {catalogue.organisation_type(plan.organisation_type).plural} are known in {area.name}.",
            where=where,
            next_step="`likeforlike show --areas` lists the areas of the build.",
        )
    for number, name in enumerate(plan.beside):
        if not build.observations(name).exists():
            raise NotFoundError(
                f"beside.{number}: no file in the store has figures for '{name}'.",
                where=where,
                next_step="Add the files of its sources, or leave it out of the plan.",
            )


def _with_figures(panel: Panel) -> list[str]:
    some: list[bool] = np.any(~np.isnan(panel.numerator), axis=1).tolist()
    return [code for code, has in zip(panel.organisations, some, strict=True) if has]


def count_with_figures(evidence: Evidence) -> int:
    """Organisations that have a figure of any indicator, in any month."""
    return len({code for panel in evidence.panels for code in _with_figures(panel)})


def _read_planned(build: Build, catalogue: Catalogue, plan: ReviewPlan, number: int, where: str) -> Panel:
    indicator = catalogue.indicator(plan.indicators[number].id)
    try:
        return read_panel(build, indicator, plan.organisation_type, restricted=plan.restricted)
    except NotFoundError as error:
        raise NotFoundError(
            f"indicators.{number}.id: {error.what}", where=where, next_step=error.next_step
        ) from None


def _check_window(panel: Panel, plan: ReviewPlan, number: int, where: str) -> None:
    within = panel.between(plan.window.first, plan.window.last)
    if within.months and not np.isnan(within.numerator).all():
        return
    some = [
        f"{month:%Y-%m}"
        for month, figures in zip(panel.months, panel.numerator.T, strict=True)
        if not np.isnan(figures).all()
    ]
    raise DefinitionError(
        f"indicators.{number}.id: '{panel.indicator.id}' has no figures from {plan.window.first:%Y-%m} to "
        f"{plan.window.last:%Y-%m}.",
        where=where,
        next_step=f"Months with figures: {', '.join(some[-24:]) or 'none'}. Change `window`, or add the files.",
    )


def _list_sizes(
    build: Build, catalogue: Catalogue, kind: str, organisations: tuple[str, ...]
) -> Panel | None:
    try:
        return read_panel(build, catalogue.indicator(LIST_SIZE), kind).align(organisations)
    except NotFoundError:
        return None


def _merged(build: Build, kind: str) -> dict[str, tuple[tuple[str, datetime.date], ...]]:
    merged: dict[str, tuple[tuple[str, datetime.date], ...]] = {}
    for event in read_events(build, events=("succeeded_by", "part_moved_to")):
        if event.organisation_type == kind and event.other is not None:
            merged[event.other] = (*merged.get(event.other, ()), (event.organisation, event.day))
    return merged
