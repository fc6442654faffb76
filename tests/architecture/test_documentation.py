"""Documentation cannot rot: what there is, is described, and what is described, is there."""

from __future__ import annotations

import ast
import dataclasses
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer.main

from likeforlike.catalogue.json_schema import make_schemas
from likeforlike.cli.app import app
from likeforlike.errors import UserError
from likeforlike.review.plan import Gates, PlannedIndicator, ReviewPlan, Thresholds, Window
from likeforlike.settings import CONFIG, PREFIX, Settings

PROJECT = Path(__file__).resolve().parent.parent.parent
PACKAGE = PROJECT / "src" / "likeforlike"
DOCS = PROJECT / "docs"
LONGEST_FILE = 450
# Generated, or a list that grows by nature.
NOT_WRITTEN_BY_HAND = ("requirements/", "CHANGELOG.md", "DECISIONS.md", "docs/data-sources.md")


def all_commands() -> dict[str, Any]:
    """Every command by its words: `add`, and of a group of commands each one, `data-pack new`."""
    found: dict[str, Any] = {}
    for name, command in typer.main.get_group(app).commands.items():
        below = getattr(command, "commands", {})
        found |= {f"{name} {word}": one for word, one in below.items()} or {name: command}
    return found


COMMANDS = all_commands()


