"""Which editions answer: for each month and area the newest issue, or the newest by a date."""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path

import pytest
from stored_files import stage_file

from likeforlike.store import AddedFile, Manifest, select_editions
from likeforlike.store.files import write_whole

SEPTEMBER, OCTOBER = "2025-09-01", "2025-10-01"


def select(*files: AddedFile, as_at: str | None = None) -> tuple[list[str], list[tuple[str, str, str]]]:
    """The chosen editions by date of issue, and what of them is left out, by date of issue too."""
    date = datetime.date.fromisoformat(as_at) if as_at else None
    issued = {file.edition: file.published for file in files}
    selection = select_editions(Manifest(files), "appointments", "counts", as_at=date)
    assert selection.paths == tuple(
        next(table.parquet for table in file.tables if table.table == "counts") for file in selection.files
    )
    superseded = [(issued[edition], period, area) for edition, period, area in selection.superseded]
    return sorted(file.published for file in selection.files), sorted(superseded)


@pytest.fixture
def issues(tmp_path: Path) -> tuple[AddedFile, AddedFile, AddedFile]:
    """Two whole issues of two months, and one of one area of the second month."""
    both = {SEPTEMBER: ("XS001", "XS002"), OCTOBER: ("XS001", "XS002")}
    return (
        stage_file(tmp_path, "one", published="2025-10-31", coverage={SEPTEMBER: ("XS001", "XS002")}),
        stage_file(tmp_path, "two", published="2025-11-30", coverage=both),
        stage_file(tmp_path, "three", published="2025-12-31", coverage={OCTOBER: ("XS002",)}),
    )


def test_newest_of_each_month_and_area(issues: tuple[AddedFile, ...]) -> None:
    for order in itertools.permutations(issues):
        # September of the first issue is replaced in whole: its file is not read at all.
        assert select(*order) == (["2025-11-30", "2025-12-31"], [("2025-11-30", OCTOBER, "XS002")])


@pytest.mark.parametrize(
    ("as_at", "chosen"),
    [
        ("2025-10-30", []),
        ("2025-10-31", ["2025-10-31"]),
        ("2025-11-29", ["2025-10-31"]),
        ("2025-11-30", ["2025-11-30"]),
        ("2026-06-30", ["2025-11-30", "2025-12-31"]),
    ],
)
def test_as_at(issues: tuple[AddedFile, ...], as_at: str, chosen: list[str]) -> None:
    assert select(*issues, as_at=as_at)[0] == chosen


def test_other_sources_and_tables_do_not_answer(tmp_path: Path) -> None:
    calls = stage_file(tmp_path, "one", source="calls")
    waits = stage_file(tmp_path, "two", table="waits")
    assert select(calls, waits) == ([], [])


def test_a_file_is_replaced_in_one_piece(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    write_whole(path, b"old")
    reader = path.open("rb")  # whoever has opened the old one reads the old one to its end
    write_whole(path, b"new, and longer")
    assert (reader.read(), path.read_bytes()) == (b"old", b"new, and longer")
    reader.close()
    assert [left.name for left in tmp_path.iterdir()] == ["manifest.json"]
