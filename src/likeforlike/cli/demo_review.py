"""The end of `likeforlike demo`: the fictional county's first board is reviewed, and the list is held to the truth."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from likeforlike.catalogue import Catalogue
from likeforlike.cli.printing import console
from likeforlike.review.result import ReviewResult
from likeforlike.settings import Settings
from likeforlike.simulate.plan import CountyPlan
from likeforlike.store import Store

BOARD = "XI01"
MONTHS = 12

PLAN = """\
# An access review of a board that does not exist. `likeforlike review new` writes such a file for your own board.
title = "Access in a fictional board, {months} months to {last:%B %Y}"
area = "{area}"
seed = {seed}
# The data packs hold figures that not everybody may see, and so does what is made of them.
restricted = true
data_packs = [{packs}]
window = {{ last = {last:%Y-%m-%d}, months = {months} }}
# No known break of the real collections is in simulated files: all months of the window are compared.
gates = {{ breaks = false }}

[[indicators]]
id = "calls_answered_share"
weight = 2.0

[[indicators]]
id = "within_14_days_share"
weight = 1.0

[[indicators]]
id = "same_day_share"
weight = 1.0
better = "higher"
reason = "The board's plan for the year asks for it. No definition says so: a wait can be wanted."

[[indicators]]
id = "nhs_111_calls_per_1000"
weight = 1.0
"""


def review_first_board(
    directory: Path,
    simulated: CountyPlan,
    store: Store,
    catalogue: Catalogue,
    report: Callable[[str], None],
) -> ReviewResult:
    """Write the plan beside the county and run it, or open its result where an earlier demo left it.

    Raises:
        UserError: as `run_review` does; also where another plan or result lies in the way.
    """
    from likeforlike.errors import StoreError
    from likeforlike.review.making import run_review
    from likeforlike.review.plan import read_plan
    from likeforlike.review.result import load_result

    packs = sorted((directory / "county" / "data_packs").glob("*.csv"))
    text = PLAN.format(
        area=BOARD,
        seed=simulated.seed,
        packs=", ".join(f'"county/data_packs/{path.name}"' for path in packs),
        last=simulated.last_month,
        months=min(MONTHS, simulated.months),
    )
    plan, target = directory / "plan.toml", directory / "review"
    if target.exists():
        earlier = load_result(target)
        if earlier.plan.read_text(encoding="utf-8") == text:
            return earlier
        raise StoreError(
            "the result of another plan is here, perhaps of an earlier version.",
            where=str(target),
            next_step="Move it away, or name another folder with --directory.",
        )
    plan.write_text(text, encoding="utf-8", newline="\n")
    return run_review(
        read_plan(plan, catalogue), store, catalogue, Settings(store=store.folder), target, report
    )


def print_review_in_short(result: ReviewResult) -> None:
    """Heading, list and two sentences: `review show` says the rest."""
    from likeforlike.present.review import view_review

    view = view_review(result)
    out = console()
    for mark in filter(None, (view.restricted, view.title, view.assessed, view.listed_heading)):
        out.print(mark, markup=False)
    for row in view.listed:
        held = "core" if row.core else "fringe"
        out.print(
            f"{row.place:>3}  {row.organisation}  {row.probability:.2f}  {row.position}; {held}",
            markup=False,
            highlight=False,
        )
    for line in filter(None, (view.why_empty, view.stability, view.others)):
        out.print(line, markup=False)


def print_truth(result: ReviewResult, truth: Path) -> None:
    """How many of the list, and of the last month's snapshot, are truly in the last fifth."""
    from likeforlike.simulate.scoring import find_last_fifth

    organisations = result.rows("organisations")
    assessed = [row["organisation"] for row in organisations if row["assessed"]]
    listed = [row["organisation"] for row in organisations if row["listed"]]
    snapshot = [row["organisation"] for row in result.rows("snapshot_organisations") if row["named_last"]]
    worth = {
        row["indicator"]: row["weight"]
        / row["smallest_difference"]
        * (1 if row["better"] == "higher" else -1)
        for row in result.rows("indicators")
    }
    last_fifth = find_last_fifth(truth, assessed, worth)
    for line in say_truth(last_fifth, assessed, listed, snapshot):
        console().print(line, markup=False)


def say_truth(
    last_fifth: Collection[str], assessed: Collection[str], listed: Collection[str], snapshot: Collection[str]
) -> tuple[str, ...]:
    """The sentences of it; a practice of the snapshot that was not assessed is counted apart."""
    outside = len(set(snapshot) - set(assessed))
    counted = len(snapshot) - outside
    right, listed_right = len(set(snapshot) & set(last_fifth)), len(set(listed) & set(last_fifth))
    left_out = f" (and {outside} that could not be assessed)" if outside else ""
    told = (
        "The county's truth is known: what its practices will do in the twelve months after the window. By the plan's "
        f"own weights and units, with what goes with the population taken out, {len(last_fifth)} of the "
        f"{len(assessed)} assessed practices are then truly in the last fifth."
    )
    return (
        told,
        f"Of the snapshot's 20% by the last month's raw figures, {right} of {counted} are{left_out}.",
        f"Of our list, {listed_right} of {len(listed)} are.",
    )
