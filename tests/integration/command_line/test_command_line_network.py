"""No command but `fetch` opens a socket: each is run here, and a socket would end it."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest
import typer.main
from answers import Command

from likeforlike.cli import demo_review
from likeforlike.cli.app import app
from likeforlike.simulate.plan import CountyPlan

# A command → its options, with {store}, {county}, {folder}, the {edition} of a file and a {pack}.
RUNS = {
    "add": "{county}/registered_patients/Nov25 --store {folder}/new",
    "sources": "--store {store}",
    "build": "--store {store}",
    "show": "list_size --store {store}",
    "compare": "--type icb --area England --indicator list_size --store {store}",
    "export": "list_size --to {folder}/exported --store {store}",
    "release": "--to {folder}/releases --store {store}",
    # What it opens without `--check` is an ear, and tests/integration/web listens to what it says.
    "serve": "--releases {folder}/releases --check",
    "verify": "--store {store}",
    "simulate": "{folder}/simulated --icbs 1 --practices 12 --months 1",
    "demo": "--directory {folder}/demo",
    "check-definitions": "--schemas {folder}/schemas",
    "withdraw": "{edition} --reason wrong --store {store}",
    "rebuild": "--store {store}",
    "backup": "{folder}/copy --store {store}",
    "prune": "--store {store}",
    "doctor": "--store {store}",
    "lineage": "X00001 --store {store}",
    "records simulate": "{folder}/events --rows 2000 --kind nhs_111_calls",
    "records aggregate": "{folder}/events/nhs_111_calls.toml {folder}/events/records --to {folder}/packs",
    "data-pack new": "{folder}/pack --indicator nhs_111_calls_per_1000 --area XI01 --store {store}",
    "data-pack check": "{pack} --store {store}",
    "review new": "{folder}/drafted.toml --area XI01 --store {store}",
    "review run": "{plan} --to {folder}/result --store {store}",
    "review show": "{folder}/result",
    "review explain": "{folder}/result X00001",
    "review compare": "{folder}/result {folder}/result",
    "review export": "{folder}/result --to {folder}/documents",
    "review verify": "{folder}/result --store {store}",
}
# What must have run before.
BEFORE = {"records aggregate": "records simulate", "serve": "release"} | {
    f"review {word}": "review run" for word in ("show", "explain", "compare", "export", "verify")
}
# Twelve practices are too few for an expected model.
PLAN = """
title = "Four months of twelve practices"
area = "XI01"
seed = 1
weightings = 10
draws = 1000
expected = false
expected_reason = "twelve practices are too few to say what to expect."
window = { last = 2025-11-01, months = 4 }
gates = { breaks = false }

[[indicators]]
id = "within_14_days_share"
weight = 1.0
"""


def all_commands() -> set[str]:
    """Every command by its words, those of a group one by one."""
    commands = typer.main.get_group(app).commands
    groups = {name: getattr(command, "commands", {}) for name, command in commands.items()}
    return {f"{name} {word}".strip() for name, below in groups.items() for word in below or [""]}


def test_every_command_is_run_below() -> None:
    assert set(RUNS) == all_commands() - {"fetch"}


@pytest.mark.parametrize("name", RUNS)
def test_a_command_opens_no_socket(
    name: str, command: Command, county: Path, street: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    real = socket.socket.__init__

    def note(self: socket.socket, family: int = -1, *rest: object, **options: object) -> None:
        # Processes of one program talk through sockets that have no address on any network.
        if family != socket.AF_UNIX:
            opened.append(family)
        real(self, family, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "__init__", note)
    # As few practices as everywhere here, in as many months as a review needs; the full one is what `make demo` writes.
    monkeypatch.setattr(
        "likeforlike.simulate.plan.CountyPlan",
        lambda **size: CountyPlan(**({"icbs": 1, "practices": 12, "months": 5} | size)),
    )
    too_few = (
        'restricted = true\nexpected = false\nexpected_reason = "Twelve practices are too few for a model."'
    )
    monkeypatch.setattr(demo_review, "PLAN", demo_review.PLAN.replace("restricted = true", too_few))
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    store = shutil.copytree(street, tmp_path / "store")
    editions = command("sources", "--json", "--store", store).json["sources"]  # type: ignore[call-overload, index]  # a dict
    edition = next(file["edition"] for source in editions for file in source["files"])
    pack = next((county / "data_packs").glob("*.csv"))
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")
    places = {
        "store": store,
        "county": county,
        "folder": tmp_path,
        "edition": edition,
        "pack": pack,
        "plan": plan,
    }
    for one in filter(None, (BEFORE.get(name), name)):
        answer = command(*one.split(), *(word.format_map(places) for word in RUNS[one].split()))
    assert (answer.code, opened) == (0, []), answer.err
