"""The tables of a review's documents: the same in the report, the spreadsheet and beside the charts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from likeforlike.present import wording
from likeforlike.present.indicator_tables import percent, titles_of
from likeforlike.present.review import DIMENSIONS, ReviewView, nouns
from likeforlike.present.table import Column, TableView, make_table
from likeforlike.review.result import ReviewResult
from likeforlike.review.tables import Row


def table_of_list(view: ReviewView) -> TableView:
    """Who is listed, the most probable first."""
    return make_table(
        "List",
        "Who is listed, the most probable first",
        (
            "Organisation",
            "Code",
            Column("Probability", 2, probability=True),
            "Position",
            "Driven by",
            "Stays on the list",
            "Core",
        ),
        [
            (
                row.name,
                row.organisation,
                round(row.probability, 4),
                row.position,
                wording.enumerate_words(row.drivers),
                row.held_in,
                row.core,
            )
            for row in view.listed
        ],
    )


def table_of_organisations(result: ReviewResult) -> TableView:
    """Everybody, in the order of the expected position; those not assessed last."""
    assessed = result.manifest["assessed"]
    rows = sorted(
        result.rows("organisations"),
        key=lambda row: (row["rank"] is None, row["rank"] or 0, row["organisation"]),
    )
    return make_table(
        "All organisations",
        "Everybody of the area, in the order of the expected position",
        (
            "Organisation",
            "Code",
            Column("Patients", 0),
            "Category",
            Column("Probability", 2, probability=True),
            "Position",
            Column("Units of what matters, higher is better", 2),
            Column("from", 2),
            Column("to", 2),
            "Listed",
        ),
        [
            (
                row["name"],
                row["organisation"],
                row["patients"],
                wording.CATEGORIES[row["category"]],
                row["probability"],
                wording.position(row["rank_lower"], row["rank_upper"], assessed),
                row["composite"],
                row["composite_lower"],
                row["composite_upper"],
                row["listed"],
            )
            for row in rows
        ],
    )


def table_of_sensitivity(view: ReviewView) -> TableView:
    """What the list hangs on."""
    return make_table(
        "Sensitivity",
        "What the list hangs on: one choice varied at a time",
        (
            "What is varied",
            Column("Runs", 0),
            Column("Fewest listed", 0),
            Column("Most listed", 0),
            Column("Of the list, stay in nine of ten", 0),
        ),
        [(wording.sentence(one.what), one.runs, one.fewest, one.most, one.held) for one in view.sensitivity],
    )


def table_of_held(result: ReviewResult) -> TableView:
    """In how many runs of each dimension each listed organisation stays, in per cent."""
    listed = {row["organisation"]: row for row in result.rows("organisations") if row["listed"]}
    shares: dict[str, dict[str, float]] = {}
    dimensions: dict[str, None] = {}
    for row in result.rows("sensitivity"):
        dimensions[row["dimension"]] = None
        if row["organisation"] in listed:
            shares.setdefault(row["organisation"], {})[row["dimension"]] = 100 * row["listed"] / row["runs"]
    ordered = sorted(listed.values(), key=lambda row: row["place"])
    return make_table(
        "Held",
        "In how many runs each listed organisation stays on the list, per cent",
        ("Organisation", *(Column(wording.sentence(DIMENSIONS[one]), 0) for one in dimensions)),
        [
            (row["name"], *(shares.get(row["organisation"], {}).get(one) for one in dimensions))
            for row in ordered
        ],
    )


def table_of_snapshots(result: ReviewResult) -> TableView:
    """Whom each single month would have named."""
    _, many = nouns(result)
    return make_table(
        "Snapshots",
        "Whom the last 20% by one month's raw figures would have named",
        (
            "Month",
            Column(f"{wording.sentence(many)} with figures", 0),
            Column("Named", 0),
            Column("Of them on this list", 0),
            Column("Named again the next month", 0),
        ),
        [
            (row["month"], row["organisations"], row["named"], row["on_list"], row["named_also_next_month"])
            for row in result.rows("snapshots")
        ],
    )


def table_of_who(result: ReviewResult) -> TableView:
    """Whom the listed serve, beside the others."""
    return make_table(
        "Who is on it",
        "Who is on the list, beside everybody assessed",
        (
            "Characteristic",
            Column("Listed", 1),
            Column("Others", 1),
            Column("All", 1),
            "Lists drawn blindly (95%)",
            "Leans by more than chance",
        ),
        [
            (
                wording.characteristic(row["characteristic"], row["label"], row["unit"]),
                row["listed"],
                row["others"],
                row["all"],
                wording.interval(row["lower"], row["upper"], "").strip("()"),
                row["leans"],
            )
            for row in result.rows("who")
        ],
    )


def table_of_gates(result: ReviewResult) -> TableView:
    """Every figure that does not count, and why."""
    titles = titles_of(result)
    names = {row["organisation"]: row["name"] for row in result.rows("organisations")}
    return make_table(
        "Left out",
        "Figures that do not count, and why",
        ("Organisation", "Code", "Indicator", "Why"),
        [
            (
                names[row["organisation"]],
                row["organisation"],
                titles[row["indicator"]] if row["indicator"] else "all",
                wording.gate(row["gate"], row["detail"]),
            )
            for row in result.rows("gates")
        ],
    )


def table_of_not_assessed(view: ReviewView) -> TableView:
    """Those whose figures do not say enough."""
    return make_table(
        "Not assessed",
        "Not assessed, and why",
        ("Organisation", "Code", "Why"),
        [(one.name, one.organisation, "; ".join(one.reasons)) for one in view.not_assessed],
    )


def table_of_before(before: Iterable[Row], result: ReviewResult) -> TableView:
    """Appointments against the same months before the pandemic; those with a baseline first."""
    names = {row["organisation"]: row["name"] for row in result.rows("organisations")}
    rows = sorted(before, key=lambda row: (row["ratio"] is None, row["ratio"] or 0, row["organisation"]))
    return make_table(
        "Before the pandemic",
        "Appointments by working day against the same months before the pandemic",
        (
            "Organisation",
            "Code",
            Column("Months", 0),
            Column("Per cent of before", 0),
            "95% interval",
            Column("Probability of fewer", 2, probability=True),
            "Why there is none",
        ),
        [
            (
                names.get(row["organisation"], row["organisation"]),
                row["organisation"],
                row["months"],
                percent(row["ratio"]),
                wording.interval(percent(row["lower"]), percent(row["upper"]), "", 0).strip("()"),
                row["probability_below"],
                row["reason"],
            )
            for row in rows
        ],
    )


def table_of_sources(result: ReviewResult) -> TableView:
    """Every file that the result was made from, with its hash and licence."""
    return make_table(
        "Sources",
        "The files behind this result",
        ("File", "Title", "Publisher", "Licence", "Issued", "SHA-256", "Not for everybody"),
        [
            (
                row["file"],
                row["title"],
                row["publisher"],
                row["licence"],
                row["published"],
                row["sha256"],
                row["restricted"],
            )
            for row in result.rows("sources")
        ],
    )


def table_of_making(result: ReviewResult) -> TableView:
    """What anyone needs to repeat it."""
    about: Any = result.manifest
    rows = [
        ("Result", result.id),
        ("Plan, SHA-256", about["plan_sha256"]),
        ("Definitions", about["definitions"]),
        ("Build", about["build"]),
        ("Seed", str(about["seed"])),
        ("Draws", f"{about['draws']:,}"),
        ("likeforlike", about["version"]),
        *((name, version) for name, version in about["libraries"].items()),
    ]
    return make_table("Making", "What it was made with", ("What", "Which"), rows)
