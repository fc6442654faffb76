"""Writes events that never were, a row each, in as many rows as wanted, with the figures that must come out."""

from __future__ import annotations

import calendar
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from likeforlike.errors import UserError
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.record_kinds import KINDS, EventKind
from likeforlike.simulate.write import built_beside, check_directory

if TYPE_CHECKING:
    import pyarrow

# A chunk is drawn and written at a time: memory does not grow with the number of rows.
CHUNK = 1_000_000
CHUNKS_IN_A_FILE = 10
YEARS = 3
LAST_MONTH = date(2025, 11, 1)
MOST_PRACTICES = 6_200
AVERAGE_LIST = 10_000
# How much practices differ: the standard deviation of the logarithm of size, and of a share's logit.
SPREAD_OF_SIZES, SPREAD_OF_SHARES = 0.5, 0.3


@dataclass(frozen=True)
class RecordPlan:
    """What is simulated: a kind of event, how many, and the seed."""

    kind: str
    rows: int
    seed: int = 1


@dataclass(frozen=True)
class SimulatedRecords:
    """What was written: the definition, the folder of record files, and the figures that must come out of them."""

    definition: Path
    records: Path
    truth: Path


@dataclass(frozen=True)
class _Practices:
    """Their codes, how likely an event is theirs, and in each column how likely each word is with each of them."""

    codes: np.ndarray
    weights: np.ndarray
    words: Mapping[str, np.ndarray]


def simulate_records(plan: RecordPlan, directory: Path) -> SimulatedRecords:
    """Write the events of a plan into `directory`, which must be absent or empty.

    Parquet files of ten million rows at most, a definition for `likeforlike records aggregate`, and the figures that
    this must write, counted here while the events are drawn. The same plan gives the same rows.

    Raises:
        UserError: there is no such kind, no row at all, or something in the directory.
    """
    if plan.kind not in KINDS:
        raise UserError(
            f"there is no kind of event '{plan.kind}'.", next_step=f"Choose one of: {', '.join(KINDS)}."
        )
    if plan.rows < 1:
        raise UserError(f"a number of rows above zero was expected, found {plan.rows}.")
    check_directory(directory)
    kind = KINDS[plan.kind]
    months = _months()
    with built_beside(directory) as building:
        (building / "records").mkdir()
        practices = _draw_practices(kind, plan)
        totals = _write_events(kind, plan, practices, months, building / "records")
        (building / f"{plan.kind}.toml").write_text(_definition(kind, months), encoding="utf-8", newline="\n")
        (building / "truth.csv").write_text(
            _truth(kind, practices, months, totals), encoding="utf-8", newline="\n"
        )
    return SimulatedRecords(directory / f"{plan.kind}.toml", directory / "records", directory / "truth.csv")


def _months() -> list[date]:
    last = LAST_MONTH.year * 12 + LAST_MONTH.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(last - 12 * YEARS + 1, last + 1)]


def _draw_practices(kind: EventKind, plan: RecordPlan) -> _Practices:
    stream = random_stream(plan.seed, f"practices of {plan.kind}")
    number = int(np.clip(plan.rows / (YEARS * kind.yearly_rate * AVERAGE_LIST), 5, MOST_PRACTICES))
    sizes = np.exp(stream.normal(0, SPREAD_OF_SIZES, number))
    words = {}
    for column, shares in kind.labels.items():
        # A softmax of the words' usual shares, each moved a little for each practice.
        tilted = np.log(list(shares.values())) + stream.normal(0, SPREAD_OF_SHARES, (number, len(shares)))
        likely = np.exp(tilted)
        words[column] = np.cumsum(likely / likely.sum(axis=1, keepdims=True), axis=1)
    codes = np.array([f"X{place:05d}" for place in range(1, number + 1)])
    return _Practices(codes, np.cumsum(sizes / sizes.sum()), words)


def _write_events(
    kind: EventKind, plan: RecordPlan, practices: _Practices, months: list[date], folder: Path
) -> Mapping[str, np.ndarray]:
    """Write all files; returns for '' and each indicator the events by practice and month."""
    import pyarrow.parquet

    totals = {name: np.zeros((len(practices.codes), len(months)), dtype=np.int64) for name in _names(kind)}
    starts = range(0, plan.rows, CHUNK)
    for place in range(0, len(starts), CHUNKS_IN_A_FILE):
        path = folder / f"{plan.kind}-{place // CHUNKS_IN_A_FILE + 1:03d}.parquet"
        writer = None
        for chunk in range(place, min(place + CHUNKS_IN_A_FILE, len(starts))):
            rows = min(CHUNK, plan.rows - starts[chunk])
            events = _draw_events(kind, plan, practices, months, chunk, rows, totals)
            writer = writer or pyarrow.parquet.ParquetWriter(path, events.schema, compression="zstd")
            writer.write_table(events)
        if writer is not None:
            writer.close()
    return totals


