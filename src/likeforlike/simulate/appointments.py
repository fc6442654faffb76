"""Writes the practice crosstab of Appointments in General Practice, one CSV file per month."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from likeforlike.simulate import appointment_mix as mix
from likeforlike.simulate.appointment_cells import Cells
from likeforlike.simulate.county import County
from likeforlike.simulate.months import sas_date, short_month
from likeforlike.simulate.text_columns import chosen, numbers, quoted, write_columns

FOLDER = "gp_appointments_practice"
HEADER = (
    "APPOINTMENT_MONTH_START_DATE", "GP_CODE", "GP_NAME", "SUPPLIER", "PCN_CODE", "PCN_NAME",
    "SUB_ICB_LOCATION_CODE", "SUB_ICB_LOCATION_NAME", "HCP_TYPE", "APPT_MODE", "NATIONAL_CATEGORY",
    "TIME_BETWEEN_BOOK_AND_APPT", "COUNT_OF_APPOINTMENTS", "APPT_STATUS",
)  # fmt: skip
# The files of August 2025, the only one that came as published, end lines so.
LINE_END = "\r\n"


def write_crosstab(county: County, cells: Cells, month: int, directory: Path) -> Path:
    """Write the crosstab of the month into its release folder under `directory`."""
    label = short_month(county.months[month], "_")
    release = directory / FOLDER / f"release_{label}"
    release.mkdir(parents=True)
    path = release / f"Practice_Level_Crosstab_{label}.csv"
    practices = [_practice_fields(county, practice, month) for practice in range(len(county.codes))]
    kinds_and_waits = [
        ",".join((kind.staff, kind.mode, kind.category, wait)) for kind in mix.KINDS for wait in mix.WAITS
    ]
    columns = (
        chosen(practices, cells.practice),
        chosen(kinds_and_waits, cells.kind * len(mix.WAITS) + cells.wait),
        numbers(np.asarray(cells.count)),
        chosen(mix.STATUSES, cells.status),
    )
    write_columns(path, HEADER, columns, LINE_END)
    return path


def _practice_fields(county: County, practice: int, month: int) -> str:
    pcn = county.pcn_of[practice]
    network = ("U", "UNALLOCATED") if pcn < 0 else (county.pcns[pcn].code, county.pcns[pcn].name)
    area = county.sub_icbs[county.sub_icb_of[practice]]
    fields = (
        sas_date(county.months[month]),
        county.codes[practice],
        county.practice_names[practice],
        county.supplier(practice, month),
        *network,
        area.code,
        area.name,
    )
    return ",".join(quoted(field) for field in fields)
