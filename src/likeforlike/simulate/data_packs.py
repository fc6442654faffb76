"""Writes each board's data pack: calls to 111, A&E attendances with an expected figure, complaints to the CQC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.county import County
from likeforlike.simulate.months import days_of, month_after, month_end, publication_date
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.truth import ThemeTruth, Truth

FOLDER = "data_packs"
LINE_END = "\n"
HEADER = "organisation_code,period_start,period_end,indicator,numerator,denominator,expected,note"
QUARTER, QUARTERS_BEGIN = 3, (1, 4, 7, 10)
# Every second board withholds small numbers of complaints, as many real ones do.
SMALLEST_SHOWN = 5
SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class LocalFigures:
    """What boards hold of their practices, practice × month; A&E attendances have an expected number."""

    calls_111: npt.NDArray[np.int64]
    attendances: npt.NDArray[np.int64]
    expected_attendances: npt.NDArray[np.float64]
    complaints: npt.NDArray[np.int64]


def draw_local_figures(county: County, truth: Truth) -> LocalFigures:
    """Poisson counts around the truth. Expected attendances know the month and the age of patients, nothing else."""
    months = len(county.months)
    lists = county.populations.list_size[:, :months]
    working = lists / 1000 * county.working_days[:months]
    every_day = lists / 1000 * np.array([len(days_of(month)) for month in county.months])
    attendances = truth["ae_attendances"]
    return LocalFigures(
        calls_111=_draw(county, truth["nhs_111_calls"], working),
        attendances=_draw(county, attendances, every_day),
        expected_attendances=np.exp(attendances.level[:months] + attendances.case_mix[:, :months])
        * every_day,
        complaints=_draw(county, truth["cqc_complaints"], every_day),
    )


def _draw(county: County, theme: ThemeTruth, exposure: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    rng = random_stream(county.plan.seed, f"data pack, {theme.theme.id}")
    return rng.poisson(theme.value[:, : exposure.shape[1]] * exposure)


def write_data_packs(county: County, figures: LocalFigures, directory: Path) -> None:
    """One pack for each board: a CSV and its header, issued after the last month."""
    folder = directory / FOLDER
    folder.mkdir()
    board_of = np.array([area.parent for area in county.sub_icbs])[county.sub_icb_of]
    for place, board in enumerate(county.icbs):
        practices = np.flatnonzero(board_of == place)
        rows = [HEADER, *_monthly_rows(county, figures, practices)]
        rows += _complaint_rows(county, figures, practices, withholds_small=place % 2 == 1)
        (folder / f"{board.code}-local-figures.csv").write_bytes((LINE_END.join(rows) + LINE_END).encode())
        (folder / f"{board.code}-local-figures.toml").write_bytes(
            _header(county, board.code, board.name).encode()
        )


def _monthly_rows(county: County, figures: LocalFigures, practices: npt.NDArray[np.int64]) -> list[str]:
    rows = []
    for month, first in enumerate(county.months):
        period = f"{first},{month_end(first)}"
        lists = county.populations.list_size[practices, month]
        there = practices[lists > 0]
        rows += [
            f"{county.codes[practice]},{period},nhs_111_calls_per_1000,{figures.calls_111[practice, month]},,,"
            for practice in there
        ]
        rows += [
            f"{county.codes[practice]},{period},ae_attendances_per_1000,{figures.attendances[practice, month]},"
            f"{county.populations.list_size[practice, month]},{figures.expected_attendances[practice, month]:.2f},"
            for practice in there
        ]
    return rows


def _complaint_rows(
    county: County, figures: LocalFigures, practices: npt.NDArray[np.int64], *, withholds_small: bool
) -> list[str]:
    """Complaints by whole quarter, of practices that were open throughout."""
    rows = []
    for month in _quarters(county.months):
        first, last = county.months[month], month_after(county.months[month], QUARTER - 1)
        window = slice(month, month + QUARTER)
        for practice in practices:
            if (county.populations.list_size[practice, window] > 0).all():
                count = int(figures.complaints[practice, window].sum())
                shown = SUPPRESSED if withholds_small and 0 < count < SMALLEST_SHOWN else str(count)
                rows.append(
                    f"{county.codes[practice]},{first},{month_end(last)},cqc_complaints_per_10000,{shown},,,"
                )
    return rows


def _quarters(months: tuple[date, ...]) -> list[int]:
    """The places of the months that begin a quarter of which all three months are published."""
    return [
        place
        for place, month in enumerate(months)
        if month.month in QUARTERS_BEGIN and place + QUARTER <= len(months)
    ]


def _header(county: County, code: str, name: str) -> str:
    return f"""data_pack = 1
title = "Local figures of a board that does not exist"
about = \"\"\"
FICTIONAL, simulated. Calls to 111 on working days while practices are open; A&E attendances of all ages; complaints
and concerns sent to the CQC, by quarter. Expected attendances: the month's rate, adjusted for the shares of patients
aged 65 and over and under 5.\"\"\"
provider = "{name}"
published = {publication_date(county.months[-1])}
area = "{code}"
organisation_type = "gp_practice"
restricted = true
"""
