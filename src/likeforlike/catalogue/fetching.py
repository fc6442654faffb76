"""Where a publisher's files stand on the web: by links from the landing page, or at fixed addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from likeforlike.catalogue.loading import Definition, Pattern

# A plain host and nothing that two readers of addresses could take for two things: no user, no port, no backslash.
ADDRESS = re.compile(r"https://(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)/[!-\[\]-~]*")

Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*(\.[a-z0-9]+)+$")]


class Fetch(Definition):
    """How `likeforlike fetch` finds a source's files."""

    links: tuple[Pattern, ...] = ()
    """Regular expressions over addresses, followed in turn from the landing page; the last finds the files.

    One with the groups `month` and `year`, or with `year` alone, tells the issues apart.
    """
    files: Mapping[FileName, str] = Field(default_factory=dict)
    """The name of a file → its address, where the publisher keeps it at a fixed one."""
    hosts: tuple[Host, ...] = Field(min_length=1)
    """The only hosts that are asked, redirects included."""
    most_megabytes: int = Field(ge=1, le=4096)
    """A file that is larger is no file of this source."""

    @field_validator("links")
    @classmethod
    def _name_issues_whole(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            groups = set(re.compile(pattern).groupindex)
            if strange := groups - {"month", "year"}:
                raise ValueError(f"pattern {pattern!r} has groups that say nothing here: {sorted(strange)}")
            if groups == {"month"}:
                raise ValueError(f"pattern {pattern!r} has a month without a year")
        return patterns

    @model_validator(mode="after")
    def _has_one_way(self) -> Fetch:
        if bool(self.links) == bool(self.files):
            raise ValueError("fetch needs either links or files, not both")
        for name, address in self.files.items():
            self.check_start(address, f"files.{name}")
        return self

    def check_start(self, address: str, key: str) -> None:
        """Raise ValueError for an address at which no fetch may begin."""
        found = ADDRESS.fullmatch(address)
        if found is None or found["host"] not in self.hosts:
            raise ValueError(f"{key}: '{address}' is no https address on one of the hosts {list(self.hosts)}")
