"""A build is a function of editions and definitions: the same bytes again, another name when one of them changes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from some_indicators import by_way_of_computing, choose_one_of_each

from likeforlike.catalogue import load_catalogue
from likeforlike.catalogue.loading import DEFINITIONS
from likeforlike.errors import NotFoundError, StoreError
from likeforlike.measures.build import Build, build, find_build, verify_builds
from likeforlike.measures.reading import count_available, read_names, read_observations
from likeforlike.settings import Settings
from likeforlike.sources.adding import add_paths, rebuild
from likeforlike.store import Store
from likeforlike.store.files import hash_file

# Every way of computing is among them; that there are two hundred indicators does not matter here.
SOME = choose_one_of_each(load_catalogue(), by_way_of_computing)


@pytest.fixture(scope="module")
def filled(county: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the county in it, built."""
    store = Store(tmp_path_factory.mktemp("builds") / "store")
    add_paths(store, load_catalogue(), list(county))
    make(store)
    return store.folder


@pytest.fixture
def store(filled: Path, tmp_path: Path) -> Store:
    """A copy of it, to be changed."""
    shutil.copytree(filled, tmp_path / "store")
    return Store(tmp_path / "store")


def make(store: Store, threads: int = 1) -> Build:
    return build(store, SOME, Settings(store.folder, threads=threads))


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hash_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_bytes_again(store: Store, threads: int) -> None:
    first = find_build(store, SOME)
    assert first is not None
    before = hashes(first.folder)
    observed = {name for name in before if name.startswith("observations/")}
    assert observed == {f"observations/{indicator}.parquet" for indicator in first.rows}
    assert len(observed) >= 12
    assert before.keys() - observed >= {"build.json", "membership.parquet", "organisations.parquet"}
    shutil.rmtree(first.folder)
    again = make(store, threads)
    assert (again.key, again.already_there) == (first.key, False)
    assert hashes(again.folder) == before
    assert make(store) == Build(
        again.folder, again.key, None, again.rows, again.organisations, already_there=True
    )


def test_every_observation_has_a_value_or_a_reason(store: Store) -> None:
    made = make(store)
    observations = 0
    for indicator, rows in made.rows.items():
        observed = read_observations(made, indicator, restricted=True).to_pylist()
        assert len(observed) == rows
        assert all((row["value"] is None) != (row["reason"] is None) for row in observed)
        observations += rows
    assert observations == sum(made.rows.values()) > 500


def test_what_is_available_is_counted(store: Store) -> None:
    made = make(store)
    counts = count_available(made, "list_size")
    practices = counts["gp_practice"]
    rows = read_observations(made, "list_size", organisation_type="gp_practice").to_pylist()
    assert practices == {
        "organisations": len({row["organisation"] for row in rows}),
        "first": "2025-08",
        "last": "2025-11",
        "values": len(rows),
        "missing": 0,
        "restricted": 0,
    }
    with pytest.raises(NotFoundError, match="no file in the store has figures for 'shoe_size'"):
        read_observations(made, "shoe_size")


def test_withdrawing_a_file_changes_the_key_and_erases_bytes_and_builds(store: Store) -> None:
    before = make(store)
    file = store.manifest().of_source("cloud_telephony")[0]
    store.withdraw(file.edition, "sent by mistake")
    assert find_build(store, SOME) is None
    assert not before.folder.exists()
    assert not any(file.edition in path for path in hashes(store.folder))
    assert not store.path(file.original).exists()
    after = make(store)
    assert after.key != before.key
    assert store.verify() == []


def test_a_file_that_is_withdrawn_before_a_build_reads_it(store: Store) -> None:
    (file, *_) = store.manifest().of_source("gp_appointments_practice")
    done: list[str] = []

    def withdraw(doing: str) -> None:
        if doing.startswith("counting gp_appointments_practice") and not done:
            done.append(store.withdraw(file.edition, "sent by mistake").name)

    shutil.rmtree(store.builds)
    # The engine's own words ("No files found that match …") are of no use to anyone.
    with pytest.raises(StoreError, match="a file was withdrawn while its figures were being computed"):
        build(store, SOME, Settings(store.folder, threads=1), report=withdraw)
    assert done == [file.name]
    assert not list(store.builds.glob("*"))


@pytest.mark.parametrize("damage", ["gone", "cut short"])
def test_a_damaged_edition_is_named_instead_of_the_engines_words(store: Store, damage: str) -> None:
    (file, *_) = store.manifest().files
    edition = store.path(file.tables[0].parquet)
    if damage == "gone":
        edition.unlink()
    else:
        edition.write_bytes(edition.read_bytes()[:-20])
    shutil.rmtree(store.builds)
    with pytest.raises(StoreError, match="is gone or has other bytes") as caught:
        make(store)
    assert edition.name in str(caught.value)
    assert "doctor" in str(caught.value)
    assert not list(store.builds.glob("*"))


def test_a_folder_that_is_no_build_is_not_overwritten(store: Store) -> None:
    first = find_build(store, SOME)
    assert first is not None
    (first.folder / "build.json").unlink()
    with pytest.raises(StoreError, match=r"a folder without build\.json is in the way") as caught:
        make(store)
    assert (caught.value.where, "likeforlike prune" in caught.value.next_step) == (str(first.folder), True)


def test_a_file_withdrawn_while_a_build_is_at_work_does_not_come_back(store: Store) -> None:
    shutil.rmtree(store.builds)
    file = store.manifest().of_source("cloud_telephony")[0]

    def withdraw(step: str) -> None:
        # All rows have been read by then.
        if step == "placing organisations":
            store.withdraw(file.edition, "sent by mistake")

    with pytest.raises(StoreError, match="a file was withdrawn"):
        build(store, SOME, Settings(store.folder, threads=1), report=withdraw)
    assert not list(store.folder.glob("builds/*"))
    assert not list(store.folder.glob("staging/*"))


