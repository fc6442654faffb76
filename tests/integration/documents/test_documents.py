"""All documents of a result as their readers open them: PDF, HTML, spreadsheet, CSV and Parquet."""

from __future__ import annotations

import csv
import itertools
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import html5lib
import pyarrow.parquet
import pypdf
import pytest
from python_calamine import CalamineWorkbook

from likeforlike.comparison.prepandemic import VACCINATIONS
from likeforlike.documents.content import Document, Grid, Heading
from likeforlike.documents.pdf import render_pdf
from likeforlike.documents.report import draw_listed_strips
from likeforlike.documents.writing import write_documents
from likeforlike.errors import SettingsError
from likeforlike.present import wording
from likeforlike.present.report import view_report
from likeforlike.present.table import make_table
from likeforlike.review.tables import TABLES
from made_results import CODES, FICTION, make_result

if TYPE_CHECKING:
    from conftest import Written  # The one of this folder.

KINDS = ("open", "restricted", "nobody listed", "one indicator")
HTML = "{http://www.w3.org/1999/xhtml}"


def paths(written: Written, ending: str) -> list[Path]:
    found = [written.folder / name for name in written.files if name.endswith(ending)]
    assert found
    return found


def elements(element: Any) -> Any:
    """All of a tree of structure of a PDF."""
    element = element.get_object()
    yield element
    below = element.get("/K", [])
    for one in below if isinstance(below, list) else [below]:
        if isinstance(one.get_object() if hasattr(one, "get_object") else one, dict):
            yield from elements(one)


@pytest.mark.parametrize(
    ("kind", "sheets"),
    [("open", CODES), ("restricted", CODES), ("nobody listed", ()), ("one indicator", ("Z00009", "Z00010"))],
)
def test_every_document_is_there(written: dict[str, Written], kind: str, sheets: tuple[str, ...]) -> None:
    one = written[kind]
    mark = ".restricted" if kind == "restricted" else ""
    expected = {f"report{mark}.pdf", f"report{mark}.html", f"tables{mark}.xlsx", f"ATTRIBUTION{mark}.txt"}
    expected |= {f"evidence/{code}{mark}.{ending}" for code in sheets for ending in ("pdf", "html")}
    expected |= {f"tables/{name}{mark}.{ending}" for name in TABLES for ending in ("csv", "parquet")}
    assert set(one.files) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_every_pdf_is_tagged_titled_and_in_english(written: dict[str, Written], kind: str) -> None:
    for path in paths(written[kind], ".pdf"):
        reader = pypdf.PdfReader(path)
        root: Any = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
        assert root["/Lang"] == "en-GB"
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert reader.metadata is not None
        assert reader.metadata.title
        assert reader.metadata.creation_date is None
        assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
        kinds = [one.get("/S") for one in elements(root["/StructTreeRoot"])]
        assert "/H1" in kinds
        assert kinds.count("/Table") >= 1
        assert kinds.count("/TH") >= 3


def test_every_figure_of_the_report_has_words_in_its_place(written: dict[str, Written]) -> None:
    reader = pypdf.PdfReader(paths(written["open"], "report.pdf")[0])
    root: Any = reader.trailer["/Root"]
    said = {one.get("/Alt") for one in elements(root["/StructTreeRoot"]) if one.get("/S") == "/Figure"}
    assert "Half of the 10 practices have a range of 3 positions or more" in said
    assert None not in said
    assert len(said) == 8


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_is_strict_html_with_headings_in_order_and_tables_with_scope(
    written: dict[str, Written], kind: str
) -> None:
    for path in paths(written[kind], ".html"):
        text = path.read_text(encoding="utf-8")
        page = html5lib.HTMLParser(strict=True).parse(text)
        assert page.get("lang") == "en-GB"
        assert [one.text for one in page.iter(f"{HTML}title")]
        assert not list(page.iter(f"{HTML}script"))
        assert not list(page.iter(f"{HTML}link"))
        assert "http://" not in text.replace("http://www.w3.org/", "")
        levels = [int(one.tag[-1]) for one in page.iter() if one.tag in {f"{HTML}h{n}" for n in range(1, 7)}]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
        for table in page.iter(f"{HTML}table"):
            assert table.find(f"{HTML}caption") is not None
            assert {cell.get("scope") for cell in table.iter(f"{HTML}th")} == {"col", "row"}
        for figure in page.iter(f"{HTML}figure"):
            (drawing,) = (one for one in figure.iter() if one.get("role") == "img")
            assert drawing.get("aria-label") == figure.findtext(f"{HTML}figcaption")
        identities = [one.get("id") for one in page.iter() if one.get("id")]
        assert len(identities) == len(set(identities))


def test_strips_stand_in_the_order_of_the_list(written: dict[str, Written]) -> None:
    """That of the probabilities, not that of the composites: here the list begins with the less far below."""
    view = view_report(written["open"].result)
    turned = replace(view, review=replace(view.review, listed=view.review.listed[::-1]))
    for one in (view, turned):
        (axis, *_) = (layer["encoding"]["y"] for layer in draw_listed_strips(one).specification["layer"])
        assert axis["sort"] == [row.name for row in one.review.listed]


