"""Schemathesis asks the API what its own schema says may be asked, and what may not."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi import checks

from likeforlike.api.schema import make_schema

load_all_checks()
EXAMPLES = 8
PATHS = make_schema()["paths"]
# The test client unpacks nothing.
NOT_PACKED = {"Accept-Encoding": "identity"}
# What the made-up release has: nearly every question that the schema allows is about nothing.
KNOWN = {
    "kind": "gp_practice",
    "code": "A81001",
    "indicator": "calls_answered",
    "q": "oakfield",
    "latitude": 54.5,
    "longitude": -1.3,
    "area_kind": "icb",
}
ALWAYS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
# What a schema cannot say keeps a question that it allows from having to succeed: a code must be there, a cursor is
# sealed, areas have a kind. What it forbids has to be refused.
OF_MODE = {
    GenerationMode.POSITIVE: ALWAYS,
    GenerationMode.NEGATIVE: [*ALWAYS, checks.negative_data_rejection],
}


@pytest.fixture(scope="module")
def described(site: None) -> Any:
    """The API as it describes itself."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())


@pytest.mark.parametrize("mode", OF_MODE, ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize("path", PATHS)
def test_every_address_keeps_to_its_schema(described: Any, path: str, mode: GenerationMode) -> None:
    @given(case=described[path]["GET"].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        # Raises where an answer breaks what the schema says of it.
        case.call_and_validate(checks=OF_MODE[mode], headers=NOT_PACKED)

    ask()


@pytest.mark.parametrize("path", PATHS)
def test_what_there_is_keeps_to_the_schema(described: Any, path: str) -> None:
    asked = PATHS[path]["get"]["parameters"]
    needed = {one["name"] for one in asked if one["in"] == "query" and one["required"]}
    # A place near which something is may be said in two ways: the schema can require neither.
    needed |= {"latitude", "longitude"} & {one["name"] for one in asked}
    query = {name: KNOWN[name] for name in needed}
    path_parameters = {one["name"]: KNOWN[one["name"]] for one in asked if one["in"] == "path"}
    case = described[path]["GET"].Case(path_parameters=path_parameters, query=query)
    assert case.call_and_validate(checks=ALWAYS, headers=NOT_PACKED).status_code == 200