def test_a_build_that_another_process_finished_first_is_left_as_it_is(store: Store) -> None:
    shutil.rmtree(store.builds)
    theirs: list[dict[str, str]] = []

    def finish_first(step: str) -> None:
        if step == "placing organisations":
            theirs.append(hashes(make(store).folder))

    ours = build(store, SOME, Settings(store.folder, threads=1), report=finish_first)
    assert hashes(ours.folder) == theirs[0]
    assert not list(store.folder.glob("staging/*"))


def test_another_definition_is_another_build(store: Store, tmp_path: Path) -> None:
    shutil.copytree(DEFINITIONS, tmp_path / "definitions")
    gp_share = tmp_path / "definitions" / "indicators" / "gp_share.toml"
    gp_share.write_text(gp_share.read_text() + "\n# read again\n")
    assert find_build(store, SOME) is not None
    assert find_build(store, load_catalogue(tmp_path / "definitions")) is None


def newer_importer(tmp_path: Path, source: str) -> Path:
    """The definitions with a newer version of one importer."""
    shutil.copytree(DEFINITIONS, tmp_path / "definitions")
    path = tmp_path / "definitions" / "sources" / f"{source}.toml"
    text = path.read_text()
    assert "importer_version = 1\n" in text
    path.write_text(text.replace("importer_version = 1\n", "importer_version = 2\n"))
    return tmp_path / "definitions"


@pytest.mark.parametrize("source", ["gp_appointments_practice", "cloud_telephony"])
def test_rebuild_makes_the_tables_again_from_the_originals(store: Store, tmp_path: Path, source: str) -> None:
    newer = choose_one_of_each(load_catalogue(newer_importer(tmp_path, source)), by_way_of_computing)
    old = {file.edition: file for file in store.manifest().files}
    old_build = find_build(store, SOME)
    assert old_build is not None
    files = store.manifest().of_source(source)
    assert rebuild(store, newer) == [file.name for file in store.manifest().files if file.source == source]
    for file in store.manifest().files:
        if file.source == source:
            assert file.importer_version == 2
            assert [table.parquet for table in file.tables] == [
                table.parquet.replace("-v1.", "-v2.") for table in old[file.edition].tables
            ]
            # The importer is in truth the same: so are the rows.
            assert [(table.parquet_sha256, table.coverage) for table in file.tables] == [
                (table.parquet_sha256, table.coverage) for table in old[file.edition].tables
            ]
        else:
            assert file == old[file.edition]
    assert not any(store.path(table.parquet).exists() for file in files for table in file.tables)
    assert store.verify() == []
    assert rebuild(store, newer) == []
    assert find_build(store, newer) is None
    assert hashes(build(store, newer, Settings(store.folder, threads=1)).folder / "observations") == hashes(
        old_build.folder / "observations"
    )


def test_a_file_that_the_newer_importer_refuses_keeps_its_tables(store: Store, tmp_path: Path) -> None:
    definitions = newer_importer(tmp_path, "gp_appointments_practice")
    path = definitions / "sources" / "gp_appointments_practice.toml"
    path.write_text(path.read_text().replace('"Face-to-Face" = [], "Home Visit"', '"Home Visit"'))
    for indicator in (definitions / "indicators").iterdir():
        indicator.write_text(
            indicator.read_text().replace('["Face-to-Face", "Home Visit"]', '["Home Visit"]')
        )
    before = store.manifest()
    catalogue = load_catalogue.__wrapped__(definitions)
    with pytest.raises(Exception, match="Face-to-Face"):
        rebuild(store, catalogue)
    assert store.manifest() == before
    assert store.verify() == []


def test_an_empty_store_is_built_too(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert find_build(store, SOME) is None
    made = make(store)
    assert (made.rows, made.organisations, read_names(made)) == ({}, 0, {})


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"key": "x", "as_at": null, "rows": {}, "organisations": 3}'],
    ids=["empty", "a list", "nothing in it", "no files"],
)
def test_a_damaged_build(store: Store, text: str) -> None:
    made = make(store)
    (made.folder / "build.json").write_text(text)
    with pytest.raises(StoreError, match="the build is damaged") as caught:
        make(store)
    assert str(made.folder) in str(caught.value)
    assert [problem.where for problem in verify_builds(store)] == [f"builds/{made.key}/build.json"]
    # What the error says to do helps.
    shutil.rmtree(made.folder)
    assert make(store).rows == made.rows


def test_verify_finds_what_became_of_a_build(store: Store) -> None:
    made = make(store)
    assert verify_builds(store) == []
    made.observations("list_size").write_bytes(b"not what was written")
    (made.folder / "membership.parquet").unlink()
    assert {(problem.where, problem.what) for problem in verify_builds(store)} == {
        (f"builds/{made.key}/observations/list_size.parquet", "has other bytes"),
        (f"builds/{made.key}/membership.parquet", "is gone"),
    }


def test_what_was_done_is_told_step_by_step(store: Store) -> None:
    shutil.rmtree(store.builds)
    steps: list[str] = []
    made = build(store, SOME, Settings(store.folder), report=steps.append)
    assert steps.index("placing organisations") > steps.index("counting cloud_telephony, outcomes")
    assert "measuring Registered patients" in steps
    assert (
        json.loads((made.folder / "build.json").read_text())["geography"] == "organisations as they are now"
    )
