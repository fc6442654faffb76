"""Licence and attribution travel with every figure that leaves, and restricted figures leave by no open door."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from answers import Command

from likeforlike.catalogue import load_catalogue
from likeforlike.catalogue.attribution import (
    FICTIONAL,
    PARTLY_FICTIONAL,
    attribute,
    attribution_lines,
    attribution_metadata,
    find_fiction,
)
from likeforlike.measures.build import find_build
from likeforlike.store import Store
from likeforlike.store.tables_for_people import safe_cell, write_csv

# The licence asks for these words, or better ones of the publisher's (Open Government Licence v3.0).
LICENCE_LINE = "Contains public sector information licensed under the Open Government Licence v3.0."

COMPARE = ("compare", "--type", "gp_practice", "--area", "XI01", "--indicator", "appointments_per_1000")
BASELINE = ("show", "appointments_per_working_day", "--baseline", "2024")
# Door by which figures leave as JSON → the sources that must be named there.
JSON_DOORS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "compare": (COMPARE, {"gp_appointments_practice", "registered_patients"}),
    "show": (("show", "calls_answered_share"), {"cloud_telephony"}),
    "show of a rate": (
        ("show", "appointments_per_1000"),
        {
            "gp_appointments_practice",
            "gp_appointments_annex1",
            "gp_appointments_regional",
            "registered_patients",
        },
    ),
    "baseline": (
        BASELINE,
        {"gp_appointments_practice", "gp_appointments_annex1", "gp_appointments_regional"},
    ),
    "areas": (
        ("show", "--areas"),
        {"gp_appointments_practice", "cloud_telephony", "online_consultations", "registered_patients"},
    ),
}


@pytest.fixture
def real(street: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The street, as if its organisations were real ones: then their publishers are to be named."""
    for kind in load_catalogue().organisation_types.values():
        monkeypatch.setattr(type(kind), "is_fictional", lambda self, code: False)
    return street


@pytest.mark.parametrize("door", JSON_DOORS)
def test_json_names_the_publishers(command: Command, real: Path, door: str) -> None:
    words, sources = JSON_DOORS[door]
    told: Any = command(*words, "--store", real, "--json").json
    named = {one["source"] for one in told["sources_used"]}
    assert named == sources
    known = load_catalogue().sources
    for one in told["sources_used"]:
        assert (one["licence"], one["attribution"]) == (
            known[one["source"]].licence,
            known[one["source"]].attribution,
        )
    assert told["attribution"] == sorted({known[source].attribution for source in named})
    assert all(line.startswith(LICENCE_LINE) for line in told["attribution"])


