"""Writes diagnostic waits by provider and test: a workbook a month, with banner, totals and two sheets."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.county import County
from likeforlike.simulate.months import month_after, month_and_year
from likeforlike.simulate.providers import Provider, list_providers
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.waits import Delays, draw_delays, region_of
from likeforlike.simulate.workbook import Cell, Sheet, new_book

FOLDER = "diagnostics"
MONTHS_WRITTEN = 3
# Test, patients waiting at a middling trust, weeks of a mean wait: England in June 2025, rounded.
TESTS = (
    ("Magnetic Resonance Imaging", 2000, 3.4), ("Computed Tomography", 1100, 2.7),
    ("Non-obstetric Ultrasound", 3700, 3.7), ("Barium Enema", 30, 3.4), ("DEXA Scan", 350, 3.0),
    ("Audiology - Audiology Assessments", 700, 7.5), ("Cardiology - Echocardiography", 950, 5.0),
    ("Cardiology - Electrophysiology", 0, 7.0), ("Neurophysiology - Peripheral Neurophysiology", 230, 6.0),
    ("Respiratory physiology - Sleep Studies", 180, 5.0), ("Urodynamics - Pressures & Flows", 60, 6.5),
    ("Colonoscopy", 410, 4.6), ("Flexi Sigmoidoscopy", 140, 4.8), ("Cystoscopy", 155, 4.7), ("Gastroscopy", 410, 4.3),
)  # fmt: skip
# An independent provider scans, and does nothing else.
SCANS = 3
TOTAL = "Total"
LAST_WEEK = 13
SIX_WEEKS = 6
DONE_BY_WAITING = (0.15, 0.3, 0.95)  # planned, unscheduled and others' tests in a month, for each who waits
WHO = ("Regional Team Code", "Regional Team Name", "Provider Code", "Provider Name")
WAITS = (
    "Total Waiting List", "Number waiting 6+ Weeks", "Number waiting 13+ Weeks", "Percentage waiting 6+ weeks",
)  # fmt: skip
BANDS = ("0 <01 weeks", *(f"{week:02d} <{week + 1:02d} weeks" for week in range(1, LAST_WEEK)), "13+ weeks")
DONE = (
    "Planned tests / procedures", "Unscheduled tests / procedures",
    "Waiting list tests / procedures (excluding planned)",
)  # fmt: skip
Figures = npt.NDArray[np.int64]
"""Of one test at one provider: patients by week of waiting, then tests done of three kinds."""


def write_diagnostics(county: County, directory: Path) -> list[Path]:
    """Write the newest months; returns their paths."""
    delays = draw_delays(county, "diagnostics", len(TESTS), independent=True)
    # A trust that tests nobody stands in the list of providers with zeros.
    idle = list_providers(county).mental_health_trusts
    return [
        _write_month(county, delays, place, idle, directory)
        for place in range(len(delays.months))[-MONTHS_WRITTEN:]
    ]


def _write_month(
    county: County, delays: Delays, place: int, idle: tuple[Provider, ...], directory: Path
) -> Path:
    month = delays.months[place]
    rng = random_stream(county.plan.seed, "diagnostic waits", month.year, month.month)
    tests = {
        provider: _draw_tests(rng, provider, delays.times[number, :, place])
        for number, provider in enumerate(delays.providers)
    }
    nothing = np.zeros(len(BANDS) + len(DONE), dtype=np.int64)
    sums = {provider: sum(parts.values(), nothing) for provider, parts in tests.items()}
    sums |= dict.fromkeys(idle, nothing)
    total = sum(sums.values(), nothing)
    where = {provider: (*region_of(county, provider), provider.code, provider.name) for provider in sums}
    path = (
        directory
        / FOLDER
        / f"Monthly-Diagnostics-Web-File-Provider-{month_and_year(month).replace(' ', '-')}.xlsx"
    )
    with new_book(path) as book:
        sheet = book.sheet("Provider")
        row = _write_head(sheet, month, WHO)
        sheet.write_row(row, ("", "", "", TOTAL, *_cells(total)), 1)
        for number, (provider, figures) in enumerate(sums.items(), start=row + 2):
            sheet.write_row(number, (*where[provider], *_cells(figures)), 1)
        sheet = book.sheet("Provider by Test")
        row = _write_head(sheet, month, (*WHO, "Diagnostic ID", "Diagnostic Test Name"))
        sheet.write_row(row, ("", "", "", TOTAL, "", "", *_cells(total)), 1)
        number = row + 2
        for provider, parts in tests.items():
            for test, figures in [*parts.items(), (len(TESTS), sums[provider])]:
                name = TESTS[test][0] if test < len(TESTS) else TOTAL
                sheet.write_row(number, (*where[provider], test + 1, name, *_cells(figures)), 1)
                number += 1
    return path


def _draw_tests(rng: np.random.Generator, provider: Provider, delays: np.ndarray) -> dict[int, Figures]:
    """The figures of each test that a provider does, by the test's place."""
    figures = {}
    for test, ((_, waiting, weeks), delay) in enumerate(zip(TESTS, delays, strict=True)):
        does = test < SCANS or not provider.code.startswith("XN")
        number = int(rng.poisson(waiting * provider.size)) if does else 0
        if number:
            waited = np.minimum(rng.exponential(weeks * delay, number), LAST_WEEK).astype(np.int64)
            done = [rng.poisson(number * each) for each in DONE_BY_WAITING]
            figures[test] = np.concatenate([np.bincount(waited, minlength=len(BANDS)), done])
    return figures


def _write_head(sheet: Sheet, month: date, who: tuple[str, ...]) -> int:
    """Banner, groups and header; returns the row below, counted from 1."""
    issued = month_after(month, 2)
    banner = (
        ("Title:", "Monthly Diagnostics"),
        ("Summary:", "Waiting times and activity for Diagnostic tests and procedures"),
        (),
        ("Period:", month_and_year(month)),
        ("Source:", "Fictional data of LikeForLike, in the shape of DM01"),
        ("Basis:", "Provider"),
        ("Published:", f"12th {month_and_year(issued)}"),
        ("Revised:",),
        ("Status:", "Published"),
    )
    for number, cells in enumerate(banner, start=2):
        sheet.write_row(number, cells, 1)
    bands = len(who) + len(WAITS)
    groups = ["Provider level data", *[""] * (bands - 1), "Number of Patients Waiting at Month End"]
    groups += [*[""] * (len(BANDS) - 1), "Timebands \n Waiting", "Activity during month", "", "", "Activity"]
    sheet.write_row(13, groups, 1)
    sheet.write_row(14, (*who, *WAITS, *BANDS, "", *DONE), 1)
    return 15


def _cells(figures: Figures) -> list[Cell]:
    bands, done = figures[: len(BANDS)], figures[len(BANDS) :]
    waiting, over_6 = int(bands.sum()), int(bands[SIX_WEEKS:].sum())
    share = round(over_6 / waiting, 16) if waiting else 0
    return [waiting, over_6, int(bands[-1]), share, *map(int, bands), "", *map(int, done)]
