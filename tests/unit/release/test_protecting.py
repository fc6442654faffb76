"""What a local pack's small counts take with them, shown on two practices and three of an area."""

from __future__ import annotations

import datetime

import pyarrow
import pytest

from likeforlike.catalogue import Catalogue, load_catalogue
from likeforlike.release.protecting import protect_observations

NOVEMBER = (datetime.date(2025, 11, 1), datetime.date(2025, 11, 30))
MEMBERS = {("gp_practice", code): [("icb", "QZZ")] for code in ("A1", "A2", "A3")}
SCHEMA = pyarrow.schema(
    {
        "organisation_type": pyarrow.string(),
        "organisation": pyarrow.string(),
        "period_start": pyarrow.date32(),
        "period_end": pyarrow.date32(),
        "numerator": pyarrow.int64(),
        "denominator": pyarrow.int64(),
        "expected": pyarrow.float64(),
        "value": pyarrow.float64(),
        "published_lower": pyarrow.float64(),
        "published_upper": pyarrow.float64(),
        "reason": pyarrow.string(),
        "source": pyarrow.string(),
    }
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def observed(counts: dict[str, int], source: str) -> pyarrow.Table:
    """Practices with these counts of 1,000 patients each, and their board with the sum."""
    rows = [("gp_practice", code, count, 1000) for code, count in counts.items()]
    rows.append(("icb", "QZZ", sum(counts.values()), 1000 * len(counts)))
    return pyarrow.Table.from_pylist(
        [
            {
                "organisation_type": kind,
                "organisation": code,
                "period_start": NOVEMBER[0],
                "period_end": NOVEMBER[1],
                "numerator": count,
                "denominator": of,
                "value": 1000 * count / of,
                "source": source,
            }
            for kind, code, count, of in rows
        ],
        schema=SCHEMA,
    )


def shown(table: pyarrow.Table) -> dict[str, int | None]:
    return dict(zip(table["organisation"].to_pylist(), table["numerator"].to_pylist(), strict=True))


def test_a_small_count_takes_the_next_smallest_with_it(catalogue: Catalogue) -> None:
    indicator = catalogue.indicator("nhs_111_calls_per_1000")
    table = protect_observations(
        observed({"A1": 3, "A2": 40, "A3": 90}, "data_pack"), indicator, catalogue, MEMBERS
    )
    # 133 − 90 − 40 = 3 would tell of A1.
    assert shown(table) == {"A1": None, "A2": None, "A3": 90, "QZZ": 133}
    withheld = [row for row in table.to_pylist() if row["numerator"] is None]
    assert all(row["value"] is None and row["reason"] == "suppressed" for row in withheld)
    assert all(row["denominator"] is None for row in withheld)


def test_noughts_and_large_counts_stay(catalogue: Catalogue) -> None:
    indicator = catalogue.indicator("nhs_111_calls_per_1000")
    counts = {"A1": 0, "A2": 5, "A3": 90}
    table = protect_observations(observed(counts, "data_pack"), indicator, catalogue, MEMBERS)
    assert shown(table) == counts | {"QZZ": 95}


def test_what_a_publisher_printed_stays(catalogue: Catalogue) -> None:
    indicator = catalogue.indicator("nhs_111_calls_per_1000")
    counts = {"A1": 3, "A2": 40, "A3": 90}
    table = protect_observations(observed(counts, "registered_patients"), indicator, catalogue, MEMBERS)
    assert shown(table) == counts | {"QZZ": 133}
