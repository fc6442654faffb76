"""Read one TOML definition into its object; every error names file, key and what was expected."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from likeforlike.errors import DefinitionError

DEFINITIONS = Path(__file__).resolve().parent.parent / "definitions"

# Empty text is a forgotten text: a definition either says something or leaves the key out.
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

# Windows has no files of these names, and the store's files are named after definitions.
RESERVED_NAMES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
)


def _check_file_name(identifier: str) -> str:
    if identifier in RESERVED_NAMES:
        raise ValueError("another word was expected: Windows has no file of that name")
    return identifier


Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$"), AfterValidator(_check_file_name)]


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"a regular expression was expected ({error})") from None
    return pattern


Pattern = Annotated[Text, AfterValidator(_check_pattern)]


class Definition(BaseModel):
    """The base of everything in the catalogue: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


AnyDefinition = TypeVar("AnyDefinition", bound=Definition)

# Marks in pydantic's path to a fault that are no keys: which kind of denominator or expected count was being read.
QUANTITY, POPULATION, REFERENCE = "(a sum)", "(another indicator)", "(a reference)"
BRANCHES = (QUANTITY, POPULATION, REFERENCE)


def read_toml(path: Path) -> dict[str, object]:
    """The content of a TOML file.

    Raises:
        DefinitionError: the file is absent, not UTF-8 or not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DefinitionError("there is no such definition file.", where=str(path)) from None
    except UnicodeDecodeError as error:
        raise DefinitionError(
            f"UTF-8 text was expected, found other bytes at position {error.start}.", where=str(path)
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"TOML was expected: {error}.", where=str(path)) from None


def load_definition(kind: type[AnyDefinition], path: Path) -> AnyDefinition:
    """Parse a definition file into a frozen object.

    Raises:
        DefinitionError: with the file, the key and what was expected, one line for each key at fault.
    """
    return check_definition(kind, read_toml(path), where=path.name)


def check_definition(kind: type[AnyDefinition], content: object, *, where: str) -> AnyDefinition:
    """Turn the content of a definition into its object, or say which key is at fault."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise DefinitionError(_explain(error), where=where) from None


def _explain(error: ValidationError) -> str:
    """One sentence for each key at fault: the key's path, what was expected, what stood there."""
    sentences = []
    for fault in error.errors(include_url=False):
        key = ".".join(str(step) for step in fault["loc"] if step not in BRANCHES) or "(the whole file)"
        match fault["type"]:
            case "extra_forbidden":
                sentence = f"unknown key '{key}'"
            case "missing":
                sentence = f"missing key '{key}'"
            case _:
                sentence = f"key '{key}': {fault['msg'].removeprefix('Value error, ')}{_found(fault)}"
        sentences.append(sentence)
    return "; ".join(sentences) + "."


def _found(fault: ErrorDetails) -> str:
    """What stood there, where that is a word or two; our own checks of a whole table name what is wrong in it."""
    value = fault["input"]
    if not isinstance(value, dict | list | tuple):
        return f", found {value!r}"
    if fault["type"] == "value_error":
        return ""
    return f", found {'keys' if isinstance(value, dict) else 'a list'}"


def check_once(ids: Iterable[str], what: str) -> None:
    """Raise ValueError where two definitions of one file have the same id: one of them would vanish unseen."""
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise ValueError(f"{what} '{one}' is defined twice")
        seen.add(one)
