"""The format of the manifest, and how a manifest of an older format becomes one of today's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

FORMAT_VERSION = 1
"""Raised whenever a field of the manifest is added, removed or means something else."""

Document = dict[str, Any]

UPGRADES: Mapping[int, Callable[[Document], Document]] = {}
"""Format version → what makes a document of it one of the next version. No entry is ever removed."""


def upgrade(document: Document) -> Document:
    """A manifest as it stands on disk, in today's shape; only what is in memory is changed.

    The store is written in today's format at its next change, so that reading needs no right to write and
    a program of before can go on until then.

    Raises:
        LookupError: it is of a format that this program does not know: newer, or none that ever was.
    """
    version = document["format_version"]
    if type(version) is not int or version > FORMAT_VERSION:
        raise LookupError(version)
    for step in range(version, FORMAT_VERSION):
        if step not in UPGRADES:
            raise LookupError(version)
        document = UPGRADES[step](document)
    return document | {"format_version": FORMAT_VERSION}
