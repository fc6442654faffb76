"""Who of some practices is truly in the last fifth over the next window, as the truth beside a county says."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from pathlib import Path

from likeforlike.errors import NotFoundError
from likeforlike.simulate.own_access import FILE

FIFTH = 5


def find_last_fifth(truth: Path, practices: Collection[str], worth: Mapping[str, float]) -> frozenset[str]:
    """The ⌊n/5⌋ of n practices whose true composite over the next window is lowest.

    The composite is the sum of the measures of `own_access.csv` in the folder of the truth, each times its `worth`:
    what one unit of the measure counts, negative where less of it is better.

    Raises:
        NotFoundError: the truth does not have one of the measures or of the practices.
    """
    path = truth / FILE
    with path.open(newline="", encoding="utf-8") as file:
        rows = {row["practice_code"]: row for row in csv.DictReader(file)}
    known = set(next(iter(rows.values()), {}))
    for missing in (*(set(worth) - known), *(set(practices) - set(rows))):
        raise NotFoundError(f"the truth says nothing of '{missing}'.", where=str(path))
    composites = {
        practice: sum(each * float(rows[practice][measure]) for measure, each in worth.items())
        for practice in practices
    }
    lowest_first = sorted(practices, key=lambda practice: (composites[practice], practice))
    return frozenset(lowest_first[: len(lowest_first) // FIFTH])
