"""Run a plan on a store: the one function that commands, documents and the workspace call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from likeforlike import __version__
from likeforlike.catalogue import Catalogue
from likeforlike.catalogue.attribution import find_fiction
from likeforlike.errors import DefinitionError, NotFoundError
from likeforlike.measures.build import Build, build
from likeforlike.measures.reading import read_names
from likeforlike.review.beside import tabulate_before, tabulate_beside, tabulate_who
from likeforlike.review.editions import earlier_days
from likeforlike.review.evidence import check_names, count_with_figures
from likeforlike.review.explanation import tabulate_why
from likeforlike.review.plan import Planned, check_plan
from likeforlike.review.result import ReviewResult, write_result
from likeforlike.review.run import Region, Report, Review, fit_region, review_area
from likeforlike.review.sourcing import list_files, tabulate_sources
from likeforlike.review.tables import Row
from likeforlike.review.tabulating import (
    count_categories,
    tabulate_effects,
    tabulate_gates,
    tabulate_months,
    tabulate_organisations,
    tabulate_runs,
    tabulate_sensitivity,
    tabulate_snapshots,
)
from likeforlike.review.tabulating_models import tabulate_correlations, tabulate_indicators, tabulate_model
from likeforlike.settings import Settings
from likeforlike.store import AddedFile, Manifest, Store
from likeforlike.store.whole_folder import check_is_free

# Whose versions a result may depend on in its last digits.
LIBRARIES = ("numpy", "scipy", "glum", "tabmat", "duckdb", "ibis-framework", "pyarrow")


def run_review(
    planned: Planned, store: Store, catalogue: Catalogue, settings: Settings, target: Path, report: Report
) -> ReviewResult:
    """Build what the plan's as-at date asks for, review its area, and write the result.

    Raises:
        DefinitionError: the plan does not fit the definitions or the figures; before any work where it can be told.
        NotFoundError: the store is empty, or has nothing of the area or of an indicator: it is named.
        NoModelError: too few organisations for an expected model.
        SettingsError: something of the target's name is there.
    """
    check_is_free(target, "review")
    check_plan(planned.plan, catalogue, where=planned.where)
    manifest = store.manifest()
    if not manifest.files:
        raise NotFoundError(
            "the store is empty.",
            where=str(store.folder),
            next_step="Name another with --store, or add files first: likeforlike add PATH…",
        )
    report("building")
    built = build(store, catalogue, settings, as_at=planned.plan.as_at, report=report)
    with one_thread(), naming_store(store):
        check_names(built, catalogue, planned.plan, planned.where)
        region = fit_region(built, catalogue, planned.plan, report, planned.where)
        days = earlier_days(manifest.files, _sources_of_figures(region, manifest), planned.plan)
        earlier = {
            f"as at {day}": fit_region(
                build(store, catalogue, settings, as_at=day, report=report),
                catalogue,
                planned.plan,
                report,
                f"{planned.where}, as at {day}",
            )
            for day in days
        }
        review = review_area(region, catalogue, planned.plan, report, earlier)
        used = list_files(review, catalogue, manifest)
        check_packs(planned, used)
        tables = tabulate(review, region, catalogue) | {"sources": tabulate_sources(used, catalogue)}
    report("writing")
    return write_result(target, planned.text, tables, describe(review, built, catalogue, used))


@contextmanager
def naming_store(store: Store) -> Iterator[None]:
    """Let an error about what is not there say in which store it was looked for: it may be another one's plan."""
    try:
        yield
    except NotFoundError as error:
        looked = f"{error.next_step} Looked in the store {store.folder}; --store names another."
        raise NotFoundError(error.what, where=error.where, next_step=looked.strip()) from None


def one_thread() -> threadpool_limits:
    """Linear algebra on one thread: the last digits of a sum depend on how it was split, and many small products
    are slower on two threads that wait for each other."""
    # Its threads can be limited only once it is loaded.
    import glum  # noqa: F401

    return threadpool_limits(limits=1)


