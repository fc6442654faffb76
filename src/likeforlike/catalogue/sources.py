"""Sources: what a publisher issues, under which terms, and which of its slips are put right."""

from __future__ import annotations

import re

from pydantic import Field, ValidationInfo, field_validator, model_validator

from likeforlike.catalogue.corrections import CellCorrection, Correction
from likeforlike.catalogue.fetching import Fetch
from likeforlike.catalogue.loading import Definition, Identifier, Pattern, Text
from likeforlike.catalogue.tables import Table


class Published(Definition):
    """How the date of issue is found when the content does not print it."""

    month: Text | None = None
    """For names that say a year alone: the month with which what they are named after ends, as in 'Mar'. A month
    that a name does say stands before it."""
    name_patterns: tuple[Pattern, ...] = ()
    """Regular expressions over folder and file name with groups `month` and `year`, best first."""
    months_after: int = Field(default=0, ge=0, le=12)
    """An issue named after a month appears this many months later; its last day is taken, never too early."""

    @field_validator("name_patterns")
    @classmethod
    def _have_groups(cls, patterns: tuple[str, ...], given: ValidationInfo) -> tuple[str, ...]:
        for pattern in patterns:
            groups = set(re.compile(pattern).groupindex)
            if given.data.get("month") and "year" not in groups:
                raise ValueError(f"pattern {pattern!r} needs the group 'year'")
            if not given.data.get("month") and not {"month", "year"} <= groups:
                raise ValueError(f"pattern {pattern!r} needs the groups 'month' and 'year'")
        return patterns


class Source(Definition):
    """One publication: `definitions/sources/<id>.toml`, read by the module `likeforlike.sources.<id>`."""

    id: Identifier
    title: Text
    publisher: Text
    landing_page: Text
    licence: Text
    attribution: Text
    restricted: bool = False
    """Whether its figures are for those who may see them only: they never reach anything public."""
    cadence: Text
    restatement: Text
    """What the publisher does to months it has published before."""
    about: Text
    status: Text
    """Official statistics, official statistics in development, management information …"""
    importer_version: int = Field(ge=1)
    """Raised when the importer changes what it stores; `rebuild` then makes the Parquet again."""
    windows_1252: bool = False
    """Whether its files may be in Windows-1252: text that is no UTF-8 is then its importer's to read."""
    published: Published = Published()
    tables: tuple[Table, ...] = Field(min_length=1)
    checks: tuple[Text, ...] = ()
    """What is compared with the publisher's own figures, in words."""
    corrections: tuple[Correction, ...] = ()
    cell_corrections: tuple[CellCorrection, ...] = ()
    fetch: Fetch | None = None
    """How its files are found on the web; without it they are got by hand from the landing page."""

    @field_validator("tables")
    @classmethod
    def _with_twins(cls, tables: tuple[Table, ...]) -> tuple[Table, ...]:
        every: list[Table] = []
        for table in tables:
            every.append(table)
            for twin_id, twin in table.twins.items():
                own = {"id": twin_id, "title": twin.title, "file_name": twin.file_name, "twins": {}}
                every.append(table.model_copy(update=own))
        if len({table.id for table in every}) < len(every):
            raise ValueError("two tables have the same id")
        return tuple(every)

    @model_validator(mode="after")
    def _corrections_meet_a_column(self) -> Source:
        places = {
            (layout.sheet, name)
            for table in self.tables
            for layout in table.layouts
            for name in layout.headers
        }
        for correction in self.cell_corrections:
            if (correction.sheet, correction.column) not in places:
                raise ValueError(
                    f"cell_corrections: no layout has a column '{correction.column}' on sheet '{correction.sheet}'"
                )
        return self

    @model_validator(mode="after")
    def _landing_page_may_be_asked(self) -> Source:
        if self.fetch is not None and self.fetch.links:
            self.fetch.check_start(self.landing_page, "landing_page")
        return self

    def table(self, table_id: str) -> Table:
        """The table of that id; an id that is not there is a programming error."""
        return next(table for table in self.tables if table.id == table_id)
