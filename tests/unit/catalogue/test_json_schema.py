"""The JSON Schemas for editors describe the definitions that are shipped."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from likeforlike.catalogue import DEFINITIONS
from likeforlike.catalogue.json_schema import make_schemas

FILES = {
    "indicator": sorted((DEFINITIONS / "indicators").glob("*.toml")),
    "source": sorted((DEFINITIONS / "sources").glob("*.toml")),
    "organisation_types": [DEFINITIONS / "organisation_types.toml"],
    "peer_group": sorted((DEFINITIONS / "peer_groups").glob("*.toml")),
    "rating_rule": sorted((DEFINITIONS / "rating_rules").glob("*.toml")),
    "successions": [DEFINITIONS / "successions.toml"],
    "known_breaks": [DEFINITIONS / "known_breaks.toml"],
    "methods": [DEFINITIONS / "methods.toml"],
}

JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", dict: "object", list: "array"}


def resolve(schema: dict[str, object], whole: dict[str, object]) -> dict[str, object]:
    """The schema that a reference leads to; one that leads nowhere is a KeyError."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    definitions = whole["$defs"]
    assert isinstance(definitions, dict)
    found = definitions[reference.removeprefix("#/$defs/")]
    assert isinstance(found, dict)
    return found


def own_key(
    key: str, inner: object, schema: dict[str, object], whole: dict[str, object], path: str
) -> list[str]:
    """What is wrong with one entry of a table whose keys are the writer's own."""
    patterns = schema.get("patternProperties")
    if not isinstance(patterns, dict):
        return unknown_keys(inner, schema["additionalProperties"], whole, f"{path}.{key}")
    ((pattern, inside),) = patterns.items()
    named = [] if re.search(pattern, key) else [f"{path}.{key} is no name"]
    return named + unknown_keys(inner, inside, whole, f"{path}.{key}")


def unknown_keys(value: object, schema: object, whole: dict[str, object], path: str = "") -> list[str]:
    """The keys of a definition that its schema does not allow, by walking both: a slow, obvious validator."""
    assert isinstance(schema, dict)
    schema = resolve(schema, whole)
    branches = [branch for key in ("anyOf", "oneOf") for branch in schema.get(key, [])]
    if branches:
        found = [unknown_keys(value, branch, whole, path) for branch in branches]
        return min(found, key=len)
    accepted = {schema.get("type")} | ({"integer"} if schema.get("type") == "number" else set())
    if "type" in schema and JSON_TYPES.get(type(value), schema["type"]) not in accepted:
        return [f"{path}: {value!r} is no {schema['type']}"]
    if isinstance(value, dict):
        keys = schema.get("properties", {})
        if "properties" not in schema:  # a table with keys of one's own
            return [bad for key, inner in value.items() for bad in own_key(key, inner, schema, whole, path)]
        missing = [f"{path}.{key} is missing" for key in schema.get("required", []) if key not in value]
        strange = [f"{path}.{key}" for key in value if key not in keys]
        inside = [
            bad
            for key, inner in value.items()
            if key in keys
            for bad in unknown_keys(inner, keys[key], whole, f"{path}.{key}")
        ]
        return missing + strange + inside
    if isinstance(value, list):
        return [bad for inner in value for bad in unknown_keys(inner, schema["items"], whole, path)]
    return []


@pytest.mark.parametrize("kind", FILES)
def test_a_schema_is_json_and_closed(kind: str) -> None:
    schema = json.loads(json.dumps(make_schemas()[kind]))
    objects = [schema, *schema.get("$defs", {}).values()]
    for one in objects:
        if one.get("type") == "object":
            assert one["additionalProperties"] is False, one["title"]
            assert one["description"], one["title"]


@pytest.mark.parametrize("kind", FILES)
def test_a_schema_accepts_the_shipped_files(kind: str) -> None:
    schema = make_schemas()[kind]
    for path in FILES[kind]:
        assert unknown_keys(tomllib.loads(path.read_text(encoding="utf-8")), schema, schema) == [], path.name


def test_a_schema_refuses_what_the_catalogue_refuses() -> None:
    schema = make_schemas()["indicator"]
    written = tomllib.loads((DEFINITIONS / "indicators" / "gp_share.toml").read_text(encoding="utf-8"))
    written["colour"] = "red"
    del written["question"]
    written["title"] = 5
    assert sorted(unknown_keys(written, schema, schema)) == [
        ".colour",
        ".question is missing",
        ".title: 5 is no string",
    ]


def test_a_schema_explains_keys_in_the_words_of_the_models() -> None:
    properties = make_schemas()["indicator"]["properties"]
    assert isinstance(properties, dict)
    assert "smallest difference that matters" in properties["smallest_difference"]["description"]


def test_there_is_a_schema_for_every_file_of_definitions(tmp_path: Path) -> None:
    covered = {path for files in FILES.values() for path in files}
    assert covered == set(DEFINITIONS.rglob("*.toml"))
    # Records are described by whoever holds them: none of their definitions is shipped.
    assert set(make_schemas()) == {*FILES, "records"}
