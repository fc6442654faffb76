"""A review on a narrow terminal: every name whole, and nothing beyond the edge."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from answers import Command

from made_results import NAMES, make_result


@pytest.mark.parametrize("columns", [80, 120])
def test_a_list_can_be_read_at_any_width(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    """Of each listed: its name and code as they are, its probability and its positions in one line."""
    monkeypatch.setenv("COLUMNS", str(columns))
    out = command("review", "show", make_result(tmp_path / "result").folder).out
    lines = out.splitlines()
    assert max(map(len, lines)) <= columns
    (first,) = [line for line in lines if NAMES[9] in line]
    assert re.fullmatch(rf"1  {NAMES[9]} \(Z00010\) +0\.99 +9th to 10th of 10 *", first)
    assert lines[lines.index(first) + 1 :][:2] == [
        "   driven by Calls answered",
        "   core: stays in every check but single months",
    ]
    (second,) = [line for line in lines if "=1+1 SURGERY (Z00009)" in line]
    assert lines[lines.index(second) + 2] == "   fringe: not with the other reference"


def test_not_assessed_is_counted_by_reason_and_says_how_to_ask_for_one(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    folder = make_result(tmp_path / "result").folder
    lines = command("review", "show", folder).out.splitlines()
    at = lines.index("Not assessed")
    assert lines[at + 1 : at + 4] == [
        "  1 (Z00011): its list is too small to say anything of it",
        f"  likeforlike review explain {folder} CODE says what was seen of one.",
        "",
    ]


def test_what_goes_on_below_keeps_its_indentation(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    first, second = (make_result(tmp_path / name, listed=2 - name.count("2")).folder for name in ("1", "2"))
    lines = command("review", "compare", first, second).out.splitlines()
    assert max(map(len, lines)) <= 60
    at = next(number for number, line in enumerate(lines) if "=1+1 SURGERY (Z00009)" in line)
    assert lines[at:] == [
        "  =1+1 SURGERY (Z00009): probability 0.99, then below 0.01.",
        "    No figure of its own changed by what matters: the others",
        "      did, or a choice named above.",
    ]
