"""Tables of a source: columns, keys and periods, and the ways in which their headers were written."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from pydantic import Field, model_validator

from likeforlike.catalogue.columns import LONGEST_PERIOD, PERIODS, WORDS, Column, ColumnType
from likeforlike.catalogue.histories import History
from likeforlike.catalogue.loading import Definition, Identifier, Pattern, Text


class Repeats(Definition):
    """Rows that a publisher prints several times under one key: they add up and are no copies."""

    reason: Text
    until: datetime.date
    """The last month in which it happens."""
    column: Identifier
    """The column that says where it happens."""
    codes: tuple[Text, ...] = Field(min_length=1)
    """What then stands in that column."""


class PrintedFigures(Definition):
    """Where a workbook prints the sums of a table itself: a sheet with a row a figure and a column a month."""

    sheet: Text
    figures: Mapping[Identifier, Text] = Field(min_length=1)
    """Our count column → the text beside the publisher's figure."""


class Layout(Definition):
    """One way in which a table's header was written, from one date to another."""

    name: Text
    headers: Mapping[Identifier, Text]
    """Our column name → the publisher's header (case, spaces and footnote marks do not matter), or its position
    from 1 in a file that has none."""
    headerless: bool = False
    """Whether the file has no header: then it is known by its `width` and what stands in its columns."""
    width: int | None = Field(default=None, ge=1)
    """Of a file without a header: how many columns it has."""
    recognised_by: Mapping[Text, Pattern] = Field(default_factory=dict)
    """Of a file without a header: position → the regular expression that its cells match, whole."""
    in_name: Mapping[Identifier, Pattern] = Field(default_factory=dict)
    """Columns whose one value stands in the name of the file or of its folder: where, as the group 'value'."""
    in_banner: Mapping[Identifier, Text] = Field(default_factory=dict)
    """In a workbook: columns whose one value stands above the header, in the cell behind these words ('Period:')."""
    ignored: tuple[Text, ...] = ()
    """Headers that are there and are not kept (they repeat what other columns say)."""
    ignored_like: tuple[Pattern, ...] = ()
    """Regular expressions that whole headers match which are not kept either, in lower case: where their wording
    depends on what the reader chose. Several columns may bear the same one."""
    made: tuple[Identifier, ...] = ()
    """Columns that have no header: the importer makes them from what the others mean."""
    spread: Mapping[Text, tuple[Text, ...]] = Field(default_factory=dict)
    """For a table spread over columns: the label, and the headers under which it stands."""
    repeats: Repeats | None = None
    """Where a key may occur more than once; without it a repeated key is refused."""
    sheet: Text | None = None
    """In a workbook: the sheet. Headers of several rows are written as paths, 'Answered / Total'."""
    absent: Mapping[Identifier, Text] = Field(default_factory=dict)
    """Columns that this layout did not have yet, and what then stands in every row: a label, or a token for none."""
    total: Text | None = None
    """In a workbook: what the first cell of the row of totals says; all counts must sum to that row."""
    divided_by: Text | None = None
    """In a workbook: what the only cell of a row says that divides the table and does not end it."""
    subtotals: Mapping[Identifier, Text] = Field(default_factory=dict)
    """In a workbook with a `total`: label column → the label of rows that are sums of others, not summed again."""
    printed: PrintedFigures | None = None
    """In a workbook: figures on another sheet to which this table must sum."""

    @model_validator(mode="after")
    def _is_found_by_content(self) -> Layout:
        where = f"layout '{self.name}'"
        for name, pattern in self.in_name.items():
            if "value" not in re.compile(pattern).groupindex:
                raise ValueError(f"{where}, in_name: the pattern of '{name}' needs the group 'value'")
        if not self.headerless:
            if self.width or self.recognised_by:
                raise ValueError(f"{where}: width and recognised_by belong to a layout that is headerless")
            return self
        if self.width is None or not self.recognised_by:
            raise ValueError(f"{where}: a headerless layout needs its width and recognised_by")
        if self.sheet or self.spread or self.ignored:
            raise ValueError(f"{where}: sheet, spread and ignored belong to layouts with a header")
        for place in (*self.headers.values(), *self.recognised_by):
            if not place.isdecimal() or not 1 <= int(place) <= self.width:
                raise ValueError(f"{where}: a position from 1 to {self.width} was expected, found '{place}'")
        return self


