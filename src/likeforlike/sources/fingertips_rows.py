"""The rows of a Fingertips export as text, under our column names, and where in the file one of them stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staging
from likeforlike.sources.reading.conversion import identifier, quote
from likeforlike.sources.reading.delimited import copy_rows, text_rows
from likeforlike.sources.reading.headers import LayoutMatch, plain_header
from likeforlike.sources.reading.locating import place_of_row
from likeforlike.sources.reading.probing import Probe

if TYPE_CHECKING:
    import duckdb

# Columns that are looked at and not kept: what they say is in others.
LOOKED_AT = {"sortable": "time period sortable", "time_range": "time period range"}

SAYS_LESS = "(indicator_id = '' OR sex = '' OR age = '')"
# What a row does say must be what the others say.
SAYS_THE_SAME = (
    "said_name = indicator_name AND said_type = area_type AND indicator_id IN ('', said_id) "
    "AND sex IN ('', said_sex) AND age IN ('', said_age)"
)


def read_text_rows(probe: Probe, match: LayoutMatch, staging: Staging) -> TextRows:
    """Read an export once and keep its text beside, for all that is asked of it.

    Raises:
        FileRefusedError: the file is no CSV, fewer rows can be read than were seen, or there are none.
    """
    header = [plain_header(text) for text in probe.header]
    looked_at = {name: header.index(text) for name, text in LOOKED_AT.items() if text in header}
    positions = {**match.positions, **looked_at}
    items = ", ".join(f"coalesce(c{place}, '') AS {identifier(name)}" for name, place in positions.items())
    kept = staging.folder / "text.parquet"
    copy_rows(staging, probe, f"SELECT {items} FROM {text_rows(probe, match)}", kept)
    rows = TextRows(probe, match, staging.connection, positions, f"read_parquet({quote(str(kept))})")
    if probe.rows is not None and probe.rows != rows.count:
        raise FileRefusedError(
            f"{rows.count} rows could be read of {probe.rows}.",
            where=probe.name,
            next_step="Its lines may end in different ways; download it again, or save it again as 'CSV UTF-8'.",
        )
    if not rows.count:
        raise FileRefusedError(
            "a header and no rows.", where=probe.name, next_step="Download the file again."
        )
    return rows


@dataclass(frozen=True)
class TextRows:
    """An export of a known layout, every cell still the text that was printed; empty cells are empty texts."""

    probe: Probe
    match: LayoutMatch
    connection: duckdb.DuckDBPyConnection
    positions: dict[str, int]
    """Our column name → position, of those that are kept and those that are only looked at."""
    sql: str
    """The rows, with the columns under our names."""

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        ((rows,),) = self.connection.execute(f"SELECT count(*) FROM {self.sql}").fetchall()
        return int(rows)

    @property
    def in_full(self) -> str:
        """A subquery with the identifier, sex and age that all rows of an indicator and area type say that say one."""
        return (
            "(SELECT indicator_name AS said_name, area_type AS said_type, any_value(indicator_id) AS said_id, "
            f"any_value(sex) AS said_sex, any_value(age) AS said_age FROM {self.sql} "
            f"WHERE category_type = '' AND NOT {SAYS_LESS} "
            "GROUP BY ALL HAVING count(DISTINCT (indicator_id, sex, age)) = 1)"
        )

    @property
    def completed(self) -> str:
        """A subquery with the rows, those that leave out identifier, sex or age completed, and `stated` saying so."""
        return (
            "(SELECT * REPLACE (coalesce(said_id, indicator_id) AS indicator_id, coalesce(said_sex, sex) AS sex, "
            "coalesce(said_age, age) AS age), "
            "CASE WHEN said_id IS NULL THEN 'in full' ELSE 'in other rows' END AS stated "
            f"FROM {self.sql} LEFT JOIN {self.in_full} ON {SAYS_LESS} AND {SAYS_THE_SAME})"
        )

    def count_saying_less(self) -> int:
        """How many rows leave out identifier, sex or age, all of them completed from others.

        Raises:
            FileRefusedError: one of them cannot be completed.
        """
        row = self.find(
            f"{SAYS_LESS} AND NOT EXISTS (FROM {self.in_full} WHERE {SAYS_THE_SAME})",
            *("indicator_id", "indicator_name", "area_type", "organisation", "sex", "age", "time_period"),
        )
        if row is not None:
            lacking = next(name for name in ("indicator_id", "sex", "age") if not row[name])
            raise FileRefusedError(
                f"found '', and the other rows of '{row['indicator_name']}' for {row['area_type']} do not say one "
                "identifier, sex and age that it could have.",
                where=self.place(row, lacking),
                next_step="Download the export again: Fingertips fills these cells in every row.",
            )
        ((rows,),) = self.connection.execute(f"SELECT count(*) FROM {self.sql} WHERE {SAYS_LESS}").fetchall()
        return int(rows)

    def find(self, condition: str, *columns: str) -> dict[str, str] | None:
        """The first row for which a condition holds: some of its columns, all where none are named."""
        names = columns or tuple(self.positions)
        items = ", ".join(identifier(name) for name in names)
        found = self.connection.execute(
            f"SELECT {items} FROM {self.sql} WHERE {condition} LIMIT 1"
        ).fetchone()
        return None if found is None else dict(zip(names, found, strict=True))

    def place(self, row: dict[str, str], column: str | None = None) -> str:
        """File, row and column of the first row with these cells, for an error's `where`."""
        where = place_of_row(
            self.probe.path,
            self.probe.name,
            lambda cells: all(cells[self.positions[name]] == text for name, text in row.items()),
        )
        return where if column is None else f"{where}, column '{self.probe.header[self.positions[column]]}'"
