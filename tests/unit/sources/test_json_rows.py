"""JSON as rows of text: what is kept of it, and what a hostile file cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest
from street import write_file

from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading.json_rows import DEEPEST, LARGEST_JSON, read_json, rows_of


def read(folder: Path, text: str | bytes) -> object:
    return read_json(write_file(folder, "file.json", text), "file.json")


def refusal(folder: Path, text: str | bytes) -> str:
    with pytest.raises(FileRefusedError) as caught:
        read(folder, text)
    assert "file.json" in caught.value.where
    assert caught.value.next_step
    return str(caught.value)


def test_numbers_stay_the_text_that_was_printed(tmp_path: Path) -> None:
    printed = '{"a": 52.940, "b": 1e400, "c": 12345678901234567890, "d": "00E1", "e": null, "f": true}'
    document = read(tmp_path, "\ufeff" + printed)
    assert document == {
        "a": "52.940",
        "b": "1e400",
        "c": "12345678901234567890",
        "d": "00E1",
        "e": None,
        "f": True,
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": 1', "delimiter"),
        ('{"a": 1} {}', "Extra data"),
        ('{"a": NaN}', "'NaN' is no number"),
        ('{"a": {"b": 1, "b": 2}}', "'b' occurs twice"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), f"more than {DEEPEST} deep"),
        ("[" * 200_000, f"more than {DEEPEST} deep"),
        (b'{"a": "\xac"}', "byte 0xac is not UTF-8"),
        ("[" + "[]," * (LARGEST_JSON // 3) + "[]]", "more than 16 MB"),
    ],
    ids=[
        "cut",
        "two documents",
        "not a number",
        "a name twice",
        "deep",
        "very deep",
        "Windows-1252",
        "large",
    ],
)
def test_what_is_no_document_of_ours_is_refused(tmp_path: Path, text: str | bytes, says: str) -> None:
    assert says in refusal(tmp_path, text)


def test_members_of_members_become_paths_and_the_document_speaks_for_all_of_its_records() -> None:
    found = rows_of(
        {
            "period": "2024-25",
            "notes": ["one", "two"],
            "validation": {"passed": True},
            "all": {"code": "ENG", "calls": {"received": "30"}},
            "areas": [
                {"code": "A1", "calls": {"received": "10", "lost": None}, "by": ["X", "Y"]},
                {"code": "A2", "calls": {"received": "20", "lost": "3"}, "by": []},
            ],
        },
        ("all", "areas"),
        "file.json",
    )
    assert found.header == (
        *("document / period", "document / notes", "code", "calls / received", "calls / lost", "by"),
    )
    assert found.places == ("'all'", "'areas', record 1", "'areas', record 2")
    assert found.rows == (
        ("2024-25", "one; two", "ENG", "30", "", ""),
        ("2024-25", "one; two", "A1", "10", "", "X; Y"),
        ("2024-25", "one; two", "A2", "20", "3", ""),
    )


@pytest.mark.parametrize("areas", [None, "none", ["A1"], [["A1"]]])
def test_records_that_are_no_objects_are_refused(areas: object) -> None:
    with pytest.raises(FileRefusedError, match="'areas'"):
        rows_of({"areas": areas}, ("areas",), "file.json")  # type: ignore[dict-item]


def test_two_members_of_one_path_are_refused() -> None:
    record = {"calls": {"received": "1"}, "calls / received": "2"}
    with pytest.raises(FileRefusedError, match="same path"):
        rows_of({"areas": [record]}, ("areas",), "file.json")  # type: ignore[list-item]
