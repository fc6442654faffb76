"""Columns that an importer makes: the same from a delimited file and from a workbook, and as strictly converted."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from street import csv_text, write_file

from likeforlike.catalogue import Source
from likeforlike.errors import DefinitionError, FileRefusedError
from likeforlike.sources.format import Staged, Staging
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.opening import Given, unpack
from likeforlike.sources.reading.probing import Probe, probe_file
from likeforlike.sources.reading.providers import provider_kind
from likeforlike.sources.reading.workbooks import WorkbookFormat

HEADERS = {"month": "Month", "provider": "Code", "waiting": "Waiting"}
MADE = {
    "organisation_type": provider_kind("provider"),
    "opened": "CASE WHEN provider = 'X' THEN 'one day' ELSE strftime(month, '%Y-03-01') END",
    "doubled": "CASE waiting WHEN 0 THEN 'nobody' ELSE CAST(2 * waiting AS VARCHAR) END",
}


def source(**layout: Any) -> Source:
    return Source.model_validate(
        {
            "id": "waiting",
            "title": "Waiting",
            "publisher": "Nobody",
            "landing_page": "nowhere",
            "licence": "OGL-UK-3.0",
            "attribution": "Nobody",
            "cadence": "monthly",
            "restatement": "never",
            "about": "Who waits.",
            "status": "made up",
            "importer_version": 1,
            "tables": [
                {
                    "id": "providers",
                    "title": "Providers",
                    "period": "month",
                    "organisation": "provider",
                    "organisation_types": "organisation_type",
                    "key": ["month", "organisation_type", "provider"],
                    "columns": [
                        {"name": "month", "type": "month"},
                        # Before the column that it is made from: the order of columns is the table's own.
                        {
                            "name": "organisation_type",
                            "type": "label",
                            "labels": {"nhs_trust": [], "independent_provider": []},
                        },
                        {"name": "provider", "type": "code"},
                        {"name": "waiting", "type": "count"},
                        {"name": "opened", "type": "month"},
                        {"name": "doubled", "type": "count", "missing": {"nobody": "not_applicable"}},
                    ],
                    "layouts": [{"name": "only", "headers": HEADERS, "made": list(MADE), **layout}],
                }
            ],
        }
    )


def probe(path: Path) -> Probe:
    return probe_file(unpack(Given(path.name, path), path.parent))


def stage_text(folder: Path, rows: list[tuple[str, int]], made: Mapping[str, str]) -> Staged:
    lines = [f"2025-04-01, {code}, {waiting}" for code, waiting in rows]
    path = write_file(folder, "waiting.csv", csv_text("Month, Code, Waiting", *lines))
    staging = Staging(folder, "edition", duckdb.connect())
    return DelimitedFormat(made=made).stage(probe(path), source(), staging)


def stage_workbook(folder: Path, rows: list[tuple[str, int]], made: Mapping[str, str]) -> Staged:
    path = folder / "waiting.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "mmm-yy"}) as book:
        book.add_worksheet("Title").write(0, 0, "Who waits")
        sheet = book.add_worksheet("Providers")
        sheet.write_row(0, 0, ["Month", "Code", "Waiting"])
        for number, (code, waiting) in enumerate(rows, start=1):
            sheet.write_row(number, 0, [datetime.date(2025, 4, 1), code, waiting])
    staging = Staging(folder, "edition", duckdb.connect())
    return WorkbookFormat("Who waits", made=made).stage(probe(path), source(sheet="Providers"), staging)


BOTH = pytest.mark.parametrize("stage", [stage_text, stage_workbook])


@BOTH
def test_made_from_the_other_columns_of_a_row(tmp_path: Path, stage: Any) -> None:
    staged = stage(tmp_path, [("NT3", 4), ("RJ1", 0), ("5QT", 7)], MADE)
    april, before = datetime.date(2025, 4, 1), datetime.date(2025, 3, 1)
    assert duckdb.sql(f"FROM read_parquet('{staged.tables[0].path}')").fetchall() == [
        (april, "independent_provider", "NT3", 4, before, 8, None, "edition"),
        (april, "nhs_trust", "RJ1", 0, before, None, "not_applicable", "edition"),
        (april, "nhs_trust", "5QT", 7, before, 14, None, "edition"),
    ]
    assert staged.tables[0].texts["organisation_type"] == ("independent_provider", "nhs_trust")


@BOTH
def test_what_is_made_converts_or_the_file_is_refused(tmp_path: Path, stage: Any) -> None:
    with pytest.raises(FileRefusedError, match="expected the first day of a month"):
        stage(tmp_path, [("RJ1", 4), ("X", 3)], MADE)


@BOTH
def test_a_made_word_outside_its_vocabulary_is_refused(tmp_path: Path, stage: Any) -> None:
    with pytest.raises(FileRefusedError, match="expected one of nhs_trust, independent_provider") as refusal:
        stage(tmp_path, [("RJ1", 4)], MADE | {"organisation_type": "'hospital'"})
    assert "waiting." in (refusal.value.where or "")


@BOTH
def test_a_key_may_hold_made_columns(tmp_path: Path, stage: Any) -> None:
    with pytest.raises(FileRefusedError, match="occurs twice"):
        stage(tmp_path, [("RJ1", 4), ("NT3", 1), ("RJ1", 5)], MADE)


@BOTH
def test_a_column_that_nobody_makes_is_a_fault_of_the_definition(tmp_path: Path, stage: Any) -> None:
    made = {name: text for name, text in MADE.items() if name != "doubled"}
    with pytest.raises(DefinitionError, match="makes no column 'doubled', only organisation_type, opened"):
        stage(tmp_path, [("RJ1", 4)], made)
