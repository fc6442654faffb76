"""Writes referral to treatment by provider and specialty: a table a month, as a third party puts it together."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.county import County
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.text_columns import quoted
from likeforlike.simulate.waits import draw_delays, region_of

FOLDER = "referral_to_treatment"
HEADER = (
    "region_code", "provider_code", "provider_name", "treatment_function_code", "treatment_function",
    "total_incomplete_pathways", "total_within_18_weeks", "pct_within_18_weeks", "median_wait_weeks",
    "p92_wait_weeks", "total_52_plus", "total_65_plus", "total_78_plus", "pct_52_plus", "reporting_month",
)  # fmt: skip
# Code, name, pathways of a middling trust, weeks of a mean wait: England in March 2026, rounded.
SPECIALTIES = (
    ("C_100", "General Surgery Service", 2300, 18), ("C_101", "Urology Service", 2400, 17),
    ("C_110", "Trauma and Orthopaedic Service", 4500, 20), ("C_120", "Ear Nose and Throat Service", 3600, 20),
    ("C_130", "Ophthalmology Service", 3400, 14), ("C_140", "Oral Surgery Service", 2000, 21),
    ("C_150", "Neurosurgical Service", 340, 18), ("C_160", "Plastic Surgery Service", 650, 21),
    ("C_170", "Cardiothoracic Surgery Service", 0, 14), ("C_300", "General Internal Medicine Service", 230, 14),
    ("C_301", "Gastroenterology Service", 2300, 15), ("C_320", "Cardiology Service", 2500, 15),
    ("C_330", "Dermatology Service", 2300, 17), ("C_340", "Respiratory Medicine Service", 1200, 13),
    ("C_400", "Neurology Service", 1400, 18), ("C_410", "Rheumatology Service", 740, 15),
    ("C_430", "Elderly Medicine Service", 170, 11), ("C_502", "Gynaecology Service", 3600, 19),
    ("X02", "Other - Medical Services", 4000, 14), ("X03", "Other - Mental Health Services", 12, 10),
    ("X04", "Other - Paediatric Services", 2100, 15), ("X05", "Other - Surgical Services", 3100, 16),
    ("X06", "Other - Other Services", 880, 13),
)  # fmt: skip
TOTAL = ("C_999", "Total")
LIMITS = (18, 52, 65, 78)
LONGEST = 104
FEWEST_FOR_A_MEDIAN = 20
# Long waits are fewer than an even outflow would leave: they are treated first.
SHAPE = 1.3
Weeks = npt.NDArray[np.int64]
"""Pathways by week of waiting."""


def write_referrals(county: County, directory: Path) -> list[Path]:
    """Write the newest months; returns their paths."""
    folder = directory / FOLDER
    folder.mkdir(exist_ok=True)
    delays = draw_delays(county, "referrals", len(SPECIALTIES), independent=False)
    paths = []
    for place, month in enumerate(delays.months):
        rng = random_stream(county.plan.seed, "pathways", month.year, month.month)
        lines = [",".join(HEADER)]
        for provider, its_delays in zip(delays.providers, delays.times[:, :, place], strict=True):
            weeks = [
                _draw_weeks(rng, pathways * provider.size, mean * delay)
                for (_, _, pathways, mean), delay in zip(SPECIALTIES, its_delays, strict=True)
            ]
            who = (region_of(county, provider)[0], provider.code, provider.name.upper())
            names = [(code, name) for code, name, _, _ in SPECIALTIES]
            for which, waited in [*zip(names, weeks, strict=True), (TOTAL, np.sum(weeks, axis=0))]:
                fields = (*who, *which, *_figures(waited), month.isoformat())
                lines.append(",".join(quoted(field) for field in fields))
        path = folder / f"rtt_incomplete_provider_by_tfc_{month:%Y-%m}.csv"
        path.write_bytes(("\n".join(lines) + "\n").encode())
        paths.append(path)
    return paths


def _draw_weeks(rng: np.random.Generator, expected: float, mean: float) -> Weeks:
    """How many pathways have waited up to one week, up to two, and so on; the last are all that waited longer."""
    longer = np.exp(-((np.arange(LONGEST) * math.gamma(1 + 1 / SHAPE) / mean) ** SHAPE))
    return rng.multinomial(rng.poisson(expected), -np.diff(longer, append=0.0))


def _figures(weeks: Weeks) -> tuple[str, ...]:
    number = int(weeks.sum())
    within, over_52, over_65, over_78 = (
        int(weeks[: LIMITS[0]].sum()), *(int(weeks[limit:].sum()) for limit in LIMITS[1:]),
    )  # fmt: skip
    enough = number >= FEWEST_FOR_A_MEDIAN
    median, centile = (f"{_centile(weeks, share):.15g}" if enough else "" for share in (0.5, 0.92))
    # The table prints a share of 0 where there is nobody.
    shares = [repr(part / number) if number else "0.0" for part in (within, over_52)]
    return (
        str(number), str(within), shares[0], median, centile, str(over_52), str(over_65), str(over_78), shares[1],
    )  # fmt: skip


def _centile(weeks: Weeks, share: float) -> float:
    """The wait within which a share of the pathways lies, a week's pathways taken as spread over it evenly."""
    up_to = np.cumsum(weeks)
    wanted = share * up_to[-1]
    week = int(np.searchsorted(up_to, wanted))
    return float(week + (wanted - up_to[week] + weeks[week]) / weeks[week])
