"""The directories of trusts and of their sites, in small: no header, 27 columns, told apart by what stands in them."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from street import add_one, stored_rows, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.measures.build import build
from likeforlike.measures.lineage_reading import read_events, read_memberships
from likeforlike.measures.reading import read_members, read_names
from likeforlike.settings import Settings
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.store import PublishedBasis, Store


def row(
    code: str, name: str, region: str, icb: str, closed: str = "", parent: str = "", since: str = ""
) -> str:
    """A row as printed, by position."""
    fields = {
        1: code,
        2: name,
        3: region,
        4: icb,
        5: "TRUST OFFICES",
        8: "POOLE",
        10: "BH15 2JB",
        11: "20010401",
    }
    fields |= {12: closed, 15: parent, 16: since, 18: "01632 960351", 22: "0", 24: "K"}
    return ",".join(f'"{fields.get(place, "")}"' for place in range(1, 28)) + "\n"


MERGED = row("R0D", "UNIVERSITY HOSPITALS DORSET NHS FOUNDATION TRUST", "Y58", "QVV")
POOLE = row("RD3", "POOLE HOSPITAL NHS FOUNDATION TRUST", "Y58", "QVV", closed="20200930")
WELSH = row("RQF", "VELINDRE NHS TRUST", "W00", "Q99")
SITE = row("R0D02", "POOLE HOSPITAL", "Y58", "QVV", parent="R0D", since="20201001")


def add(tmp_path: Path, text: str, name: str = "etr_Feb2022.csv") -> Store:
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, name, text))
    return store


def test_a_trust_as_it_is_stored(tmp_path: Path) -> None:
    assert stored_rows(add(tmp_path, POOLE), "etr", "trusts") == [
        {
            "month": datetime.date(2022, 2, 1),
            "organisation_type": "nhs_trust",
            "trust": "RD3",
            "trust_name": "POOLE HOSPITAL NHS FOUNDATION TRUST",
            "region": "Y58",
            "icb": "QVV",
            "postcode": "BH15 2JB",
            "opened": datetime.date(2001, 4, 1),
            "closed": datetime.date(2020, 9, 30),
        }
    ]


def test_a_site_as_it_is_stored_with_its_trust(tmp_path: Path) -> None:
    assert stored_rows(add(tmp_path, SITE, "ets_Feb2022.csv"), "etr", "sites") == [
        {
            "month": datetime.date(2022, 2, 1),
            "site": "R0D02",
            "site_name": "POOLE HOSPITAL",
            "postcode": "BH15 2JB",
            "opened": datetime.date(2001, 4, 1),
            "closed": None,
            "trust": "R0D",
            "trust_since": datetime.date(2020, 10, 1),
            "trust_until": None,
        }
    ]


def test_telephone_numbers_and_addresses_are_not_kept(tmp_path: Path) -> None:
    (stored,) = stored_rows(add(tmp_path, MERGED), "etr", "trusts")
    assert not {"01632 960351", "TRUST OFFICES", "POOLE"} & set(map(str, stored.values()))


def test_a_welsh_trust_is_kept_and_is_no_organisation_of_england(tmp_path: Path) -> None:
    stored = stored_rows(
        add(tmp_path, MERGED + WELSH), "etr", "trusts", "trust", "organisation_type", "region", "icb"
    )
    assert [tuple(one.values()) for one in stored] == [
        ("R0D", "nhs_trust", "Y58", "QVV"),
        ("RQF", "other", None, None),
    ]


@pytest.mark.parametrize(
    ("name", "issued", "month"),
    [
        ("etr_2022.csv", "2022-01-31", datetime.date(2022, 1, 1)),
        ("etr_Feb2022.csv", "2022-02-28", datetime.date(2022, 2, 1)),
    ],
    ids=["a year alone is its January", "a month"],
)
def test_the_month_stands_in_the_name_of_the_file(
    tmp_path: Path, name: str, issued: str, month: datetime.date
) -> None:
    store = add(tmp_path, MERGED, name)
    (file,) = store.manifest().files
    assert (file.published, file.published_basis) == (issued, PublishedBasis.NAME)
    assert stored_rows(store, "etr", "trusts", "month") == [{"month": month}]


def test_as_fetched_it_has_no_month_and_the_user_must_say_it(tmp_path: Path) -> None:
    store, file = Store(tmp_path / "store"), write_file(tmp_path, "etr.csv", MERGED)
    with pytest.raises(FileRefusedError, match="its rows do not say their month") as refusal:
        add_one(store, file)
    assert "--published YYYY-MM-DD" in str(refusal.value.next_step)
    (result,) = add_paths(store, load_catalogue(), [file], published=datetime.date(2025, 11, 28))
    assert result.outcome is Outcome.ADDED
    assert stored_rows(store, "etr", "trusts", "month") == [{"month": datetime.date(2025, 11, 1)}]


@pytest.mark.parametrize(
    ("rows", "what", "where"),
    [
        (MERGED + MERGED.replace('"20010401"', '"01042001"'), "found '01042001'", "column '11'"),
        (POOLE.replace('"20200930"', '"closed"'), "found 'closed'", "column '12'"),
        (MERGED + POOLE.replace('"RD3"', '"RD3XX1"'), "column 1 does not match", "row 2"),
        (MERGED + POOLE.replace(',"0",', ',"2",'), "column 22 does not match", "row 2"),
        (MERGED + SITE, "column 1 does not match", "row 2"),
        (MERGED + MERGED.replace("DORSET", "WESSEX"), "twice", "rows 1 and 2"),
        (MERGED + POOLE.replace('"RD3"', '"R D"'), "column 1 does not match", "row 2"),
    ],
    ids=[
        "a date day first",
        "a word for a date",
        "no trust's code",
        "a mark",
        "a site among trusts",
        "twice",
        "a space",
    ],
)
def test_a_row_that_does_not_convert_is_refused(tmp_path: Path, rows: str, what: str, where: str) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(FileRefusedError) as refusal:
        add_one(store, write_file(tmp_path, "etr_Feb2022.csv", rows))
    assert what in refusal.value.what
    assert where in str(refusal.value.where)
    assert store.manifest().files == ()


@pytest.mark.parametrize("width", [26, 28])
def test_another_number_of_columns_is_another_file(tmp_path: Path, width: int) -> None:
    text = MERGED.rstrip("\n")[: -len(',""')] if width < 27 else MERGED.rstrip("\n") + ',""'
    with pytest.raises(FileRefusedError, match="no known format"):
        add(tmp_path, text + "\n")


def test_names_places_and_dates_reach_the_build(tmp_path: Path) -> None:
    store = add(tmp_path, MERGED + POOLE + WELSH)
    add_one(store, write_file(tmp_path, "ets_Feb2022.csv", SITE))
    built = build(store, load_catalogue(), Settings(store.folder))
    names = read_names(built)
    assert names["nhs_trust", "R0D"] == "UNIVERSITY HOSPITALS DORSET NHS FOUNDATION TRUST"
    assert names["hospital", "R0D02"] == "POOLE HOSPITAL"
    assert ("nhs_trust", "RQF") not in names
    # A site belongs to its trust, through it to the board and the region, and to England.
    assert set(read_members(built, "nhs_trust", "R0D", "hospital")) == {"R0D02"}
    assert set(read_members(built, "nhs_region", "Y58", "hospital")) == {"R0D02"}
    assert set(read_members(built, "england", "ENG", "nhs_trust")) == {"R0D", "RD3"}
    events = {
        (one.organisation, one.event, one.day) for one in read_events(built, events=("opened", "closed"))
    }
    assert events == {
        ("R0D", "opened", datetime.date(2001, 4, 1)),
        ("R0D02", "opened", datetime.date(2001, 4, 1)),
        ("RD3", "opened", datetime.date(2001, 4, 1)),
        ("RD3", "closed", datetime.date(2020, 9, 30)),
    }
    spells = {(spell.fact, spell.value, spell.last_day) for spell in read_memberships(built, "RD3")}
    assert spells == {
        ("icb", "QVV", datetime.date(2020, 9, 30)),
        ("nhs_region", "Y58", datetime.date(2020, 9, 30)),
    }
    (spell,) = read_memberships(built, "R0D02")
    assert (spell.fact, spell.value, spell.first_day) == ("nhs_trust", "R0D", datetime.date(2020, 10, 1))


def test_who_followed_a_closed_trust_is_stated_by_the_definitions(tmp_path: Path) -> None:
    store = add(tmp_path, MERGED + POOLE)
    built = build(store, load_catalogue(), Settings(store.folder))
    (poole, bournemouth) = read_events(built, events=("succeeded_by",))
    assert (poole.organisation, poole.other, poole.day) == ("RD3", "R0D", datetime.date(2020, 10, 1))
    assert (poole.basis, poole.sources, poole.editions) == ("stated", ("successions",), ())
    assert "closed on 30 September 2020" in str(poole.evidence)
    # Of Bournemouth no file says anything, but its successor is known; of Manchester nobody is.
    assert bournemouth.organisation == "RDZ"


def test_a_file_of_statements_stands_before_the_definitions(tmp_path: Path) -> None:
    store = add(tmp_path, MERGED + POOLE)
    statement = (
        "stated_in,organisation_type,predecessor,successor,from,share,evidence\n"
        "2020-10-01,nhs_trust,RD3,RBD,2020-10-01,1,made up\n"
    )
    add_one(store, write_file(tmp_path, "successions.csv", statement))
    built = build(store, load_catalogue(), Settings(store.folder))
    followed = {
        one.organisation: (one.other, one.evidence) for one in read_events(built, events=("succeeded_by",))
    }
    assert followed["RD3"] == ("RBD", "made up")
    assert followed["RDZ"][0] == "R0D"
