"""Ratings and flags of a release, by rules that are data; and the bands that were once shown to the public."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from likeforlike.catalogue import Catalogue, RatingRule
from likeforlike.catalogue.indicators import BandMethod, Indicator, Status
from likeforlike.comparison.band_contrast import contrast_bands
from likeforlike.comparison.rating import Basis, Finding, GivenLevel, Rating, quote_level, rate
from likeforlike.comparison.states import State
from likeforlike.measures.build import Build
from likeforlike.measures.reading import read_observations
from likeforlike.present.mynhs import view_bands
from likeforlike.present.rating import view_rating
from likeforlike.release.views import BandsView, RatedView, RuleView, Standing

ENGLAND = "england"
# Indicator → (kind, code) → where it stands.
Standings = Mapping[str, Mapping[tuple[str, str], Standing]]


@dataclass(frozen=True)
class Rated:
    """One rule over one kind of organisation."""

    view: RuleView
    ratings: tuple[RatedView, ...]


def rate_everybody(
    catalogue: Catalogue, standings: Standings, names: Mapping[str, Mapping[str, str]], as_at: datetime.date
) -> Iterator[Rated]:
    """Every active rule over every kind of organisation that has figures of it."""
    for rule in catalogue.rating_rules.values():
        if rule.status is not Status.ACTIVE:
            continue
        for kind in rule.organisation_types:
            codes = sorted(
                {
                    code
                    for indicator in rule.indicators
                    for its, code in standings.get(indicator, {})
                    if its == kind
                }
            )
            codes = [
                code
                for code in codes
                if not rule.peer_groups or any(catalogue.is_peer(group, code) for group in rule.peer_groups)
            ]
            if codes:
                yield _rate_kind(rule, kind, codes, catalogue, standings, names.get(kind, {}), as_at)


def _rate_kind(
    rule: RatingRule,
    kind: str,
    codes: Sequence[str],
    catalogue: Catalogue,
    standings: Standings,
    names: Mapping[str, str],
    as_at: datetime.date,
) -> Rated:
    ratings = []
    for code in codes:
        its = [
            standings[one][kind, code] for one in rule.indicators if (kind, code) in standings.get(one, {})
        ]
        rating = _rate_one(rule, catalogue, its, as_at)
        seen = view_rating(rating, catalogue.indicators)
        ratings.append(
            RatedView(
                rule.id,
                kind,
                code,
                names.get(code, code),
                seen.shape,
                seen.word,
                seen.colour,
                seen.sentence,
                seen.reasons,
            )
        )
    words = Counter((one.shape, one.word, one.colour) for one in ratings)
    view = RuleView(
        rule=rule.id,
        kind=kind,
        title=rule.title,
        question=rule.question,
        about=rule.about,
        does_not_tell=rule.does_not_tell,
        is_flag=rule.kind == "flag",
        words=tuple((*key, number) for key, number in sorted(words.items(), key=lambda one: -one[1])),
    )
    return Rated(view, tuple(ratings))


def _rate_one(
    rule: RatingRule, catalogue: Catalogue, its: Sequence[Standing], as_at: datetime.date
) -> Rating:
    if rule.levels:
        (one,) = its
        given = datetime.date.fromisoformat(one.given) if one.given else None
        return quote_level(rule, GivenLevel(one.level, given, bool(one.checks), one.reason or ""), as_at)
    return rate(rule, catalogue.indicators, [_finding(one) for one in its])


def _finding(one: Standing) -> Finding:
    if one.worse is None or one.better is None:
        basis = Basis.PUBLISHED_BAND if one.band else Basis.PREDICTION
        return Finding(one.indicator, State(one.state), basis=basis, why=one.why or "")
    return Finding(one.indicator, State(one.state), one.worse, one.better, why=one.why or "")


def contrast_published(
    build: Build, catalogue: Catalogue, names: Mapping[str, Mapping[str, str]]
) -> Iterator[BandsView]:
    """Every indicator whose publisher printed bands in words, over each kind of organisation, in its newest period."""
    for indicator in catalogue.indicators.values():
        if indicator.id not in build.rows or not _was_banded(indicator):
            continue
        for kind in indicator.organisation_types:
            rows = read_observations(build, indicator.id, organisation_type=kind).to_pylist()
            with_value = [row for row in rows if row["value"] is not None]
            if kind == ENGLAND or not with_value:
                continue
            last = max(row["period_start"] for row in with_value)
            its = [row for row in rows if row["period_start"] == last]
            england = read_observations(build, indicator.id, organisation_type=ENGLAND).to_pylist()
            level = next(
                (row["value"] for row in england if row["period_start"] == last and row["value"] is not None),
                None,
            )
            view = view_bands(
                contrast_bands(indicator, its, england=level), names.get(kind, {}), catalogue.methods
            )
            yield BandsView(
                indicator=indicator.id,
                kind=kind,
                title=view.title,
                sentence=view.sentence,
                derivation=view.derivation,
                words=view.words,
                how=view.how,
                headings=tuple(column.heading for column in view.table.columns),
                rows=tuple(tuple(row) for row in view.table.texts()),
            )


def _was_banded(indicator: Indicator) -> bool:
    return indicator.bands is not None and indicator.bands.method is BandMethod.PUBLISHED