@pytest.mark.parametrize("words", [COMPARE, BASELINE, ("show", "gp_share"), ("show", "--areas")])
def test_what_is_printed_names_the_publishers(
    command: Command, real: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    assert LICENCE_LINE in command(*words, "--store", real).out


@pytest.mark.parametrize("words", [words for words, _ in JSON_DOORS.values()], ids=list(JSON_DOORS))
def test_no_publisher_is_named_for_what_is_fictional(
    command: Command, street: Path, words: tuple[str, ...]
) -> None:
    told: Any = command(*words, "--store", street, "--json").json
    assert told["attribution"] == [FICTIONAL]


def test_every_parquet_file_of_a_build_says_whom_to_name(command: Command, street: Path) -> None:
    found = find_build(Store(street), load_catalogue())
    assert found is not None
    paths = sorted(found.folder.rglob("*.parquet"))
    beside = {"organisations", "membership", "memberships_over_time", "lineage", "editions", "suppliers"}
    assert {path.stem for path in paths} == beside | set(found.rows)
    for path in paths:
        metadata = pyarrow.parquet.read_schema(path).metadata
        assert metadata[b"attribution"].decode() == FICTIONAL
        assert metadata[b"licence"].decode() == "none: fictional"
        assert not path.with_name(path.name + ".named").exists()
    assert command("verify", "--store", street).code == 0


def test_a_built_file_names_the_sources_of_its_own_editions(
    command: Command, real: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    command("backup", "--store", real, store)
    command("build", "--store", store)
    found = find_build(Store(store), load_catalogue())
    assert found is not None
    known = load_catalogue().sources
    for indicator, sources in {
        "list_size": ["registered_patients"],
        "calls_answered_share": ["cloud_telephony"],
        "appointments_per_1000": ["gp_appointments_practice", "registered_patients"],
    }.items():
        metadata = pyarrow.parquet.read_schema(found.observations(indicator)).metadata
        assert metadata[b"attribution"].decode().splitlines() == [known[one].attribution for one in sources]
        assert metadata[b"licence"] == b"OGL-UK-3.0"


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_an_export_says_what_it_is_in_every_file(command: Command, real: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures"
    told: Any = command("export", "gp_share", "list_size", "--to", figures, "--store", real, "--json").json
    names = {
        "ATTRIBUTION.txt",
        *(f"{one}.{end}" for one in ("gp_share", "list_size") for end in ("csv", "parquet")),
    }
    assert {path.name for path in figures.iterdir()} == names
    text = (figures / "ATTRIBUTION.txt").read_text(encoding="utf-8")
    known = load_catalogue().sources
    used = ["gp_appointments_practice", "registered_patients"]
    for source in used:
        assert known[source].attribution in text
        assert f"{known[source].publisher}, {known[source].licence}: {known[source].landing_page}" in text
    assert told["attribution"] == [known[source].attribution for source in used]
    files = {file.edition: file for file in Store(real).manifest().files}
    found = find_build(Store(real), load_catalogue())
    assert found is not None
    for one in ("gp_share", "list_size"):
        indicator = load_catalogue().indicator(one)
        assert indicator.does_not_tell in text
        observed = pyarrow.parquet.read_table(found.observations(one))
        exported = pyarrow.parquet.read_table(figures / f"{one}.parquet")
        rows = read_csv(figures / f"{one}.csv")
        assert len(rows) == exported.num_rows == observed.num_rows
        assert exported["value"].to_pylist() == observed["value"].to_pylist()
        assert [row["value"] for row in rows] == [
            "" if value is None else str(value) for value in observed["value"].to_pylist()
        ]
        assert {row["restricted"] for row in rows} == {"false"}
        first, last = min(observed["period_start"].to_pylist()), max(observed["period_end"].to_pylist())
        assert f"{len(rows):,} observations, {first} to {last}" in text
        for edition in {part for row in rows for part in row["editions"].split(",") if part}:
            assert f"{edition}: {files[edition].source}, issued {files[edition].published}" in text
        metadata = exported.schema.metadata
        assert metadata[b"attribution"].decode().startswith(LICENCE_LINE)
        assert (metadata[b"licence"], metadata[b"restricted"]) == (b"OGL-UK-3.0", b"false")
    named = {(row["organisation"], row["organisation_name"]) for row in read_csv(figures / "gp_share.csv")}
    assert ("XI01", "NHS ANYSHIRE INTEGRATED CARE BOARD (FICTIONAL)") in named


def test_the_same_export_has_the_same_bytes(command: Command, street: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        command("export", "gp_share", "--to", tmp_path / name, "--store", street)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    assert FICTIONAL in (tmp_path / "one" / "ATTRIBUTION.txt").read_text(encoding="utf-8")
    assert "Open Government Licence" not in (tmp_path / "one" / "ATTRIBUTION.txt").read_text(encoding="utf-8")


def test_an_export_overwrites_nothing_and_is_there_whole_or_not(
    command: Command, street: Path, tmp_path: Path
) -> None:
    figures = tmp_path / "figures"
    figures.mkdir()
    (figures / "mine.csv").write_text("kept")
    answer = command("export", "gp_share", "--to", figures, "--store", street)
    assert (answer.code, (figures / "mine.csv").read_text()) == (8, "kept")
    assert "this export never overwrites" in answer.err
    for words in (("no_such_indicator",), ("gp_share", "no_such_indicator")):
        assert command("export", *words, "--to", tmp_path / "new", "--store", street).code == 7
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures"]


@pytest.fixture
def partly_restricted(command: Command, street: Path, tmp_path: Path) -> Path:
    """A store of which the figures of one ICB's practices are marked as not for everybody."""
    store = tmp_path / "store"
    command("backup", "--store", street, store)
    command("build", "--store", store)
    found = find_build(Store(store), load_catalogue())
    assert found is not None
    path = found.observations("gp_share")
    table = pyarrow.parquet.read_table(path)
    marked = pyarrow.array([kind == "gp_practice" for kind in table["organisation_type"].to_pylist()])
    if "restricted" in table.column_names:
        table = table.drop_columns(["restricted"])
    pyarrow.parquet.write_table(table.append_column("restricted", marked), path)
    return store


def test_restricted_figures_leave_by_no_open_door(
    command: Command, partly_restricted: Path, tmp_path: Path
) -> None:
    store = ("--store", partly_restricted)
    # Who holds the store sees them on the own screen, each marked as what it is.
    words = ("compare", "--type", "gp_practice", "--area", "XI01", "--indicator", "gp_share")
    shown: Any = command(*words, *store, "--json").json
    assert {figure["restricted"] for figure in shown["figures"]} == {True}
    assert "restricted" in command(*words, *store).out
    # What is made to be passed on leaves them out.
    open_door = tmp_path / "open"
    assert command("export", "gp_share", "--to", open_door, *store).code == 0
    rows = read_csv(open_door / "gp_share.csv")
    assert {row["organisation_type"] for row in rows} >= {"icb", "sub_icb"}
    assert "gp_practice" not in {row["organisation_type"] for row in rows}
    exported = pyarrow.parquet.read_table(open_door / "gp_share.parquet")
    assert "gp_practice" not in exported["organisation_type"].to_pylist()
    assert "RESTRICTED" not in (open_door / "ATTRIBUTION.txt").read_text(encoding="utf-8")


def test_whoever_asks_for_restricted_figures_sees_it_in_every_file(
    command: Command, partly_restricted: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "closed"
    words = ("export", "gp_share", "list_size", "--restricted", "--to", folder, "--store", partly_restricted)
    assert command(*words).out.startswith("RESTRICTED. ")
    names = {path.name for path in folder.iterdir()}
    ends = ("csv", "parquet")
    assert names == {
        "ATTRIBUTION.txt",
        *(f"{one}.restricted.{end}" for one in ("gp_share", "list_size") for end in ends),
    }
    text = (folder / "ATTRIBUTION.txt").read_text(encoding="utf-8")
    assert text.startswith("RESTRICTED. ")
    rows = read_csv(folder / "gp_share.restricted.csv")
    assert {row["restricted"] for row in rows if row["organisation_type"] == "gp_practice"} == {"true"}
    assert {row["restricted"] for row in rows if row["organisation_type"] != "gp_practice"} == {"false"}
    number = sum(row["restricted"] == "true" for row in rows)
    assert f"{number:,} of them restricted" in text
    metadata = pyarrow.parquet.read_schema(folder / "gp_share.restricted.parquet").metadata
    assert metadata[b"restricted"] == b"true"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+44 1392", "'+44 1392"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tA", "'\tA"),
        ("ABBEY = SURGERY", "ABBEY = SURGERY"),
        (-3.5, -3.5),
        (True, "true"),
        (None, None),
    ],
)
def test_no_cell_of_a_csv_is_a_formula(value: object, cell: object) -> None:
    assert safe_cell(value) == cell


def test_a_name_that_is_a_formula_comes_out_as_text(tmp_path: Path) -> None:
    table = pyarrow.table({"organisation_name": ['=1+1,"x"', "ABBEY"], "value": [-1.5, None]})
    write_csv(table, tmp_path / "figures.csv")
    assert (tmp_path / "figures.csv").read_bytes() == (
        b'organisation_name,value\r\n"\'=1+1,""x""",-1.5\r\nABBEY,\r\n'
    )


def test_a_pack_with_a_licence_of_its_own_is_named_with_it() -> None:
    catalogue = load_catalogue()
    used = {("registered_patients", "OGL-UK-3.0"), ("registered_patients", "local use only")}
    lines = attribution_lines(attribute(catalogue, used))
    line = catalogue.sources["registered_patients"].attribution
    assert lines == [line, f"{line} Licence: local use only."]
    assert attribution_metadata(attribute(catalogue, used))["licence"] == "OGL-UK-3.0; local use only"
    # A source whose definition is gone is still said.
    (gone,) = attribute(catalogue, {("retired", "OGL-UK-3.0")})
    assert gone.attribution == "Source: retired, licence OGL-UK-3.0."


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ([("gp_practice", "A81001")], None),
        ([("gp_practice", "X12345"), ("england", "ENG")], FICTIONAL),
        ([("gp_practice", "X12345"), ("icb", "QMJ")], PARTLY_FICTIONAL),
        ([("england", "ENG")], None),
        ([("other", "X12345")], None),
        ([], None),
    ],
)
def test_fiction_is_told_by_the_codes(codes: list[tuple[str, str]], said: str | None) -> None:
    assert find_fiction(load_catalogue(), codes) == said


def test_errors_of_an_export_are_json_too(command: Command, street: Path, tmp_path: Path) -> None:
    answer = command("export", "no_such", "--to", tmp_path / "new", "--store", street, "--json")
    assert json.loads(answer.err)["error"]["code"] == "not_found"