def test_a_table_of_several_pages_repeats_its_head_and_breaks_no_row(tmp_path: Path) -> None:
    """Sixty rows of several lines each: the head's words are on every page of them, whole."""
    rows = [(f"FIRST OF {number} AND MUCH MORE OF IT", "x " * (160 + number)) for number in range(60)]
    grid = Grid(make_table("Made", "Caption", ("Organisation", "Rankability"), rows), (1, 3))
    document = Document("Made", "By hand", (), "Footer", (Heading(2, "Table"), grid))
    (tmp_path / "made.pdf").write_bytes(render_pdf(document))
    pages = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "made.pdf").pages]
    assert len(pages) > 2
    for page in pages:
        assert "Organisation" in page
        assert "Rankability" in page
    # A row that was broken would leave its second line at the top of the next page, without a first.
    starts = [page.split("Rankability", 1)[1].strip() for page in pages]
    assert all(start.startswith("FIRST OF") for start in starts)


def test_a_restricted_result_says_so_on_every_page_and_in_every_file(written: dict[str, Written]) -> None:
    one = written["restricted"]
    assert all(".restricted." in name for name in one.files)
    for path in paths(one, ".pdf"):
        for page in pypdf.PdfReader(path).pages:
            text = " ".join(page.extract_text().split())
            assert wording.RESTRICTED in text
            assert FICTION in text
    for path in paths(one, ".html"):
        text = path.read_text(encoding="utf-8")
        assert text.count(wording.RESTRICTED) == text.count(FICTION) == 2
    book = CalamineWorkbook.from_path(paths(one, ".xlsx")[0])
    for name in book.sheet_names:
        cells = " ".join(str(cell) for row in book.get_sheet_by_name(name).to_python() for cell in row)
        assert wording.RESTRICTED in cells, name
        assert FICTION in cells, name
    for path in paths(one, ".parquet"):
        assert pyarrow.parquet.read_schema(path).metadata[b"restricted"] == b"true"
    assert wording.RESTRICTED in paths(one, ".txt")[0].read_text(encoding="utf-8")


def test_an_open_result_has_no_mark(written: dict[str, Written]) -> None:
    one = written["open"]
    assert not any("restricted" in name for name in one.files)
    assert wording.RESTRICTED not in paths(one, "report.html")[0].read_text(encoding="utf-8")


def test_what_begins_like_a_formula_stays_a_text(written: dict[str, Written]) -> None:
    import openpyxl

    one = written["open"]
    book = openpyxl.load_workbook(paths(one, ".xlsx")[0])
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(cell.value == "=1+1 SURGERY" for cell in cells)
    with (one.folder / "tables" / "organisations.csv").open(encoding="utf-8", newline="") as stream:
        names = [row["name"] for row in csv.DictReader(stream)]
    assert "'=1+1 SURGERY" in names


def test_the_spreadsheet_has_cover_contents_and_figures_as_figures(written: dict[str, Written]) -> None:
    book = CalamineWorkbook.from_path(paths(written["open"], ".xlsx")[0])
    assert book.sheet_names[:5] == ["Cover", "Contents", "Notes", "List", "All organisations"]
    assert {"Indicators", "Effects", "Sensitivity", "Model", "Sources"} <= set(book.sheet_names)
    rows = book.get_sheet_by_name("All organisations").to_python()
    first = next(row for row in rows if row[0] == "SURGERY 1")
    assert first[:3] == ["SURGERY 1", "Z00001", 1000.0]
    assert first[6:9] == [4.0, 3.5, 4.5]
    last = next(row for row in rows if row[0] == "SURGERY 11")
    assert last[4] == "[x]"


def test_nobody_listed_is_said_and_has_no_empty_sheet(written: dict[str, Written]) -> None:
    one = written["nobody listed"]
    assert "That is an answer, and no gap in the work." in paths(one, "report.html")[0].read_text(
        encoding="utf-8"
    )
    assert "List" not in CalamineWorkbook.from_path(paths(one, ".xlsx")[0]).sheet_names


def test_vaccinations_stand_beside_the_table_of_before(written: dict[str, Written]) -> None:
    report = paths(written["restricted"], "report.restricted.html")[0].read_text(encoding="utf-8")
    assert VACCINATIONS in report
    assert VACCINATIONS not in paths(written["open"], "report.html")[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_a_sheet_is_at_most_two_pages(written: dict[str, Written], kind: str) -> None:
    for path in paths(written[kind], ".pdf"):
        if path.parent.name == "evidence":
            assert len(pypdf.PdfReader(path).pages) <= 2


def test_the_same_result_gives_the_same_bytes(written: dict[str, Written], tmp_path: Path) -> None:
    one = written["restricted"]
    again = tmp_path / "again"
    assert write_documents(one.result, again, everybody=True, report=lambda _: None) == one.files
    different = [
        name for name in one.files if (again / name).read_bytes() != (one.folder / name).read_bytes()
    ]
    assert different == []


def test_sheets_are_for_the_listed_unless_all_are_wanted(tmp_path: Path) -> None:
    files = write_documents(
        make_result(tmp_path / "result"), tmp_path / "documents", everybody=False, report=lambda _: None
    )
    sheets = [name for name in files if name.startswith("evidence/") and name.endswith(".pdf")]
    assert sheets == ["evidence/Z00009.pdf", "evidence/Z00010.pdf"]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "mine.txt").write_text("mine", encoding="utf-8")
    result = make_result(tmp_path / "result")
    with pytest.raises(SettingsError, match="there is something of that name already"):
        write_documents(result, tmp_path / "documents", everybody=False, report=lambda _: None)
    assert [path.name for path in (tmp_path / "documents").iterdir()] == ["mine.txt"]