def tabulate(review: Review, region: Region, catalogue: Catalogue) -> dict[str, Sequence[Row]]:
    """All tables of a result but its sources."""
    coefficients, fits, calibration = tabulate_model(review)
    by_month, by_organisation = tabulate_snapshots(review)
    own = next(iter(region.populations.values()))
    return {
        "organisations": tabulate_organisations(review),
        "effects": tabulate_effects(review),
        "months": tabulate_months(review),
        "gates": tabulate_gates(review, catalogue),
        "indicators": tabulate_indicators(review),
        "correlations": tabulate_correlations(review, own),
        "model": coefficients,
        "model_fit": fits,
        "calibration": calibration,
        "sensitivity": tabulate_sensitivity(review),
        "runs": tabulate_runs(review),
        "snapshots": by_month,
        "snapshot_organisations": by_organisation,
        "beside": tabulate_beside(review, catalogue),
        "before": tabulate_before(review, catalogue),
        "why": tabulate_why(review, catalogue),
        "who": tabulate_who(review),
    }


def describe(review: Review, built: Build, catalogue: Catalogue, used: Sequence[AddedFile]) -> dict[str, Any]:
    """What `result.json` says beside the hashes of its files: nothing of the day or the machine."""
    plan, listing, area = review.plan, review.listing, review.area
    return {
        "title": plan.title,
        "area": {"organisation_type": area.organisation_type, "code": area.code, "name": area.name},
        "organisation_type": plan.organisation_type,
        "window": {
            "first": f"{plan.window.first:%Y-%m}",
            "last": f"{plan.window.last:%Y-%m}",
            "months": plan.window.months,
        },
        "as_at": plan.as_at.isoformat() if plan.as_at else None,
        "reference": plan.reference,
        "expected": plan.expected,
        "expected_reason": plan.expected_reason,
        "seed": plan.seed,
        "draws": plan.draws,
        "thresholds": plan.thresholds.model_dump(),
        "gates": plan.gates.model_dump(),
        "organisations": len(review.members),
        "assessed": int(listing.assessed.sum()),
        "listed": int(listing.listed.sum()),
        "core": int(review.core.sum()),
        "longest": listing.longest,
        "expected_wrong": float(listing.expected_false_share * listing.listed.sum()),
        "categories": dict(count_categories(review)),
        "compared_with": count_with_figures(review.evidence),
        "restricted": plan.restricted or any(file.restricted for file in used),
        "fiction": find_fiction(catalogue, read_names(built)),
        "build": built.key,
        "definitions": catalogue.digest,
        "version": __version__,
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
    }


def _sources_of_figures(region: Region, manifest: Manifest) -> set[str]:
    """Whose other editions are other figures: a source may be named for organisations of other kinds alone."""
    editions = {edition for panel in region.evidence.panels for edition in panel.editions}
    return {file.source for file in manifest.files if file.edition in editions}


def check_packs(planned: Planned, used: Sequence[AddedFile]) -> None:
    """Raise DefinitionError where figures come from a data pack that the plan does not name, or a named one has none.

    Nothing but the plan may influence a result: a pack that happens to lie in the store would.
    """
    packs = {file.name: file for file in used if file.source == "data_pack"}
    named = {Path(name).stem for name in planned.plan.data_packs}
    for name in packs:
        if Path(name).stem not in named:
            raise DefinitionError(
                f"data_packs: figures of this review come from the pack '{name}', which the plan does not name.",
                where=planned.where,
                next_step=f'Add "{name}" to `data_packs`, or withdraw the pack from the store.',
            )
    for number, name in enumerate(planned.plan.data_packs):
        if Path(name).stem not in {Path(one).stem for one in packs}:
            raise DefinitionError(
                f"data_packs.{number}: no figure of this review comes from '{name}': it is not in the store, is for "
                "other organisations or brings none of the plan's indicators.",
                where=planned.where,
                next_step="Add the pack with `likeforlike add`, or leave it out of the plan.",
            )
