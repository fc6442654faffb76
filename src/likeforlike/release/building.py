"""Makes a release from a build: beside, whole, verified, and only then swapped in."""

from __future__ import annotations

import datetime
import hashlib
import json
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import pyarrow
import pyarrow.parquet

from likeforlike import __version__
from likeforlike.catalogue import Catalogue
from likeforlike.catalogue.indicators import Status
from likeforlike.comparison.populations import read_covariates
from likeforlike.comparison.similar import find_similar, known_of_most
from likeforlike.errors import StoreError
from likeforlike.measures.build import Build
from likeforlike.measures.reading import read_observations
from likeforlike.present import wording
from likeforlike.release.changes import list_changes
from likeforlike.release.charting import Ground, draw_comparison, lay_ground
from likeforlike.release.comparing import Compared, Peers, compare_kind
from likeforlike.release.indicators import describe_edition, describe_indicator
from likeforlike.release.organisations import Organisations, gather_organisations, peer_area
from likeforlike.release.protecting import protect_observations
from likeforlike.release.rating import contrast_published, rate_everybody
from likeforlike.release.reading import Release
from likeforlike.release.schema import DATA, MANIFEST, READ_MODEL
from likeforlike.release.swapping import current_release, swap_in, verify_release
from likeforlike.release.views import IndicatorView, KindView, ReleaseView, Similar, Standing
from likeforlike.release.writing import ReadModel
from likeforlike.store import Manifest, Store
from likeforlike.store.files import hash_file, move_folder, write_whole

# Raised when the same build would give another release.
RELEASE_VERSION = 1
ENGLAND = "england"
Report = Callable[[str], None]


def make_release(store: Store, build: Build, catalogue: Catalogue, releases: Path, report: Report) -> Path:
    """Make the release of a build and serve it; one that is there already is swapped in as it is.

    It holds what everybody may see: restricted figures are left out. Its name is the date of its newest file and a
    hash of everything that it depends on, the release before among it, for its changes are told against that.

    Raises:
        StoreError: the build is empty or damaged.
    """
    manifest = store.manifest()
    before = current_release(releases)
    name = _name(build, catalogue, manifest)
    final = releases / name
    if before is not None and before.name == name:
        return final
    if not final.exists():
        with _beside(releases) as folder:
            _fill(folder, name, store, manifest, build, catalogue, before, report)
            move_folder(folder, final)
    report("verifying")
    problems = verify_release(final)
    if problems:
        raise StoreError(
            f"is damaged: {problems[0]}.",
            where=str(final),
            next_step="Remove the folder and run `likeforlike release` again.",
        )
    swap_in(releases, final)
    return final


def _name(build: Build, catalogue: Catalogue, manifest: Manifest) -> str:
    inputs = json.dumps([build.key, catalogue.digest, RELEASE_VERSION, __version__])
    return f"{_newest_issue(manifest)}-{hashlib.sha256(inputs.encode()).hexdigest()[:8]}"


def _as_at(build: Build, manifest: Manifest) -> datetime.date:
    """The day on which a release looks at the world: that of the build, else of its newest file."""
    return build.as_at or datetime.date.fromisoformat(_newest_issue(manifest))


def _newest_issue(manifest: Manifest) -> str:
    return max((file.published for file in manifest.files), default="no-files")


