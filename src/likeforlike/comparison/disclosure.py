"""Small numbers kept from the public side: which figures may not be shown, so that none can be worked out.

A count of one to four people can say who they are. It is withheld (primary), and so are its rate, its interval and
what was expected; and as totals are shown too, others are withheld with it (secondary) until no withheld figure
follows from those that are shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from likeforlike.catalogue import Indicator, Kind, Purpose
from likeforlike.comparison.panel import FloatArray, TextArray

BoolArray = NDArray[np.bool_]
SUPPRESSED = "suppressed"
# What counts something that happened to people. Beds, staff, list sizes, marks of how a practice is placed and of how
# it writes things down are counts as well, and nobody can be recognised by them.
COUNTED_KINDS = (Kind.PROPORTION, Kind.RATE, Kind.RATIO, Kind.COUNT)
ABOUT_PEOPLE = (
    Purpose.ACCESS,
    Purpose.DELIVERY_MODEL,
    Purpose.DEMAND,
    Purpose.OUTCOME,
    Purpose.EXPERIENCE,
)


@dataclass(frozen=True)
class Sum:
    """Figures that add up: places of the total and of its parts."""

    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Figures:
    """One indicator in one period, of organisations and areas alike: each (n,), NaN where there is none."""

    count: FloatArray
    """Events. Known also where it makes no figure of its own (too few to say) and counts in an area's total."""
    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    expected: FloatArray
    reason: TextArray
    """'' where there is a figure, else a reason of the catalogue."""


@dataclass(frozen=True)
class Disclosure:
    """What may not be shown: (n,) each."""

    suppressed: BoolArray
    secondary: BoolArray
    """Of these, the ones withheld for the sake of others. Not to be told to readers: who knows which are large knows
    more of the small ones."""


def counts_people(indicator: Indicator) -> bool:
    """Whether small counts of an indicator are protected: its numerator counts events of people's care."""
    return indicator.kind in COUNTED_KINDS and indicator.purpose in ABOUT_PEOPLE


def make_sums(belongs: Iterable[tuple[int, int]], kinds: Sequence[str]) -> tuple[Sum, ...]:
    """The sums of a hierarchy: an area's total is that of its practices, and that of its networks.

    Args:
        belongs: pairs (place of the part, place of the area), at every level: a practice with its network, its ICB
            and England.
        kinds: kind of organisation of each place; the parts of one kind together make the total.
    """
    parts: dict[tuple[int, str], list[int]] = defaultdict(list)
    for part, area in belongs:
        parts[area, kinds[part]].append(part)
    return tuple(Sum(area, tuple(sorted(of))) for (area, _), of in sorted(parts.items()))


def protect_figures(figures: Figures, sums: Sequence[Sum], smallest_shown: int) -> Figures:
    """The figures that may be shown: withheld ones are NaN throughout, with the reason 'suppressed'.

    Arguments and errors as for `find_suppressed`; what the publisher withheld has that reason already.
    """
    found = find_suppressed(
        figures.count,
        sums,
        smallest_shown,
        withheld=np.asarray(figures.reason == SUPPRESSED),
        shown=np.asarray(figures.reason == ""),
    )
    blanked = {
        name: np.where(found.suppressed, np.nan, getattr(figures, name))
        for name in ("count", "value", "lower", "upper", "expected")
    }
    return replace(figures, **blanked, reason=np.where(found.suppressed, SUPPRESSED, figures.reason))


def find_suppressed(
    counts: FloatArray,
    sums: Sequence[Sum],
    smallest_shown: int,
    *,
    withheld: BoolArray,
    shown: BoolArray,
) -> Disclosure:
    """Primary and secondary suppression in published sums, to the end.

    Primary: counts from 1 to `smallest_shown` − 1, and what the publisher withheld. Secondary: as long as a sum tells
    of a withheld figure, its smallest part that is shown and not nought is withheld too; where there is none, its
    total. A sum tells of one where it holds no second unknown, where its total less all that is shown is itself a
    small count, or where that leaves one for each unknown. In the end no withheld figure follows from all sums
    together: the unknowns that their linear system fixes are found exactly, and withheld figures among them get one
    more beside them. Ties go to the earlier place, so the same figures give the same answer.

    What is not done: bounds. Readers may still learn that a figure lies between two others.

    Args:
        counts: (n,) events; NaN where nothing was counted or the publisher withheld it.
        sums: every published sum, areas over organisations, and a year over its months where both are shown.
        smallest_shown: k, the smallest count besides nought that may be shown.
        withheld: (n,) what the publisher withheld.
        shown: (n,) what would be shown; counts that are not, for another reason, are unknowns as well.

    Raises:
        ValueError: arrays of other shapes, a negative count, k below 2, or a place that is not there.

    Source: primary and complementary cell suppression, Willenborg & de Waal, "Elements of statistical disclosure
    control" (2001), chapter 4; the threshold and zeros as in ONS, "Review of the dissemination of health statistics:
    confidentiality guidance" (2006).
    """
    _check(counts, sums, smallest_shown, withheld, shown)
    primary = withheld | ((counts >= 1) & (counts < smallest_shown))
    suppressed = primary.copy()
    totals = np.zeros(counts.size, dtype=bool)
    totals[[one.total for one in sums]] = True
    unknown = primary | (~np.isnan(counts) & ~shown) | (np.isnan(counts) & totals)
    # Who has nothing counted is no part of a total.
    absent = np.isnan(counts) & ~withheld & ~totals
    # Small areas first: what is withheld beside a practice in its network serves in all that the network is part of.
    relations = sorted(
        (
            _Relation(one.total, np.array([part for part in one.parts if not absent[part]], dtype=np.intp))
            for one in sums
        ),
        key=lambda relation: (relation.parts.size, relation.total),
    )
    while True:
        places = _cover_single_sums(relations, counts, suppressed, unknown, smallest_shown)
        if not places:
            places = _cover_all_together(relations, counts, suppressed, unknown)
        if not places:
            return Disclosure(suppressed, suppressed & ~primary)
        suppressed[places] = True


