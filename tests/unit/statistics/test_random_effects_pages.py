"""The pages on random effects show what the code says, and their plots are drawn alike every time."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

METHODS = Path(__file__).parents[3] / "docs" / "methods"
PAGES = ["composite", "decomposition", "empirical-bayes", "lasting-difference-and-drift", "random-effects"]


@pytest.mark.parametrize("page", PAGES)
def test_examples_print_what_the_page_says(page: str) -> None:
    results = doctest.testfile(str(METHODS / f"{page}.md"), module_relative=False, encoding="utf-8")
    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_question_formulas_source_example_plot_and_r(page: str) -> None:
    text = (METHODS / f"{page}.md").read_text(encoding="utf-8")
    for part in ("## The question", "## The formulas", "## The source", "## An example", "## In R", "```r"):
        assert part in text
    plots = re.findall(r"!\[[^\]]{40,}\]\((plots/\w+\.svg)\)", text)
    assert plots, "a plot with words for those who cannot see it"
    assert all((METHODS / plot).is_file() for plot in plots)


@pytest.mark.parametrize("page", PAGES)
def test_a_plot_is_drawn_alike_every_time(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plot = page.replace("-", "_")
    monkeypatch.syspath_prepend(str(METHODS / "plots"))
    script = importlib.import_module(plot)
    first = script.draw(tmp_path).read_bytes()
    assert script.draw(tmp_path).read_bytes() == first
    assert first == (METHODS / "plots" / f"{plot}.svg").read_bytes(), (
        f"draw docs/methods/plots/{plot}.py again"
    )
