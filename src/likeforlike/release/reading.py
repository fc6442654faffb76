"""Opens a release and looks things up in it; nothing is computed here and nothing can be changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from math import cos, hypot, radians
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from likeforlike.errors import NotFoundError, StoreError
from likeforlike.release.schema import CURRENT, READ_MODEL
from likeforlike.release.views import (
    BandsView,
    ChangeView,
    ChartView,
    ComparisonView,
    EditionView,
    Found,
    HistoryPoint,
    IndicatorView,
    KindView,
    Listed,
    OrganisationView,
    Place,
    RatedView,
    ReleaseView,
    RuleView,
    Similar,
    Spot,
    Standing,
)

View = TypeVar("View")
# Of a degree of latitude.
KILOMETRES = 111.2
# Three letters make a trigram: a shorter word finds nothing by likeness.
LEAST_LETTERS = 3


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(view: type[View]) -> TypeAdapter[View]:
    # Making one takes a hundred times as long as using it.
    if view not in _ADAPTERS:
        _ADAPTERS[view] = TypeAdapter(view)
    return _ADAPTERS[view]


class Release:
    """One release, read only. Methods raise NotFoundError for what it does not have."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        path = folder / READ_MODEL
        if not path.exists():
            raise StoreError(
                "is not a release: it has no read model.",
                where=str(folder),
                next_step="`likeforlike release` makes one from a store.",
            )
        # Immutable: no lock is taken and no journal looked for, whoever else reads it. Each thread asks with its own
        # cursor, and SQLite is built to allow that.
        self._base = sqlite3.connect(
            f"file:{path.resolve().as_posix()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def about(self) -> ReleaseView:
        """The release itself."""
        return self._one(ReleaseView, "SELECT view FROM release", (), "release")

    # Organisations

    def kinds(self) -> list[KindView]:
        """The kinds of organisation, in the order of the definitions."""
        return self._all(KindView, "SELECT view FROM kinds ORDER BY place")

    def kind(self, kind: str) -> KindView:
        """One of them."""
        return self._one(
            KindView, "SELECT view FROM kinds WHERE id = ?", (kind,), f"kind of organisation '{kind}'"
        )

    def organisation(self, kind: str, code: str) -> OrganisationView:
        """Who an organisation is."""
        return self._one(
            OrganisationView,
            "SELECT view FROM organisations WHERE kind = ? AND code = ?",
            (kind, code),
            f"organisation '{code}' of kind '{kind}'",
        )

    def organisations(self, kind: str, *, after: str = "", limit: int = 100) -> list[OrganisationView]:
        """Those of a kind in order of code, from the first after a code."""
        return self._all(
            OrganisationView,
            "SELECT view FROM organisations WHERE kind = ? AND code > ? ORDER BY code LIMIT ?",
            (kind, after, limit),
        )

    def with_code(self, code: str) -> list[OrganisationView]:
        """Whoever has a code, of any kind."""
        return self._all(
            OrganisationView, "SELECT view FROM organisations WHERE code = ? ORDER BY kind", (code,)
        )

    def areas(self, kind: str, area_kind: str) -> list[tuple[Place, int]]:
        """The areas of one kind with organisations of another, by name, and how many they have."""
        rows = self._base.execute(
            "SELECT m.area, coalesce(o.name, m.area), count(*) FROM memberships m "
            "LEFT JOIN organisations o ON o.kind = m.area_kind AND o.code = m.area "
            "WHERE m.kind = ? AND m.area_kind = ? GROUP BY m.area ORDER BY 2, 1",
            (kind, area_kind),
        )
        return [(Place(area_kind, code, name), number) for code, name, number in rows]

    def members(self, kind: str, area_kind: str, area: str) -> list[str]:
        """Codes of the organisations of a kind that belong to an area."""
        rows = self._base.execute(
            "SELECT code FROM memberships WHERE kind = ? AND area_kind = ? AND area = ? ORDER BY code",
            (kind, area_kind, area),
        )
        return [code for (code,) in rows]

    def search(self, text: str, *, kind: str | None = None, limit: int = 20) -> list[Found]:
        """Organisations whose code is this, or whose name is like it: typing errors are allowed for."""
        wanted = text.strip()
        by_code = self._found("WHERE o.code = ? ORDER BY o.kind", (wanted.upper(),))
        trigrams = _trigrams(wanted)
        by_name: list[Found] = []
        if trigrams:
            query = " OR ".join(f'"{one}"' for one in trigrams)
            filters, values = ("AND w.kind = ? ", (kind,)) if kind else ("", ())
            rows = self._base.execute(
                "SELECT w.kind, w.code, w.name FROM words w WHERE words MATCH ? "
                f"{filters}ORDER BY rank LIMIT 200",
                (query, *values),
            ).fetchall()
            rows.sort(key=lambda row: (-_likeness(trigrams, row[2]), row[2], row[1]))
            for its, code, name in rows:
                if _likeness(trigrams, name) >= LIKE_ENOUGH and len(by_name) < limit:
                    by_name += self._found("WHERE o.kind = ? AND o.code = ?", (its, code))
        known = {(one.kind, one.code) for one in by_code}
        both = by_code + [one for one in by_name if (one.kind, one.code) not in known]
        return [one for one in both if kind in (None, one.kind)][:limit]

    def locate(self, text: str) -> Spot | None:
        """The place of a postcode, an outward code or a town; None where no known organisation tells where it is."""
        words = " ".join(text.upper().split())
        tried = [
            words,
            f"{words.replace(' ', '')[:-3]} {words.replace(' ', '')[-3:]}",
            words.partition(" ")[0],
        ]
        for word in tried:
            row = self._base.execute(
                "SELECT label, latitude, longitude FROM spots WHERE word = ?", (word,)
            ).fetchone()
            if row:
                return Spot(*row)
        return None

    def listed(
        self,
        kind: str,
        indicator: str,
        *,
        area_kind: str | None = None,
        area: str | None = None,
        spot: Spot | None = None,
    ) -> list[Listed]:
        """The open organisations of a kind, or those of an area, by name; who has no standing is not assessed."""
        members, values = "", [indicator, kind]
        if area is not None:
            members = (
                "AND EXISTS (SELECT 1 FROM memberships m WHERE m.kind = o.kind AND m.area_kind = ? "
                "AND m.area = ? AND m.code = o.code) "
            )
            values += [area_kind or "", area]
        rows = self._base.execute(
            "SELECT o.code, o.name, coalesce(s.state, 'not assessed'), s.mean, o.latitude, o.longitude "
            "FROM organisations o LEFT JOIN standings s "
            "ON s.kind = o.kind AND s.indicator = ? AND s.code = o.code "
            f"WHERE o.kind = ? AND o.closed IS NULL {members}ORDER BY o.name, o.code",
            values,
        ).fetchall()
        return [
            Listed(code, name, state, mean, latitude, longitude, _kilometres(spot, latitude, longitude))
            for code, name, state, mean, latitude, longitude in rows
        ]

    def near(self, spot: Spot, kind: str, *, limit: int = 20) -> list[Found]:
        """The nearest open organisations of a kind, by straight lines."""
        east = KILOMETRES * cos(radians(spot.latitude))
        rows = self._base.execute(
            "SELECT code, latitude, longitude FROM organisations "
            "WHERE kind = ? AND closed IS NULL AND latitude IS NOT NULL",
            (kind,),
        )
        far = sorted(
            (hypot((latitude - spot.latitude) * KILOMETRES, (longitude - spot.longitude) * east), code)
            for code, latitude, longitude in rows
        )[:limit]
        found = []
        for kilometres, code in far:
            (one,) = self._found("WHERE o.kind = ? AND o.code = ?", (kind, code))
            found.append(Found(**{**vars(one), "kilometres": round(kilometres, 1)}))
        return found

    def similar(self, kind: str, code: str) -> list[Similar]:
        """The organisations with the most similar populations, nearest first."""
        row = self._base.execute(
            "SELECT others FROM similar WHERE kind = ? AND code = ?", (kind, code)
        ).fetchone()
        return _adapter(list[Similar]).validate_json(row[0]) if row else []

    def likeness(self, kind: str) -> tuple[str, ...]:
        """By which characteristics, each with the same weight, similar organisations of a kind were found."""
        row = self._base.execute("SELECT characteristics FROM likeness WHERE kind = ?", (kind,)).fetchone()
        return tuple(json.loads(row[0])) if row else ()

    # Indicators

    def indicators(self, kind: str | None = None) -> list[IndicatorView]:
        """All indicators, or those with figures of a kind of organisation."""
        if kind is None:
            return self._all(IndicatorView, "SELECT view FROM indicators ORDER BY place")
        return self._all(
            IndicatorView,
            "SELECT i.view FROM indicators i JOIN comparisons c ON c.indicator = i.id AND c.kind = ? "
            "ORDER BY i.place",
            (kind,),
        )

    def indicator(self, indicator: str) -> IndicatorView:
        """An indicator's definition."""
        return self._one(
            IndicatorView,
            "SELECT view FROM indicators WHERE id = ?",
            (indicator,),
            f"indicator '{indicator}'",
        )

    def comparison(self, indicator: str, kind: str) -> ComparisonView:
        """One indicator over all organisations of a kind."""
        return self._one(
            ComparisonView,
            "SELECT view FROM comparisons WHERE indicator = ? AND kind = ?",
            (indicator, kind),
            f"figure of '{indicator}' for '{kind}'",
        )

    def standings(
        self,
        indicator: str,
        kind: str,
        *,
        area_kind: str | None = None,
        area: str | None = None,
        state: str | None = None,
        after: str = "",
        limit: int | None = None,
    ) -> list[Standing]:
        """All organisations of a kind on one indicator, or those of an area or in a state; in order of code.

        From the first after a code, and at most `limit` of them.
        """
        # CROSS JOIN is SQLite's way to have the area's few members looked through, and not all standings.
        members = "" if area is None else "memberships m CROSS JOIN "
        own = "" if area is None else "AND m.kind = s.kind AND m.code = s.code "
        of_area = "" if area is None else "AND m.area_kind = ? AND m.area = ? "
        in_state = "" if state is None else "AND s.state = ? "
        values = [kind, indicator, after]
        values += [] if area is None else [area_kind or "", area]
        values += [] if state is None else [state]
        return self._all(
            Standing,
            f"SELECT s.view FROM {members}standings s WHERE s.kind = ? AND s.indicator = ? AND s.code > ? "
            f"{own}{of_area}{in_state}ORDER BY s.code LIMIT ?",
            # A negative limit is none.
            [*values, -1 if limit is None else limit],
        )

    def standings_of(self, kind: str, code: str) -> list[Standing]:
        """One organisation on all indicators, in the order of the indicators."""
        return self._all(
            Standing,
            "SELECT s.view FROM standings s JOIN indicators i ON i.id = s.indicator "
            "WHERE s.kind = ? AND s.code = ? ORDER BY i.place",
            (kind, code),
        )

    def standing(self, indicator: str, kind: str, code: str) -> Standing:
        """One organisation on one indicator."""
        return self._one(
            Standing,
            "SELECT view FROM standings WHERE kind = ? AND indicator = ? AND code = ?",
            (kind, indicator, code),
            f"figure of '{indicator}' for '{code}'",
        )

    def peer_means(
        self, indicator: str, kind: str, *, area_kind: str | None, area: str | None
    ) -> list[float]:
        """The predictions of all who are placed, for the ticks of a strip."""
        if area is None:
            rows = self._base.execute(
                "SELECT mean FROM standings WHERE kind = ? AND indicator = ? AND mean IS NOT NULL ORDER BY mean",
                (kind, indicator),
            )
        else:
            rows = self._base.execute(
                "SELECT s.mean FROM memberships m JOIN standings s "
                "ON s.kind = m.kind AND s.indicator = ? AND s.code = m.code "
                "WHERE m.kind = ? AND m.area_kind = ? AND m.area = ? AND s.mean IS NOT NULL ORDER BY s.mean",
                (indicator, kind, area_kind, area),
            )
        return [mean for (mean,) in rows]

    def history(self, indicator: str, kind: str, code: str) -> list[HistoryPoint]:
        """Every period of one organisation; empty where it has none."""
        row = self._base.execute(
            "SELECT points FROM histories WHERE kind = ? AND code = ? AND indicator = ?",
            (kind, code, indicator),
        ).fetchone()
        return [HistoryPoint(*point) for point in json.loads(row[0])] if row else []

    def raw_histories(self, indicator: str) -> dict[tuple[str, str], str]:
        """The histories of all organisations on one indicator as they are stored: (kind, code) → JSON."""
        rows = self._base.execute(
            "SELECT kind, code, points FROM histories WHERE indicator = ? ORDER BY kind, code", (indicator,)
        )
        return {(kind, code): points for kind, code, points in rows}

    def chart(self, key: str) -> ChartView:
        """A rendered chart."""
        return self._one(ChartView, "SELECT view FROM charts WHERE key = ?", (key,), f"chart '{key}'")

    # Ratings

    def rules(self) -> list[RuleView]:
        """The rating rules, each over one kind of organisation, and how many have which rating."""
        return self._all(RuleView, "SELECT view FROM rules ORDER BY place")

    def ratings(self, rule: str, kind: str, *, word: str | None = None) -> list[RatedView]:
        """What a rule says of all organisations of a kind, or of those with one rating; in order of code."""
        filters, values = ("AND word = ? ", (word,)) if word is not None else ("", ())
        return self._all(
            RatedView,
            f"SELECT view FROM ratings WHERE rule = ? AND kind = ? {filters}ORDER BY code",
            (rule, kind, *values),
        )

    def ratings_of(self, kind: str, code: str) -> list[RatedView]:
        """What the rules say of one organisation."""
        return self._all(
            RatedView, "SELECT view FROM ratings WHERE kind = ? AND code = ? ORDER BY rule", (kind, code)
        )

    def bands(self) -> list[BandsView]:
        """Bands that a publisher once showed to the public, quoted, and what the figures support."""
        return self._all(BandsView, "SELECT view FROM bands ORDER BY place")

    # Where it comes from

    def editions(self) -> list[EditionView]:
        """The published files under the figures."""
        return self._all(EditionView, "SELECT view FROM editions ORDER BY place")

    def changes(self) -> list[ChangeView]:
        """What changed since the release before."""
        return self._all(ChangeView, "SELECT view FROM changes ORDER BY place")

    def _found(self, where: str, values: Sequence[str]) -> list[Found]:
        rows = self._base.execute(f"SELECT o.view FROM organisations o {where}", values)
        found = []
        for (text,) in rows:
            one = _adapter(OrganisationView).validate_json(text)
            place = [one.parents[0].name] if one.parents else []
            where_it_is = ", ".join([*place, *([one.postcode] if one.postcode else [])])
            found.append(
                Found(one.kind, one.kind_title, one.code, one.name, where_it_is, one.closed is not None)
            )
        return found

    def _all(self, view: type[View], query: str, values: Sequence[Any] = ()) -> list[View]:
        adapter = _adapter(view)
        return [adapter.validate_json(text) for (text,) in self._base.execute(query, values)]

    def _one(self, view: type[View], query: str, values: Sequence[Any], what: str) -> View:
        row = self._base.execute(query, values).fetchone()
        if row is None:
            raise NotFoundError(f"this release has no {what}.")
        one: View = _adapter(view).validate_json(row[0])
        return one


def _kilometres(spot: Spot | None, latitude: float | None, longitude: float | None) -> float | None:
    """By a straight line, from a place to another."""
    if spot is None or latitude is None or longitude is None:
        return None
    east = KILOMETRES * cos(radians(spot.latitude))
    return hypot((latitude - spot.latitude) * KILOMETRES, (longitude - spot.longitude) * east)


# Dice's coefficient of the trigrams from which on a name is like what was typed.
LIKE_ENOUGH = 0.3


def _trigrams(text: str) -> set[str]:
    letters = "".join(one if one.isalnum() else " " for one in text.casefold())
    return {
        word[place : place + LEAST_LETTERS]
        for word in letters.split()
        for place in range(len(word) - LEAST_LETTERS + 1)
    }


def _likeness(trigrams: set[str], name: str) -> float:
    """The share of what was typed that the name has, a little less for what the name has besides."""
    own = _trigrams(name)
    common = len(trigrams & own)
    return common / len(trigrams) * (0.9 + 0.1 * common / max(len(own), 1))


def open_release(path: str | Path) -> Release:
    """Open a release by its folder, or the current one of a folder of releases.

    Raises:
        StoreError: there is none.
    """
    folder = Path(path)
    pointer = folder / CURRENT
    if pointer.is_file():
        folder = folder / pointer.read_text(encoding="utf-8").strip()
    return Release(folder)
