"""Whether a result is whole, and whether its plan gives the same again."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow

from likeforlike.catalogue import Catalogue
from likeforlike.errors import UserError
from likeforlike.review.making import run_review
from likeforlike.review.plan import read_plan
from likeforlike.review.result import MANIFEST, ReviewResult, check_files
from likeforlike.review.run import Report
from likeforlike.review.tables import TABLES
from likeforlike.settings import Settings
from likeforlike.store import Store

# On another platform or with other libraries sums end in other digits.
AGREES_WITHIN = 1e-9
MOST_FAULTS = 20
# Of the files that a store does not have, so many are named.
MOST_NAMED = 5
# Of `result.json`: what other bytes of the same figures change.
MAY_DIFFER = frozenset({"files", "libraries", "version"})
MADE_FROM = {
    "definitions": "the definitions are not those that it was made from",
    "build": "the files of the store are not those that it was made from",
}


@dataclass(frozen=True)
class Verified:
    """What a second run says of a result."""

    same: str
    """`bytes`, `figures`, or `no`."""
    faults: tuple[str, ...]

    @property
    def words(self) -> str:
        """In a word or two."""
        return {
            "bytes": "same to the byte",
            "figures": "same figures (1e-9), other bytes: other libraries or another platform",
            "no": "not the same",
        }[self.same]


def verify_result(
    result: ReviewResult, store: Store, catalogue: Catalogue, settings: Settings, report: Report
) -> Verified:
    """Check the hash of every file, run the plan again and compare table by table.

    A run that cannot be made again, because the store lacks a file, is a fault and says which store and which file.
    """
    damaged = check_files(result)
    if damaged:
        return Verified("no", tuple(damaged))
    missing = list_missing(result, store)
    if missing:
        return Verified("no", (say_missing(missing, len(result.rows("sources")), store),))
    with tempfile.TemporaryDirectory(prefix="likeforlike-verify-") as folder:
        try:
            again = run_review(
                read_plan(result.plan, catalogue), store, catalogue, settings, Path(folder) / "again", report
            )
        except UserError as error:
            return Verified("no", (f"it cannot be run again here: {error}",))
        if again.manifest == result.manifest:
            return Verified("bytes", ())
        faults = tuple(_differences(result, again))
        return Verified("no" if faults else "figures", faults[:MOST_FAULTS])


def list_missing(result: ReviewResult, store: Store) -> list[str]:
    """The files, by name, that a result was made from and that a store does not have."""
    held = {file.sha256 for file in store.manifest().files}
    return [row["file"] for row in result.rows("sources") if row["sha256"] not in held]


def say_missing(missing: Sequence[str], of: int, store: Store) -> str:
    """In a sentence: the store may be another one, or have lost some."""
    named = ", ".join(missing[:MOST_NAMED]) + (" …" if len(missing) > MOST_NAMED else "")
    return f"the store {store.folder} does not have {len(missing)} of the {of} files that it was made from: {named}"


def _differences(result: ReviewResult, again: ReviewResult) -> Iterator[str]:
    for key in sorted((result.manifest.keys() | again.manifest.keys()) - MAY_DIFFER):
        if not _same(result.manifest.get(key), again.manifest.get(key)):
            yield MADE_FROM.get(key, f"{MANIFEST}: key '{key}' differs")
    for name in TABLES:
        yield from _differences_of_table(name, result.table(name), again.table(name))


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=AGREES_WITHIN, abs_tol=AGREES_WITHIN)
    return one == other


def _differences_of_table(name: str, one: pyarrow.Table, other: pyarrow.Table) -> Iterator[str]:
    if one.schema.names != other.schema.names or one.num_rows != other.num_rows:
        yield f"{name}: {one.num_rows} rows, now {other.num_rows}"
        return
    for column in one.schema.names:
        if not _agree(one[column], other[column]):
            yield f"{name}: column '{column}' differs"


def _agree(one: pyarrow.ChunkedArray, other: pyarrow.ChunkedArray) -> bool:
    if not pyarrow.types.is_floating(one.type):
        return bool(one.equals(other))
    first, second = (np.asarray(array.to_numpy(), dtype=float) for array in (one, other))
    return bool(np.allclose(first, second, rtol=AGREES_WITHIN, atol=AGREES_WITHIN, equal_nan=True))
