"""The patient survey by board in small: what is stored of it, and what is refused."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from service_files import SURVEY, Document, changed, write_json
from street import add_one, stored_rows

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError, PersonalDataRefusedError
from likeforlike.sources.adding import add_paths
from likeforlike.store import PublishedBasis, Store

NAME = "gpps-2025_by_icb.json"


def refusal(folder: Path, document: object) -> FileRefusedError:
    store = Store(folder / "store")
    with pytest.raises(FileRefusedError) as caught:
        add_paths(store, load_catalogue(), [write_json(folder, NAME, document)])
    assert store.manifest().files == ()
    assert NAME in caught.value.where
    assert caught.value.next_step
    return caught.value


def test_boards_and_england_are_stored_with_the_published_intervals(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    added = add_one(store, write_json(tmp_path, NAME, SURVEY))
    assert (added.published, added.published_basis) == ("2025-07-31", PublishedBasis.NAME)
    columns = (
        "year",
        "organisation",
        "organisation_type",
        "organisation_name",
        "region_name",
        "sent",
        "returned",
    )
    assert stored_rows(
        store, "gp_patient_survey", "boards", *columns, "phone", "phone_lower", "phone_upper"
    ) == [
        dict(zip((*columns, "phone", "phone_lower", "phone_upper"), row, strict=True))
        for row in (
            (datetime.date(2025, 1, 1), "QXX", "icb", "North", "Up", 100, 30, 58.43, 56.93, 59.68),
            (datetime.date(2025, 1, 1), "QXY", "icb", "South", "Up", 200, 60, 50.0, 48.5, 51.25),
            (datetime.date(2025, 1, 1), "ENG", "england", "England", None, 300, 90, 52.94, 51.44, 54.19),
        )
    ]


PHONE = ("metrics", "gpps-phone-access")


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (changed(SURVEY, "icbs", 0, *PHONE, "percent", to="n/a"), ("'icbs', record 1, 'metrics / gpps-phone-access / "
         "percent': found 'n/a', expected a number")),
        (changed(SURVEY, "icbs", 1, *PHONE, "unweighted_base", to=2.5), "found '2.5', expected a whole number"),
        (changed(SURVEY, "icbs", 0, *PHONE, "lower_95", to=59.0), "outside its own interval"),
        (changed(SURVEY, "icbs", 0, *PHONE, "upper_95", to=101.0), "outside its own interval"),
        (changed(SURVEY, "icbs", 0, "received", to=31), "returned sum to 91, England's figure is 90"),
        (changed(SURVEY, "icbs", 0, "type", to="PCN"), "found 'PCN', expected one of icb, england"),
        (changed(SURVEY, "icbs", 1, "code", to="QXX"), ("'icbs', record 1 and 'icbs', record 2: the same year, "
         "organisation_type, organisation occurs twice")),
        (changed(SURVEY, "icbs", 0, "code", to=" QXX"), "expected an organisation code"),
        (changed(SURVEY, "icb_count", to=3), "2 records are in 'icbs', 'icb_count' says 3"),
        (changed(SURVEY, "england", to=None), "no record of members at 'england'"),
        (changed(SURVEY, "period", to="the 2025 survey"), "expected a year such as"),
        (changed(SURVEY, "england", "distributed", to=None), "found '', expected a whole number"),
        (changed(SURVEY, "icbs", 0, "forms", to=7), "an unknown member 'forms'"),
    ],
    ids=["text in numbers", "half a person", "below its interval", "above 100", "sum", "older kind", "twice",
         "code", "cut short", "no England", "period", "missing figure", "new member"],
)  # fmt: skip
def test_what_is_not_as_published_is_refused_with_its_place(
    tmp_path: Path, document: Document, says: str
) -> None:
    assert says in str(refusal(tmp_path, document))


def test_a_member_that_was_renamed_everywhere_is_named(tmp_path: Path) -> None:
    document = SURVEY | {
        "icbs": [
            {("id" if key == "code" else key): value for key, value in icb.items()} for icb in SURVEY["icbs"]
        ],
        "england": {("id" if key == "code" else key): value for key, value in SURVEY["england"].items()},
    }
    assert "but has no member 'code', an unknown member 'id'" in str(refusal(tmp_path, document))


def test_the_numbers_of_patients_are_not_taken_in(tmp_path: Path) -> None:
    document = changed(SURVEY, "icbs", 0, "name", to="999 000 0018")
    document = changed(document, "icbs", 1, "name", to="999 000 0026")
    document = changed(document, "england", "name", to="999 000 0034")
    assert isinstance(refusal(tmp_path, document), PersonalDataRefusedError)
