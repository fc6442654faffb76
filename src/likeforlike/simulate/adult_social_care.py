"""Writes the councils' outcomes of adult social care: ASCOF's workbook of a year, and Oflog's table of several."""

from __future__ import annotations

import statistics
from pathlib import Path

import numpy as np

from likeforlike.simulate.county import County
from likeforlike.simulate.providers import Providers
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.social_care import SocialCare
from likeforlike.simulate.workbook import Cell, new_book

FOLDER = "adult_social_care"
HEADER = (
    "Geographical Code", "Geographical Description", "Geographical Level", "ONS Code", "ASCOF Measure Code",
    "Disaggregation Level", "Measure Type", "Measure Value", "Measure Group", "Measure Group Description",
)  # fmt: skip
# Measure, title, how many people of a council are counted or stand for all, whether asked in the survey.
MEASURES = (
    ("1B", "Proportion of people who use services who have control over their daily life", 4000, True),
    (
        "1I1",
        "Proportion of people who use services who had as much social contact as they would like",
        4000,
        True,
    ),
    ("3A", "Overall satisfaction of people who use services with their care and support", 4000, True),
    ("2B1", "Proportion of older people still at home 91 days after discharge into reablement", 240, False),
    ("1C2A", "Proportion of people using social care who receive direct payments", 2300, False),
    ("1G", "Proportion of adults with learning disabilities who live in their own home", 680, False),
)
ANSWERED = 400
# Two standard errors of a share of so many answers, before the correction for a finite number of people.
STANDARD_ERRORS = 1.96
NOT_AVAILABLE = "[x]"

OFLOG_MEASURES = (
    ("ASC1", "Outcome, ASC Carer Quality of Life", 7.4, 0.3),
    ("ASC7", "Outcome, Workforce turnover rate", 28.0, 3.0),
)
OFLOG_YEARS = 3
OFLOG_HEADER = (
    "Financial year,Local authority code,Local authority name,Grouping,Entity_Name,Region,Measure,Code,Value,MEDIAN,"
    "MADs_from_median,rank_order"
)


def write_adult_social_care(county: County, providers: Providers, care: SocialCare, directory: Path) -> None:
    """Write both publications of the last financial year."""
    folder = directory / FOLDER
    folder.mkdir()
    year = f"{care.year}-{(care.year + 1) % 100:02d}"
    rows = _outcomes(county, providers, care)
    with new_book(folder / f"ascof_{year}_open_data.xlsx") as book:
        sheet = book.sheet("in")
        for number, row in enumerate([HEADER, *rows], start=1):
            sheet.write_row(number, row)
    lines = [OFLOG_HEADER, *_distances(county, providers, care)]
    first = care.year - OFLOG_YEARS + 1
    name = f"oflog_asc_{first}-{(first + 1) % 100:02d}_to_{year}.csv"
    (folder / name).write_bytes(("\n".join(lines) + "\n").encode())


def _outcomes(county: County, providers: Providers, care: SocialCare) -> list[tuple[Cell, ...]]:
    """Each measure of every council, of the one region and kind of council, and of England, which is their sum."""
    rng = random_stream(county.plan.seed, "adult social care outcomes")
    rows: list[tuple[Cell, ...]] = []
    for place, (measure, title, people, asked) in enumerate(MEASURES):
        counts = [(int(rng.binomial(people, share)), people) for share in care.shares[:, place]]
        if asked:
            # Weighted up to all who use services, and rounded to 5.
            counts = [(5 * round(numerator / 5), denominator) for numerator, denominator in counts]
        total = (sum(one for one, _ in counts), sum(of for _, of in counts))
        areas: list[tuple[Cell, str, str, str, tuple[int, int] | None]] = [
            (901.0 + number, council.name, "Council", council.code, counts[number])
            for number, council in enumerate(providers.councils)
        ]
        whole = None if asked else total
        areas += [
            ("F", "Fiction", "Region", "X12000001", whole),
            ("U", "Unitary Authority", "Council Type", "", whole),
            ("England", "England", "England", "X92000001", whole),
        ]
        for code, name, level, ons, counted in areas:
            for kind, value in _figures(counted, asked=asked):
                rows.append((code, name, level, ons, measure, "Total", kind, value, measure, title))
    return rows


def _figures(counted: tuple[int, int] | None, *, asked: bool) -> list[tuple[str, Cell]]:
    if counted is None:
        kinds = ("Numerator", "Denominator", "Outcome", "Base", "Margin Of Error")
        return [(kind, NOT_AVAILABLE) for kind in kinds]
    numerator, denominator = counted
    share = numerator / denominator
    figures: list[tuple[str, Cell]] = [
        ("Numerator", float(numerator)),
        ("Denominator", float(denominator)),
        ("Outcome", round(100 * share, 1)),
    ]
    if asked:
        error = STANDARD_ERRORS * 100 * (share * (1 - share) / ANSWERED) ** 0.5
        figures += [("Base", float(ANSWERED)), ("Margin Of Error", round(error, 1))]
    return figures


def _distances(county: County, providers: Providers, care: SocialCare) -> list[str]:
    """A line a council, measure and year, with the median of all and the distance from it."""
    rng = random_stream(county.plan.seed, "oflog")
    lines = []
    for code, title, middle, spread in OFLOG_MEASURES:
        for year in range(care.year - OFLOG_YEARS + 1, care.year + 1):
            drawn = middle + spread * rng.standard_normal(len(providers.councils))
            values = [round(float(value), 1) for value in np.abs(drawn)]
            median = statistics.median(values)
            deviation = statistics.median(abs(value - median) for value in values)
            for council, value in zip(providers.councils, values, strict=True):
                distance = (value - median) / deviation if deviation else 0.0
                lines.append(
                    f"{year}-{(year + 1) % 100:02d},{council.code},{council.name},LA_Raw,Unitary Authorities,Fiction,"
                    f'"{title}",{code},{value},{median},{distance},desc'
                )
    return lines
