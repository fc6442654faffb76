"""The OpenAPI description: what the framework makes of the addresses, with the words of the view objects' fields."""

from __future__ import annotations

import ast
import inspect
from functools import cache, lru_cache
from typing import Any

from likeforlike.api import refusals
from likeforlike.api import views as own_views
from likeforlike.api.api import api
from likeforlike.release import views

PREFIX = "/api/v1/"


# Mounted at one address for each release that is kept.
@lru_cache(maxsize=8)
def make_schema(prefix: str = PREFIX) -> dict[str, Any]:
    """OpenAPI 3.1 of the API where it is mounted at this prefix."""
    schema = dict(api.get_openapi_schema(path_prefix=prefix))
    described = _field_words()
    for name, component in schema["components"]["schemas"].items():
        for field, words in described.get(name, {}).items():
            component["properties"][field]["description"] = words
        _say_pairs_plainly(component)
    for operations in schema["paths"].values():
        for parameter in operations["get"]["parameters"]:
            parameter["schema"] = _without_null(parameter["schema"])
    return schema


def _say_pairs_plainly(schema: Any) -> None:
    """A pair as a list of two: many makers of clients, and Schemathesis 4, do not read `prefixItems`."""
    if isinstance(schema, list):
        for below in schema:
            _say_pairs_plainly(below)
    if not isinstance(schema, dict):
        return
    for below in schema.values():
        _say_pairs_plainly(below)
    if "prefixItems" in schema:
        first, second = schema.pop("prefixItems")
        schema["items"] = first if first == second else {"anyOf": [first, second]}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Of a parameter that may be left out: there is no null in a query."""
    kinds = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    (kind,) = kinds
    return {**{key: value for key, value in schema.items() if key != "anyOf"}, **kind}


@cache
def _field_words() -> dict[str, dict[str, str]]:
    """Class → field → the text that stands below the field."""
    found = {}
    for module in (views, own_views, refusals):
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = dict(_described_fields(node))
    return found


def _described_fields(node: ast.ClassDef) -> list[tuple[str, str]]:
    return [
        (field.target.id, inspect.cleandoc(words.value.value))
        for field, words in zip(node.body, node.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(words, ast.Expr)
        and isinstance(words.value, ast.Constant)
        and isinstance(words.value.value, str)
    ]
