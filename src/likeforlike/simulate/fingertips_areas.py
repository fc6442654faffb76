"""Writes an extract of Fingertips for councils and boards: figures by code, and four lists that say what codes mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from likeforlike.simulate.county import County
from likeforlike.simulate.fingertips import byar, wilson
from likeforlike.simulate.providers import list_providers
from likeforlike.simulate.randomness import random_stream

FOLDER = "fingertips_areas"
VALUES = (
    "IndicatorId", "Category", "CategoryType", "Age", "Sex", "Trend", "Denominator", "CategoryTypeId", "UpperCI",
    "Value", "Count", "AreaCode", "SexID", "AgeID", "Year", "LowerCI", "CategoryId",
)  # fmt: skip
AREAS = ("Children", "AreaCode", "AreaName", "Level", "HierarchyType", "AreaType", "AreaTypeCode")
INDICATORS = (
    "IndicatorID", "Polarity", "BenchmarkComparisonMethod", "ValueType", "IndicatorName", "PeriodType", "Frequency",
    "RequiresGeoAggregation",
)  # fmt: skip
AGES = ("AgeID", "Age", "MinYears", "MaxYears")
CATEGORIES = ("CategoryName", "CategoryTypeName", "Sequence")

COUNCIL, BOARD, NATION = "Counties and Unitary Authorities", "NHS Integrated Care Boards", "England"
LEVELS = {NATION: ("0", "Both"), COUNCIL: ("2", "Administrative"), BOARD: ("2", "NHS")}
ENGLAND = ("XENG", "England (FICTIONAL: this county alone)")
Z95 = 1.959963984540054
# People of a board or council of middling size, and how far apart areas lie on the logarithm.
PEOPLE, SPREAD = 420_000, 0.35
QUARTERS = 4
YEARS_WRITTEN = 3


@dataclass(frozen=True)
class _Indicator:
    """One indicator: England's share or rate, whom it is a share of, and how it is printed."""

    number: str
    name: str
    polarity: str
    method: str
    kind: str
    period: str
    sex: str
    age: str
    of_people: float
    level: float
    multiplier: float
    quarterly: bool = False


# Levels are those of England in 2022: recorded diabetes 7.3%, 52 births per 1,000 women, 5% offered a quarter.
_INDICATORS = (
    _Indicator(
        "241", "Diabetes prevalence aged 17 years and over (Quality and Outcomes Framework)", "No judgement",
        "Confidence intervals overlapping reference value (99.8)", "Proportion", "Financial", "Persons", "17+ yrs",
        0.8, 0.073, 100.0,
    ),
    _Indicator(
        "92266", "General fertility rate in females", "No judgement",
        "Confidence intervals overlapping reference value (95.0)", "Crude rate", "Calendar", "Female", "15-44 yrs",
        0.19, 0.052, 1000.0,
    ),
    _Indicator(
        "91040", "NHS Health Checks offered to the total eligible population in the quarter", "High is good",
        "Confidence intervals overlapping reference value (95.0)", "Proportion", "Financial", "Persons", "40-74 yrs",
        0.28, 0.05, 100.0, quarterly=True,
    ),
    _Indicator(
        "22401", "Emergency hospital admissions due to falls aged 65 years and over", "Low is good",
        "Confidence intervals overlapping reference value (95.0)", "Directly standardised rate", "Financial", "Persons",
        "65+ yrs", 0.19, 0.02, 100_000.0,
    ),
)  # fmt: skip
_AGES = (
    ("179", "15-44 yrs", "15", "44"), ("187", "17+ yrs", "17", "150"), ("219", "40-74 yrs", "40", "74"),
    ("27", "65+ yrs", "65", "150"),
)  # fmt: skip
_SEXES = {"Male": "1", "Female": "2", "Persons": "4"}
# By what part standardisation moves a rate at most: areas are older or younger than the standard.
OLDER = 0.1


