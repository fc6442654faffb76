"""CQC locations, in small: every rating with its date, who inherited one, and files that name people."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from made_locations import HEADER, current, historic, location, locations_csv
from street import add_one, stored_rows, write_file

from likeforlike.errors import FileRefusedError, PersonalDataRefusedError
from likeforlike.store import Store

SOURCE = "cqc_locations"
NAME = "care_homes_2021.csv"
DAY = datetime.date


def stored(tmp_path: Path, *rows: dict[str, str]) -> list[tuple[object, ...]]:
    """Location, question, date, rating, inherited of every rating stored of these rows."""
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, NAME, locations_csv(*rows)))
    columns = ("location", "question", "report_date", "rating", "inherited")
    return [tuple(row.values()) for row in stored_rows(store, SOURCE, "ratings", *columns)]


def test_locations_as_published(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    file = add_one(
        store,
        write_file(
            tmp_path,
            NAME,
            locations_csv(
                location("1-100000001", currentRatings=current("Good", "2020-05-06")),
                location(
                    "RBZ12", providerId="RBZ", careHome="N", numberOfBeds="41.0", registrationDate="2010-06-16",
                    registrationStatus="Deregistered", deregistrationDate="2020-12-18", localAuthority="Torbay",
                    gacServiceTypes="[{'name': 'Hospital', 'description': 'Acute'}, {'name': 'Dentist'}]",
                    type="NHS Healthcare Organisation",
                ),
                location("1-100000003", careHome="N", numberOfBeds=""),
                location("1-100000004", careHome="N", type="Primary Dental Care"),
            ),
        ),
    )  # fmt: skip
    columns = ("location", "organisation_type", "trust", "registered", "deregistered", "part", "as_of")
    issued = DAY(2020, 12, 18)
    assert [tuple(row.values()) for row in stored_rows(store, SOURCE, "locations", *columns)] == [
        ("1-100000001", "care_home", None, DAY(2013, 11, 4), None, "care_home in Devon", issued),
        ("RBZ12", "hospital", "RBZ", DAY(2010, 6, 16), issued, "hospital in Torbay", issued),
        ("1-100000003", "social_care_provider", None, DAY(2013, 11, 4), None, "social_care_provider in Devon", issued),
        ("1-100000004", "other", None, DAY(2013, 11, 4), None, "other in Devon", issued),
    ]  # fmt: skip
    beds = [tuple(row.values()) for row in stored_rows(store, SOURCE, "locations", "beds", "beds_reason")]
    assert [(None if value is None else float(value), reason) for value, reason in beds] == [
        (6, None), (41, None), (None, "not_published"), (6, None),
    ]  # fmt: skip
    # The file prints no date of issue: it is no older than the newest day that it speaks of.
    assert (file.published, file.published_basis) == ("2020-12-18", "content")


def test_every_rating_has_the_date_of_its_report(tmp_path: Path) -> None:
    row = location(
        "1-100000001",
        currentRatings=current("Good", "2020-05-06", safe="Requires improvement", well_led="Good"),
        historicRatings=historic(("2020-12-18", "Inspected but not rated"), ("2017-07-20", "Inadequate")),
    )
    assert stored(tmp_path, row) == [
        ("1-100000001", "Overall", DAY(2017, 7, 20), "Inadequate", "No"),
        ("1-100000001", "Overall", DAY(2020, 5, 6), "Good", "No"),
        ("1-100000001", "Overall", DAY(2020, 12, 18), "Inspected but not rated", "No"),
        ("1-100000001", "Safe", DAY(2020, 5, 6), "Requires improvement", "No"),
        ("1-100000001", "Well-led", DAY(2020, 5, 6), "Good", "No"),
    ]


def test_a_rating_under_another_registration_is_inherited(tmp_path: Path) -> None:
    row = location(
        "1-100000001",
        currentRatings=current("Good", "2018-11-29", organisation="1-126308559"),
        historicRatings=historic(("2016-01-05", "Inadequate", "1-126308559"), ("2020-02-03", "Good")),
    )
    assert [(day, inherited) for _, _, day, _, inherited in stored(tmp_path, row)] == [
        (DAY(2016, 1, 5), "Yes"),
        (DAY(2018, 11, 29), "Yes"),
        (DAY(2020, 2, 3), "No"),
    ]


@pytest.mark.parametrize(
    ("reports", "stands"),
    [
        ([("2018-03-20", "Good"), ("2018-03-20", "Requires improvement")], "Requires improvement"),
        ([("2018-03-20", "Inspected but not rated"), ("2018-03-20", "Outstanding")], "Outstanding"),
        ([("2018-03-20", "Inadequate", "1-126308559"), ("2018-03-20", "Good")], "Good"),
    ],
    ids=["the lower", "on the scale", "the location's own"],
)
def test_of_two_reports_of_one_day(
    tmp_path: Path, reports: list[tuple[str, str]], stands: str
) -> None:  # fmt: skip
    for place, order in enumerate((reports, reports[::-1])):
        row = location("1-100000001", historicRatings=historic(*order))
        ((_, _, _, rating, _),) = stored(tmp_path / str(place), row)
        assert rating == stands


def test_a_location_without_a_rating_yet_has_no_row(tmp_path: Path) -> None:
    rated = location("1-100000001", currentRatings=current("Good", "2020-05-06"))
    unrated = location(
        "1-100000002", currentRatings=current("No published rating", None, safe="No published rating")
    )
    assert [code for code, *_ in stored(tmp_path, rated, unrated, location("1-100000003"))] == ["1-100000001"]


def test_locations_of_which_none_is_rated_are_taken_in(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    file = add_one(store, write_file(tmp_path, NAME, locations_csv(location("1-100000001"))))
    assert [table.table for table in file.tables] == ["locations"]


OTHER_QUESTION = current("Good", "2020-05-06", safe="Good").replace("Safe", "Kind")
MANAGERS = "[{'name': 'Accommodation', 'contacts': [{'personGivenName': 'A', 'personFamilyName': 'B'}]}]"


@pytest.mark.parametrize(
    "heading", ["registeredManager", "Registered manager", "Location Nominated Individual Name"]
)
def test_a_file_with_managers_is_refused_by_its_header(tmp_path: Path, heading: str) -> None:
    store = Store(tmp_path / "store")
    text = locations_csv(location("1-100000001"), header=(*HEADER, heading))
    with pytest.raises(PersonalDataRefusedError, match=f"column '{heading}' is about a manager"):
        add_one(store, write_file(tmp_path, NAME, text))
    assert store.manifest().files == ()


def test_a_file_with_managers_within_nested_texts_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    text = locations_csv(
        location("1-100000001") | {"regulatedActivities": MANAGERS}, header=(*HEADER, "regulatedActivities")
    )
    with pytest.raises(PersonalDataRefusedError, match="names of people"):
        add_one(store, write_file(tmp_path, NAME, text))
    # Beyond the first 256 kB, which are looked at before the format is known, and in a column that is not kept.
    many = [location(f"1-{number:09d}", website="x" * 300) for number in range(1000)]
    text = locations_csv(*many, location("1-100000001", website=MANAGERS), header=HEADER)
    with pytest.raises(PersonalDataRefusedError, match="names of people") as refusal:
        add_one(store, write_file(tmp_path, NAME, text))
    assert "personGivenName" not in str(refusal.value)
    assert store.manifest().files == ()


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"currentRatings": current("Excellent", "2020-05-06")}, "found 'Excellent' as a rating"),
        ({"currentRatings": OTHER_QUESTION}, "found 'Kind' as a question"),
        ({"currentRatings": current("Good", None)}, "a date of the report that rates 'Overall' was expected"),
        ({"currentRatings": current("Good", "06/05/2020")}, "as in 2021-01-19 was expected"),
        ({"currentRatings": "Good"}, "a list or dictionary, written as the interface does was expected"),
        ({"currentRatings": "[1, 2]"}, "a dictionary with the rating overall was expected"),
        ({"historicRatings": "{'a': 1}"}, "a list of ratings was expected"),
        ({"historicRatings": "[" * 5000}, "not nested so deeply was expected"),
        ({"currentRatings": "__import__('os').getcwd()"}, "written as the interface does was expected"),
        ({"numberOfBeds": "six"}, "found 'six', expected a number"),
        ({"registrationDate": "2013-13-01"}, "found '2013-13-01', expected a day"),
        ({"registrationStatus": "Suspended"}, "found 'Suspended', expected one of Registered, Deregistered"),
    ],
)  # fmt: skip
def test_what_is_not_as_published_is_refused(tmp_path: Path, cells: dict[str, str], what: str) -> None:
    store = Store(tmp_path / "store")
    text = locations_csv(location("1-100000001"), location("1-100000002", **cells))
    with pytest.raises(FileRefusedError) as refusal:
        add_one(store, write_file(tmp_path, NAME, text))
    assert what in str(refusal.value)
    assert store.manifest().files == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (locations_csv(location("1-100000001"), location("1-100000001")), "occurs twice"),
        (
            locations_csv(location("1-100000001")).replace("localAuthority", "Council"),
            "no column 'localAuthority'",
        ),
        (locations_csv(location("1-100000001")).replace("localAuthority,", ""), "no column 'localAuthority'"),
    ],
    ids=["twice", "renamed", "gone"],
)
def test_another_layout_is_refused(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(FileRefusedError, match=what):
        add_one(Store(tmp_path / "store"), write_file(tmp_path, NAME, text))
