"""What the words of a Fingertips export mean: area types, time periods and value notes, each looked up once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from likeforlike.catalogue import Column, Source
from likeforlike.errors import FileRefusedError
from likeforlike.sources.fingertips_rows import TextRows
from likeforlike.sources.reading.conversion import quote
from likeforlike.sources.reading.locating import NEXT_STEP_LAYOUT
from likeforlike.sources.reading.people import hide_person
from likeforlike.sources.reading.periods import Period, parse_period

# "(v. 27/10/23)", "(superseded)", "(from Apr 2023)": which version of an area type, not which kind.
_VERSION = re.compile(r"\s*\([^()]*\)\s*$")
_YEARS = re.compile(r"(\d+)y")
OTHER = "other"
NOTHING, CAVEAT = "nothing", "caveat"
NOT_PUBLISHED = "not_published"
# The reason that no value may stand beside.
SUPPRESSED = "suppressed"
DAYS_OF_A_YEAR = 365.25


@dataclass(frozen=True)
class Words:
    """SQL for what each row's words mean, and what the reader of the file should know."""

    area_type: str
    kind: str
    start: str
    end: str
    note_means: str
    absent: str
    """The token for an empty cell: what the row's note gives as the reason."""
    notes: tuple[str, ...]


def plain_area_type(text: str) -> str:
    """The kind of area without its version.

    >>> plain_area_type("PCNs (v. 27/10/23)"), plain_area_type("Regions (statistical)")
    ('PCNs', 'Regions')
    """
    while (shorter := _VERSION.sub("", text)) != text:
        text = shorter
    return text


def read_words(rows: TextRows, source: Source) -> Words:
    """Look up every distinct word of an export.

    Raises:
        FileRefusedError: an area type, time period or note that nobody has read yet, or one that contradicts
            what stands beside it.
    """
    table = rows.match.table
    completed = rows.count_saying_less()
    kind_column = table.column("organisation_type")
    kinds = _read_area_types(rows, kind_column, source)
    periods = _read_periods(rows)
    meanings, unread = _read_notes(rows, table.column("note_means"), source)
    reasons = {
        note: NOT_PUBLISHED if meaning in (NOTHING, CAVEAT) else meaning for note, meaning in meanings.items()
    }
    return Words(
        area_type=_case(
            "area_type",
            {text: _one_wording(text, kind, kind_column.labels[kind]) for text, kind in kinds.items()},
        ),
        kind=_case("area_type", kinds),
        start=_case("time_period", {text: period.start.isoformat() for text, period in periods.items()}),
        end=_case("time_period", {text: period.end.isoformat() for text, period in periods.items()}),
        note_means=_case("note", meanings),
        absent=_case("note", reasons),
        notes=(
            *_note_on_versions(kinds),
            *_note_on_completed(completed),
            *(f"a value note that is kept and taken for a caveat: '{hide_person(note)}'" for note in unread),
        ),
    )


def _one_wording(text: str, kind: str, spellings: Sequence[str]) -> str:
    """An area type as it is stored: 'GP' and 'GPs' are one, so that a newer export replaces an older one."""
    return plain_area_type(text) if kind == OTHER else spellings[0]


def _note_on_versions(area_types: Iterable[str]) -> tuple[str, ...]:
    versions = sorted(text for text in area_types if plain_area_type(text) != text)
    return (f"area types, stored without what stands in brackets: {', '.join(versions)}",) if versions else ()


def _note_on_completed(rows: int) -> tuple[str, ...]:
    if not rows:
        return ()
    leave = "row leaves" if rows == 1 else "rows leave"
    taken = "taken from the other rows of the same indicator name and area type"
    return (f"{rows:,} {leave} out indicator id, sex or age: {taken}",)


def _case(column: str, meanings: Mapping[str, str]) -> str:
    whens = " ".join(f"WHEN {quote(word)} THEN {quote(meaning)}" for word, meaning in meanings.items())
    return f"(CASE {column} {whens} END)"


def _distinct(rows: TextRows, *columns: str) -> list[tuple[str, ...]]:
    named = ", ".join(columns)
    return rows.connection.execute(f"SELECT DISTINCT {named} FROM {rows.sql} ORDER BY ALL").fetchall()


