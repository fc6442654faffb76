"""Writes "Patients Registered at a GP Practice": totals and the map every month, age bands twice a year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from likeforlike.simulate.county import County
from likeforlike.simulate.months import sas_date_mixed, short_month
from likeforlike.simulate.populations import BANDS, patients_by_band
from likeforlike.simulate.text_columns import chosen, numbers, quoted, write_columns

FOLDER = "registered_patients"
PUBLICATION = "GP_PRAC_PAT_LIST"
TOTALS_HEADER = (
    "PUBLICATION", "EXTRACT_DATE", "TYPE", "SUB_ICB_LOCATION_CODE", "ONS_SUB_ICB_LOCATION_CODE", "CODE",
    "POSTCODE", "SEX", "AGE", "NUMBER_OF_PATIENTS",
)  # fmt: skip
BANDS_HEADER = (
    "PUBLICATION", "EXTRACT_DATE", "ORG_TYPE", "ORG_CODE", "ONS_CODE", "POSTCODE", "SEX", "AGE_GROUP_5",
    "NUMBER_OF_PATIENTS",
)  # fmt: skip
MAP_HEADER = (
    "PUBLICATION", "EXTRACT_DATE", "PRACTICE_CODE", "PRACTICE_NAME", "PRACTICE_POSTCODE",
    "ONS_SUB_ICB_LOCATION_CODE", "SUB_ICB_LOCATION_CODE", "SUB_ICB_LOCATION_NAME", "ONS_ICB_CODE", "ICB_CODE",
    "ICB_NAME", "ONS_COMM_REGION_CODE", "COMM_REGION_CODE", "COMM_REGION_NAME", "PCN_CODE", "PCN_NAME",
    "SUPPLIER_NAME",
)  # fmt: skip
LINE_END = "\n"
BANDS_MONTHS = (4, 10)  # April and October


def write_registered_patients(county: County, month: int, directory: Path) -> list[Path]:
    """Write the month's totals and map, and the bands in April, in October and in the first month of all."""
    folder = directory / FOLDER / short_month(county.months[month], "")
    folder.mkdir(parents=True)
    written = [_write_totals(county, month, folder), _write_map(county, month, folder)]
    if month == 0 or county.months[month].month in BANDS_MONTHS:
        written.append(_write_bands(county, month, folder))
    return written


def _write_totals(county: County, month: int, folder: Path) -> Path:
    path = folder / "gp-reg-pat-prac-all.csv"
    practices = county.open_practices(month)
    leading = []
    for practice in practices:
        area = county.sub_icbs[county.sub_icb_of[practice]]
        leading.append(
            ",".join(
                (
                    PUBLICATION,
                    _iso(county.months[month]),
                    "GP",
                    area.code,
                    area.ons_code,
                    county.codes[practice],
                    county.postcodes[practice],
                    "ALL",
                    "ALL",
                )
            )
        )
    columns = (
        chosen(leading, np.arange(len(practices))),
        numbers(county.populations.list_size[practices, month]),
    )
    write_columns(path, TOTALS_HEADER, columns, LINE_END)
    return path


def _write_bands(county: County, month: int, folder: Path) -> Path:
    path = folder / "gp-reg-pat-prac-quin-age.csv"
    practices = county.open_practices(month)
    counts = patients_by_band(county.populations, month)[practices]
    female, male = counts[:, : len(BANDS)], counts[:, len(BANDS) :]
    leading = [
        f"{PUBLICATION},{_iso(county.months[month])},GP,{county.codes[practice]},,{county.postcodes[practice]}"
        for practice in practices
    ]
    groups = (
        "ALL,ALL",
        *(f"{sex},{band}" for sex in ("FEMALE", "MALE") for band in (*BANDS, "ALL")),
    )
    table = np.column_stack(
        [counts.sum(axis=1), female, female.sum(axis=1), male, male.sum(axis=1)],
    )
    row, group = np.divmod(np.arange(table.size), len(groups))
    write_columns(
        path, BANDS_HEADER, (chosen(leading, row), chosen(groups, group), numbers(table.ravel())), LINE_END
    )
    return path


def _write_map(county: County, month: int, folder: Path) -> Path:
    path = folder / "gp-reg-pat-prac-map.csv"
    lines = [",".join(MAP_HEADER)]
    for practice in county.open_practices(month):
        area = county.sub_icbs[county.sub_icb_of[practice]]
        icb = county.icbs[area.parent]
        region = county.regions[icb.parent]
        pcn = county.pcn_of[practice]
        network = ("U", "Unallocated") if pcn < 0 else (county.pcns[pcn].code, county.pcns[pcn].name)
        fields = (
            PUBLICATION, sas_date_mixed(county.months[month]), county.codes[practice],
            county.practice_names[practice], county.postcodes[practice],
            area.ons_code, area.code, area.name, icb.ons_code, icb.code, icb.name,
            region.ons_code, region.code, region.name, *network, county.supplier(int(practice), month),
        )  # fmt: skip
        lines.append(",".join(quoted(field) for field in fields))
    path.write_bytes((LINE_END.join(lines) + LINE_END).encode())
    return path


def _iso(month: date) -> str:
    return month.isoformat()
