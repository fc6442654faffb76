"""Whole reviews of a small county: the same bytes again, what a result names, two at once, one that is killed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from small_county import CALLS, ONLINE, PLAN, bytes_of, catalogue, review

from likeforlike import __version__
from likeforlike.errors import DefinitionError, NotFoundError, SettingsError, StoreError
from likeforlike.review.making import LIBRARIES
from likeforlike.review.result import ReviewResult, load_result
from likeforlike.review.verifying import verify_result
from likeforlike.settings import Settings
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

KILLABLE = Path(__file__).with_name("killable_review.py")


def start(store: Path, target: Path, kill_at: int = 0, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(KILLABLE), str(store), str(target), str(kill_at)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    )


def verify(result: ReviewResult, store: Path) -> tuple[str, tuple[str, ...]]:
    opened = Store(store)
    found = verify_result(result, opened, catalogue(), Settings(opened.folder, threads=1), lambda step: None)
    return found.same, found.faults


def test_the_county_is_reviewed(reviewed: ReviewResult) -> None:
    rows = reviewed.rows("organisations")
    manifest = reviewed.manifest
    assert (manifest["area"]["code"], manifest["organisations"], len(rows)) == ("XI01", 31, 31)
    assert manifest["assessed"] == sum(row["assessed"] for row in rows) == 17
    assert manifest["longest"] == 3
    assert manifest["listed"] == sum(row["listed"] for row in rows) <= 3
    assert sum(manifest["categories"].values()) == 31
    assert manifest["fiction"]


def test_the_same_plan_gives_the_same_bytes_on_other_threads_and_beside_another_review(
    small_store: Path, reviewed: ReviewResult, tmp_path: Path
) -> None:
    """Two processes at once to two places, one of them on one thread and the other on four."""
    processes = [
        start(small_store, tmp_path / name, OMP_NUM_THREADS=threads, OPENBLAS_NUM_THREADS=threads)
        for name, threads in (("one", "1"), ("other", "4"))
    ]
    for process in processes:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "other") == bytes_of(reviewed.folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "one", "other", "plan of one", "plan of other",
    ]  # fmt: skip


def test_another_seed_draws_otherwise(small_store: Path, reviewed: ReviewResult, tmp_path: Path) -> None:
    other = review(small_store, tmp_path / "other", PLAN.replace("20251201", str(2**63)))
    assert other.manifest["seed"] == 2**63
    pairs = [
        (one["probability"], another["probability"])
        for one, another in zip(reviewed.rows("organisations"), other.rows("organisations"), strict=True)
        if one["assessed"]
    ]
    assert any(one != another for one, another in pairs)
    # Two thousand draws: each probability is known to ±0.011, a difference to ±0.016.
    assert max(abs(one - another) for one, another in pairs) < 5 * 0.016


def test_a_result_names_all_that_it_was_made_from(small_store: Path, reviewed: ReviewResult) -> None:
    manifest = reviewed.manifest
    assert manifest["seed"] == 20251201
    assert manifest["version"] == __version__
    assert set(manifest["libraries"]) == set(LIBRARIES)
    assert manifest["definitions"] == "of a small county"
    assert manifest["plan_sha256"] == hashlib.sha256(PLAN.encode()).hexdigest()
    assert reviewed.plan.read_text(encoding="utf-8") == PLAN
    held = {file.sha256: file for file in Store(small_store).manifest().files}
    sources = reviewed.rows("sources")
    assert {row["source"] for row in sources} == {
        "cloud_telephony", "online_consultations", "registered_patients",
    }  # fmt: skip
    for row in sources:
        assert (row["file"], row["edition"]) == (held[row["sha256"]].name, held[row["sha256"]].edition)
    # Ages are in files of their own: they are read, and named. A map of practices repeats where its list places them.
    unnamed = [file for digest, file in held.items() if digest not in {row["sha256"] for row in sources}]
    assert {file.layout for file in unnamed} <= {"practice map, 2022 to now"}


def test_a_result_is_verified_to_the_byte(small_store: Path, reviewed: ReviewResult) -> None:
    assert verify(reviewed, small_store) == ("bytes", ())


def test_a_changed_result_is_not_verified(small_store: Path, reviewed: ReviewResult, tmp_path: Path) -> None:
    for name in ("table", "listed", "files"):
        shutil.copytree(reviewed.folder, tmp_path / name)
    table = tmp_path / "table" / "tables" / "organisations.parquet"
    table.write_bytes(table.read_bytes()[:-1] + b"X")
    assert verify(load_result(tmp_path / "table"), small_store) == (
        "no", ("tables/organisations.parquet has other bytes than it was written with",),
    )  # fmt: skip

    path = tmp_path / "listed" / "result.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | {"listed": 0, "core": 7}), encoding="utf-8")
    assert verify(load_result(tmp_path / "listed"), small_store) == (
        "no", ("result.json: key 'core' differs", "result.json: key 'listed' differs"),
    )  # fmt: skip

    # A row of another table under a hash that fits: the second run finds it.
    other = tmp_path / "files" / "tables" / "gates.parquet"
    shutil.copy(tmp_path / "files" / "tables" / "why.parquet", other)
    path = tmp_path / "files" / "result.json"
    files = manifest["files"] | {"tables/gates.parquet": hashlib.sha256(other.read_bytes()).hexdigest()}
    path.write_text(json.dumps(manifest | {"files": files}), encoding="utf-8")
    with pytest.raises(StoreError, match="damaged"):
        verify(load_result(tmp_path / "files"), small_store)


def test_a_store_without_the_files_is_named_with_what_it_does_not_have(
    files: tuple[Path, ...], reviewed: ReviewResult, tmp_path: Path
) -> None:
    """A store of another kind, and one that is not there at all."""
    store = Store(tmp_path / "store")
    add_paths(store, catalogue(), [path for path in files if path.name != "online_consultations"])
    sources = reviewed.rows("sources")
    online = [row["file"] for row in sources if row["source"] == "online_consultations"]
    same, (fault,) = verify(reviewed, store.folder)
    assert same == "no"
    assert fault.startswith(
        f"the store {store.folder} does not have {len(online)} of the {len(sources)} files that it was made from: "
        f"{online[0]}"
    )
    _, (fault,) = verify(reviewed, tmp_path / "no store")
    assert (
        f"the store {tmp_path / 'no store'} does not have {len(sources)} of the {len(sources)} files" in fault
    )
    assert not (tmp_path / "no store").exists()


def test_a_plan_of_another_store_is_told_where_it_was_looked(
    files: tuple[Path, ...], small_store: Path, tmp_path: Path
) -> None:
    with pytest.raises(NotFoundError, match="the store is empty") as caught:
        review(tmp_path / "no store", tmp_path / "result")
    assert caught.value.where == str(tmp_path / "no store")
    with pytest.raises(NotFoundError, match="XI99") as caught:
        review(small_store, tmp_path / "result", PLAN.replace("XI01", "XI99"))
    assert caught.value.next_step.endswith(f"Looked in the store {small_store}; --store names another.")
    store = Store(tmp_path / "store")
    add_paths(store, catalogue(), [path for path in files if path.name != "online_consultations"])
    with pytest.raises(
        NotFoundError, match=f"indicators.1.id: no file in the store has figures for '{ONLINE}'"
    ):
        review(store.folder, tmp_path / "result")


def test_a_review_that_is_killed_leaves_nothing_half_written(
    small_store: Path, reviewed: ReviewResult, tmp_path: Path
) -> None:
    """Killed among its twenty tables; the next run goes on as if nothing had been."""
    killed = start(small_store, tmp_path / "result", 30)
    killed.communicate(timeout=300)
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "result").exists()
    assert (tmp_path / "result.unfinished" / "tables").is_dir()
    review(small_store, tmp_path / "result")
    assert bytes_of(tmp_path / "result") == bytes_of(reviewed.folder)
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("plan")) == ["result"]


def test_of_two_to_the_same_place_one_is_refused(
    small_store: Path, reviewed: ReviewResult, tmp_path: Path
) -> None:
    processes = [start(small_store, tmp_path / "result") for _ in range(2)]
    ends = [(process.communicate(timeout=300)[1], process.returncode) for process in processes]
    assert sorted(code == 0 for _, code in ends) == [False, True]
    (refused,) = [errors for errors, code in ends if code]
    assert "another review to the same place is at work" in refused or "never overwrites" in refused
    assert bytes_of(tmp_path / "result") == bytes_of(reviewed.folder)


@pytest.mark.parametrize(
    ("old", "new", "kind", "words"),
    [
        ('"XI01"', '"XI99"', NotFoundError, "plan.toml: area: no area has the code or name 'XI99'"),
        ("2025-11-01, months = 8", "2024-03-01, months = 2", DefinitionError,
         "has no figures from 2024-02 to 2024-03. Months with figures: 2025-04, 2025-05"),
        ("draws = 2000", "draws = 2000\nas_at = 2024-01-01", NotFoundError,
         "plan.toml: area: no area has the code or name 'XI01'"),
        ("draws = 2000", 'draws = 2000\nbeside = ["list_size"]\ndata_packs = ["local.csv"]', DefinitionError,
         "plan.toml: data_packs.0: no figure of this review comes from 'local.csv'"),
    ],
)  # fmt: skip
def test_what_the_store_cannot_answer_is_said_with_file_and_key(
    small_store: Path, tmp_path: Path, old: str, new: str, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind) as caught:
        review(small_store, tmp_path / "result", PLAN.replace(old, new))
    assert words in str(caught.value)
    assert not (tmp_path / "result").exists()


def test_an_unknown_area_is_told_before_any_fit(
    small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("it was fitted all the same")

    monkeypatch.setattr("likeforlike.review.making.fit_region", refuse)
    with pytest.raises(NotFoundError, match="XI99"):
        review(small_store, tmp_path / "result", PLAN.replace("XI01", "XI99"))


def test_something_at_the_target_is_told_before_any_work(tmp_path: Path) -> None:
    """The store does not exist: nothing of it is asked."""
    (tmp_path / "result").mkdir()
    (tmp_path / "result" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError, match="this review never overwrites"):
        review(tmp_path / "no store", tmp_path / "result")
    assert not (tmp_path / "no store").exists()


@pytest.mark.parametrize("patients", [10**9, 12_000])
def test_where_hardly_anybody_is_assessed_that_is_a_result(
    small_store: Path, tmp_path: Path, patients: int
) -> None:
    text = PLAN.replace("{ breaks = false }", f"{{ breaks = false, least_patients = {patients} }}")
    result = review(small_store, tmp_path / "result", text.replace("seed", 'reference = "area"\nseed'))
    assessed = result.manifest["assessed"]
    assert result.manifest["categories"]["not assessed"] == 31 - assessed
    small = [row for row in result.rows("gates") if row["gate"] == "small_list"]
    assert (assessed == 0) == (len(small) == 31 - len({CALLS}) or patients == 10**9)
    assert result.manifest["listed"] <= assessed // 5
