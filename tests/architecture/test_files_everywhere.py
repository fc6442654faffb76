"""What the package does with files works on Windows as on Linux: encodings are said, and syncing has one place."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from likeforlike.catalogue import load_catalogue
from likeforlike.catalogue.loading import RESERVED_NAMES, Identifier
from likeforlike.upkeep.doctor import LONGEST_BELOW_STORE

PROJECT = Path(__file__).resolve().parent.parent.parent
PACKAGE = PROJECT / "src" / "likeforlike"
MODULES = sorted(PACKAGE.rglob("*.py"))

# The one module that knows how files and folders are made safe on either system.
SYNCING = "store/files.py"
# What only POSIX has.
POSIX_MODULES = {"fcntl", "pwd", "grp", "resource", "pty", "termios", "tty", "crypt", "syslog"}
POSIX_NAMES = {
    "fork",
    "forkpty",
    "getuid",
    "geteuid",
    "SIGKILL",
    "SIGHUP",
    "SIGUSR1",
    "SIGALRM",
    "chown",
    "mkfifo",
}
# Moves that Windows refuses while another program looks at the file; `files` waits for it.
MOVES = {"os.rename", "os.replace", "shutil.move"}


def find_faults(source: str) -> list[str]:
    """What of a module would not do on Windows, each with its line."""
    return [f"line {line}: {fault}" for node in ast.walk(ast.parse(source)) for line, fault in _faults(node)]


def _faults(node: ast.AST) -> list[tuple[int, str]]:
    match node:
        case ast.Import(names=names):
            return [(node.lineno, f"import {one.name}") for one in names if one.name in POSIX_MODULES]
        case ast.ImportFrom(module=module) if module in POSIX_MODULES:
            return [(node.lineno, f"import {module}")]
        case ast.Attribute(attr=name) if name in POSIX_NAMES:
            return [(node.lineno, name)]
        case ast.Call():
            return _faults_of_call(node)
    return []


def _faults_of_call(call: ast.Call) -> list[tuple[int, str]]:
    name = ast.unparse(call.func)
    given = {keyword.arg for keyword in call.keywords}
    last = name.rsplit(".", 1)[-1]
    if name in MOVES or name == "os.open":
        return [(call.lineno, name)]
    # Of a stream that is open for writing it works everywhere; of a folder's descriptor it does not.
    if name == "os.fsync" and not ast.unparse(call.args[0]).endswith(".fileno()"):
        return [(call.lineno, name)]
    if last in ("read_text", "write_text"):
        wanted = {"encoding"} if last == "read_text" else {"encoding", "newline"}
        return [(call.lineno, f"{last} without {one}") for one in sorted(wanted - given)]
    if last not in ("open", "fdopen") or name in ("gzip.open", "archive.open"):
        return []
    # What is opened with something else than a mode is no file of this machine.
    if "." in name and call.args and not isinstance(call.args[0], ast.Constant):
        return []
    # path.open(mode) and open(path, mode).
    modes = call.args if "." in name else call.args[1:]
    mode = next((one.value for one in modes if isinstance(one, ast.Constant)), "r")
    mode = next((one.value.value for one in call.keywords
                 if one.arg == "mode" and isinstance(one.value, ast.Constant)), mode)  # fmt: skip
    if not isinstance(mode, str) or "b" in mode:
        return []
    wanted = {"encoding"} if mode == "r" else {"encoding", "newline"}
    return [(call.lineno, f"open('{mode}') without {one}") for one in sorted(wanted - given)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_does_nothing_that_windows_cannot(path: Path) -> None:
    faults = find_faults(path.read_text(encoding="utf-8"))
    if path.relative_to(PACKAGE).as_posix() == SYNCING:
        faults = [fault for fault in faults if not fault.endswith(("os.fsync", "os.open"))]
    assert faults == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("import fcntl", "import fcntl"),
        ("from resource import getrlimit", "import resource"),
        ("os.fork()", "fork"),
        ("os.kill(pid, signal.SIGKILL)", "SIGKILL"),
        ("os.fsync(folder)", "os.fsync"),
        ("os.open(folder, os.O_RDONLY)", "os.open"),
        ("os.replace(one, other)", "os.replace"),
        ("path.read_text()", "read_text without encoding"),
        ("path.write_text(text, encoding='utf-8')", "write_text without newline"),
        ("path.open()", "open('r') without encoding"),
        ("path.open('w', encoding='utf-8')", "open('w') without newline"),
        ("open(path, 'a', newline='')", "open('a') without encoding"),
        ("open(path, mode='x', newline='')", "open('x') without encoding"),
    ],
)
def test_each_of_these_would_be_found(source: str, fault: str) -> None:
    assert find_faults(source) == [f"line 1: {fault}"]


@pytest.mark.parametrize(
    "source",
    [
        "path.open('rb')",
        "open(path, 'wb')",
        "path.open(encoding='utf-8')",
        "path.write_bytes(b'')",
        "os.getpid()",
    ],
)
def test_none_of_these_would_be(source: str) -> None:
    assert find_faults(source) == []


def test_text_is_read_and_logged_as_utf_8() -> None:
    # Python's own logging opens a file by itself.
    assert 'FileHandler(path, encoding="utf-8")' in (PACKAGE / "cli" / "logs.py").read_text(encoding="utf-8")


def test_every_file_of_the_project_can_be_checked_out_on_windows() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    parts = {part for name in listed for part in name.split("/")}
    assert {part for part in parts if part.split(".")[0].casefold() in RESERVED_NAMES} == set()
    assert {part for part in parts if re.search(r'[<>:"\\|?*\x00-\x1f]|[. ]$', part)} == set()
    twins = Counter(name.casefold() for name in listed)
    assert {name for name, number in twins.items() if number > 1} == set()
    # A user's folder of 100 characters leaves 160.
    assert {name for name in listed if len(name) > 160} == set()


def test_no_path_below_a_store_is_longer_than_the_doctor_says() -> None:
    catalogue = load_catalogue()
    folder = "staging/" + "f" * 32 + "/"  # the longest way there: a file on its way in, or a build
    edition = max(
        len(f"{folder}99999/editions/{source.id}/{'e' * 16}-{table.id}-v{source.importer_version}.parquet")
        for source in catalogue.sources.values()
        for table in source.tables
    )
    original = len(f"{folder}99999/originals/ff/{'f' * 64}.zst")
    built = max(len(f"{folder}{'k' * 24}/observations/{one}.parquet.named") for one in catalogue.indicators)
    assert max(edition, original, built) <= LONGEST_BELOW_STORE


@pytest.mark.parametrize("name", sorted(RESERVED_NAMES))
def test_no_definition_may_have_an_id_that_windows_reserves(name: str) -> None:
    with pytest.raises(ValidationError, match="Windows has no file of that name"):
        TypeAdapter(Identifier).validate_python(name)
    assert TypeAdapter(Identifier).validate_python(f"{name}_share") == f"{name}_share"
