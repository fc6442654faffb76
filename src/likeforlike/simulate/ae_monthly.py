"""Writes A&E attendances and waits of the last twelve months: a row a provider, and the row of totals."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from likeforlike.simulate.county import County
from likeforlike.simulate.months import NAMES
from likeforlike.simulate.providers import Provider, list_providers
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.text_columns import quoted

FOLDER = "ae_monthly"
LINE_END = "\n"
MOST_MONTHS = 12
HEADER = (
    "Period", "Org Code", "Parent Org", "Org name", "A&E attendances Type 1", "A&E attendances Type 2",
    "A&E attendances Other A&E Department", "A&E attendances Booked Appointments Type 1",
    "A&E attendances Booked Appointments Type 2", "A&E attendances Booked Appointments Other Department",
    "Attendances over 4hrs Type 1", "Attendances over 4hrs Type 2", "Attendances over 4hrs Other Department",
    "Attendances over 4hrs Booked Appointments Type 1", "Attendances over 4hrs Booked Appointments Type 2",
    "Attendances over 4hrs Booked Appointments Other Department",
    "Patients who have waited 4-12 hs from DTA to admission", "Patients who have waited 12+ hrs from DTA to admission",
    "Emergency admissions via A&E - Type 1", "Emergency admissions via A&E - Type 2",
    "Emergency admissions via A&E - Other A&E department", "Other emergency admissions",
)  # fmt: skip
# Of a trust of size 1 in a month, as of an average one in England: major, single-specialty and other departments.
ATTENDANCES = np.array([11_000, 400, 4_000])
BOOKED = np.array([0.025, 0.01, 0.06])
OVER_FOUR_HOURS = np.array([0.40, 0.04, 0.03])
ADMITTED = np.array([0.30, 0.03, 0.006])
WAITING = (0.20, 0.10)  # four to twelve hours from the decision to admit, and more
# How far apart two trusts lie beside chance, on the scale of log odds.
BETWEEN_TRUSTS = 0.25
WINTER = 0.25  # how much longer stays are in January than in July
CENTRES = np.array([0, 0, 1])  # a provider that is no trust has one urgent treatment centre
HOSPITALS = np.array([1, 1, 1])


def write_ae(county: County, directory: Path) -> list[Path]:
    """Write a file a month; England in the row of totals is this county alone."""
    folder = directory / FOLDER
    folder.mkdir()
    providers = list_providers(county)
    every = [*((trust, HOSPITALS) for trust in providers.acute_trusts)]
    every += [(provider, CENTRES) for provider in (*providers.mental_health_trusts, *providers.independent)]
    apart = random_stream(county.plan.seed, "ae providers").normal(0.0, BETWEEN_TRUSTS, len(every))
    paths = []
    for month in county.months[-MOST_MONTHS:]:
        drawn = random_stream(county.plan.seed, "ae month", month.year, month.month)
        season = WINTER * math.cos((month.month - 1) * math.tau / 12)
        counts = [
            _draw_counts(drawn, provider, departments, float(by) + season)
            for (provider, departments), by in zip(every, apart, strict=True)
        ]
        name = NAMES[month.month - 1]
        period = f"MSitAE-{name.upper()}-{month.year}"
        lines = [",".join(HEADER)]
        for (provider, _), numbers in zip(every, counts, strict=True):
            who = (period, provider.code, "NHS ENGLAND FICTION ", quoted(provider.name.upper()))
            lines.append(",".join((*who, *map(str, numbers))))
        lines.append(",".join((*("TOTAL",) * 4, *map(str, np.sum(counts, axis=0)))))
        path = folder / f"Monthly-AE-{name}-{month.year}.csv"
        path.write_bytes((LINE_END.join(lines) + LINE_END).encode())
        paths.append(path)
    return paths


def _draw_counts(
    drawn: np.random.Generator,
    provider: Provider,
    departments: np.ndarray[tuple[int], np.dtype[np.int64]],
    longer: float,
) -> list[int]:
    """The eighteen figures of one provider in one month; `longer` is by how much its stays are, in log odds."""
    came = drawn.poisson(ATTENDANCES * departments * provider.size)
    booked = drawn.binomial(came, BOOKED)
    came = came - booked
    share = 1 / (1 + np.exp(-(np.log(OVER_FOUR_HOURS / (1 - OVER_FOUR_HOURS)) + longer)))
    over, over_booked = drawn.binomial(came, share), drawn.binomial(booked, share / 2)
    admitted = drawn.binomial(came + booked, ADMITTED)
    waiting = drawn.multinomial(int(admitted.sum()), [*WAITING, 1 - sum(WAITING)])[:2]
    elsewhere = drawn.poisson(1_000 * provider.size * departments[0])
    return [
        int(number) for part in (came, booked, over, over_booked, waiting, admitted) for number in part
    ] + [int(elsewhere)]