def tracked_files() -> list[Path]:
    """The files of the project, as git knows them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [PROJECT / name for name in listed.splitlines() if (PROJECT / name).is_file()]


def section(page: str, heading: str) -> str:
    """The text below a heading of a page, up to the next of its level."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"docs/{page} has no section '{heading}'"
    return found[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_described_with_its_options(name: str) -> None:
    text = section("commands.md", name)
    assert f"likeforlike {name}" in text
    everywhere = (DOCS / "commands.md").read_text(encoding="utf-8").split("\n## ")[0]
    for parameter in COMMANDS[name].params:
        if parameter.param_type_name == "option":
            option = max(parameter.opts, key=len)
            assert f"`{option}" in text + everywhere or f" {option} " in text, f"{name} {option}"


def test_no_command_is_described_that_is_not_there() -> None:
    headings = re.findall(r"^## (.*)$", (DOCS / "commands.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(headings) == {*COMMANDS, "Exit codes"}


def test_every_kind_of_error_has_its_row() -> None:
    kinds = [UserError, *UserError.__subclasses__()]
    kinds += [below for kind in UserError.__subclasses__() for below in kind.__subclasses__()]
    rows = dict(re.findall(r"^\| (\d+) \| `(\w+)` \|", section("commands.md", "Exit codes"), re.MULTILINE))
    assert rows == {str(kind.exit_code): kind.code for kind in kinds}


def test_every_setting_has_its_row() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", text, re.MULTILINE))
    assert rows == {field.name: PREFIX + field.name.upper() for field in dataclasses.fields(Settings)}
    assert f"`{CONFIG}`" in text


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        ("indicator", "Indicators: `indicators/<id>.toml`"),
        ("source", "Sources: `sources/<id>.toml`"),
        ("organisation_types", "Kinds of organisation: `organisation_types.toml`"),
        ("peer_group", "Peer groups: `peer_groups/<id>.toml`"),
        ("rating_rule", "Rating rules: `rating_rules/<id>.toml`"),
        ("successions", "Successions: `successions.toml`"),
        ("known_breaks", "Known breaks: `known_breaks.toml`"),
        ("methods", "Methods: `methods.toml`"),
        ("records", "Records: a file of your own"),
    ],
)
def test_every_key_of_a_definition_is_described(kind: str, heading: str) -> None:
    schema = make_schemas()[kind]
    below = schema.get("$defs", {})
    assert isinstance(below, dict)
    text = section("definitions.md", heading)
    for part in (schema, *below.values()):
        # Keys, and the words of closed vocabularies.
        for word in (*part.get("properties", {}), *part.get("enum", [])):
            assert f"`{word}`" in text, f"{heading}: {word} of {part['title']}"


def commands_in(text: str) -> list[list[str]]:
    """The words of each `likeforlike …` in the fenced blocks of a page."""
    blocks = "\n".join(re.findall(r"```(?!json|toml|python)\w*\n(.*?)```", text, re.DOTALL))
    lines = [line.split("#")[0] for line in blocks.splitlines()]
    return [
        shlex.split(found[1])
        for line in lines
        if (found := re.match(r"\s*(?:\$ )?(?:\S*/)?likeforlike\s+(.*)", line)) and found[1].strip()
    ]


@pytest.mark.parametrize(
    "page", [PROJECT / "README.md", *sorted(DOCS.rglob("*.md"))], ids=lambda page: page.name
)
def test_commands_and_links_of_a_page_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for words in commands_in(text):
        name = next((name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS), None)
        assert name, f"{page.name}: likeforlike {' '.join(words)}"
        options = {option for parameter in COMMANDS[name].params for option in parameter.opts}
        for word in words[1:]:
            if word.startswith("--"):
                assert word.split("=")[0] in options, f"{page.name}: likeforlike {name} {word}"
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in link:
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_every_page_is_reached_from_the_index() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    reached = {(DOCS / link).resolve() for link in re.findall(r"\]\(([^)#\s]+)\)", index)}
    for page in DOCS.rglob("*.md"):
        assert page.name == "index.md" or page.resolve() in reached or page.parent.resolve() in reached, page


def test_make_help_knows_every_target_of_the_readme() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(
        r"^make (\w+)", (PROJECT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    ):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"


def test_no_file_is_long() -> None:
    lengths = {
        path.relative_to(PROJECT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in tracked_files()
        if path.suffix in (".py", ".md", ".toml", ".yml")
    }
    long = {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE}
    assert {name for name in long if not name.startswith(NOT_WRITTEN_BY_HAND)} == set()


# Put together here, so that this file does not hold what it forbids.
REGISTRY_HOSTS = [
    f"{name}.{end}" for name, end in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))
]
MACHINE_PATHS = [f"/{top}/" for top in ("home/[a-z]", "Users/[A-Za-z]", "work", "tmp/wt", "root")]


def test_no_file_names_a_package_registry_or_a_path_of_one_machine() -> None:
    paths = [rf"(?<![\w.~]){path}" for path in MACHINE_PATHS]
    forbidden = re.compile("|".join([*map(re.escape, REGISTRY_HOSTS), *paths]))
    found = {}
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if match := forbidden.search(text):
            found[path.relative_to(PROJECT).as_posix()] = match[0]
    assert found == {}


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_a_module_opens_with_one_sentence_on_what_it_is_for(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, "no docstring"
    first = docstring.split("\n\n")[0]
    assert first.endswith((".", "?")), first
    if path.name == "__init__.py":
        assert "\n\n" not in docstring, "a room says in one sentence what it is for"


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    names = {path.stem for path in PACKAGE.rglob("*.py")} | {
        path.name for path in PACKAGE.rglob("*") if path.is_dir()
    }
    assert names & {"utils", "util", "helpers", "misc", "common", "manager"} == set()


def test_every_key_of_a_review_plan_is_described_with_its_default() -> None:
    """A table for each part of a plan, in the order of the plan's own."""
    parts = [ReviewPlan, PlannedIndicator, Window, Gates, Thresholds]
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|", section("access-review.md", "The plan"), re.MULTILINE)
    assert [key for key, _ in rows] == [key for part in parts for key in part.model_fields]
    fields = [field for part in parts for field in part.model_fields.values()]
    for (key, cell), field in zip(rows, fields, strict=True):
        stated = cell.strip()
        if isinstance(field.default, bool):
            assert stated == f"`{str(field.default).lower()}`", key
        elif isinstance(field.default, (int, float)):
            assert float(stated.replace(",", "")) == field.default, key
        elif isinstance(field.default, str):
            assert stated == f"`{field.default}`", key
        elif field.is_required():
            assert stated == "", key
