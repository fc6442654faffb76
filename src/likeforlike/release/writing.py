"""Writes the read model: views as JSON beside the few columns that are looked up."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

from likeforlike.release.organisations import Organisations
from likeforlike.release.rating import Rated
from likeforlike.release.schema import SCHEMA
from likeforlike.release.views import (
    BandsView,
    ChangeView,
    ChartView,
    ComparisonView,
    EditionView,
    HistoryPoint,
    IndicatorView,
    ReleaseView,
    Similar,
    Standing,
)

# Of a figure in a history: more would be noise of the machine.
DIGITS = 6


class ReadModel:
    """A read model that is being written; `finish` makes it one that can be opened."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None)
        # It is written beside and moved when whole: nothing is lost by not waiting for the disk.
        self._base.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 8192;"
        )
        self._base.executescript(SCHEMA)
        self._base.execute("BEGIN")

    def put_organisations(self, everybody: Organisations) -> None:
        """Everybody, what they belong to, where they lie, and the words by which they are found."""
        self._many(
            "organisations",
            (
                (one.kind, one.code, one.name, one.closed, one.latitude, one.longitude, _json(asdict(one)))
                for one in everybody.views
            ),
        )
        self._many("kinds", ((one.id, n, _json(asdict(one))) for n, one in enumerate(everybody.kinds)))
        self._many("memberships", everybody.memberships)
        self._many("spots", ((word, *astuple(spot)) for word, spot in everybody.spots.items()))
        self._many("words", ((one.name, one.kind, one.code) for one in everybody.views))

    def put_comparison(
        self,
        view: ComparisonView,
        standings: Iterable[Standing],
        histories: Mapping[str, tuple[HistoryPoint, ...]],
    ) -> None:
        """One indicator over one kind of organisation."""
        self._many("comparisons", [(view.indicator, view.kind, _json(asdict(view)))])
        self._many(
            "standings",
            (
                (one.kind, one.indicator, one.code, one.state, one.mean, one.value, _json(vars(one)))
                for one in standings
            ),
        )
        self._many(
            "histories",
            (
                (view.kind, code, view.indicator, _json([_point(point) for point in points]))
                for code, points in histories.items()
            ),
        )

    def put_indicators(self, indicators: Iterable[IndicatorView]) -> None:
        """Definitions, in their order."""
        self._many("indicators", ((one.id, n, _json(asdict(one))) for n, one in enumerate(indicators)))

    def put_similar(
        self, kind: str, characteristics: Sequence[str], similar: Mapping[str, tuple[Similar, ...]]
    ) -> None:
        """The organisations with the most similar populations, and by what they were found."""
        self._many("likeness", [(kind, _json(characteristics))])
        self._many(
            "similar",
            ((kind, code, _json([asdict(one) for one in others])) for code, others in similar.items()),
        )

    def put_charts(self, charts: Iterable[ChartView]) -> None:
        """Rendered charts."""
        self._many("charts", ((one.key, _json(asdict(one))) for one in charts))

    def put_ratings(self, rated: Iterable[Rated], bands: Iterable[BandsView]) -> None:
        """Ratings by rules, and the bands that were once shown."""
        for place, one in enumerate(rated):
            self._many("rules", [(one.view.rule, one.view.kind, place, _json(asdict(one.view)))])
            self._many(
                "ratings",
                ((its.kind, its.code, its.rule, its.word, _json(asdict(its))) for its in one.ratings),
            )
        self._many("bands", ((one.indicator, one.kind, n, _json(asdict(one))) for n, one in enumerate(bands)))

    def put_sources(self, editions: Iterable[EditionView], changes: Iterable[ChangeView]) -> None:
        """Where the figures come from, and what changed."""
        self._many("editions", ((one.edition, n, _json(asdict(one))) for n, one in enumerate(editions)))
        self._many("changes", ((n, _json(asdict(one))) for n, one in enumerate(changes)))

    def finish(self, about: ReleaseView) -> None:
        """Say what it is, and close it."""
        self._many("release", [(_json(asdict(about)),)])
        self._base.execute("COMMIT")
        self._base.execute("ANALYZE")
        self._base.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._base.close()

    def abandon(self) -> None:
        """Close it unfinished."""
        self._base.close()

    def _many(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        rows = list(rows)
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._base.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _point(point: HistoryPoint) -> tuple[Any, ...]:
    value = None if point.value is None else float(f"{point.value:.{DIGITS}g}")
    return (point.first, point.last, value, point.reason)
