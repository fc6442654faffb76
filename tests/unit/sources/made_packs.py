"""Data packs in small: the text of a header and of figures, and the two files on disk."""

from __future__ import annotations

from pathlib import Path

from likeforlike.catalogue import load_catalogue
from likeforlike.sources.packs.faults import Faults
from likeforlike.sources.packs.pack import Pack, PackText, read_pack

COLUMNS = "organisation_code,period_start,period_end,indicator,numerator,denominator,expected,note"
OCTOBER, NOVEMBER = "2025-10-01,2025-10-31", "2025-11-01,2025-11-30"
ROWS = (
    f"A81001,{OCTOBER},nhs_111_calls_per_1000,41,,,",
    f"A81002,{OCTOBER},nhs_111_calls_per_1000,0,,,",
    f"A81001,{OCTOBER},ae_attendances_per_1000,300,9000,250.5,counted anew",
    f"A81002,{OCTOBER},ae_attendances_per_1000,suppressed,4000,101,",
)
HEADER = {
    "data_pack": "1",
    "title": '"Calls and attendances"',
    "about": '"Weekdays from 8 to 18:30; from the provider\'s records."',
    "provider": '"NHS Example ICB, analytics"',
    "published": "2025-12-05",
    "area": '"QHM"',
    "organisation_type": '"gp_practice"',
}


def header_text(**changes: str | None) -> str:
    """A header as TOML, with some keys changed, added, or left out (None)."""
    keys = {key: value for key, value in (HEADER | changes).items() if value is not None}
    return "".join(f"{key} = {value}\n" for key, value in keys.items())


def figures_text(*rows: str, columns: str = COLUMNS) -> str:
    """Figures as CSV."""
    return "\n".join([columns, *rows]) + "\n"


def write_pack_files(
    folder: Path, name: str = "pack", *, header: str | None = None, figures: str | bytes | None = None
) -> Path:
    """A pack on disk; the path of its CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    content = figures_text(*ROWS) if figures is None else figures
    path = folder / f"{name}.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (folder / f"{name}.toml").write_text(header_text() if header is None else header, encoding="utf-8")
    return path


def read(header: str | bytes | None = None, figures: str | bytes | None = None) -> tuple[Pack | None, Faults]:
    """A pack read from its two texts."""
    texts = [header_text() if header is None else header, figures_text(*ROWS) if figures is None else figures]
    top, rows = (text.encode() if isinstance(text, str) else text for text in texts)
    return read_pack(PackText(top, "pack.toml", rows, "pack.csv"), load_catalogue())


def faults_of(header: str | bytes | None = None, figures: str | bytes | None = None) -> list[str]:
    """Every fault of a pack as it is printed; an empty list is a pack that holds."""
    pack, faults = read(header, figures)
    assert (pack is None) == bool(faults.count)
    assert all(fault.next_step for fault in faults.kept), "a fault says what to do"
    return [f"{fault.where}: {fault.what}" for fault in faults.kept]