def write_fingertips_areas(county: County, directory: Path) -> Path:
    """Write the five files of the extract, as it stood at the end of the county's last month."""
    folder = directory / FOLDER
    folder.mkdir(parents=True)
    areas = list(_areas(county))
    _write(folder / "healthdata.csv", VALUES, _values(county, areas))
    _write(folder / "areas.csv", AREAS, _listed(areas))
    described = (
        (one.number, one.polarity, one.method, one.kind, one.name, one.period,
         "quarterly" if one.quarterly else "annually", "False")
        for one in _INDICATORS
    )  # fmt: skip
    _write(folder / "indicators.csv", INDICATORS, described)
    _write(folder / "agedata.csv", AGES, _AGES)
    deciles = "Counties and Unitary Authorities deprivation deciles (FICTIONAL)"
    ends = (("Most deprived decile", deciles, "10"), ("Least deprived decile", deciles, "1"))
    _write(folder / "categories.csv", CATEGORIES, ends)
    return folder


def _areas(county: County) -> Iterator[tuple[str, str, str]]:
    """Code, name and kind of every area, England first."""
    yield (*ENGLAND, NATION)
    for council in list_providers(county).councils:
        yield council.code, council.name, COUNCIL
    for number, board in enumerate(county.icbs, start=1):
        yield f"X54{number:06d}", f"{board.name} - {board.code}", BOARD


def _listed(areas: Sequence[tuple[str, str, str]]) -> Iterator[Sequence[str]]:
    boards = "|".join(code for code, _, kind in areas if kind == BOARD)
    for code, name, kind in areas:
        level, hierarchy = LEVELS[kind]
        yield (
            boards if kind == NATION else "",
            code,
            name,
            level,
            hierarchy,
            kind,
            kind.lower().replace(" ", "-"),
        )


def _values(county: County, areas: Sequence[tuple[str, str, str]]) -> Iterator[Sequence[str]]:
    rng = random_stream(county.plan.seed, "fingertips areas")
    ages = {age: number for number, age, _, _ in _AGES}
    last = county.months[-1].year - 2
    for indicator in _INDICATORS:
        factor = np.exp(SPREAD * rng.standard_normal(len(areas)))
        for year in range(last - YEARS_WRITTEN + 1, last + 1):
            for _ in range(QUARTERS if indicator.quarterly else 1):
                people = [
                    round(PEOPLE * indicator.of_people * (1 + 0.2 * place)) for place in range(len(areas))
                ]
                counts = rng.poisson(np.array(people) * indicator.level * factor**0.5)
                # England is its boards: the councils are the same people once more.
                boards = [place for place, area in enumerate(areas) if area[2] == BOARD]
                counts[0], people[0] = counts[boards].sum(), sum(people[place] for place in boards)
                for place, (code, _, _) in enumerate(areas):
                    value, lower, upper = _figures(
                        indicator, int(counts[place]), people[place], factor[place]
                    )
                    yield (
                        indicator.number, "", "", indicator.age, indicator.sex, "", str(people[place]), "",
                        repr(upper), repr(value), str(counts[place]), code, _SEXES[indicator.sex],
                        ages[indicator.age], str(year), repr(lower), "",
                    )  # fmt: skip


def _figures(indicator: _Indicator, count: int, people: int, factor: float) -> tuple[float, float, float]:
    """Value and limits as the publisher prints them: Wilson's, Byar's, or Byar's carried over to the standard."""
    if indicator.kind == "Proportion":
        lower, upper = wilson(count, people, Z95)
        return 100 * count / people, 100 * lower, 100 * upper
    moved = 1 + OLDER * float(np.tanh(factor - 1)) if indicator.kind.startswith("Directly") else 1.0
    lower, upper = byar(count, Z95)
    scale = indicator.multiplier * moved / people
    return count * scale, lower * scale, upper * scale


def _write(
    path: Path, header: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
