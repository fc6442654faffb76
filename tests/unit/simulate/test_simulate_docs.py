"""The page about the county says what the county does: variances, limits of a plan, files of the truth."""

from __future__ import annotations

from pathlib import Path

from likeforlike.simulate import CountyPlan, Simulated
from likeforlike.simulate.plan import (
    EARLIEST,
    FEWEST_PRACTICES,
    LATEST,
    MOST_ICBS,
    MOST_MONTHS,
    MOST_PRACTICES,
)
from likeforlike.simulate.themes import THEMES

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "simulated-county.md").read_text(encoding="utf-8")


def table_row(first: str) -> list[str]:
    """The cells after the first of the table row that begins with it in code marks."""
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{first}` |")]
    return [cell.strip() for cell in row.strip("|").split("|")[1:]]


def test_every_theme_stands_with_its_variances() -> None:
    for theme in THEMES:
        scale, lasting, drift, persistence, _ = table_row(theme.id)
        assert scale == theme.scale
        stated = (theme.lasting_variance, theme.drift_variance, theme.persistence)
        assert tuple(map(float, (lasting, drift, persistence))) == stated, theme.id


def test_the_limits_of_a_plan_are_those_of_the_code() -> None:
    plan = CountyPlan()
    assert table_row("icbs") == [str(plan.icbs), f"1 to {MOST_ICBS}"]
    assert table_row("practices") == [
        str(plan.practices),
        f"{FEWEST_PRACTICES} (six for each ICB) to {MOST_PRACTICES:,}",
    ]
    assert table_row("months") == [str(plan.months), f"1 to {MOST_MONTHS}"]
    assert table_row("last_month") == [
        f"{plan.last_month:%B %Y}",
        f"{EARLIEST:%B %Y} to {LATEST:%B %Y}",
    ]
    assert table_row("seed") == [str(plan.seed), "0 and up"]


def test_every_file_of_the_truth_is_described(small: Simulated) -> None:
    for path in small.truth.iterdir():
        assert len(table_row(path.name)) == 2
    for folder in small.official:
        assert f"`{folder.name}" in PAGE
