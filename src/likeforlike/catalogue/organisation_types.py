"""Kinds of organisation: how their codes look, whom they belong to and what they replaced."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from likeforlike.catalogue.loading import Definition, Identifier, Text


class OrganisationType(Definition):
    """One kind of organisation, as in `organisation_types.toml`."""

    id: Identifier
    title: Text
    plural: Text
    code_pattern: Text
    """What a code of this kind looks like (regular expression over the whole code)."""
    fictional_pattern: Text | None = None
    """Codes of the simulated county; no real organisation has one."""
    parents: tuple[Identifier, ...] = ()
    """Kinds it belongs to, nearest first: counts are rolled up to each of them."""
    replaced: tuple[Text, ...] = ()
    """What this kind of organisation took the place of, with the date."""
    note: Text | None = None
    rank: int = Field(ge=0)
    """Order in lists, small to large."""

    @field_validator("code_pattern", "fictional_pattern")
    @classmethod
    def _must_compile(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"not a regular expression ({error})") from None
        return pattern

    def accepts(self, code: str) -> bool:
        """Whether a code looks like one of this kind, real or fictional."""
        return re.fullmatch(self.code_pattern, code) is not None or self.is_fictional(code)

    def is_fictional(self, code: str) -> bool:
        """Whether a code belongs to the simulated county."""
        return self.fictional_pattern is not None and re.fullmatch(self.fictional_pattern, code) is not None


class OrganisationTypes(Definition):
    """The file `organisation_types.toml`."""

    organisation_types: tuple[OrganisationType, ...]
