"""Writes cancer waits by provider: extracts of half a financial year, in which shared patients are halves."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from likeforlike.simulate.county import County
from likeforlike.simulate.months import NAMES
from likeforlike.simulate.providers import Provider
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.waits import draw_delays, split
from likeforlike.simulate.workbook import Cell, new_book

FOLDER = "cancer_waits"
SHEET = "CWT CRS Provider Extract"
HEADER = (
    "PERIOD", "YEAR", "MONTH", "STANDARD", "ORG CODE", "STAGE/ROUTE", "TREATMENT MODALITY", "CANCER TYPE",
    "TOTAL TREATED", "WITHIN STANDARD", "BREACHES",
)  # fmt: skip
DIAGNOSIS, DECISION, REFERRAL = "28-day FDS", "31-day Combined", "62-day Combined"
ALL_TREATMENTS, ALL_CANCERS = "ALL MODALITIES", "ALL CANCERS"
# What is suspected or found, patients of a middling trust in a month, share in time: England in 2024/25, rounded.
SUSPECTED = (
    ("BREAST SYMPTOMATIC, CANCER NOT SUSPECTED",
     "Exhibited (non-cancer) breast symptoms - cancer not initially suspected", 75, 0.90),
    ("NATIONAL SCREENING PROGRAMME", "Suspected breast cancer", 60, 0.80),
    ("NATIONAL SCREENING PROGRAMME", "Suspected lower gastrointestinal cancer", 25, 0.45),
    ("URGENT SUSPECTED CANCER", "Suspected breast cancer", 310, 0.90),
    ("URGENT SUSPECTED CANCER", "Suspected gynaecological cancer", 210, 0.66),
    ("URGENT SUSPECTED CANCER", "Suspected head & neck cancer", 210, 0.75),
    ("URGENT SUSPECTED CANCER", "Suspected lower gastrointestinal cancer", 340, 0.63),
    ("URGENT SUSPECTED CANCER", "Suspected lung cancer", 50, 0.80),
    ("URGENT SUSPECTED CANCER", "Suspected skin cancer", 470, 0.85),
    ("URGENT SUSPECTED CANCER", "Suspected upper gastrointestinal cancer", 140, 0.76),
    ("URGENT SUSPECTED CANCER", "Suspected urological malignancies (excluding testicular)", 170, 0.60),
)  # fmt: skip
# Type of cancer, patients, shares treated within 62 days of a referral and within 31 of a decision.
FOUND = (
    ("Breast", 20, 0.70, 0.92), ("Gynaecological", 6, 0.45, 0.90), ("Head & Neck", 6, 0.46, 0.88),
    ("Lower Gastrointestinal", 13, 0.47, 0.89), ("Lung", 7, 0.51, 0.92), ("Skin", 30, 0.84, 0.91),
    ("Upper Gastrointestinal - Hepatobiliary", 3, 0.63, 0.97), ("Urological - Prostate", 28, 0.58, 0.92),
    ("Urological - Other (a)", 7, 0.55, 0.88), ("Haematological - Lymphoma", 4, 0.50, 0.99),
    ("Other (a)", 2, 0.54, 0.95),
)  # fmt: skip
# Route and how many as many patients as the urgent one.
ROUTES = (("Urgent Suspected Cancer", 1.0), ("Screening", 0.13), ("Consultant Upgrade", 0.55))
STAGES = (("First Treatment", 1.9), ("Subsequent Treatment", 1.6))
TREATMENTS = ("Surgery", "Anti-cancer drug regimen", "Radiotherapy", "Other")
TREATMENT_SHARES = np.array([0.52, 0.24, 0.06, 0.18])
# One patient in ten is seen at one provider and treated at another.
SHARED = 0.1
APRIL, OCTOBER = 4, 10
Row = tuple[Cell, ...]


def write_cancer_waits(county: County, directory: Path) -> list[Path]:
    """Write an extract for each half of a financial year that the newest months touch; returns their paths."""
    delays = draw_delays(county, "cancer", len(SUSPECTED) + len(FOUND), independent=True)
    paths = []
    months = enumerate(delays.months)
    for _, group in itertools.groupby(months, key=lambda one: _half_year(one[1])):
        half = list(group)
        first, last = (f"{NAMES[month.month - 1][:3]}-{month.year}" for month in (half[0][1], half[-1][1]))
        path = directory / FOLDER / f"CWT-CRS-{first}-to-{last}-Data-Extract-Provider.xlsx"
        with new_book(path) as book:
            sheet = book.sheet(SHEET)
            sheet.write_row(1, HEADER)
            number = itertools.count(2)
            for place, month in half:
                rng = random_stream(county.plan.seed, "cancer patients", month.year, month.month)
                for provider, its_delays in zip(delays.providers, delays.times[:, :, place], strict=True):
                    for row in _rows(rng, provider, its_delays):
                        sheet.write_row(next(number), (month, *_year_and_month(month), *row))
        paths.append(path)
    return paths


def _half_year(month: date) -> tuple[int, bool]:
    """The year in which its financial year begins, and whether it is of the second half."""
    return (month.year if month.month >= APRIL else month.year - 1), not APRIL <= month.month < OCTOBER


def _year_and_month(month: date) -> tuple[str, str]:
    first, _ = _half_year(month)
    return f"{first}/{(first + 1) % 100:02d}", NAMES[month.month - 1][:3].upper()


def _rows(rng: np.random.Generator, provider: Provider, delays: np.ndarray) -> Iterator[Row]:
    """The rows of a provider and month, from the column STANDARD on."""
    for (route, cancer, patients, in_time), delay in zip(SUSPECTED, delays, strict=False):
        total, within = _draw_patients(rng, patients * provider.size, in_time, delay)
        if total:
            yield _row(DIAGNOSIS, provider, route, "", cancer, 2 * total, 2 * within)
    delays_of_treatment = delays[len(SUSPECTED) :]
    for standard, routes in ((DECISION, STAGES), (REFERRAL, ROUTES)):
        for route, times in routes:
            halves = np.zeros(2, dtype=np.int64)
            for (cancer, patients, in_62, in_31), delay in zip(FOUND, delays_of_treatment, strict=True):
                timely = in_62 if standard == REFERRAL else in_31
                total, within = _draw_patients(rng, patients * times * provider.size, timely, delay)
                total, within = 2 * total, 2 * within
                if standard == REFERRAL:
                    # Of each shared patient the other half is counted elsewhere.
                    breaches = total - within
                    within -= int(rng.binomial(within // 2, SHARED))
                    total = within + breaches - int(rng.binomial(breaches // 2, SHARED))
                if total:
                    halves += (total, within)
                    yield _row(standard, provider, route, ALL_TREATMENTS, cancer, total, within)
            unit = 1 if standard == REFERRAL else 2  # halves of a patient that stay together
            early = split(rng, int(halves[1]) // unit, TREATMENT_SHARES)
            late = split(rng, int(halves[0] - halves[1]) // unit, TREATMENT_SHARES)
            for treatment, within, breaches in zip(TREATMENTS, early, late, strict=True):
                if total := unit * (within + breaches):
                    yield _row(standard, provider, route, treatment, ALL_CANCERS, total, unit * within)


def _draw_patients(
    rng: np.random.Generator, expected: float, in_time: float, delay: float
) -> tuple[int, int]:
    total = int(rng.poisson(expected))
    return total, int(rng.binomial(total, in_time**delay))


def _row(
    standard: str, provider: Provider, route: str, treatment: str, cancer: str, halves: int, in_time: int
) -> Row:
    """A row; patients are given in halves."""
    return (
        standard, provider.code, route, treatment, cancer, halves / 2, in_time / 2, (halves - in_time) / 2,
    )  # fmt: skip
