"""Words that no output says: a list names whom to look at, and blames nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pypdf
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from likeforlike.cli.app import app
from made_results import SMALL

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Written  # The one of this folder.

# Rule 12 of what we build: words come from one module, and these are in none of its sentences.
BANNED = re.compile(r"\b(worst|failing|poor(?:ly)?[ -]perform\w*)\b", re.IGNORECASE)
# A publisher's own words stand in these marks.
QUOTED = re.compile(r"“[^”]*”")
# Listed, not listed, and not assessed.
WANTED = ("Z00010", "Z00001", SMALL)
KINDS = ("open", "restricted", "nobody listed", "one indicator")


def banned_in(text: str) -> list[str]:
    return BANNED.findall(QUOTED.sub("", " ".join(text.split())))


def read(path: Path) -> str:
    """All words of a file."""
    match path.suffix:
        case ".pdf":
            return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
        case ".xlsx":
            book = CalamineWorkbook.from_path(path)
            return "\n".join(
                str(cell)
                for name in book.sheet_names
                for row in book.get_sheet_by_name(name).to_python()
                for cell in row
            )
        case ".parquet":
            return ""  # The same cells as in the CSV beside it.
        case _:
            return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_no_document_blames_anybody(written: dict[str, Written], kind: str) -> None:
    one = written[kind]
    found = {name: words for name in one.files if (words := banned_in(read(one.folder / name)))}
    assert found == {}


@pytest.mark.parametrize("kind", KINDS)
def test_no_screen_blames_anybody(written: dict[str, Written], kind: str) -> None:
    folder = str(written[kind].result.folder)
    screens = [["show", folder], ["compare", folder, folder], *(["explain", folder, code] for code in WANTED)]
    for arguments in [*screens, *([*one, "--json"] for one in screens)]:
        answer = CliRunner().invoke(app, ["review", *arguments])
        assert answer.exit_code == 0, answer.output
        assert len(answer.output) > 20
        assert banned_in(answer.output) == [], arguments


def test_worse_than_expected_is_said_only_where_the_interval_supports_it(written: dict[str, Written]) -> None:
    for row in written["open"].result.rows("effects"):
        if row["state"] == "worse than expected":
            assert row["effect_upper"] < 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the worst of all", ["worst"]),
        ("FAILING", ["FAILING"]),
        ("a poor performer", ["poor performer"]),
        ("poorly\nperforming", ["poorly performing"]),
        ("the publisher writes “worst fifth”", []),
        ("Worstead Surgery", []),
    ],
)
def test_the_scan_sees_what_it_looks_for(text: str, found: list[str]) -> None:
    assert banned_in(text) == found
