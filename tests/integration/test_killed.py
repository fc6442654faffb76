"""Killed at any moment, the store is what it was or what it should become, and the next run leaves no trace of it."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.catalogue.loading import DEFINITIONS
from likeforlike.measures.build import build, find_build, verify_builds
from likeforlike.measures.reading import read_observations
from likeforlike.settings import Settings
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.store import Store
from likeforlike.store.files import hash_file

SCRIPT = Path(__file__).with_name("killable.py")


@dataclass(frozen=True)
class Work:
    """Something to do to a store, what it looks like undisturbed, and how long that took."""

    action: str
    before: Path
    """The store before; copied for every run."""
    definitions: Path
    paths: tuple[Path, ...]
    after: dict[str, str]
    """Path below the store → hash, once it is done."""
    manifest: dict[str, Any]
    operations: int
    seconds: float


def start(
    store: Path, definitions: Path, action: str, kill_at: int = 0, paths: tuple[Path, ...] = ()
) -> subprocess.Popen[str]:
    """A process that has done its imports and is at work."""
    command = [
        sys.executable,
        str(SCRIPT),
        str(store),
        str(definitions),
        action,
        str(kill_at),
        *map(str, paths),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def files_of(store: Path) -> dict[str, str]:
    """Path → hash of every file of a store but its lock, and of its manifest, which has the time in it."""
    return {
        path.relative_to(store).as_posix(): "" if path.name == "manifest.json" else hash_file(path)
        for path in sorted(store.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def manifest_of(store: Path) -> dict[str, Any]:
    """The manifest without the times at which files were added."""
    manifest: dict[str, Any] = json.loads((store / "manifest.json").read_text())
    for file in manifest["files"]:
        del file["added"]
    return manifest


def finish(*processes: subprocess.Popen[str]) -> list[int]:
    """How the processes ended, once they have."""
    for process in processes:
        process.communicate()
    return [process.returncode for process in processes]


def measure(action: str, before: Path, definitions: Path, folder: Path, paths: tuple[Path, ...] = ()) -> Work:
    """Do the work once, undisturbed."""
    done = folder / "undisturbed"
    shutil.copytree(before, done)
    process = start(done, definitions, action, paths=paths)
    begun = time.monotonic()
    output, _ = process.communicate()
    seconds = time.monotonic() - begun
    assert process.returncode == 0
    return Work(action, before, definitions, paths, files_of(done), manifest_of(done), int(output), seconds)


@pytest.fixture(scope="session")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The definitions with three indicators only: where a build is killed matters, how long it takes does not."""
    folder = tmp_path_factory.mktemp("definitions") / "definitions"
    shutil.copytree(DEFINITIONS, folder)
    for path in (folder / "indicators").iterdir():
        if path.stem not in ("list_size", "appointments_per_1000", "calls_answered_share"):
            # What others refer to, and what a pack may bring, must be known; it is not computed.
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace('status = "active"', 'status = "draft"'), encoding="utf-8")
    (folder / "known_breaks.toml").write_text("known_breaks = []")
    return folder


@pytest.fixture(scope="session")
def added(county: tuple[Path, ...], definitions: Path, tmp_path_factory: pytest.TempPathFactory) -> Work:
    """To a store with the registered patients, built, the other sources are added."""
    folder = tmp_path_factory.mktemp("killed_add")
    store = Store(folder / "before")
    lists = tuple(path for path in county if path.name == "registered_patients")
    add_paths(store, load_catalogue(), list(lists))
    build(store, load_catalogue(definitions), Settings(store.folder, threads=1))
    rest = tuple(path for path in county if path not in lists)
    return measure("add", store.folder, definitions, folder, rest)


@pytest.fixture(scope="session")
def built(county: tuple[Path, ...], definitions: Path, tmp_path_factory: pytest.TempPathFactory) -> Work:
    """A store with all sources is built."""
    folder = tmp_path_factory.mktemp("killed_build")
    store = Store(folder / "before")
    add_paths(store, load_catalogue(), list(county))
    return measure("build", store.folder, definitions, folder)


