"""Talking therapies in small: a row a figure becomes a row an organisation, and what is refused."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from service_files import ENGLAND, NORTH, THERAPIES, Row, therapy_rows, write_parquet
from street import add_one, stored_rows

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

APRIL = datetime.date(2024, 4, 1)
COLUMNS = (
    "organisation", "organisation_type", "finished", "finished_reason", "started_at_caseness", "recovered",
    "recovered_percent", "within_6_weeks", "within_18_weeks",
)  # fmt: skip


def stored(folder: Path, rows: list[Row]) -> dict[str, tuple[object, ...]]:
    """Code → what is stored of it."""
    store = Store(folder / "store")
    add_one(store, write_parquet(folder, rows))
    found = stored_rows(store, "talking_therapies", "measures", *COLUMNS)
    return {str(row["organisation"]): tuple(row.values())[1:] for row in found}


def refusal(folder: Path, rows: list[Row]) -> str:
    store = Store(folder / "store")
    with pytest.raises(FileRefusedError) as caught:
        add_paths(store, load_catalogue(), [write_parquet(folder, rows)])
    assert store.manifest().files == ()
    assert "measures_annual.parquet" in caught.value.where
    assert caught.value.next_step
    return str(caught.value)


def test_the_rows_of_an_organisation_become_one(tmp_path: Path) -> None:
    assert stored(tmp_path, THERAPIES) == {
        "ENG": ("england", 203, None, 203 - 11, 96, 50.0, 186, 200),
        "QXX": ("icb", 100, None, 100 - 5, 50, 53.0, 90, 100),
        "QXY": ("icb", 100, None, 100 - 5, 45, 47.0, 95, 100),
        "RXX": ("nhs_trust", 100, None, 100 - 5, 50, 53.0, 90, 100),
        "RXX01": ("hospital", 100, None, 100 - 5, 45, 47.0, 95, 100),
        "NXX01": ("independent_provider", None, "suppressed", None, None, None, None, None),
    }


@pytest.mark.parametrize(
    ("kind", "code", "name", "becomes", "as_code"),
    [
        ("Provider", "TAF", "A TRUST", "nhs_trust", "TAF"),
        ("Provider", "TAF88", "A SERVICE OF IT", "hospital", "TAF88"),
        ("Provider", "G6V2S", "NORTH LONDON NHS FOUNDATION TRUST", "nhs_trust", "G6V2S"),
        ("Provider", "T6G0K", "SELF HELP", "independent_provider", "T6G0K"),
        ("CCG", "00L", "NORTHUMBERLAND", "sub_icb", "00L"),
        ("STP", "E54000005", "SOUTH YORKSHIRE", "icb", "E54000005"),
        ("SubICB", "00L", "NORTHUMBERLAND", "sub_icb", "00L"),
        ("Commissioning Region", "Y62", "NORTH WEST", "nhs_region", "Y62"),
        ("Commissioning Region", "UNKNOWN", "UNKNOWN", "other", "UNKNOWN region"),
        ("STP", "UNKNOWN", "UNKNOWN", "other", "UNKNOWN STP"),
        ("CCG", "13Q", "NATIONAL COMMISSIONING HUB 1", "other", "13Q"),
    ],
)
def test_each_kind_is_told_by_the_printed_type_and_the_code(
    tmp_path: Path, kind: str, code: str, name: str, becomes: str, as_code: str
) -> None:
    # Alone of its kind it must sum to England: with England's own figures it does, so far as rounding tells.
    counts = (500, 205, 190, 10, 135, 50, 15, 95, 90)
    rows = therapy_rows(kind, code, counts, (66, 24, 7, 49, 46), (185, 200), name=name)
    assert stored(tmp_path, [*ENGLAND, *rows])[as_code][0] == becomes


def test_older_years_call_the_wait_by_another_name(tmp_path: Path) -> None:
    rows = therapy_rows("England", "All", (9, 9, 9, 0, 9, 0, 0, 9, 9), (100, 0, 0, 100, 100), (7, 8), year=2019,
                        of="First treatment")  # fmt: skip
    assert stored(tmp_path, rows)["ENG"][-2:] == (7, 8)


def test_a_provider_under_two_names_is_kept_once_and_said(tmp_path: Path) -> None:
    again = [row | {"org_name": "ANOTHER NAME"} for row in THERAPIES if row["org_code"] == "RXX"]
    store = Store(tmp_path / "store")
    added = add_one(store, write_parquet(tmp_path, [*THERAPIES, *again]))
    assert added.notes[0] == "RXX stands twice in 2024-25, under two names with the same figures: kept once"
    assert len(stored_rows(store, "talking_therapies", "measures", "organisation")) == 6


def with_value(code: str, measure: str, statistic: str, value: str) -> list[Row]:
    at = {"org_code": code, "measure_name": measure, "measure_statistic": statistic, "variable_type": "Total"}
    new = [row | {"value": value} if at.items() <= row.items() else row for row in THERAPIES]
    assert new != THERAPIES
    return new


def renamed(column: str, to: str) -> list[Row]:
    return [{(to if key == column else key): value for key, value in row.items()} for row in THERAPIES]


MISTAKES: dict[str, tuple[Callable[[], list[Row]], str]] = {
    "text in numbers": (
        lambda: with_value("QXX", "recovery", "count", "fifty"),
        "the rows of ICB QXX 2024-25: found 'fifty', expected a whole number",
    ),
    "a count with decimals": (
        lambda: with_value("QXX", "recovery", "count", "50.5"),
        "found '50.5', expected a whole number",
    ),
    "an unknown token": (
        lambda: with_value("QXX", "recovery", "percentage", "-"),
        "found '-', expected a number",
    ),
    "a percentage of other counts": (
        lambda: with_value("QXX", "recovery", "percentage", "70"),
        "recovered_percent of QXX in 2024 is 70.0, 50 of 95 cannot be that",
    ),
    "a figure that is missing": (
        lambda: [
            row for row in THERAPIES if (row["org_code"], row["measure_name"]) != ("QXY", "improvement")
        ],
        "found '', expected a whole number",
    ),
    "a total that does not match": (
        lambda: with_value("QXX", "referrals_received", "count", "300"),
        "referrals of all of kind ICB sum to 550 in 2024",
    ),
    "no England": (
        lambda: [row for row in THERAPIES if row["org_type"] != "England"],
        "there is no row of England for 2024",
    ),
    "the same row twice": (
        lambda: [*THERAPIES, THERAPIES[0]],
        "'referrals_received' of England All in 2024-25 occurs twice (500)",
    ),
    "another value under another name": (
        lambda: [*THERAPIES, THERAPIES[0] | {"org_name": "ANOTHER", "value": "7"}],
        "occurs twice (500 and 7)",
    ),
    "a kind of organisation": (
        lambda: [*THERAPIES, *therapy_rows("PCN", "U00001", *NORTH)],
        "found 'PCN', expected one of nhs_trust",
    ),
    "a breakdown": (
        lambda: [*THERAPIES, THERAPIES[0] | {"variable_type": "Star Sign"}],
        "column 'variable_type': found 'Star Sign'",
    ),
    "a measure": (
        lambda: [*THERAPIES, THERAPIES[0] | {"measure_name": "happiness"}],
        "column 'measure_name': found 'happiness (count)'",
    ),
    "a year": (
        lambda: [row | {"reporting_period": "2024-26"} for row in THERAPIES],
        "found '2024-26', expected a year",
    ),
    "a renamed column": (lambda: renamed("org_code", "organisation_code"), "but has no column 'org_code'"),
}


@pytest.mark.parametrize("mistake", list(MISTAKES))
def test_what_is_not_as_published_is_refused_with_its_place(tmp_path: Path, mistake: str) -> None:
    make, says = MISTAKES[mistake]
    assert says in refusal(tmp_path, make())


def test_parquet_that_was_cut_short_says_so_where_it_is_named(tmp_path: Path) -> None:
    path = write_parquet(tmp_path, THERAPIES)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(FileRefusedError, match="it has no footer"):
        add_paths(Store(tmp_path / "store"), load_catalogue(), [path])
