"""Writes the workforce files that third parties made: staff by practice and financial year, and practices' places."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from likeforlike.simulate.county import County
from likeforlike.simulate.months import short_month
from likeforlike.simulate.practice_kinds import STAFF, FinancialYear, PracticeKinds
from likeforlike.simulate.randomness import random_stream

FOLDER = "gp_workforce"
LINE_END = "\n"
STAFF_HEADER = (
    "Practice.Code", "Year", "TOTAL_PATIENTS", "TOTAL_GP_EXTGL_FTE", "TOTAL_LOCUUM_TRN_FTE", "TOTAL_NURSES_FTE",
    "TOTAL_DPC_FTE", "TOTAL_ADMIN_FTE", "IMD", "IMD_quintile",
)  # fmt: skip
PLACES_HEADER = (
    "practice_code", "practice_name", "postcode", "latitude", "longitude", "lad_code", "number_of_patients",
    "admin_non_clinical", "direct_patient_care", "gp", "nurses", "total_appointments", "estimated_wait_time",
)  # fmt: skip
SHARE_NOT_SENT = 0.005  # of practices and years, in one role
NOISE = 0.05  # of the logarithm, from year to year: assumed
APRIL = 4
# On the Dogger Bank, where nobody has a practice.
SOUTH, NORTH, WEST, EAST = 54.5, 55.2, 2.0, 3.2
HEADS = {
    "administrative": 1.4,
    "direct_patient_care": 1.4,
    "gp": 1.5,
    "nurse": 1.4,
}  # for a full-time equivalent


def write_staff(
    county: County, kinds: PracticeKinds, years: Sequence[FinancialYear], directory: Path
) -> Path:
    """Write full-time equivalents of every financial year, which bears the name of the year in which it ends."""
    path = _folder(directory) / "workforce_year_practice_fte.csv"
    rows = []
    for year in years:
        rng = random_stream(county.plan.seed, "workforce", year.end)
        fte = {
            role: np.round(
                kinds.staff[role] * year.weighted / 1000 * rng.lognormal(0, NOISE, len(county.codes)), 1
            )
            for role in STAFF
        }
        not_sent = {role: rng.random(len(county.codes)) < SHARE_NOT_SENT for role in STAFF}
        for practice in (year.registered > 0).nonzero()[0]:
            cells = ["NA" if not_sent[role][practice] else f"{fte[role][practice]:g}" for role in STAFF]
            name = (f'"{county.codes[practice]}"', f'"{year.end}"', f"{year.registered[practice]:.12g}")
            rows.append((county.codes[practice], year.end, ",".join((*name, *cells, "NA", "NA"))))
    lines = [",".join(f'"{name}"' for name in STAFF_HEADER), *(line for *_, line in sorted(rows))]
    path.write_bytes((LINE_END.join(lines) + LINE_END).encode())
    return path


def write_places(county: County, kinds: PracticeKinds, directory: Path) -> Path | None:
    """Write places and headcounts of the newest published April; nothing where there is none."""
    aprils = [place for place, month in enumerate(county.months) if month.month == APRIL]
    if not aprils:
        return None
    month = aprils[-1]
    path = _folder(directory) / f"practice_headcount_location_{short_month(county.months[month], '')}.csv"
    rng = random_stream(county.plan.seed, "places")
    latitude = rng.uniform(SOUTH, NORTH, len(county.codes))
    longitude = rng.uniform(WEST, EAST, len(county.codes))
    lines = [",".join(f'"{name}"' for name in PLACES_HEADER)]
    for practice in county.open_practices(month):
        patients = int(county.populations.list_size[practice, month])
        heads = [
            str(round(kinds.staff[role][practice] * patients / 1000 * per_post))
            for role, per_post in HEADS.items()
        ]
        texts = (
            county.codes[practice], county.practice_names[practice], county.postcodes[practice],
            f"{latitude[practice]:.6f}", f"{longitude[practice]:.6f}", "X06000001",
        )  # fmt: skip
        after = (*heads, str(round(1.6 * patients)), "5.00")
        lines.append(
            ",".join((*(f'"{text}"' for text in texts), str(patients), *(f'"{text}"' for text in after)))
        )
    path.write_bytes((LINE_END.join(lines) + LINE_END).encode())
    return path


def _folder(directory: Path) -> Path:
    folder = directory / FOLDER
    folder.mkdir(exist_ok=True)
    return folder
