"""The page about the API says of every address, status and parameter what there is, and its examples work."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from likeforlike.api.endpoint import FRESH, MEDIA_TYPES, REFUSALS
from likeforlike.api.guard import BURST, REQUESTS_PER_MINUTE
from likeforlike.api.parameters import MOST, USUAL
from likeforlike.api.schema import make_schema
from made_release import STANDINGS

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^GET (\S+)$", PAGE, re.MULTILINE)


def test_every_address_has_its_row_and_no_other() -> None:
    assert re.findall(r"^\| [^|]* \| `(/api/v1/[^`]*)` \|$", PAGE, re.MULTILINE) == list(
        make_schema()["paths"]
    )


@pytest.mark.parametrize("path", make_schema()["paths"])
def test_every_address_has_an_example(path: str) -> None:
    pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))
    assert any(re.fullmatch(pattern, example.partition("?")[0]) for example in EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_answered(client: Client, example: str) -> None:
    response = client.get(example)
    assert response.status_code == 200, response.content
    assert response.json()


def test_every_status_has_its_row() -> None:
    rows = re.findall(r"^\| (\d{3}) \| (.*?) \|", PAGE, re.MULTILINE)
    assert {int(status) for status, _ in rows} == set(REFUSALS)
    described = {code for _, codes in rows for code in re.findall(r"`(\w+)`", codes)}
    source = Path(__file__).parents[3] / "src" / "likeforlike" / "api"
    used = {
        code
        for module in source.glob("*.py")
        for code in re.findall(r'Refused\(\s*\d{3},\s*"(\w+)"', module.read_text(encoding="utf-8"))
    }
    assert described == used | {"store_error"}


def test_the_numbers_are_those_of_the_code() -> None:
    assert f"({USUAL} unless said, {MOST:,} at most" in PAGE
    assert f"{REQUESTS_PER_MINUTE} times a minute and {BURST} times at once" in PAGE
    assert FRESH == 5 * 60
    assert "kept for five minutes" in PAGE
    for media_type in (MEDIA_TYPES["csv"], MEDIA_TYPES["parquet"]):
        assert f"`{media_type}`" in PAGE


def test_the_python_of_the_page_runs(releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    monkeypatch.chdir(releases.parent)
    names: dict[str, Any] = {}
    exec(compile(code, "docs/api.md", "exec"), names)
    assert names["frame"]["code"].tolist() == [one.code for one in STANDINGS if one.indicator == "shmi"]
    assert list(names["history"].columns) == ["first", "last", "value", "reason"]
    names["release"].close()
