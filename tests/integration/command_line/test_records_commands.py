"""`likeforlike records`: events that never were become a pack, which goes down the street like any other."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pyarrow
import pyarrow.compute
import pyarrow.parquet
import pytest
from answers import Command

from likeforlike.catalogue import load_catalogue
from likeforlike.measures.build import find_build
from likeforlike.measures.reading import read_observations
from likeforlike.simulate.record_kinds import KINDS
from likeforlike.store import Store


@pytest.fixture
def calls(command: Command, tmp_path: Path) -> Path:
    """A folder with 20,000 calls."""
    assert command("records", "simulate", tmp_path / "calls", "--rows", 20_000).code == 0
    return tmp_path / "calls"


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_out_is_what_was_drawn(command: Command, tmp_path: Path, kind: str) -> None:
    answer = command(
        "records", "simulate", tmp_path / "events", "--rows", 20_000, "--kind", kind, "--seed", 7, "--json"
    )
    written = answer.json
    assert isinstance(written, dict)
    answer = command(
        "records", "aggregate", written["definition"], written["records"], "--to", tmp_path / "packs",
        "--published", "2025-12-01", "--json",
    )  # fmt: skip
    truth = Path(written["truth"]).read_bytes()
    pack = tmp_path / "packs" / f"{kind}.csv"
    assert pack.read_bytes() == truth
    assert answer.json == {
        "pack": [str(pack), str(pack.with_suffix(".toml"))],
        "files": 1,
        "rows": 20_000,
        "left_out": {},
        "figures": truth.count(b"\n") - 1,
    }
    header = tomllib.loads(pack.with_suffix(".toml").read_text(encoding="utf-8"))
    assert header["restricted"] is True
    assert header["about"].endswith("Counted from 20,000 rows in 1 file.")
    assert str(header["published"]) == "2025-12-01"


def test_every_event_is_somewhere_in_the_truth(calls: Path) -> None:
    in_hours = pyarrow.parquet.read_table(calls / "records")["IN_GP_HOURS"].to_pylist().count("Y")
    with (calls / "truth.csv").open(encoding="utf-8", newline="") as stream:
        assert sum(int(row["numerator"]) for row in csv.DictReader(stream)) == in_hours


def test_another_seed_draws_other_events(command: Command, calls: Path, tmp_path: Path) -> None:
    for name, seed in (("again", 1), ("other", 2)):
        command("records", "simulate", tmp_path / name, "--rows", 20_000, "--seed", seed)
    assert (tmp_path / "again" / "truth.csv").read_bytes() == (calls / "truth.csv").read_bytes()
    assert (tmp_path / "other" / "truth.csv").read_bytes() != (calls / "truth.csv").read_bytes()


def test_a_pack_of_records_goes_down_the_street(
    command: Command, county: Path, calls: Path, tmp_path: Path
) -> None:
    answer = command(
        "records", "aggregate", calls / "nhs_111_calls.toml", calls / "records", "--to", tmp_path / "packs"
    )
    assert "20,000  rows in 1 files" in answer.out
    assert command("add", tmp_path / "packs", county / "registered_patients").code == 0
    assert command("build").code == 0
    built = find_build(Store(tmp_path / "store"), load_catalogue())
    assert built is not None
    observed = read_observations(
        built, "nhs_111_calls_per_1000", organisation_type="gp_practice", restricted=True
    )
    found = {
        (row["organisation"], str(row["period_start"])): (row["numerator"], row["restricted"])
        for row in observed.to_pylist()
    }
    with (calls / "truth.csv").open(encoding="utf-8", newline="") as stream:
        truth = {
            (row["organisation_code"], row["period_start"]): (int(row["numerator"]), True)
            for row in csv.DictReader(stream)
        }
    assert found == truth
    # What a board holds itself is for its own eyes.
    assert read_observations(built, "nhs_111_calls_per_1000").num_rows == 0


def replace_column(calls: Path, column: str, cells: list[str], name: str | None = None) -> None:
    """Put these cells into the first rows of a column, perhaps under another name."""
    (path,) = (calls / "records").iterdir()
    table = pyarrow.parquet.read_table(path)
    changed = pyarrow.array([*cells, *table[column].to_pylist()[len(cells) :]])
    place = table.column_names.index(column)
    pyarrow.parquet.write_table(table.set_column(place, name or column, changed), path)


@pytest.mark.parametrize(
    ("column", "cells", "code", "said"),
    [
        ("IN_GP_HOURS", ["y", "maybe", "y"], 4, "3 rows have a word outside a vocabulary. Column 'IN_GP_HOURS' has"),
        ("GP_PRACTICE", [""], 4, "1 rows have no organisation. Mend the files, or say no_organisation"),
        ("GP_PRACTICE", ["QHM", "QHM"], 4, "1 codes are not shaped as codes of GP practices: QHM."),
        # 943 476 5919 is the example of an NHS number that the NHS itself prints.
        ("GP_PRACTICE", ["943 476 5919"] * 3, 5, "column 'GP_PRACTICE' holds what look like NHS numbers."),
    ],
)  # fmt: skip
def test_nothing_is_written_of_refused_records(
    command: Command, calls: Path, tmp_path: Path, column: str, cells: list[str], code: int, said: str
) -> None:
    replace_column(calls, column, cells)
    before = sorted(tmp_path.rglob("*"))
    answer = command(
        "records", "aggregate", calls / "nhs_111_calls.toml", calls / "records", "--to", tmp_path / "packs"
    )
    assert answer.code == code
    assert said in answer.err
    assert "943" not in answer.err
    assert sorted(tmp_path.rglob("*")) == before


def test_rows_left_out_are_said_and_written_down(command: Command, calls: Path, tmp_path: Path) -> None:
    replace_column(calls, "IN_GP_HOURS", ["maybe"] * 3)
    definition = calls / "nhs_111_calls.toml"
    text = definition.read_text(encoding="utf-8")
    definition.write_text('unknown_label = "leave_out"\n' + text, encoding="utf-8")
    answer = command("records", "aggregate", definition, calls / "records", "--to", tmp_path / "packs")
    assert "3  rows left out: unknown label" in answer.out
    header = tomllib.loads((tmp_path / "packs" / "nhs_111_calls.toml").read_text(encoding="utf-8"))
    assert header["about"].endswith("Left out: 3 rows that have a word outside a vocabulary.")


def test_a_pack_that_is_there_is_not_overwritten(command: Command, calls: Path, tmp_path: Path) -> None:
    words = (
        "records",
        "aggregate",
        calls / "nhs_111_calls.toml",
        calls / "records",
        "--to",
        tmp_path / "packs",
    )
    assert command(*words).code == 0
    again = command(*words)
    assert (again.code, "is never overwritten" in again.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--kind", "prescriptions"), 1, "Choose one of: appointments, ae_attendances, nhs_111_calls."),
        (("--rows", 0), 1, "a number of rows above zero was expected, found 0."),
    ],
)
def test_events_that_cannot_be_simulated(
    command: Command, tmp_path: Path, words: tuple[object, ...], code: int, said: str
) -> None:
    answer = command("records", "simulate", tmp_path / "events", *words)
    assert (answer.code, said in answer.err) == (code, True)
    assert not (tmp_path / "events").exists()


def test_events_are_not_written_beside_something_else(command: Command, calls: Path) -> None:
    answer = command("records", "simulate", calls)
    assert (answer.code, "only into a new or empty folder" in answer.err) == (1, True)


def test_an_unknown_kind_of_organisation(command: Command, calls: Path) -> None:
    definition = calls / "nhs_111_calls.toml"
    definition.write_text(
        definition.read_text(encoding="utf-8").replace("gp_practice", "surgery"), encoding="utf-8"
    )
    answer = command("records", "aggregate", definition, calls / "records")
    assert (answer.code, "there is no organisation type 'surgery'" in answer.err) == (7, True)
