"""Writes what access is truly like in the next window, with the part of each practice's population taken out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.appointment_cells import Habits, kind_probabilities, wait_probabilities
from likeforlike.simulate.appointment_mix import WAITS
from likeforlike.simulate.county import County
from likeforlike.simulate.text_columns import chosen, decimals, write_columns
from likeforlike.simulate.truth import Truth

FILE = "own_access.csv"
LINE_END = "\n"
WITHIN_14_DAYS = WAITS.index("8  to 14 Days") + 1

Floats = npt.NDArray[np.float64]


def own_access(county: County, truth: Truth, habits: Habits) -> dict[str, Floats]:
    """Measure → its mean over the months of the next window, of every practice, closed ones too.

    Each is what the files would show on average, over many draws, of a practice with this practice's lasting
    difference and drift and a population whose effect is nil: the per cent of calls answered, of appointments on
    the day and within 14 days of booking, those of unknown wait among all; calls to 111 by 1,000 patients a month.
    """
    window = range(len(county.months), len(county.all_months))
    waits = [_shares_by_wait(county, truth, habits, month) for month in window]
    calls_111 = _without_population(truth, "nhs_111_calls")[:, window] * county.working_days[window]
    return {
        "calls_answered_share": 100
        * _without_population(truth, "calls_answered_share")[:, window].mean(axis=1),
        "same_day_share": 100 * np.mean([one[:, 0] for one in waits], axis=0),
        "within_14_days_share": 100 * np.mean([one[:, :WITHIN_14_DAYS].sum(axis=1) for one in waits], axis=0),
        "nhs_111_calls_per_1000": calls_111.mean(axis=1),
    }


def write_own_access(county: County, truth: Truth, habits: Habits, folder: Path) -> None:
    """One row for each practice that is open in the next window, one column for each measure."""
    measures = own_access(county, truth, habits)
    practices = county.open_practices(len(county.months))
    columns = [
        chosen(county.codes, practices),
        *(decimals(values[practices]) for values in measures.values()),
    ]
    write_columns(folder / FILE, ("practice_code", *measures), columns, LINE_END)


def _shares_by_wait(county: County, truth: Truth, habits: Habits, month: int) -> Floats:
    """Practice × wait: the shares of all its appointments of the month."""
    kinds = kind_probabilities(county, truth, habits, month)
    waits = wait_probabilities(_without_population(truth, "same_day_share")[:, month], kinds, habits)
    shares: Floats = np.einsum("pk,pkw->pw", kinds, waits)
    return shares


def _without_population(truth: Truth, theme: str) -> Floats:
    """Practice × month: the expected value as it would be if the population had no effect."""
    one = truth[theme]
    link = one.link - one.case_mix
    value: Floats = np.exp(link) if one.theme.scale == "log" else 1 / (1 + np.exp(-link))
    return value
