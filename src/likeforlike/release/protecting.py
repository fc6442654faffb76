"""Small counts of local data packs kept out of a release, with others so that none follows from the sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow

from likeforlike.catalogue import Catalogue, Indicator
from likeforlike.comparison.disclosure import counts_people, find_suppressed, make_sums

ENGLAND = ("england", "ENG")
SUPPRESSED = "suppressed"
# What a withheld row has none of.
BLANKED = ("numerator", "denominator", "expected", "value", "published_lower", "published_upper")
# The licence of a source whose files have each their own: no publisher's disclosure control stands behind them.
LOCAL = "per-pack"


def protect_observations(
    observed: pyarrow.Table,
    indicator: Indicator,
    catalogue: Catalogue,
    memberships: Mapping[tuple[str, str], Sequence[tuple[str, str]]],
) -> pyarrow.Table:
    """All observations of an indicator, of organisations and areas, without those that must be withheld.

    `memberships` has for (kind, code) all areas that it belongs to. Only figures from local data packs are looked at:
    what a publisher printed has been through the publisher's own control.
    """
    local = {source.id for source in catalogue.sources.values() if source.licence == LOCAL}
    if not counts_people(indicator) or not any(its.source in local for its in indicator.inputs):
        return observed
    rows = observed.to_pylist()
    of_period: dict[object, list[int]] = {}
    for place, row in enumerate(rows):
        if set(str(row["source"] or "").split(",")) & local:
            of_period.setdefault((row["period_start"], row["period_end"]), []).append(place)
    least = round(catalogue.methods.smallest_count_shown.value)
    for places in of_period.values():
        for place in _withheld([rows[place] for place in places], memberships, least):
            row = rows[places[place]]
            row.update(dict.fromkeys(BLANKED), reason=SUPPRESSED)
    return pyarrow.Table.from_pylist(rows, schema=observed.schema)


def _withheld(
    rows: Sequence[Mapping[str, object]],
    memberships: Mapping[tuple[str, str], Sequence[tuple[str, str]]],
    least: int,
) -> list[int]:
    """Places of the rows of one period that must be withheld."""
    place = {(str(row["organisation_type"]), str(row["organisation"])): n for n, row in enumerate(rows)}
    belongs = [
        (number, place[area])
        for one, number in place.items()
        for area in (*memberships.get(one, ()), ENGLAND)
        if area in place and area != one
    ]
    counts = np.array([np.nan if row["numerator"] is None else float(str(row["numerator"])) for row in rows])
    found = find_suppressed(
        counts,
        make_sums(belongs, [kind for kind, _ in place]),
        least,
        withheld=np.array([row["reason"] == SUPPRESSED for row in rows]),
        shown=np.array([row["reason"] is None for row in rows]),
    )
    return [int(number) for number in np.flatnonzero(found.suppressed)]