def _check(
    counts: FloatArray, sums: Sequence[Sum], smallest_shown: int, withheld: BoolArray, shown: BoolArray
) -> None:
    if counts.ndim != 1 or withheld.shape != counts.shape or shown.shape != counts.shape:
        raise ValueError(
            f"counts, withheld and shown have shapes {counts.shape}, {withheld.shape} and {shown.shape}: "
            "one and the same number of places was expected"
        )
    if (counts < 0).any():
        raise ValueError(f"counts holds {counts[counts < 0][0]}: events cannot be negative")
    if smallest_shown < 2:
        raise ValueError(f"smallest_shown is {smallest_shown}: from 2 on there is something to protect")
    for one in sums:
        if not all(0 <= place < counts.size for place in (one.total, *one.parts)):
            raise ValueError(f"{one} names a place that is not among the {counts.size}")
        if one.total in one.parts:
            raise ValueError(f"{one}: a total is no part of itself")


class _Relation(NamedTuple):
    """A sum with its parts that are counted, as an array."""

    total: int
    parts: NDArray[np.intp]

    def holds(self, marked: BoolArray) -> bool:
        return bool(marked[self.total] or marked[self.parts].any())


def _cover_single_sums(
    relations: Sequence[_Relation],
    counts: FloatArray,
    suppressed: BoolArray,
    unknown: BoolArray,
    smallest_shown: int,
) -> list[int]:
    """What has to be withheld because a sum by itself tells of a withheld figure; marks it in `unknown`."""
    places = []
    for relation in relations:
        if relation.holds(suppressed) and _tells(relation, counts, unknown, smallest_shown):
            place = _find_cover([relation], counts, unknown)
            if place is not None:
                places.append(place)
                unknown[place] = True
    return places


def _cover_all_together(
    relations: Sequence[_Relation], counts: FloatArray, suppressed: BoolArray, unknown: BoolArray
) -> list[int]:
    """What has to be withheld because all sums together fix a withheld figure; marks it in `unknown`."""
    fixed = find_fixed(relations, unknown) & suppressed
    if not fixed.any():
        return []
    # The nearer, the better it covers: sums with what is fixed, those that share an unknown with them, all.
    touching = [relation for relation in relations if relation.holds(fixed)]
    shared = np.zeros_like(unknown)
    for relation in touching:
        shared[relation.parts] = shared[relation.total] = True
    near = [relation for relation in relations if relation.holds(shared & unknown)]
    for among in (touching, near, relations):
        place = _find_cover(among, counts, unknown, totals=among is not touching)
        if place is not None:
            unknown[place] = True
            return [place]
    return []


def _tells(relation: _Relation, counts: FloatArray, unknown: BoolArray, smallest_shown: int) -> bool:
    """Whether a sum by itself gives away something of what it holds."""
    of_parts = unknown[relation.parts]
    unknowns = int(of_parts.sum()) + int(unknown[relation.total])
    if unknowns < 2 or unknown[relation.total]:
        return unknowns == 1
    rest = counts[relation.total] - counts[relation.parts[~of_parts]].sum()
    return bool(rest < smallest_shown or rest <= unknowns)


def _find_cover(
    relations: Sequence[_Relation], counts: FloatArray, unknown: BoolArray, *, totals: bool = True
) -> int | None:
    """The shown figure that is missed least: a small part before a total; a nought hides little, so it comes last."""
    parts, areas = np.zeros_like(unknown), np.zeros_like(unknown)
    for relation in relations:
        parts[relation.parts] = areas[relation.total] = True
    for wanted in (parts & (counts > 0), areas & ~parts, parts) if totals else (parts & (counts > 0),):
        places = np.flatnonzero(wanted & ~unknown)
        if places.size:
            return int(places[np.argmin(counts[places])])
    return None


def find_fixed(sums: Sequence[Sum | _Relation], unknown: BoolArray) -> BoolArray:
    """Which unknowns the sums together leave no choice (n,): exact elimination over the rational numbers.

    In reduced row echelon form an unknown is fixed exactly where its row holds nothing else.
    """
    rows: dict[int, dict[int, Fraction]] = {}
    for one in sums:
        row = {int(part): Fraction(1) for part in one.parts if unknown[part]}
        if unknown[one.total]:
            row[one.total] = Fraction(-1)
        for column in [column for column in row if column in rows]:
            _subtract(row, rows[column], row[column])
        if not row:
            continue
        pivot = min(row)
        scale = row[pivot]
        row = {column: factor / scale for column, factor in row.items()}
        for other in rows.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        rows[pivot] = row
    fixed = np.zeros_like(unknown)
    fixed[[pivot for pivot, row in rows.items() if len(row) == 1]] = True
    return fixed


def _subtract(row: dict[int, Fraction], other: dict[int, Fraction], times: Fraction) -> None:
    for column, factor in other.items():
        left = row.get(column, Fraction(0)) - times * factor
        if left:
            row[column] = left
        else:
            row.pop(column, None)
