"""Writes a year of NHS Talking Therapies as Parquet: a row a figure, counts rounded to five."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from likeforlike.simulate.county import County
from likeforlike.simulate.months import year_published
from likeforlike.simulate.providers import list_providers
from likeforlike.simulate.randomness import random_stream

FOLDER = "talking_therapies"
OCTOBER = 10  # the month after which the year to March is out
ROUNDED_TO, SMALLEST_SHOWN = 5, 5
REFERRALS_PER_PATIENT = 0.032  # a year; England: 1.8 million among 57 million
# England 2024-25: what share of which other count.
SHARES = (
    ("finished_course_treatment", "referrals_received", 0.37),
    ("not_at_caseness", "finished_course_treatment", 0.053),
    ("improvement", "finished_course_treatment", 0.675),
    ("recovery", "at_caseness", 0.505),
    ("reliable_recovery", "recovery", 0.94),
    ("<18 weeks", "finished_course_treatment", 0.987),
    ("<6 weeks", "<18 weeks", 0.93),
)
DETERIORATED = 0.18  # of those who did not improve
OF_FINISHED = ("improvement", "deterioration", "no_reliable_change")
OF_CASES = ("reliable_recovery", "recovery")
COUNTS = (
    "referrals_received", "finished_course_treatment", "at_caseness", "not_at_caseness", *OF_FINISHED, *OF_CASES,
)  # fmt: skip
NONE = "NULL"
# The independent provider sees one in ten.
SHARE_OF_INDEPENDENT = 0.1
COLUMNS = (
    "reporting_period", "start_date", "end_date", "org_type", "org_code", "org_name", "variable_type", "variable_a",
    "variable_b", "measure_name", "measure_statistic", "value",
)  # fmt: skip

Counts = dict[str, int]


def write_talking_therapies(county: County, directory: Path) -> Path:
    """Write the newest financial year that had been published by the last month.

    England, its regions and boards, and two providers, which together have all of it.
    """
    import pyarrow
    import pyarrow.parquet

    year = year_published(county.months[-1], OCTOBER)
    rng = random_stream(county.plan.seed, "talking therapies", year)
    size = county.populations.list_size[:, len(county.months) - 1]
    boards = np.array([county.sub_icbs[place].parent for place in county.sub_icb_of])
    trust_counts, other_counts, by_board = [], [], []
    for place in range(len(county.icbs)):
        referrals = REFERRALS_PER_PATIENT * float(size[boards == place].sum())
        trust = _draw(referrals * (1 - SHARE_OF_INDEPENDENT), rng)
        other = _draw(referrals * SHARE_OF_INDEPENDENT, rng)
        trust_counts.append(trust)
        other_counts.append(other)
        by_board.append(_summed([trust, other]))
    providers = list_providers(county)
    rows = list(_rows("England", "All", "All", _summed(by_board), exact=True))
    for place, region in enumerate(county.regions):
        within = [by_board[board] for board, icb in enumerate(county.icbs) if icb.parent == place]
        rows += _rows("Commissioning Region", region.code, region.name.upper(), _summed(within))
    for icb, counts in zip(county.icbs, by_board, strict=True):
        rows += _rows("ICB", icb.code, icb.name.upper(), counts)
    for provider, of_all in (
        (providers.mental_health_trusts[0], trust_counts),
        (providers.independent[0], other_counts),
    ):
        rows += _rows("Provider", provider.code, provider.name.upper(), _summed(of_all))
    period = (
        f"{year - 1}-{year % 100:02d}",
        date(year - 1, 4, 1),
        date(year, 3, 31),
    )
    columns = [[part] * len(rows) for part in period] + [list(column) for column in zip(*rows, strict=True)]
    path = directory / FOLDER / "measures_annual.parquet"
    path.parent.mkdir()
    arrays = [
        pyarrow.array(column, pyarrow.date32() if name.endswith("_date") else pyarrow.string())
        for name, column in zip(COLUMNS, columns, strict=True)
    ]
    pyarrow.parquet.write_table(pyarrow.table(arrays, names=list(COLUMNS)), path)
    return path


def _draw(referrals: float, rng: np.random.Generator) -> Counts:
    counts: Counts = {"referrals_received": int(rng.poisson(referrals))}
    for name, of, share in SHARES:
        if of == "at_caseness" and of not in counts:
            counts[of] = counts["finished_course_treatment"] - counts["not_at_caseness"]
        counts[name] = int(rng.binomial(counts[of], share))
    others = counts["finished_course_treatment"] - counts["improvement"]
    counts["deterioration"] = int(rng.binomial(others, DETERIORATED))
    counts["no_reliable_change"] = others - counts["deterioration"]
    return counts


def _summed(several: list[Counts]) -> Counts:
    return {name: sum(one[name] for one in several) for name in several[0]}


def _rows(
    kind: str, code: str, name: str, counts: Counts, *, exact: bool = False
) -> Iterator[tuple[str, ...]]:
    """The rows of an organisation: totals, percentages, those treated in time, and one breakdown of its patients."""
    who = (kind, code, name)
    for measure in COUNTS:
        yield *who, "Total", NONE, NONE, measure, "count", _shown(counts[measure], exact=exact)
    for measure in (*OF_FINISHED, *OF_CASES):
        whole = counts["finished_course_treatment"]
        if measure in OF_CASES:
            whole -= counts["not_at_caseness"]
        yield (
            *who,
            "Total",
            NONE,
            NONE,
            measure,
            "percentage",
            _percentage(counts[measure], whole, exact=exact),
        )
    finished = "finished_course_treatment"
    for within in ("<6 weeks", "<18 weeks"):
        value = _shown(counts[within], exact=exact)
        yield *who, "Waiting Time", "Accessing services", within, finished, "count", value
    women = round(0.65 * counts[finished])
    for gender, count in (("Female", women), ("Male", counts[finished] - women)):
        yield *who, "Gender", gender, NONE, finished, "count", _shown(count, exact=exact)


def _shown(count: int, *, exact: bool) -> str:
    if exact:
        return str(count)
    return str((count + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO) if count >= SMALLEST_SHOWN else "*"


def _percentage(part: int, whole: int, *, exact: bool) -> str:
    if exact:
        return str(round(100 * part / whole, 1))
    return str(round(100 * part / whole)) if part >= SMALLEST_SHOWN else "*"
