"""The official files under a review: every one that a figure, a population, a merger or an area was read from."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

import pyarrow.compute
import pyarrow.parquet

from likeforlike.catalogue import Catalogue
from likeforlike.catalogue.attribution import attribute
from likeforlike.errors import NotFoundError
from likeforlike.measures.lineage_reading import read_events
from likeforlike.measures.lineage_tables import MEMBERSHIPS
from likeforlike.measures.reading import read_observations
from likeforlike.review.beside import APPOINTMENTS, DEPRIVATION, RURAL
from likeforlike.review.evidence import AGED_85, LIST_SIZE, UNDER_5
from likeforlike.review.explanation import name_explaining
from likeforlike.review.run import Review
from likeforlike.review.tables import Row
from likeforlike.store import AddedFile, Manifest


def list_files(review: Review, catalogue: Catalogue, manifest: Manifest) -> list[AddedFile]:
    """The files that a review was made from, by source, date of issue and name."""
    editions = {
        edition for name in _indicators(review, catalogue) for edition in _editions(review, name)
    } | set(_editions_of_lineage(review))
    its = [file for file in manifest.files if file.edition in editions]
    return sorted(its, key=lambda file: (file.source, file.published, file.name))


def tabulate_sources(files: Iterable[AddedFile], catalogue: Catalogue) -> list[Row]:
    """One row for each file."""
    rows: list[Row] = []
    for file in files:
        named = attribute(catalogue, [(file.source, file.licence)])[0]
        rows.append(
            {
                "edition": file.edition,
                "source": file.source,
                "title": named.title,
                "publisher": named.publisher,
                "licence": named.licence,
                "attribution": named.attribution,
                "file": file.name,
                "sha256": file.sha256,
                "published": datetime.date.fromisoformat(file.published),
                "restricted": file.restricted,
            }
        )
    return rows


def _indicators(review: Review, catalogue: Catalogue) -> list[str]:
    """Every indicator that is read, each once: those of the plan and all that stands beside and behind them."""
    names = [one.id for one in review.plan.indicators]
    names += [LIST_SIZE, UNDER_5, AGED_85, DEPRIVATION, RURAL, APPOINTMENTS, *review.plan.beside]
    names += [name for its in review.evidence.populations for name in its.names]
    for model in review.models:
        names += [name for group in name_explaining(model.indicator, catalogue).values() for name in group]
    return list(dict.fromkeys(names))


def _editions(review: Review, indicator: str) -> set[str]:
    try:
        observed = read_observations(
            review.evidence.build,
            indicator,
            organisation_type=review.plan.organisation_type,
            restricted=review.plan.restricted,
        )
    except NotFoundError:
        return set()
    texts = pyarrow.compute.unique(observed["editions"]).to_pylist()
    return {edition for text in texts if text for edition in text.split(",")}


def _editions_of_lineage(review: Review) -> Iterator[str]:
    """Of who took over from whom, and of who belongs where."""
    build, plan = review.evidence.build, review.plan
    codes = {review.evidence.organisations[place] for place in review.members}
    for event in read_events(build, events=("succeeded_by", "part_moved_to")):
        if event.organisation_type == plan.organisation_type and event.other in codes:
            yield from event.editions
    path = build.folder / MEMBERSHIPS
    # The build of an empty store has no lineage.
    if path.exists():
        its = pyarrow.parquet.read_table(
            path,
            columns=["editions"],
            filters=[("child_type", "==", plan.organisation_type), ("child", "in", sorted(codes))],
        )
        for text in pyarrow.compute.unique(its["editions"]).to_pylist():
            yield from (text or "").split(",")
