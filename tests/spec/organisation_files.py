"""Small directories of organisations from tables that can be read: epraccur, ePCN, succession statements.

Nothing here asks the catalogue: positions and headers are the publishers', written out by hand.
"""

from __future__ import annotations

import datetime
from pathlib import Path

from official_files import rows_of, write_workbook

COLUMNS = 27
EPRACCUR = {
    "code": 1, "name": 2, "region": 3, "icb": 4, "postcode": 10, "opened": 11, "closed": 12, "status": 13,
    "subtype": 14, "commissioner": 15, "since": 16, "until": 17, "setting": 26,
}  # fmt: skip
FILLED = {
    "name": "THE SURGERY", "region": "XR1", "icb": "XI01", "postcode": "ZZ99 1AA", "opened": "19740401", "closed": "",
    "status": "A", "subtype": "B", "commissioner": "XS001", "since": "20130401", "until": "", "setting": "4",
}  # fmt: skip
DETAILS = (
    "PCN Code", "PCN Name", "Current Sub ICB Loc Code", "Sub ICB Location", "Open Date", "Close Date",
    "Address Line 1", "Address Line 2", "Address Line 3", "Address Line 4", "Address Line 5", "Postcode",
)  # fmt: skip
PARTNERS = (
    "Partner\nOrganisation\nCode", "Partner\nName", "Practice\nParent\nSub ICB Loc Code",
    "Practice\nParent\nSub ICB Loc Name", "PCN Code", "PCN Name", "PCN Parent\nSub ICB Loc Code",
    "PCN Parent\nSub ICB Loc Name", "Practice to PCN\nRelationship\nStart Date",
    "Practice to PCN\nRelationship\nEnd Date", "Practice Sub ICB Loc and PCN Sub ICB Loc Match ",
)  # fmt: skip


def month_in_a_name(month: str) -> str:
    """'2025-11' → 'Nov2025'."""
    return f"{datetime.date.fromisoformat(month + '-01'):%b%Y}"


def write_epraccur(folder: Path, month: str, table: str) -> Path:
    """The directory of prescribing organisations as it stood in a month."""
    lines = []
    for row in rows_of(table):
        cells = {EPRACCUR[name]: text for name, text in (FILLED | row).items()}
        lines.append(",".join(f'"{cells.get(place, "")}"' for place in range(1, COLUMNS + 1)))
    path = folder / f"epraccur_{month_in_a_name(month)}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_epcn(folder: Path, month: str, table: str) -> Path:
    """The workbook of networks: a row of the table is a membership (practice, pcn, since, until)."""
    rows = rows_of(table)
    networks = sorted({row["pcn"] for row in rows})
    return write_workbook(
        folder / f"ePCN_{month_in_a_name(month)}.xlsx",
        {
            "PCNDetails": [
                list(DETAILS),
                *(
                    [pcn, "NORTH PCN", "XS001", "FICTION NORTH", "20190701", "", *[""] * 5, "ZZ99 1AA"]
                    for pcn in networks
                ),
            ],
            "PCN Core Partner Details": [
                list(PARTNERS),
                *(
                    [
                        row["practice"], "THE SURGERY", "XS001", "FICTION NORTH", row["pcn"], "NORTH PCN", "XS001",
                        "FICTION NORTH", row["since"], row["until"], "TRUE",
                    ]
                    for row in rows
                ),
            ],
        },
    )  # fmt: skip


def write_successions(folder: Path, table: str) -> Path:
    """Statements of who followed whom, in our own layout."""
    path = folder / "successions.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    header = "stated_in,organisation_type,predecessor,successor,from,share,evidence"
    lines = [",".join(row[name] for name in header.split(",")) for row in rows_of(table)]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path
