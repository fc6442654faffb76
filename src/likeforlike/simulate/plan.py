"""What county to write: its size, its months and its seed, and which plans are impossible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from likeforlike.errors import UserError

MOST_ICBS = 42  # integrated care boards in England in 2025
MOST_PRACTICES = 6_200  # open practices in England in November 2025
MOST_MONTHS = 84  # long enough to reach from March 2019, before the pandemic, to 2025
FEWEST_PRACTICES = 12  # the nine of the events (three mergers take two each) and something beside them
EARLIEST, LATEST = date(2019, 1, 1), date(2035, 12, 1)


@dataclass(frozen=True)
class CountyPlan:
    """The size of the county, the last published month (its first day) and the seed."""

    icbs: int = 4
    practices: int = 600
    months: int = 36
    last_month: date = date(2025, 11, 1)
    seed: int = 1


def check_plan(plan: CountyPlan) -> None:
    """Raise `UserError` naming the first figure of the plan that no county can have."""
    _check_between("icbs", plan.icbs, 1, MOST_ICBS)
    fewest = max(FEWEST_PRACTICES, 6 * plan.icbs)
    _check_between("practices", plan.practices, fewest, MOST_PRACTICES)
    _check_between("months", plan.months, 1, MOST_MONTHS)
    _check_between("seed", plan.seed, 0, 2**63 - 1)
    if plan.last_month.day != 1 or not EARLIEST <= plan.last_month <= LATEST:
        raise UserError(
            f"last_month is {plan.last_month}.",
            where="county plan",
            next_step=f"Give the first day of a month from {EARLIEST} to {LATEST}.",
        )


def _check_between(name: str, value: int, lowest: int, highest: int) -> None:
    if not lowest <= value <= highest:
        raise UserError(
            f"{name} is {value:,}.",
            where="county plan",
            next_step=f"Choose a number from {lowest:,} to {highest:,}.",
        )