def kill(work: Work, seed: int, folder: Path) -> Path:
    """A copy of the store after a run that was killed: by odd seeds at a moment, by even ones at a file operation."""
    store = folder / "store"
    shutil.copytree(work.before, store)
    moment = random.Random(f"{work.action} {seed}")
    kill_at = moment.randint(1, work.operations) if seed % 2 == 0 else 0
    process = start(store, work.definitions, work.action, kill_at, work.paths)
    if not kill_at:
        time.sleep(moment.uniform(0, work.seconds))
        process.kill()
    process.communicate()
    return store


def check_killed(work: Work, seed: int, folder: Path) -> None:
    """The old state is whole; the next run ends as if nothing had happened."""
    killed = kill(work, seed, folder)
    store, catalogue = Store(killed), load_catalogue(work.definitions)

    old = manifest_of(work.before)["files"]
    now = manifest_of(killed)["files"]
    # Whole files only: those of before, and perhaps the first of the new ones.
    assert now[: len(old)] == old
    assert now == work.manifest["files"][: len(now)]
    assert store.verify() == []
    assert verify_builds(store) == []
    before = files_of(work.before)
    assert before.items() <= files_of(killed).items()

    if work.action == "add":
        add_paths(store, catalogue, list(work.paths))
    else:
        build(store, catalogue, Settings(killed, threads=1))
    assert manifest_of(killed) == work.manifest
    assert files_of(killed) == work.after
    assert list((killed / "staging").iterdir()) == []
    assert store.verify() == []
    assert verify_builds(store) == []


# Of one kind and of the other, three each in every run of the tests; the full form has fifty.
QUICK, FULL = range(6), range(6, 56)


@pytest.mark.parametrize("seed", QUICK)
def test_an_add_that_is_killed(added: Work, seed: int, tmp_path: Path) -> None:
    check_killed(added, seed, tmp_path)


@pytest.mark.parametrize("seed", QUICK)
def test_a_build_that_is_killed(built: Work, seed: int, tmp_path: Path) -> None:
    check_killed(built, seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", FULL)
def test_an_add_that_is_killed_at_fifty_moments(added: Work, seed: int, tmp_path: Path) -> None:
    check_killed(added, seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", FULL)
def test_a_build_that_is_killed_at_fifty_moments(built: Work, seed: int, tmp_path: Path) -> None:
    check_killed(built, seed, tmp_path)


def test_the_build_of_before_can_be_read_after_a_killed_add(added: Work, tmp_path: Path) -> None:
    # At the first operation nothing has been added: the build is that of the store as it is.
    killed = kill(replace(added, operations=1), 0, tmp_path)
    found = find_build(Store(killed), load_catalogue(added.definitions))
    assert found is not None
    assert read_observations(found, "list_size", organisation_type="england").num_rows == 4


def test_two_processes_that_add_at_once(added: Work, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(added.before, store)
    first, *others = added.paths
    one = start(store, added.definitions, "add", paths=(first,))
    other = start(store, added.definitions, "add", paths=tuple(others))
    assert finish(one, other) == [0, 0]
    # In which order they came in is open; what came in is not.
    assert files_of(store) == added.after
    assert sorted(file["sha256"] for file in manifest_of(store)["files"]) == sorted(
        file["sha256"] for file in added.manifest["files"]
    )
    assert Store(store).verify() == []


def test_two_processes_that_add_the_same_files(added: Work, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(added.before, store)
    processes = [start(store, added.definitions, "add", paths=added.paths) for _ in range(2)]
    assert finish(*processes) == [0, 0]
    assert files_of(store) == added.after
    hashes = [file["sha256"] for file in manifest_of(store)["files"]]
    assert len(set(hashes)) == len(hashes) == len(added.manifest["files"])
    again = add_paths(Store(store), load_catalogue(), list(added.paths))
    assert {result.outcome for result in again} == {Outcome.ALREADY_THERE}


def test_two_processes_that_build_at_once(built: Work, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(built.before, store)
    processes = [start(store, built.definitions, "build") for _ in range(2)]
    assert finish(*processes) == [0, 0]
    assert files_of(store) == built.after
