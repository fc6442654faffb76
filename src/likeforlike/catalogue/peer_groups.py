"""Peer groups: which organisations of one kind do the same work, where their codes do not say it."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Mapping

from pydantic import Field, model_validator

from likeforlike.catalogue.loading import Definition, Identifier, Pattern, Text
from likeforlike.catalogue.organisation_types import OrganisationType
from likeforlike.errors import DefinitionError


class Members(Definition):
    """Organisations that are in a peer group on the same evidence."""

    evidence: Text
    """How it is known that they are."""
    codes: Mapping[Text, Text] = Field(min_length=1)
    """Code → name."""


class PeerGroup(Definition):
    """One peer group, as in `peer_groups/<id>.toml`: its members, or the groups that it is made of."""

    id: Identifier
    title: Text
    about: Text
    """What its members have in common, and what still sets them apart."""
    organisation_type: Identifier
    subtype: Text | None = None
    """What the publisher calls it, as printed."""
    as_at: datetime.date
    """The day on which its members were these."""
    members: tuple[Members, ...] = ()
    """Its members, in a `[[members]]` for each evidence."""
    made_of: tuple[Identifier, ...] = ()
    """The groups whose members are its own, for a wider group."""
    fictional_pattern: Pattern | None = None
    """Codes of the simulated county's members; no real organisation has one."""

    @model_validator(mode="after")
    def _has_members_once(self) -> PeerGroup:
        if bool(self.members) == bool(self.made_of):
            raise ValueError("members or made_of, one of them, was expected")
        if self.made_of and (self.subtype or self.fictional_pattern):
            raise ValueError("subtype and fictional_pattern belong to a group that has members of its own")
        counted = Counter(code for one in self.members for code in one.codes)
        if repeated := sorted(code for code, times in counted.items() if times > 1):
            raise ValueError(f"members: {', '.join(repeated)} stand there twice")
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its own members, in order; of a wider group none."""
        return tuple(sorted(code for one in self.members for code in one.codes))

    def has(self, code: str) -> bool:
        """Whether an organisation is a member by its own list or, in the simulated county, by its pattern."""
        return code in self.codes or (
            self.fictional_pattern is not None and re.fullmatch(self.fictional_pattern, code) is not None
        )


def check_groups_apart(groups: Mapping[str, PeerGroup], types: Mapping[str, OrganisationType]) -> None:
    """Raise DefinitionError where lists overlap, hold codes of another kind, or a wider group is made of such.

    An organisation in two lists would be compared with both, and nobody could say which are its like. A group that
    is made of groups is one step deep: its members can then be read in the files that it names.
    """
    placed: dict[tuple[str, str], str] = {}
    for group in groups.values():
        where = f"peer_groups/{group.id}.toml"
        for part in group.made_of:
            if groups[part].made_of or groups[part].organisation_type != group.organisation_type:
                raise DefinitionError(
                    f"key 'made_of': '{part}' must have members of its own, of the same organisation_type.",
                    where=where,
                )
        kind = types[group.organisation_type]
        for code in group.codes:
            if not kind.accepts(code):
                raise DefinitionError(
                    f"key 'members': '{code}' is no code of a {kind.title} ({kind.code_pattern}).",
                    where=where,
                )
            other = placed.setdefault((group.organisation_type, code), group.id)
            if other != group.id:
                raise DefinitionError(
                    f"key 'members': '{code}' is a member of '{other}' already.", where=where
                )
