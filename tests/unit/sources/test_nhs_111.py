"""NHS 111 by contract area in small: what is stored of it, and what is refused."""

from __future__ import annotations

import datetime
import gzip
import json
from pathlib import Path

import pytest
from service_files import CALLS, Document, changed, write_json
from street import add_one, stored_rows, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.sources.adding import add_paths
from likeforlike.store import PublishedBasis, Store

NAME = "iucadc-2024-25.json"


def refusal(folder: Path, document: object) -> str:
    store = Store(folder / "store")
    with pytest.raises(FileRefusedError) as caught:
        add_paths(store, load_catalogue(), [write_json(folder, NAME, document)])
    assert store.manifest().files == ()
    assert NAME in caught.value.where
    assert caught.value.next_step
    return str(caught.value)


def test_areas_and_england_are_stored_packed_or_not(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    path = write_file(tmp_path, f"{NAME}.gz", gzip.compress(json.dumps(CALLS).encode()))
    added = add_one(store, path)
    assert (added.published, added.published_basis) == ("2025-08-31", PublishedBasis.NAME)
    columns = (
        *("year", "organisation", "organisation_type", "months_reported", "lead_suppliers"),
        *("calls", "answered", "abandoned", "triaged", "assessed_by_clinician", "sent_an_ambulance"),
    )
    april = datetime.date(2024, 4, 1)
    assert stored_rows(store, "nhs_111", "areas", *columns) == [
        dict(zip(columns, row, strict=True))
        for row in (
            (april, "111AA1", "nhs_111_area", 12, "ONE; TWO", 1000, 900, 30, 800, 400, 1),
            (april, "111AB2", "nhs_111_area", 11, "ONE", 900, 850, 20, 700, 350, 1),
            (april, "ENG", "england", 12, None, 2000, 1800, 60, 1500, 750, 1),
        )
    ]


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (changed(CALLS, "areas", 0, "calls", "received", to="many"), ("'areas', record 1, 'calls / received': "
         "found 'many', expected a whole number")),
        (changed(CALLS, "areas", 0, "calls", "abandoned", to=-3), "found '-3', expected a whole number"),
        (changed(CALLS, "areas", 1, "calls", "abandoned", to=901), "abandoned of 111AB2 is 901, more than calls, 900"),
        (changed(CALLS, "areas", 1, "calls", "triaged", to=701), ("the areas' triaged sum to 1,501, England's figure "
         "is 1,500")),
        (changed(CALLS, "areas", 1, "code", to="111AA1"), ("organisation occurs twice (2024-04-01, nhs_111_area, "
         "111AA1)")),
        (changed(CALLS, "areas", 1, "code", to="QXX"), "found 'QXX', expected one of nhs_111_area, england"),
        (changed(CALLS, "contract_area_count", to=26), "2 records are in 'areas', 'contract_area_count' says 26"),
        (changed(CALLS, "england", to=None), "no record of members at 'england'"),
        (changed(CALLS, "england", "code", to="111AZ9"), "there is no row of England"),
        (changed(CALLS, "period", to="2024-26"), "found '2024-26', expected a year such as"),
        (changed(CALLS, "areas", 1, "calls", "callers", to=5), "an unknown member 'calls / callers'"),
    ],
    ids=["text in numbers", "below zero", "more than all", "sum", "twice", "unknown code", "cut short", "no England",
         "England under another code", "year", "renamed"],
)  # fmt: skip
def test_what_is_not_as_published_is_refused_with_its_place(
    tmp_path: Path, document: Document, says: str
) -> None:
    assert says in refusal(tmp_path, document)


def test_another_publication_as_json_is_no_known_format(tmp_path: Path) -> None:
    path = write_json(tmp_path, "other.json", CALLS | {"publication": "Something else"})
    with pytest.raises(FileRefusedError, match="no known format"):
        add_paths(Store(tmp_path / "store"), load_catalogue(), [path])


def test_json_that_was_cut_short_says_so_where_it_is_named(tmp_path: Path) -> None:
    path = write_file(tmp_path, NAME, json.dumps(CALLS)[:500])
    with pytest.raises(FileRefusedError, match="cannot be read as JSON"):
        add_paths(Store(tmp_path / "store"), load_catalogue(), [path])
