"""Writes the Summary Hospital-level Mortality Indicator of the acute trusts, in the publisher's last layout."""

from __future__ import annotations

import math
from pathlib import Path

from scipy import special

from likeforlike.simulate.county import County
from likeforlike.simulate.months import NAMES, month_after
from likeforlike.simulate.providers import Provider, list_providers
from likeforlike.simulate.randomness import random_stream

FOLDER = "shmi"
LINE_END = "\r\n"
HEADER = (
    "INDICATOR_CODE", "PROVIDER", "PROVIDER_NAME", "DENOMINATOR", "OBSERVED", "EXPECTED", "VALUE",
    "PO_LL", "PO_UL", "OD_LL", "OD_UL", "OD_BANDING",
)  # fmt: skip
ISSUES = 4
MONTHS_BETWEEN_ISSUES = 3
# Of an average trust in a year: people who were admitted, and of a hundred of them those expected to die.
SPELLS = 60_000
DEATHS_PER_100 = 3.1
# How much trusts differ beside chance, as variance of the logarithm: what the publisher found in 2013.
BETWEEN_TRUSTS = 0.0027
NORMAL_95 = 1.959964
TAIL_998 = 0.001


def write_shmi(county: County, directory: Path) -> tuple[Path, ...]:
    """Write the last four quarterly issues by the county's last month, for all acute trusts.

    A trust keeps what sets it apart from one issue to the next. The limits with over-dispersion are those of a whole
    country, of which the county has two trusts.
    """
    folder = directory / FOLDER
    folder.mkdir()
    trusts = list_providers(county).acute_trusts
    apart = random_stream(county.plan.seed, "shmi trusts").normal(0.0, math.sqrt(BETWEEN_TRUSTS), len(trusts))
    last = county.months[-1]
    newest = month_after(last, -((last.month - 1) % MONTHS_BETWEEN_ISSUES))
    paths = []
    for step in range(ISSUES):
        issue = month_after(newest, -MONTHS_BETWEEN_ISSUES * step)
        drawn = random_stream(county.plan.seed, "shmi issue", issue.year, issue.month)
        lines = [",".join(HEADER)]
        for trust, by in zip(trusts, apart, strict=True):
            spells = int(drawn.poisson(SPELLS * trust.size))
            expected = round(spells * DEATHS_PER_100 / 100 * drawn.uniform(0.98, 1.02), 4)
            lines.append(_row(trust, spells, int(drawn.poisson(expected * math.exp(by))), expected))
        path = folder / f"shmi-{issue.year}-{NAMES[issue.month - 1].lower()}.csv"
        path.write_bytes((LINE_END.join(lines) + LINE_END).encode())
        paths.append(path)
    return tuple(paths)


def _row(trust: Provider, spells: int, observed: int, expected: float) -> str:
    value = observed / expected
    half = NORMAL_95 * math.sqrt(1 / expected + BETWEEN_TRUSTS)
    lower, upper = math.exp(-half), math.exp(half)
    band = 1 if value > upper else 3 if value < lower else 2
    exact = (
        special.gammaincinv(expected, TAIL_998) / expected,
        special.gammainccinv(expected + 1, TAIL_998) / expected,
    )
    numbers = [f"{round(number, 4):g}" for number in (value, *exact, lower, upper)]
    return ",".join(
        [
            "I00699",
            trust.code,
            trust.name.upper(),
            f"{spells}",
            f"{observed}",
            f"{expected:g}",
            *numbers,
            f"{band}",
        ]
    )
