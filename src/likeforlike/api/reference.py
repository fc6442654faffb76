"""The reference as a page: made from the schema on the server, without a script or anything from another host."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from likeforlike.api.schema import make_schema


@dataclass(frozen=True)
class Parameter:
    """One parameter of an address."""

    name: str
    place: str
    """path or query."""
    needed: bool
    kind: str
    words: str


@dataclass(frozen=True)
class Address:
    """One address of the API."""

    id: str
    path: str
    title: str
    words: str
    group: str
    parameters: tuple[Parameter, ...]
    answer: str
    """What it answers, as the name of an object."""
    listed: bool
    """Whether it answers a page of them."""


@dataclass(frozen=True)
class Field:
    """One field of an object."""

    name: str
    kind: str
    words: str


@dataclass(frozen=True)
class Described:
    """An object that is answered."""

    name: str
    words: str
    fields: tuple[Field, ...]


# Mounted at one address for each release that is kept.
@lru_cache(maxsize=8)
def write_reference(prefix: str) -> str:
    """The page, where the API is mounted at this prefix."""
    schema = make_schema(prefix)
    addresses = list_addresses(schema)
    template = _environment().get_template("reference.html")
    return template.render(
        schema=schema,
        prefix=prefix,
        groups={group: [one for one in addresses if one.group == group] for group in _groups(addresses)},
        objects=_list_objects(schema),
    )


def read_style() -> str:
    """The page's style sheet."""
    return files("likeforlike.api").joinpath("templates", "reference.css").read_text(encoding="utf-8")


def list_addresses(schema: dict[str, Any]) -> list[Address]:
    """Every address of a schema, in its order."""
    found = []
    for path, operations in schema["paths"].items():
        asked = operations["get"]
        name = asked["responses"][200]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        parameters = tuple(
            Parameter(
                one["name"], one["in"], one["required"], _say_type(one["schema"]), one.get("description", "")
            )
            for one in asked["parameters"]
        )
        words = asked.get("description", "")
        found.append(
            Address(
                asked["operationId"].replace("_", "-"),
                path,
                asked["summary"],
                words,
                asked["tags"][0],
                parameters,
                name.removeprefix("PageOf"),
                name.startswith("PageOf"),
            )
        )
    return found


def _groups(addresses: list[Address]) -> list[str]:
    return list(dict.fromkeys(one.group for one in addresses))


def _list_objects(schema: dict[str, Any]) -> list[Described]:
    return [
        Described(
            name,
            " ".join(one.get("description", "").split()),
            tuple(
                Field(field, _say_type(its), " ".join(its.get("description", "").split()))
                for field, its in one["properties"].items()
            ),
        )
        for name, one in sorted(schema["components"]["schemas"].items())
        if not name.startswith("PageOf")
    ]


def _say_type(schema: dict[str, Any]) -> str:
    """A type as people read it: 'number or null', 'list of Place'."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_say_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        inner = schema.get("items")
        return f"list of {_say_type(inner)}" if inner else "pair"
    limits = [
        f"{words} {schema[key]}" for key, words in (("minimum", "from"), ("maximum", "to")) if key in schema
    ]
    return " ".join([str(schema.get("type", "anything")), *limits])


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("likeforlike.api"), autoescape=True, undefined=StrictUndefined)
