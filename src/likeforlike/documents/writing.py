"""All documents of a result, in a folder of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow.parquet

from likeforlike.documents.content import Document
from likeforlike.documents.html import render_html
from likeforlike.documents.pdf import render_pdf
from likeforlike.documents.report import make_report
from likeforlike.documents.sheet import make_sheet
from likeforlike.documents.spreadsheet import write_spreadsheet
from likeforlike.present import wording
from likeforlike.present.evidence import view_all_evidence
from likeforlike.present.findings import source_of
from likeforlike.present.report import ReportView, view_report
from likeforlike.review.result import ReviewResult
from likeforlike.review.tables import TABLES
from likeforlike.store.tables_for_people import RESTRICTED_MARK, write_csv
from likeforlike.store.whole_folder import write_whole_folder

Report = Callable[[str], None]
TABLES_FOLDER, EVIDENCE_FOLDER, ATTRIBUTION = "tables", "evidence", "ATTRIBUTION"


def write_documents(result: ReviewResult, target: Path, *, everybody: bool, report: Report) -> list[str]:
    """Write report, evidence sheets, spreadsheet and tables; returns the names of the files, in order.

    Evidence sheets are written for the listed, or for `everybody` of the review. The same result gives the same
    bytes. Of a restricted result every file's name says so, and every page.

    Raises:
        SettingsError: something of the target's name is there.
        StoreError: it cannot be written.
    """
    mark = RESTRICTED_MARK if result.restricted else ""
    with write_whole_folder(target, "export") as folder:
        report("tables")
        write_tables(result, folder / TABLES_FOLDER, mark)
        report("report")
        view = view_report(result)
        document = make_report(view)
        (folder / f"report{mark}.pdf").write_bytes(render_pdf(document))
        write_page(folder / f"report{mark}.html", render_html(document))
        write_page(folder / f"{ATTRIBUTION}{mark}.txt", _attribution(document, view))
        report("spreadsheet")
        write_spreadsheet(view, document, folder / f"tables{mark}.xlsx")
        wanted = [row["organisation"] for row in result.rows("organisations") if everybody or row["listed"]]
        if wanted:
            write_sheets(result, wanted, folder / EVIDENCE_FOLDER, mark, report)
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _attribution(document: Document, view: ReportView) -> str:
    """Whom to name wherever anything of this is used."""
    parts = (*document.marks, document.title, document.heading, wording.NAME_THEM, *view.review.sources)
    return "\n\n".join(parts) + "\n"


def write_sheets(
    result: ReviewResult, wanted: Sequence[str], folder: Path, mark: str, report: Report
) -> None:
    """The evidence sheets of these organisations, as PDF and as HTML."""
    folder.mkdir()
    source = source_of(result)
    for number, sheet in enumerate(view_all_evidence(result, wanted), start=1):
        report(f"evidence {number} of {len(wanted)}")
        document = make_sheet(sheet, source)
        (folder / f"{sheet.organisation}{mark}.pdf").write_bytes(render_pdf(document))
        write_page(folder / f"{sheet.organisation}{mark}.html", render_html(document))


def write_page(path: Path, text: str) -> None:
    """The same bytes on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")


def write_tables(result: ReviewResult, folder: Path, mark: str) -> None:
    """Every table of the result as CSV and as Parquet."""
    folder.mkdir()
    about = {"result": result.id, "restricted": "true" if result.restricted else "false"}
    if result.manifest["fiction"]:
        about["fiction"] = result.manifest["fiction"]
    for name in TABLES:
        table = result.table(name)
        write_csv(table, folder / f"{name}{mark}.csv")
        pyarrow.parquet.write_table(
            table.replace_schema_metadata(about), folder / f"{name}{mark}.parquet", compression="zstd"
        )