def _names(kind: EventKind) -> list[str]:
    return ["", *(one.indicator for one in kind.counted)]


def _draw_events(
    kind: EventKind,
    plan: RecordPlan,
    practices: _Practices,
    months: list[date],
    chunk: int,
    rows: int,
    totals: Mapping[str, np.ndarray],
) -> pyarrow.Table:
    """A chunk of events, which is added to the totals."""
    import pyarrow

    stream = random_stream(plan.seed, f"events of {plan.kind}", chunk)
    practice = np.searchsorted(practices.weights, stream.random(rows), side="right")
    practice = np.minimum(practice, len(practices.codes) - 1)
    first, days = np.datetime64(months[0], "D"), (_end(months[-1]) - months[0]).days + 1
    day = first + stream.integers(0, days, rows)
    month = (day.astype("datetime64[M]") - np.datetime64(months[0], "M")).astype(np.int64)
    cell = practice * len(months) + month
    columns = {
        kind.organisation: _spell(practice, practices.codes),
        kind.date: pyarrow.array(day),
    }
    drawn = {}
    for column, shares in kind.labels.items():
        # The first word whose cumulative share lies above the draw.
        draws = stream.random(rows)
        limits = practices.words[column]
        word = np.zeros(rows, dtype=np.int64)
        for place in range(len(shares) - 1):
            word += draws >= limits[practice, place]
        drawn[column] = word
        columns[column] = _spell(word, np.array(list(shares)))
    for column in kind.ignored:
        columns[column] = pyarrow.array(stream.integers(1, 60, rows))
    for name, counts in (("", np.ones(rows, dtype=bool)), *_counts(kind, drawn, rows)):
        totals[name][:] += np.bincount(cell[counts], minlength=totals[name].size).reshape(totals[name].shape)
    return pyarrow.table(columns)


def _counts(kind: EventKind, drawn: Mapping[str, np.ndarray], rows: int) -> list[tuple[str, np.ndarray]]:
    counted = []
    for one in kind.counted:
        counts = np.ones(rows, dtype=bool)
        for column, words in one.numerator.items():
            places = [place for place, word in enumerate(kind.labels[column]) if word in words]
            counts &= np.isin(drawn[column], places)
        counted.append((one.indicator, counts))
    return counted


def _spell(places: np.ndarray, words: np.ndarray) -> pyarrow.Array:
    import pyarrow

    indices = pyarrow.array(places, type=pyarrow.int32())
    return pyarrow.DictionaryArray.from_arrays(indices, pyarrow.array(words.tolist())).cast(pyarrow.string())


def _end(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def _definition(kind: EventKind, months: list[date]) -> str:
    lines = [
        f"title = {json.dumps(kind.title)}",
        f"about = {json.dumps(kind.about)}",
        'provider = "a county that does not exist"',
        'area = "ENG"',
        'organisation_type = "gp_practice"',
        f"organisation = {json.dumps(kind.organisation)}",
        f"date = {json.dumps(kind.date)}",
        f"first_day = {months[0]}",
        f"last_day = {_end(months[-1])}",
        f"ignored = {json.dumps(list(kind.ignored))}",
    ]
    for column, shares in kind.labels.items():
        words = ", ".join(f"{json.dumps(word)} = [{json.dumps(word)}]" for word in shares)
        lines += [f"\n[labels.{column.lower()}]", f"column = {json.dumps(column)}", f"labels = {{ {words} }}"]
    for one in kind.counted:
        conditions = ", ".join(
            f"{column.lower()} = {json.dumps(list(words))}" for column, words in one.numerator.items()
        )
        lines += [
            "\n[[indicators]]",
            f'indicator = "{one.indicator}"',
            f"numerator = {{ where = {{ {conditions} }} }}",
            *(["denominator = {}"] if one.has_denominator else []),
        ]
    return "\n".join(lines) + "\n"


def _truth(
    kind: EventKind, practices: _Practices, months: list[date], totals: Mapping[str, np.ndarray]
) -> str:
    """The CSV of the pack, made without reading the events again."""
    lines = ["organisation_code,period_start,period_end,indicator,numerator,denominator"]
    for one in sorted(kind.counted, key=lambda counted: counted.indicator):
        for place, month in enumerate(months):
            for practice, code in enumerate(practices.codes):
                events = totals[""][practice, place]
                if events:
                    of = str(events) if one.has_denominator else ""
                    part = totals[one.indicator][practice, place]
                    lines.append(f"{code},{month},{_end(month)},{one.indicator},{part},{of}")
    return "\n".join(lines) + "\n"
