"""Read one TOML definition into its object; every error names file, key and what was expected."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from likeforlike.errors import DefinitionError

DEFINITIONS = Path(__file__).resolve().parent.parent / "definitions"

# Empty text is a forgotten text: a definition either says something or leaves the key out.
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Definition(BaseModel):
    """The base of everything in the catalogue: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


AnyDefinition = TypeVar("AnyDefinition", bound=Definition)


def read_toml(path: Path) -> dict[str, object]:
    """The content of a TOML file.

    Raises:
        DefinitionError: the file is absent, not UTF-8 or not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DefinitionError("no such definition file", where=str(path)) from None
    except UnicodeDecodeError as error:
        raise DefinitionError(f"not UTF-8 text ({error.reason})", where=str(path)) from None
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"not TOML: {error}", where=str(path)) from None


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
        key = ".".join(str(step) for step in fault["loc"]) or "(the whole file)"
        match fault["type"]:
            case "extra_forbidden":
                sentence = f"unknown key '{key}'"
            case "missing":
                sentence = f"missing key '{key}'"
            case _:
                sentence = (
                    f"key '{key}': {fault['msg'].removeprefix('Value error, ')}, found {fault['input']!r}"
                )
        sentences.append(sentence)
    return "; ".join(sentences) + "."