class Spread(Definition):
    """A table printed wide is stored long: the headers become the labels of one column."""

    label: Identifier
    value: Identifier


class Twin(Definition):
    """Another table that is printed in just the same columns: only the file's name says which one it is."""

    title: Text
    file_name: Pattern
    """A regular expression that is found in the names of its files, and not in those of the others."""


class BelongsByName(Definition):
    """To which larger organisation a row's organisation belongs, where only its name is printed."""

    column: Identifier
    """The text column with the larger organisation's name."""
    organisation_type: Identifier
    """Of what kind that is."""


class Table(Definition):
    """One table of a source: a Parquet file for every edition."""

    id: Identifier
    title: Text
    period: Identifier
    """The column with the first day of what a row is about: a month, a year or a date."""
    months: int = Field(default=1, ge=1, le=LONGEST_PERIOD)
    """How many months that is."""
    period_end: Identifier | None = None
    """The date column with the last day of it, where that differs from row to row."""
    area: Identifier | None = None
    """The column that says for which area a row was issued; none where every file is all England."""
    organisation: Identifier | None = None
    """The column of the organisation that a row is about."""
    organisation_types: Identifier | None = None
    """The label column that says of what kind the organisation is, in a table of several kinds: the labels are
    kinds of organisation, or `other`, which is kept and not observed."""
    series: Identifier | None = None
    """The column that says which of many indicators a row is about: each is summed by itself, and an organisation
    without rows of one has no figure of it, not zero."""
    complete: bool = False
    """Every organisation of its kinds in England is in each edition: sums over them need no coverage of patients.
    Where its kinds lie within each other (sub-ICBs within ICBs) those of the smallest are summed, otherwise all."""
    key: tuple[Identifier, ...]
    """Columns that together may occur only once in a file."""
    columns: tuple[Column, ...]
    layouts: tuple[Layout, ...] = ()
    spread: Spread | None = None
    belongs: tuple[Identifier, ...] = ()
    """Code columns that place the organisation in a hierarchy, nearest first."""
    belongs_by_name: BelongsByName | None = None
    """A larger organisation that is printed by name alone: the one of its kind that bears this name in any file."""
    name: Identifier | None = None
    """The column with the organisation's name."""
    supplier: Identifier | None = None
    """The text column that names the supplier of the organisation's system: a change of it changes what is recorded."""
    history: History | None = None
    """What its rows say of the organisation's life, for the lineage."""
    file_name: Pattern | None = None
    """A regular expression found in the names of its files, where the content leaves open which table it is."""
    twins: Mapping[Identifier, Twin] = Field(default_factory=dict)
    """Table id → the table that has all the rest in common with this one; the source then has both."""

    @model_validator(mode="after")
    def _tells_twins_apart(self) -> Table:
        if self.twins and self.file_name is None:
            raise ValueError(f"table '{self.id}': a table with twins needs a file_name of its own")
        return self

    @model_validator(mode="after")
    def _columns_exist(self) -> Table:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"table '{self.id}': a column is named twice")
        wanted = {"period": (self.period,), "key": self.key, "belongs": self.belongs}
        wanted |= {key: (value,) for key, value in self._single_references().items() if value}
        for key, columns in wanted.items():
            for column in columns:
                if column not in names:
                    raise ValueError(f"table '{self.id}', {key}: there is no column '{column}'")
        self._check_periods_and_kinds()
        made = {self.spread.label, self.spread.value} if self.spread else set()
        for layout in self.layouts:
            above = set(layout.in_name) | set(layout.in_banner)
            strange = (set(layout.headers) | above) - set(names)
            strange |= set(layout.headers) & above
            strange |= set(layout.made) - (set(names) - set(layout.headers))
            absent = set(names) - set(layout.headers) - set(layout.absent) - above - made
            absent -= set(layout.made)
            if strange or absent:
                raise ValueError(
                    f"table '{self.id}', layout '{layout.name}': "
                    f"columns without a definition {sorted(strange)}, columns without a header {sorted(absent)}"
                )
            if layout.repeats and layout.repeats.column not in self.key:
                raise ValueError(
                    f"table '{self.id}', layout '{layout.name}', repeats: "
                    f"'{layout.repeats.column}' is not a column of the key"
                )
            if bool(layout.spread) != bool(self.spread):
                raise ValueError(
                    f"table '{self.id}', layout '{layout.name}': spread stands in one place only"
                )
            self._check_workbook_keys(layout)
            if self.spread and (dangling := set(layout.spread) - set(self.column(self.spread.label).labels)):
                raise ValueError(
                    f"table '{self.id}', layout '{layout.name}', spread: {sorted(dangling)} are no labels of "
                    f"column '{self.spread.label}'"
                )
        return self

    def _check_periods_and_kinds(self) -> None:
        where = f"table '{self.id}'"
        if self.column(self.period).type not in PERIODS:
            raise ValueError(f"{where}, period: a month, date or year was expected")
        if self.period_end and self.column(self.period_end).type is not ColumnType.DATE:
            raise ValueError(f"{where}, period_end: a date was expected")
        if self.period_end and self.months != 1:
            raise ValueError(f"{where}: months or period_end says how long a period is, not both")
        if self.organisation_types:
            if self.column(self.organisation_types).type is not ColumnType.LABEL or not self.organisation:
                raise ValueError(
                    f"{where}, organisation_types: a label column beside an organisation was expected"
                )
            if self.column(self.organisation or "").organisation_type:
                raise ValueError(
                    f"{where}: an organisation of several kinds has no organisation_type of its own"
                )
        if self.complete and not self.organisation:
            raise ValueError(f"{where}, complete: there is no organisation of which every one could be there")
        if self.series and self.column(self.series).type not in WORDS:
            raise ValueError(f"{where}, series: a code, text or label was expected")
        if self.belongs_by_name and self.column(self.belongs_by_name.column).type is not ColumnType.TEXT:
            raise ValueError(f"{where}, belongs_by_name: a text was expected")
        self._check_history(where)

    def _check_history(self, where: str) -> None:
        if self.history is None:
            return
        if self.organisation is None:
            raise ValueError(f"{where}, history: there is no organisation that it could be of")
        if bool(self.history.organisation_type) == bool(self.organisation_types):
            raise ValueError(
                f"{where}, history: organisation_type or the table's organisation_types, one of them"
            )
        types = {column.name: column.type for column in self.columns}
        for key, name in self.history.columns():
            if name not in types:
                raise ValueError(f"{where}, history.{key}: there is no column '{name}'")
            is_day = key.endswith(("opened", "closed", "since", "until"))
            if is_day != (types[name] is ColumnType.DATE):
                raise ValueError(f"{where}, history.{key}: '{name}' is {'no' if is_day else 'a'} date")

    def _check_workbook_keys(self, layout: Layout) -> None:
        where = f"table '{self.id}', layout '{layout.name}'"
        columns = {column.name: column for column in self.columns}
        for name, label in layout.absent.items():
            known = {*columns[name].labels, *columns[name].none_tokens} if name in columns else set()
            if name in layout.headers or label not in known:
                raise ValueError(
                    f"{where}, absent: '{name}' must be a label column without a header, '{label}' its label "
                    f"(or a code or text without one, of which '{label}' says that there is none)"
                )
        if layout.sheet is None and (layout.total or layout.printed or layout.in_banner or layout.divided_by):
            raise ValueError(
                f"{where}: total and printed belong to a layout with a sheet, and so do in_banner and divided_by"
            )
        for name, label in layout.subtotals.items():
            if layout.total is None or name not in columns or label not in columns[name].labels:
                raise ValueError(
                    f"{where}, subtotals: a label of a label column, beside a total, was expected for '{name}'"
                )
        if layout.sheet is not None and layout.spread:
            raise ValueError(f"{where}: spread belongs to delimited files, not to a layout with a sheet")
        for name in layout.printed.figures if layout.printed else ():
            if name not in columns or columns[name].type is not ColumnType.COUNT:
                raise ValueError(f"{where}, printed.figures: '{name}' is not a column of counts")

    def _single_references(self) -> dict[str, str | None]:
        spread = self.spread
        return {
            "area": self.area,
            "organisation": self.organisation,
            "name": self.name,
            "supplier": self.supplier,
            "period_end": self.period_end,
            "organisation_types": self.organisation_types,
            "series": self.series,
            "belongs_by_name": self.belongs_by_name.column if self.belongs_by_name else None,
            "spread.label": spread.label if spread else None,
            "spread.value": spread.value if spread else None,
        }

    def column(self, name: str) -> Column:
        """The column of that name; a name that is not there is a programming error."""
        return next(column for column in self.columns if column.name == name)
