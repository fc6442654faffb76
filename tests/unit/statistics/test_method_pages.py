"""What the method pages show is what the code says, and their plots are drawn alike every time."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

METHODS = Path(__file__).parents[3] / "docs" / "methods"
PAGES = [
    "agreement",
    "breaks",
    "composite",
    "control-charts",
    "decomposition",
    "empirical-bayes",
    "funnels",
    "index",
    "inequality",
    "intervals",
    "lasting-difference-and-drift",
    "multiplicity",
    "quantile-groups",
    "random-effects",
    "rank-confidence-sets",
    "rankability",
    "ranks",
    "standardised-rates",
]
PLOTS = [
    "agreement",
    "breaks",
    "composite",
    "control_charts",
    "decomposition",
    "empirical_bayes",
    "funnels",
    "inequality",
    "intervals",
    "lasting_difference_and_drift",
    "multiplicity",
    "quantile_groups",
    "random_effects",
    "rank_confidence_sets",
    "rankability",
    "ranks",
    "standardised_rates",
]


@pytest.mark.parametrize("page", PAGES)
def test_examples_print_what_the_page_says(page: str) -> None:
    results = doctest.testfile(str(METHODS / f"{page}.md"), module_relative=False, encoding="utf-8")
    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize("page", [page for page in PAGES if page != "index"])
def test_a_page_has_the_question_its_formula_source_example_plot_and_r(page: str) -> None:
    text = (METHODS / f"{page}.md").read_text(encoding="utf-8")
    for part in ("## The question", "## The source", "## An example", "## In R", "```r"):
        assert part in text
    plots = re.findall(r"!\[[^\]]{40,}\]\((plots/\w+\.svg)\)", text)
    assert plots, "a plot with words for those who cannot see it"
    assert all((METHODS / plot).is_file() for plot in plots)


@pytest.mark.parametrize("plot", PLOTS)
def test_a_plot_is_drawn_alike_every_time(plot: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(METHODS / "plots"))
    script = importlib.import_module(plot)
    first = script.draw(tmp_path).read_bytes()
    assert script.draw(tmp_path).read_bytes() == first
    assert first == (METHODS / "plots" / f"{plot}.svg").read_bytes(), (
        f"draw docs/methods/plots/{plot}.py again"
    )
