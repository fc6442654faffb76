"""A build made by hand: what `build` would have written, of a few organisations that a test can show."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from likeforlike.measures.build import Build

NOVEMBER = datetime.date(2025, 11, 1)
OBSERVATION = pyarrow.schema(
    {
        "indicator": pyarrow.string(),
        "organisation_type": pyarrow.string(),
        "organisation": pyarrow.string(),
        "period_start": pyarrow.date32(),
        "period_end": pyarrow.date32(),
        "numerator": pyarrow.int64(),
        "denominator": pyarrow.int64(),
        "expected": pyarrow.float64(),
        "exposure": pyarrow.int64(),
        "value": pyarrow.float64(),
        "published_lower": pyarrow.float64(),
        "published_upper": pyarrow.float64(),
        "published_band": pyarrow.string(),
        "reason": pyarrow.string(),
        "failed_gates": pyarrow.string(),
        "restricted": pyarrow.bool_(),
        "coverage": pyarrow.float64(),
        "members": pyarrow.int64(),
        "members_with_value": pyarrow.int64(),
        "source": pyarrow.string(),
        "editions": pyarrow.string(),
    }
)
NAME = ("organisation_type", "organisation", "name")
MEMBER = ("child_type", "child", "parent_type", "parent", "last_seen")


def observation(organisation: str, **facts: Any) -> dict[str, Any]:
    """One row; what a test does not name is empty, and it is a practice's of November 2025."""
    row = dict.fromkeys(OBSERVATION.names)
    row |= {"organisation_type": "gp_practice", "organisation": organisation, "restricted": False}
    row |= {"period_start": NOVEMBER, "period_end": datetime.date(2025, 11, 30)}
    assert not facts.keys() - row.keys()
    return row | facts


def make_build(
    folder: Path,
    observations: dict[str, Sequence[dict[str, Any]]],
    names: Sequence[tuple[str, str, str]] = (),
    members: Sequence[tuple[str, str, str, str, datetime.date]] = (),
) -> Build:
    """A build of these rows."""
    (folder / "observations").mkdir(parents=True)
    build = Build(folder, "made by hand", None, {}, len(names), already_there=True)
    for indicator, rows in observations.items():
        table = pyarrow.Table.from_pylist(list(rows), schema=OBSERVATION)
        pyarrow.parquet.write_table(table, build.observations(indicator))
    write(folder / "organisations.parquet", NAME, names)
    write(folder / "membership.parquet", MEMBER, members)
    return build


def write(path: Path, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """A table of texts and dates."""
    kinds = [(name, pyarrow.date32() if name == "last_seen" else pyarrow.string()) for name in columns]
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records, schema=pyarrow.schema(kinds)), path)
