"""The real survey of 2025 by board: the published percentages and intervals, as printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from service_stores import query, store_of

from likeforlike.store import Store

FILE = "gp_patient_survey/gpps-2025_by_icb.json"
METRICS = {
    "phone": "gpps-phone-access",
    "website": "gpps-website-access",
    "app": "gpps-app-access",
    "reception": "gpps-reception-helpfulness",
    "continuity": "gpps-continuity",
    "contact": "gpps-contact-experience",
    "listening": "gpps-listened",
    "care": "gpps-care-concern",
}


@pytest.fixture(scope="module")
def store(published_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return store_of(tmp_path_factory.mktemp("survey"), [published_data / FILE])


def test_england_is_as_printed(store: Store) -> None:
    found = query(
        store, "gp_patient_survey", "boards",
        "SELECT sent, returned, contact, contact_lower, contact_upper, contact_answers FROM {rows} "
        "WHERE organisation_type = 'england'",
    )  # fmt: skip
    assert found == [(2_721_415, 702_837, 69.61, 69.44, 69.77, 686_100)]


def test_every_figure_of_every_board_is_the_one_in_the_file(store: Store, published_data: Path) -> None:
    document = json.loads((published_data / FILE).read_text())
    printed = {board["code"]: board for board in document["icbs"]}
    assert len(printed) == 42
    for name, metric in METRICS.items():
        stored = query(
            store, "gp_patient_survey", "boards",
            f"SELECT organisation, {name}, {name}_lower, {name}_upper, {name}_answers FROM {{rows}} "
            "WHERE organisation_type = 'icb'",
        )  # fmt: skip
        assert len(stored) == 42
        for code, *figures in stored:
            says = printed[code]["metrics"][metric]
            assert figures == [says[key] for key in ("percent", "lower_95", "upper_95", "unweighted_base")]
