"""The tables of a review as a spreadsheet by the rules of accessible government spreadsheets, without the clock."""

from __future__ import annotations

import datetime
import re
import warnings
from pathlib import Path
from typing import Any

import pandas

from likeforlike.documents.content import Document
from likeforlike.present import wording
from likeforlike.present.report import ReportView
from likeforlike.present.table import Cell, Column, TableView, say_cell

# In this order; a table without rows has no sheet.
SHEETS = (
    "List",
    "All organisations",
    "Indicators",
    "Effects",
    "Sensitivity",
    "Held",
    "Snapshots",
    "Who is on it",
    "Correlations",
    "Model",
    "Fit",
    "Calibration",
    "Funnels",
    "Left out",
    "Not assessed",
    "Before the pandemic",
    "Sources",
    "Making",
)
# The shorthand of government spreadsheets for a figure that is not there.
NOT_AVAILABLE = "[x]"
# Excel would run a text that begins like a formula, and follow one that looks like an address.
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# Excel wants a day of creation; the same result is to give the same bytes.
NO_DAY = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def write_spreadsheet(view: ReportView, document: Document, path: Path) -> None:
    """Write cover, contents, notes and a sheet for each table of the report."""
    sheets = {name: _sheet(view.tables[name], view, document) for name in SHEETS if view.tables[name].rows}
    properties = {"title": document.title, "author": "LikeForLike", "comments": " ".join(document.marks)}
    with warnings.catch_warnings():
        # gptables leaves a file of its own open when it is imported, and warns whoever writes with it of pandas.
        warnings.simplefilter("ignore")
        import gptables  # type: ignore[import-untyped]  # It has no types.

        workbook = gptables.produce_workbook(
            str(path),
            {name: gptables.GPTable(**its) for name, its in sheets.items()},
            cover=gptables.Cover(**_cover(view, document)),
            notes_table=_notes(view),
            notesheet_options={"title": " ".join(("Notes.", *document.marks)), "table_name": "notes"},
            contentsheet_options={
                "title": f"Contents: {document.title}",
                "table_name": "contents",
                "subtitles": list(document.marks),
            },
            workbook_options=AS_TEXT,
        )
        workbook.set_properties(properties | {"created": NO_DAY})
        workbook.close()


def _cover(view: ReportView, document: Document) -> dict[str, Any]:
    review = view.review
    answer = review.why_empty or review.listed_heading
    return {
        "title": document.title,
        "intro": ["Introduction", *document.marks, document.heading, review.assessed, answer, review.others],
        "about": [
            "How it was made",
            *view.methods,
            *review.notes,
            f"{NOT_AVAILABLE} means that there is no figure.",
        ],
        "contact": ["Sources", *review.sources, document.footer],
    }


def _sheet(table: TableView, view: ReportView, document: Document) -> dict[str, Any]:
    headings = _headings(table)
    frame = pandas.DataFrame(
        [
            [_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        ],
        columns=headings,
        dtype=object,
    )
    return {
        "table": frame,
        "table_name": re.sub(r"\W+", "_", table.name.casefold()),
        "title": table.caption,
        "subtitles": list(document.marks),
        "scope": document.heading,
        "source": view.source.removeprefix("Source: "),
        "index_columns": {},
        "additional_formatting": [
            {
                "column": {
                    "columns": [heading],
                    "format": {"num_format": _format(column)},
                    "include_names": False,
                }
            }
            for heading, column in zip(headings, table.columns, strict=True)
            if column.decimals is not None
        ],
    }


def _headings(table: TableView) -> list[str]:
    """Each once: a table of a spreadsheet needs different ones."""
    headings: list[str] = []
    for column in table.columns:
        heading = column.heading
        while heading in headings:
            heading += " "
        headings.append(heading)
    return headings


def _cell(cell: Cell, column: Column) -> Cell:
    """A figure as it is; everything else in words."""
    if cell is None or cell == "" or cell == wording.NO_FIGURE:
        return NOT_AVAILABLE
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return cell
    return say_cell(cell, column)


def _format(column: Column) -> str:
    return "#,##0" + ("." + "0" * column.decimals if column.decimals else "")


def _notes(view: ReportView) -> pandas.DataFrame:
    notes = [
        f"{one.title}: {text}"
        for one in view.review.indicators
        for text in filter(None, (one.worth, one.reason, one.does_not_tell, *one.caveats))
    ]
    if view.before_note:
        notes.append(f"Before the pandemic: {view.before_note}")
    notes.append(f"Who is on it: {view.who_note}")
    return pandas.DataFrame(
        [(f"note {number}", note) for number, note in enumerate(notes, start=1)],
        columns=["Note reference", "Note text"],
    )
