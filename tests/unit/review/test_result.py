"""A result on disk: what it holds, what a damaged one is called, and what a second look at it finds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from likeforlike.errors import NotFoundError, SettingsError, StoreError
from likeforlike.review.result import ReviewResult, check_files, load_result, write_result
from likeforlike.review.tables import TABLES

PLAN = b'title = "by hand"\n'
ABOUT: dict[str, Any] = {"area": {"code": "XI01"}, "window": {"months": 12}, "restricted": False}
GATES = [
    {"organisation": "X00001", "indicator": None, "gate": "small_list", "detail": "999 patients"},
    {"organisation": "X00002", "indicator": "calls_answered_share", "gate": "merged", "detail": None},
]


def written(folder: Path) -> ReviewResult:
    return write_result(folder, PLAN, dict.fromkeys(TABLES, ()) | {"gates": GATES}, ABOUT)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    made = written(tmp_path / "result")
    read = load_result(tmp_path / "result")
    assert read.manifest == made.manifest
    assert (read.rows("gates"), read.rows("why"), read.plan.read_bytes()) == (GATES, [], PLAN)
    assert read.manifest["plan_sha256"] == hashlib.sha256(PLAN).hexdigest()
    assert set(read.manifest["files"]) == {"plan.toml", *(f"tables/{name}.parquet" for name in TABLES)}
    for name, digest in read.manifest["files"].items():
        assert hashlib.sha256((tmp_path / "result" / name).read_bytes()).hexdigest() == digest
    assert check_files(read) == []
    assert not read.restricted


def test_a_number_that_is_none_is_a_blank_cell(tmp_path: Path) -> None:
    row = dict.fromkeys(TABLES["why"]) | {"organisation": "X00001", "part": float("nan"), "lower": 1.5}
    tables = dict.fromkeys(TABLES, ()) | {"why": [row]}
    (read,) = write_result(tmp_path / "result", PLAN, tables, ABOUT).rows("why")
    assert (read["part"], read["lower"], read["indicator"]) == (None, 1.5, None)


def test_the_name_of_a_result_is_that_of_its_bytes(tmp_path: Path) -> None:
    one, same = written(tmp_path / "one"), written(tmp_path / "same")
    other = write_result(tmp_path / "other", PLAN, dict.fromkeys(TABLES, ()), ABOUT)
    assert one.id == same.id != other.id
    files = sorted(path for path in one.folder.rglob("*") if path.is_file())
    for path in files:
        assert path.read_bytes() == (same.folder / path.relative_to(one.folder)).read_bytes()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "result").mkdir()
    (tmp_path / "result" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError, match="never overwrites"):
        written(tmp_path / "result")
    assert [path.name for path in tmp_path.rglob("*.*")] == ["mine.txt"]


def test_where_no_result_is_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no result of a review"):
        load_result(tmp_path)
    with pytest.raises(NotFoundError, match="no result of a review"):
        load_result(tmp_path / "nothing")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'"result"',
        b"{}",
        b'{"format_version": "1"}',
        b'{"format_version": 1, "plan_sha256": "", "files": [], "area": {}, "window": {}, "restricted": false}',
        b'{"format_version": "1", "plan_sha256": "", "files": {}, "area": {}, "window": {}, "restricted": false}',
        b'{"format_version": 1, "plan_sha256": "", "files": {}, "area": {}, "window": {}, "restricted": "no"}',
    ],
)
def test_a_manifest_that_is_none_is_called_damaged(tmp_path: Path, content: bytes) -> None:
    result = written(tmp_path / "result")
    (result.folder / "result.json").write_bytes(content)
    with pytest.raises(StoreError, match=r"result\.json: the result is damaged"):
        load_result(result.folder)


def test_a_newer_format_is_not_read(tmp_path: Path) -> None:
    result = written(tmp_path / "result")
    manifest = json.loads((result.folder / "result.json").read_text(encoding="utf-8"))
    (result.folder / "result.json").write_text(json.dumps(manifest | {"format_version": 2}), encoding="utf-8")
    with pytest.raises(StoreError, match="has format 2, this version reads up to 1"):
        load_result(result.folder)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def replace_columns(path: Path) -> None:
    pyarrow.parquet.write_table(pyarrow.table({"other": [1]}), path)


@pytest.mark.parametrize("harm", [cut, Path.unlink, replace_columns])
def test_a_table_that_is_damaged_is_named(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    result = written(tmp_path / "result")
    harm(result.folder / "tables" / "gates.parquet")
    with pytest.raises(StoreError, match=r"gates\.parquet: the result is damaged"):
        load_result(result.folder).rows("gates")


def test_what_is_gone_other_or_strange_is_found(tmp_path: Path) -> None:
    result = written(tmp_path / "result")
    (result.folder / "tables" / "gates.parquet").unlink()
    (result.folder / "plan.toml").write_bytes(PLAN + b"\n")
    (result.folder / "notes.txt").write_text("mine", encoding="utf-8")
    assert check_files(result) == [
        "plan.toml has other bytes than it was written with",
        "tables/gates.parquet is gone",
        "notes.txt does not belong to it",
    ]
