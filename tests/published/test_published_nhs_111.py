"""The real year 2024-25 of NHS 111: the published counts, and what does and does not add up to England."""

from __future__ import annotations

from pathlib import Path

import pytest
from service_stores import query, store_of

from likeforlike.store import Store

FILE = "nhs_111/iucadc-2024-25.json.gz"


@pytest.fixture(scope="module")
def store(published_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return store_of(tmp_path_factory.mktemp("nhs_111"), [published_data / FILE])


def test_areas_and_england_are_as_printed(store: Store) -> None:
    found = query(
        store, "nhs_111", "areas",
        "SELECT organisation_type, count(*), sum(calls), sum(answered), sum(abandoned), sum(triaged) FROM {rows} "
        "GROUP BY ALL ORDER BY count(*)",
    )  # fmt: skip
    assert found == [
        # Adjusted by the publisher for months that an area lacks, but for the triaged.
        ("england", 1, 19_968_400, 18_768_100, 658_000, 16_464_607),
        ("nhs_111_area", 26, 18_660_072, 17_562_154, 598_728, 16_464_607),
    ]


def test_the_share_that_was_given_up_is_the_printed_percentage(store: Store) -> None:
    printed = {"111AL6": 3.68, "111AI4": 0.89, "111AA6": 9.76, "111AL7": 2.50, "111NR1": 1.03}
    found = dict(query(store, "nhs_111", "areas", "SELECT organisation, 100 * abandoned / calls FROM {rows}"))
    assert {code: round(found[code], 2) for code in printed} == printed
