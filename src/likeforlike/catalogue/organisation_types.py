"""Kinds of organisation: how their codes look, whom they belong to and what they replaced."""

from __future__ import annotations

import re

from pydantic import Field, model_validator

from likeforlike.catalogue.loading import Definition, Identifier, Pattern, Text, check_once


class OrganisationType(Definition):
    """One kind of organisation, as in `organisation_types.toml`."""

    id: Identifier
    title: Text
    plural: Text
    code_pattern: Pattern
    """What a code of this kind looks like (regular expression over the whole code)."""
    fictional_pattern: Pattern | None = None
    """Codes of the simulated county; no real organisation has one."""
    parents: tuple[Identifier, ...] = ()
    """Kinds it belongs to, nearest first: counts are rolled up to each of them."""
    replaced: tuple[Text, ...] = ()
    """What this kind of organisation took the place of, with the date."""
    note: Text | None = None
    rank: int = Field(ge=0)
    """Order in lists, small to large."""

    def accepts(self, code: str) -> bool:
        """Whether a code looks like one of this kind, real or fictional."""
        return re.fullmatch(self.code_pattern, code) is not None or self.is_fictional(code)

    def is_fictional(self, code: str) -> bool:
        """Whether a code belongs to the simulated county."""
        return self.fictional_pattern is not None and re.fullmatch(self.fictional_pattern, code) is not None


class OrganisationTypes(Definition):
    """The file `organisation_types.toml`."""

    organisation_types: tuple[OrganisationType, ...]
    """Every kind, each a `[[organisation_types]]`."""

    @model_validator(mode="after")
    def _once_each(self) -> OrganisationTypes:
        check_once((kind.id for kind in self.organisation_types), "organisation type")
        return self
