"""A publisher's slips in single files, put right as data."""

from __future__ import annotations

import datetime

from pydantic import Field

from likeforlike.catalogue.loading import Definition, Identifier, Text


class Correction(Definition):
    """A publisher's slip, put right as data: with its reason, and a guard against being applied in vain."""

    sha256: Text
    printed: datetime.date
    """The publication date that the file prints."""
    published: datetime.date
    """The date on which it was issued."""
    reason: Text


class CellCorrection(Definition):
    """A cell that the publisher overwrote by accident: what stands there in the one file, and what belongs there."""

    sha256: Text
    sheet: Text
    row: int = Field(ge=1)
    column: Identifier
    """Our name of the column."""
    found: Text
    """The text that the file prints (spaces at its ends do not matter)."""
    value: datetime.date | int | Text
    reason: Text