def _vocabulary(column: Column) -> dict[str, str]:
    """Every spelling of a label, whatever its case, → the label."""
    return {
        spelling.casefold(): label
        for label, spellings in column.labels.items()
        for spelling in (label, *spellings)
    }


def _read_area_types(rows: TextRows, column: Column, source: Source) -> dict[str, str]:
    known = _vocabulary(column)
    kinds = {}
    for (text,) in _distinct(rows, "area_type"):
        # A wording that is declared as it stands is taken first: 'Regions (statistical)' is no version of regions.
        kind = known.get(text.casefold()) or known.get(plain_area_type(text).casefold())
        if kind is None:
            raise FileRefusedError(
                f"found '{hide_person(text)}', expected an area type that is declared.",
                where=rows.place({"area_type": text}, "area_type"),
                next_step=f"Add it to the labels of organisation_type in definitions/sources/{source.id}.toml: under "
                "'other' where its areas are not to be compared.",
            )
        kinds[text] = kind
    return kinds


def _read_periods(rows: TextRows) -> dict[str, Period]:
    beside: list[str] = [name for name in ("sortable", "time_range") if name in rows.positions]
    periods = {}
    for text, *others in _distinct(rows, "time_period", *beside):
        period = parse_period(text)
        said: dict[str, str] = dict(zip(beside, others, strict=True))
        if period is None:
            raise FileRefusedError(
                f"found '{hide_person(text)}', expected a period such as 2021/22, 2019, 2017 - 19, 2021/22 Q1 or "
                "Apr 2021.",
                where=rows.place({"time_period": text}, "time_period"),
                next_step="Correct the file, or add the spelling to sources/reading/periods.py.",
            )
        wrong = [
            name for name, printed in said.items() if printed and not _AGREES[name](text, period, printed)
        ]
        if wrong:
            raise FileRefusedError(
                f"the time period '{text}' stands beside '{hide_person(said[wrong[0]])}', which says another one.",
                where=rows.place({"time_period": text, wrong[0]: said[wrong[0]]}, wrong[0]),
                next_step=NEXT_STEP_LAYOUT.format(source=rows.match.source.id),
            )
        periods[text] = period
    return periods


def _starts_alike(text: str, _: Period, sortable: str) -> bool:
    """Whether the sortable form, a year and what sorts within it, begins with the year that the text begins with."""
    year = re.search(r"\d{4}", text)
    return bool(re.fullmatch(r"\d{8}", sortable)) and year is not None and sortable.startswith(year[0])


def _is_as_long(_: str, period: Period, printed: str) -> bool:
    """Whether a length printed in years is that of the period; lengths in other units are not read."""
    years = _YEARS.fullmatch(printed)
    length = round(((period.end - period.start).days + 1) / DAYS_OF_A_YEAR)
    return years is None or int(years[1]) == length


_AGREES: Mapping[str, Callable[[str, Period, str], bool]] = {
    "sortable": _starts_alike,
    "time_range": _is_as_long,
}


def _read_notes(rows: TextRows, column: Column, source: Source) -> tuple[dict[str, str], list[str]]:
    """Note → its meaning, and the notes beside values that nobody has read yet."""
    known = {"": NOTHING, **_vocabulary(column)}
    meanings: dict[str, str] = {}
    unread = []
    for note, value_is_absent in _distinct(rows, "note", "value = ''"):
        meaning = known.get(note.casefold()) or known.get(note.split(". ")[0].casefold())
        where = {"note": note, "value": ""} if value_is_absent else {"note": note}
        if meaning is None and value_is_absent:
            raise FileRefusedError(
                f"found '{hide_person(note)}' beside an empty value, expected a note whose reason is declared.",
                where=rows.place(where, "note"),
                next_step=f"Add it to the labels of note_means in definitions/sources/{source.id}.toml, under the "
                "reason that it gives.",
            )
        if meaning == SUPPRESSED and not value_is_absent:
            row = rows.find(f"note = {quote(note)} AND value <> ''", "note", "value")
            raise FileRefusedError(
                f"the note says '{note}', and a value is printed all the same.",
                where=rows.place(row or where, "value"),
                next_step="Ask the publisher; until then the figure must not be passed on.",
            )
        if meaning is None:
            unread.append(note)
        meanings[note] = meaning or CAVEAT
    return meanings, unread
