"""Every name that `likeforlike.statistics` offers is there, and a wrong one is an ordinary error."""

from __future__ import annotations

import importlib
import inspect

import pytest

from likeforlike import statistics


@pytest.mark.parametrize("name", statistics.__all__)
def test_each_name_is_the_one_of_its_module(name: str) -> None:
    offered = getattr(statistics, name)
    module = importlib.import_module(offered.__module__)
    assert module.__name__.startswith("likeforlike.statistics.")
    assert getattr(module, name) is offered
    assert getattr(statistics, name) is offered  # also the second time: no module has taken its place
    assert inspect.getdoc(offered)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'wilson'"):
        _ = statistics.wilson  # type: ignore[attr-defined]
    assert "wilson_interval" in dir(statistics)
