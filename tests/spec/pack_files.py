"""Small data packs from tables that can be read: what a test does not name is filled in."""

from __future__ import annotations

import csv
from pathlib import Path

from official_files import rows_of

COLUMNS = (
    "organisation_code", "period_start", "period_end", "indicator", "numerator", "denominator", "expected", "note"
)  # fmt: skip
PERIOD = {"period_start": "2025-10-01", "period_end": "2025-10-31"}


def write_pack(folder: Path, table: str, *, public: bool = False, published: str = "2025-12-01", area: str = "XI01",
               organisation_type: str = "gp_practice") -> Path:  # fmt: skip
    """A pack below a folder of its own; its table calls the organisation `practice`."""
    folder = folder / f"pack issued {published} for {area}{' to all' if public else ''}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"figures-{len(list(folder.iterdir()))}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        for row in rows_of(table):
            code = row.pop("practice")
            writer.writerow(dict.fromkeys(COLUMNS, "") | PERIOD | {"organisation_code": code} | row)
    path.with_suffix(".toml").write_text(
        f"""data_pack = 1
title = "Local figures"
about = "Fictional."
provider = "A board"
published = {published}
area = "{area}"
organisation_type = "{organisation_type}"
restricted = {"false" if public else "true"}
licence = "{"OGL-UK-3.0" if public else ""}"
""",
        encoding="utf-8",
    )
    return path