@contextmanager
def _beside(releases: Path) -> Iterator[Path]:
    """A folder that is gone if it is not renamed; what a killed run left is removed."""
    releases.mkdir(parents=True, exist_ok=True)
    for left in releases.glob(".making-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = releases / f".making-{uuid.uuid4().hex[:8]}"
    (folder / DATA / "figures").mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fill(
    folder: Path,
    name: str,
    store: Store,
    manifest: Manifest,
    build: Build,
    catalogue: Catalogue,
    before: Path | None,
    report: Report,
) -> None:
    report("gathering organisations")
    everybody = gather_organisations(build, catalogue, store, manifest)
    if not everybody.views:
        raise StoreError(
            "has no organisations, so there is nothing to release.",
            where=str(build.folder),
            next_step="Add files with `likeforlike add`, then `likeforlike build`.",
        )
    model = ReadModel(folder / READ_MODEL)
    try:
        model.put_organisations(everybody)
        indicators = _put_comparisons(
            model, folder, store, build, catalogue, everybody, _as_at(build, manifest), report
        )
        model.put_indicators(indicators)
        _put_similar(model, build, catalogue, everybody)
        editions = [
            describe_edition(file, catalogue)
            for file in sorted(manifest.files, key=lambda file: (file.source, file.published, file.name))
            if not file.restricted and file.source in catalogue.sources
        ]
        about = ReleaseView(
            id=name,
            made=_newest_issue(manifest),
            software=__version__,
            fictional=any(one.fictional for one in everybody.views),
            organisations=sum(one.closed is None for one in everybody.views),
            indicators=len(indicators),
            before=before.name if before else None,
        )
        model.put_sources(editions, ())
        model.finish(about)
    except BaseException:
        model.abandon()
        raise
    if before is not None:
        report("telling what changed")
        _put_changes(folder, before)
    _write_people(folder, everybody)
    files = {
        path.relative_to(folder).as_posix(): hash_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    sources = {file.edition: {"name": file.name, "sha256": file.sha256} for file in manifest.files}
    described = asdict(about) | {
        "build": build.key,
        "definitions": catalogue.digest,
        "sources": sources,
        "files": files,
    }
    write_whole(folder / MANIFEST, f"{json.dumps(described, indent=1, sort_keys=True)}\n".encode())


def _put_comparisons(
    model: ReadModel,
    folder: Path,
    store: Store,
    build: Build,
    catalogue: Catalogue,
    everybody: Organisations,
    as_at: datetime.date,
    report: Report,
) -> list[IndicatorView]:
    """Every active indicator over every kind of organisation that has figures."""
    names: dict[str, dict[str, str]] = {}
    for one in everybody.views:
        names.setdefault(one.kind, {})[one.code] = one.name
    peers = {kind.id: _peers(kind, everybody, names) for kind in everybody.kinds}
    belongs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for its_kind, code, area_kind, area in everybody.memberships:
        belongs.setdefault((its_kind, code), []).append((area_kind, area))
    ground: dict[str, Ground] = {}
    standings: dict[str, dict[tuple[str, str], Standing]] = {}
    described = []
    for indicator in catalogue.indicators.values():
        if indicator.status is not Status.ACTIVE or indicator.id not in build.rows:
            continue
        report(f"comparing {indicator.title}")
        its: list[Compared] = []
        observed = protect_observations(read_observations(build, indicator.id), indicator, catalogue, belongs)
        for kind in indicator.organisation_types:
            if kind == ENGLAND or kind not in peers:
                continue
            compared = compare_kind(build, catalogue, indicator, peers[kind], names[kind], observed)
            if compared is None:
                continue
            if kind not in ground:
                ground[kind] = lay_ground(build, store, catalogue, everybody, peers[kind])
            charts = draw_comparison(
                build, catalogue, indicator, peers[kind].kind, compared, ground[kind], first=not its
            )
            model.put_charts(charts)
            view = replace(compared.view, charts=tuple(one.key for one in charts))
            model.put_comparison(view, compared.standings, compared.histories)
            its.append(compared)
            standings.setdefault(indicator.id, {}).update(
                {(kind, standing.code): standing for standing in compared.standings}
            )
        if its:
            _write_figures(folder / DATA / "figures" / f"{indicator.id}.parquet", observed)
            described.append(describe_indicator(indicator, catalogue, [one.view.kind for one in its]))
    report("rating")
    model.put_ratings(
        rate_everybody(catalogue, standings, names, as_at), contrast_published(build, catalogue, names)
    )
    return described


def _peers(kind: KindView, everybody: Organisations, names: dict[str, dict[str, str]]) -> Peers:
    area_kind = peer_area(kind, everybody.memberships)
    area_of = {
        code: area
        for its, code, parent, area in everybody.memberships
        if (its, parent) == (kind.id, area_kind)
    }
    return Peers(kind, area_kind, area_of, names.get(area_kind or "", {}))


def _put_similar(model: ReadModel, build: Build, catalogue: Catalogue, everybody: Organisations) -> None:
    """Neighbours by the population that the expected models know, for every kind of which it is known."""
    covariates = sorted(
        {
            name
            for one in catalogue.indicators.values()
            if one.expected_model
            for name in one.expected_model.covariates
        }
    )
    for kind in everybody.kinds:
        its = [one for one in everybody.views if one.kind == kind.id and one.closed is None]
        codes = [one.code for one in its]
        populations = known_of_most(read_covariates(build, covariates, kind.id, codes, datetime.date.max))
        if not populations.names:
            continue
        found = find_similar(populations)
        model.put_similar(
            kind.id,
            [wording.covariate(name) for name in populations.names],
            {
                one.code: tuple(
                    Similar(its[place].code, its[place].name, round(float(far), 3))
                    for place, far in zip(found.place[row], found.distance[row], strict=True)
                )
                for row, one in enumerate(its)
                if found.place.shape[1] and found.place[row, 0] >= 0
            },
        )


def _put_changes(folder: Path, before: Path) -> None:
    old, new = Release(before), Release(folder)
    try:
        changes = list_changes(old, new)
    finally:
        old.close()
        new.close()
    base = sqlite3.connect(folder / READ_MODEL)
    with base:
        base.executemany(
            "INSERT INTO changes VALUES (?, ?)",
            [(place, json.dumps(asdict(one), ensure_ascii=False)) for place, one in enumerate(changes)],
        )
    base.close()


def _write_figures(path: Path, observed: pyarrow.Table) -> None:
    pyarrow.parquet.write_table(observed.drop_columns(["restricted"]), path, compression="zstd")


def _write_people(folder: Path, everybody: Organisations) -> None:
    rows = [
        {name: value for name, value in asdict(one).items() if not isinstance(value, tuple)}
        for one in everybody.views
    ]
    pyarrow.parquet.write_table(
        pyarrow.Table.from_pylist(rows), folder / DATA / "organisations.parquet", compression="zstd"
    )
