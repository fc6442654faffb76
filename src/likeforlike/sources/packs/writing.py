"""Write a data pack, header and figures, from a table: for whatever aggregates records into figures."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

from likeforlike.errors import UserError
from likeforlike.sources.packs.header import FORM, PackHeader
from likeforlike.store.files import write_whole

if TYPE_CHECKING:
    import pyarrow

REQUIRED = ("organisation_code", "period_start", "period_end", "indicator", "numerator", "denominator")
OPTIONAL = ("expected", "note")
ORDER = ("indicator", "period_start", "organisation_code")


def write_pack(folder: Path, name: str, header: PackHeader, figures: pyarrow.Table) -> tuple[Path, Path]:
    """Write `NAME.csv` and `NAME.toml` below a folder and return their paths; the pack is not checked.

    Only the command line may import `likeforlike.sources`: what aggregates hands its table up, and the command
    calls this. The same table and header give the same bytes, whatever the order of the rows.

    Args:
        folder: made where it is not there.
        name: of both files, without a suffix.
        header: what the TOML file says.
        figures: columns organisation_code (string), period_start and period_end (date), indicator (string),
            numerator (int64, or string where some are a reason such as 'suppressed'), denominator (int64, null
            for "take the list size"), and optionally expected (double) and note (string).

    Raises:
        UserError: one of the two files is there already, or the table lacks a column.
    """
    if missing := [column for column in REQUIRED if column not in figures.column_names]:
        raise UserError(f"the table has no column {', '.join(missing)}.", where=name)
    return write_files(folder, name, header_text(header), figures_text(figures))


def write_files(folder: Path, name: str, header: str, figures: str) -> tuple[Path, Path]:
    """Write the text of `NAME.csv` and `NAME.toml` below a folder and return their paths.

    Raises:
        UserError: one of them is there already, or the folder cannot be written to.
    """
    paths = folder / f"{name}.csv", folder / f"{name}.toml"
    for path in paths:
        if path.exists():
            raise UserError(
                "is there already, and is never overwritten.",
                where=str(path),
                next_step="Give the pack another name, or move the old one away.",
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(paths[0], figures.encode())
        write_whole(paths[1], header.encode())
    except OSError as error:
        raise UserError(
            f"the pack cannot be written ({error.strerror}).",
            where=str(folder),
            next_step="Name a folder that you may write to.",
        ) from None
    return paths


def figures_text(figures: pyarrow.Table) -> str:
    """The figures as CSV, in the order of indicator, period and organisation."""
    columns = [column for column in (*REQUIRED, *OPTIONAL) if column in figures.column_names]
    ordered = figures.select(columns).sort_by([(column, "ascending") for column in ORDER])
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(columns)
    for batch in ordered.to_batches():
        cells = [batch[column].to_pylist() for column in columns]
        writer.writerows(["" if cell is None else cell for cell in row] for row in zip(*cells, strict=True))
    return target.getvalue()


def header_text(header: PackHeader) -> str:
    """The header as TOML."""
    lines = [
        f"data_pack = {FORM}",
        f"title = {toml_text(header.title)}",
        f"about = {toml_text(header.about)}",
        f"provider = {toml_text(header.provider)}",
        f"published = {header.published.isoformat()}",
        f"area = {toml_text(header.area)}",
        f"organisation_type = {toml_text(header.organisation_type)}",
        f"restricted = {'true' if header.restricted else 'false'}",
        f"licence = {toml_text(header.licence)}",
        f"whole_months = {'true' if header.whole_months else 'false'}",
    ]
    return "\n".join(lines) + "\n"


def toml_text(text: str) -> str:
    """A text as a TOML basic string.

    JSON's strings are TOML's, but for the one control character that JSON lets stand.
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
