"""Files to take away: the figures of an indicator or an organisation, the picture of a chart, tables of the release."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path, PurePosixPath

from django.http import FileResponse, HttpRequest, HttpResponse

from likeforlike.errors import NotFoundError
from likeforlike.release.schema import DATA
from likeforlike.release.views import Standing

# Of a cell: spreadsheets take what begins so for a formula and run it.
STEERING = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = [field.name for field in fields(Standing)]
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Suffix of a table for people → what it is.
TABLES = {".parquet": "application/vnd.apache.parquet", ".csv": "text/csv; charset=utf-8", ".xlsx": WORKBOOK}


def chart(request: HttpRequest, key: str) -> HttpResponse:
    """The picture of a chart."""
    answer = HttpResponse(request.opened.release.chart(key).svg, content_type="image/svg+xml")
    # Charts carry their look in style attributes, and as a picture of its own nothing in it can run.
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


def download(request: HttpRequest, name: str) -> HttpResponse:
    """A file by its name: `indicator/<id>/<kind>.csv`, `organisation/<kind>/<code>.xlsx`, `chart/<key>.csv`,
    `data/<table>.parquet`.
    """
    release = request.opened.release
    path = PurePosixPath(name)
    match path.parts:
        case ("indicator", indicator, _):
            release.comparison(indicator, path.stem)
            rows: Iterable[Sequence[object]] = _figures(release.standings(indicator, path.stem))
            return _table(path, COLUMNS, rows)
        case ("organisation", kind, _):
            release.organisation(kind, path.stem)
            return _table(path, COLUMNS, _figures(release.standings_of(kind, path.stem)))
        case ("chart", *rest) if rest:
            view = release.chart(str(PurePosixPath(*rest).with_suffix("")))
            return _table(path, view.headings, view.rows)
        case ("data", *folders, _) if folders in ([], ["figures"]):
            return _stored(release.folder.joinpath(DATA, *folders), path)
    raise NotFoundError(f"there is no file '{name}' to download.")


def _figures(standings: Iterable[Standing]) -> list[list[object]]:
    return [[getattr(one, column) for column in COLUMNS] for one in standings]


def _table(path: PurePosixPath, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    makers = {".csv": _as_csv, ".xlsx": _as_workbook}
    if path.suffix not in makers:
        raise NotFoundError(f"there is no file '{path}' to download.", next_step="There are .csv and .xlsx.")
    answer = HttpResponse(makers[path.suffix](headings, rows), content_type=TABLES[path.suffix])
    name = "-".join(path.parts).encode("ascii", "ignore").decode().replace('"', "")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _as_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([defuse(cell) for cell in row] for row in rows)
    # The mark of the encoding is how spreadsheets know that this is UTF-8.
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def defuse(cell: object) -> object:
    """A text that a spreadsheet would run as a formula, with an apostrophe before it; all else as it is."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STEERING) else cell


def _as_workbook(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    # Few ask for one, and every worker would hold it.
    from xlsxwriter import Workbook

    content = io.BytesIO()
    # No text becomes a formula or a link.
    made = Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = made.add_worksheet("Figures")
    bold = made.add_format({"bold": True})
    sheet.write_row(0, 0, headings, bold)
    for place, row in enumerate(rows, start=1):
        sheet.write_row(place, 0, ["" if cell is None else cell for cell in row])
    sheet.freeze_panes(1, 0)
    made.close()
    return content.getvalue()


def _stored(folder: Path, path: PurePosixPath) -> HttpResponse:
    where = folder / path.name
    # A name of one part cannot climb out of the folder; what is no table is no download.
    if path.suffix not in TABLES or not where.is_file():
        raise NotFoundError(f"there is no table '{path.name}' in this release.")
    answer = FileResponse(
        where.open("rb"), as_attachment=True, filename=path.name, content_type=TABLES[path.suffix]
    )
    answer["Cache-Control"] = "public, max-age=300"
    return answer
