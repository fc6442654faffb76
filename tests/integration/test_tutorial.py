"""The tutorial, and the example of the access review, are run from top to bottom and show what then happens.

`$ likeforlike …` is run as it stands; what follows is its output, where `…` stands for anything: alone on a line for
any lines, else for any part of the line. A block with a title is that file; `pycon` is a session of Python.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
DOCS = PROJECT / "docs"
# Page → the kinds of block that it has.
PAGES = {"tutorial.md": ("console", "csv", "pycon"), "access-review.md": ("console", "toml")}
BLOCK = re.compile(
    r'^```(?P<kind>\w+)(?: title="(?P<title>[\w.]+)")?\n(?P<text>.*?)^```$', re.DOTALL | re.MULTILINE
)


def runs(text: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with the output that is shown for it."""
    parts = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)
    assert parts[0] == "", "a console block begins with a command"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def as_pattern(shown: str) -> str:
    """The outputs that a shown one stands for, as a regular expression."""
    lines = [line.rstrip() for line in shown.splitlines()]
    return "".join(
        r"(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n" for line in lines
    )


def check_run(command: str, shown: str, folder: Path) -> None:
    """Run a command in the folder; it must print what is shown, and fail only where an error is shown."""
    name, *words = shlex.split(command)
    assert name == "likeforlike"
    result = subprocess.run(
        [sys.executable, "-m", "likeforlike", *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PROJECT / "src"), "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    printed = "".join(f"{line.rstrip()}\n" for line in (result.stdout + result.stderr).splitlines())
    assert bool(result.returncode) == shown.startswith("likeforlike: "), printed
    assert re.fullmatch(as_pattern(shown), printed), f"$ {command}\n{printed}"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_from_top_to_bottom(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    done = dict.fromkeys(PAGES[page], 0)
    for block in BLOCK.finditer((DOCS / page).read_text(encoding="utf-8")):
        kind, text = block["kind"], block["text"]
        match kind:
            case "console":
                for command, shown in runs(text):
                    check_run(command, shown, tmp_path)
            case "csv" | "toml":
                (tmp_path / block["title"]).write_text(text, encoding="utf-8")
            case "pycon":
                session = doctest.DocTestParser().get_doctest(text, names, page, str(DOCS / page), None)
                runner = doctest.DocTestRunner(verbose=False)
                assert runner.run(session, clear_globs=False).failed == 0
                names |= session.globs
            case _:
                assert kind == "sh", f"a block of {kind} would not be run"
                continue
        done[kind] += 1
    assert min(done.values()) > 0


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\n", "a\n", True),
        ("a\n", "b\n", False),
        ("a\n", "a\nb\n", False),
        ("a\n…\n", "a\nb\nc\n", True),
        ("…\nc\n", "a\nb\nd\n", False),
        ("edition …\n", "edition f3bb2314\n", True),
        ("edition …\n", "edition f3bb2314\nmore\n", False),
        ("… files\n", "no file\n", False),
    ],
)
def test_what_a_shown_output_stands_for(shown: str, printed: str, same: bool) -> None:
    assert bool(re.fullmatch(as_pattern(shown), printed)) is same
