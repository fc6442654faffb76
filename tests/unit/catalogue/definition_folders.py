"""Folders of definitions for tests: the shipped ones, copied, with one thing changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from likeforlike.catalogue import DEFINITIONS, load_catalogue
from likeforlike.errors import DefinitionError

# A file, the text in it that is replaced, by what, and what the error then says beside the file's name.
Mistake = tuple[str, str, str, list[str]]


def copy_definitions(folder: Path) -> Path:
    """The shipped definitions in a folder of the test's own."""
    return Path(shutil.copytree(DEFINITIONS, folder / "definitions"))


def change(folder: Path, file: str, old: str, new: str) -> Path:
    """The copied definitions with `old` replaced by `new`, the first time that it stands in the file."""
    definitions = copy_definitions(folder)
    path = definitions / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old!r}: the test would test nothing"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return definitions


def check_refused(mistake: Mistake, folder: Path) -> None:
    """Load the changed definitions; the error must name the file and say all that the mistake expects."""
    file, old, new, said = mistake
    with pytest.raises(DefinitionError) as caught:
        load_catalogue(change(folder, file, old, new))
    message = str(caught.value)
    # A table that is about nobody shows in the indicator that uses it.
    assert any(name in message for name in (Path(file).name, "calls_answered_share.toml"))
    for words in said:
        assert words in message
    assert not message.endswith("found keys.") or "Input should be" in message
    # What was found is named and not poured out: the error is for people to read.
    assert len(message) < 600
    assert caught.value.exit_code == 3
