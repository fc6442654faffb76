"""What the API answers, address by address, from a made-up release."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from django.test import Client

from likeforlike.api.parameters import State
from likeforlike.present.wording import SHAPES
from likeforlike.release.schema import MANIFEST, READ_MODEL
from likeforlike.release.views import ReleaseView
from made_release import (
    CHANGES,
    CLOSED,
    COMPARISONS,
    EDITIONS,
    HISTORY,
    INDICATORS,
    PRACTICES,
    RELEASE,
    STANDINGS,
    write_release,
)

CALLS = "/api/v1/comparisons/calls_answered/gp_practice/standings"


def get(client: Client, address: str) -> Any:
    """The answer, which is JSON and a success."""
    response = client.get(address)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/json"
    return response.json()


def codes(client: Client, address: str) -> list[str]:
    return [one["code"] for one in get(client, address)["items"]]


def plain(view: Any) -> dict[str, Any]:
    """A view object as JSON has it: lists where it has tuples."""
    return {name: as_list(value) for name, value in asdict(view).items()}


def as_list(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: as_list(one) for name, one in value.items()}
    return [as_list(one) for one in value] if isinstance(value, tuple | list) else value


def test_kinds_and_areas(client: Client) -> None:
    kinds = get(client, "/api/v1/kinds")
    assert [one["id"] for one in kinds["items"]] == ["gp_practice", "nhs_trust", "icb"]
    assert (kinds["release"], kinds["fictional"], kinds["next_cursor"]) == (RELEASE.id, True, None)
    areas = get(client, "/api/v1/areas?kind=gp_practice&area_kind=icb")["items"]
    # Four of Northshire with the closed one, two of Southshire.
    assert [(one["code"], one["name"], one["organisations"]) for one in areas] == [
        ("XN1", "NHS Northshire", 4),
        ("XS1", "NHS Southshire", 2),
    ]


def test_an_organisation_is_told_as_the_release_tells_it(client: Client) -> None:
    assert get(client, "/api/v1/organisations/gp_practice/A81001") == plain(PRACTICES[0])


def test_organisations_of_a_kind_and_of_an_area(client: Client) -> None:
    everywhere = ["A81001", "A81002", "A81003", "A81009", "L83001", "L83002"]
    assert codes(client, "/api/v1/organisations?kind=gp_practice") == everywhere
    assert codes(client, "/api/v1/organisations?kind=gp_practice&area_kind=icb&area=XS1") == [
        "L83001",
        "L83002",
    ]


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6, 7])
@pytest.mark.parametrize("asked", ["kind=gp_practice", "kind=gp_practice&area_kind=icb&area=XN1"])
def test_pages_follow_one_another_without_gap_or_repetition(client: Client, asked: str, limit: int) -> None:
    address = f"/api/v1/organisations?{asked}"
    whole = codes(client, address)
    page = get(client, f"{address}&limit={limit}")
    pages = [page["items"]]
    while page["next_cursor"] and len(pages) <= len(whole):
        page = get(client, f"{address}&limit={limit}&cursor={page['next_cursor']}")
        pages.append(page["items"])
    assert [one["code"] for items in pages for one in items] == whole
    assert {len(items) for items in pages[:-1]} <= {limit}
    assert len(pages) == -(-len(whole) // limit)


def test_the_link_header_leads_to_the_next_page(client: Client) -> None:
    response = client.get(f"{CALLS}?limit=2&format=csv")
    link, relation = response["Link"].split("; ")
    assert relation == 'rel="next"'
    following = client.get(link.strip("<>")).content.decode().splitlines()
    assert [line.split(",")[2] for line in following[1:]] == ["A81003", "L83001"]


def test_search_forgives_a_typing_error_and_knows_codes(client: Client) -> None:
    assert codes(client, "/api/v1/organisations/search?q=oakfeild") == ["A81001"]
    assert codes(client, "/api/v1/organisations/search?q=rh8") == ["RH8"]
    assert codes(client, "/api/v1/organisations/search?q=north+tees&kind=gp_practice") == []


def test_near_by_place_and_by_position(client: Client) -> None:
    by_place = get(client, "/api/v1/organisations/near?kind=gp_practice&place=ts18+9zz&limit=2")["items"]
    # The closed one, 0.6 km away, is left out; Queens Park: hypot(0.01 × 111.2, 0.01 × 111.2 × cos 54.57°) = 1.3 km.
    assert [(one["code"], one["kilometres"]) for one in by_place] == [("A81001", 0.0), ("A81002", 1.3)]
    by_position = "/api/v1/organisations/near?kind=gp_practice&latitude=50.7&longitude=-3.5&limit=1"
    assert codes(client, by_position) == ["L83001"]


def test_lineage_leads_to_who_carries_on(client: Client) -> None:
    lineage = get(client, f"/api/v1/organisations/gp_practice/{CLOSED.code}/lineage")
    assert lineage["closed"] == "2024-04-01"
    assert [one["code"] for one in lineage["today"]] == ["A81001"]
    assert lineage["history"] == ["Merged into Oakfield Surgery on 1 April 2024."]
    open_one = get(client, "/api/v1/organisations/gp_practice/A81001/lineage")
    assert ([one["code"] for one in open_one["today"]], open_one["successors"]) == (["A81001"], [])


def test_peers_by_likeness_and_by_area(client: Client) -> None:
    similar = get(client, "/api/v1/organisations/gp_practice/A81001/peers")["items"]
    assert [(one["code"], one["distance"]) for one in similar] == [("L83001", 0.3), ("A81002", 0.7)]
    by_area = "/api/v1/organisations/gp_practice/L83001/peers?by=area&area_kind=icb"
    assert codes(client, by_area) == ["L83002"]


def test_indicators_and_those_of_a_kind(client: Client) -> None:
    assert get(client, "/api/v1/indicators/shmi") == plain(INDICATORS[2])
    assert [one["id"] for one in get(client, "/api/v1/indicators?kind=nhs_trust")["items"]] == ["shmi"]
    assert len(get(client, "/api/v1/indicators")["items"]) == 3


def test_a_comparison_and_its_standings(client: Client) -> None:
    assert get(client, "/api/v1/comparisons/calls_answered/gp_practice") == plain(COMPARISONS[0])
    own = [plain(one) for one in STANDINGS if one.indicator == "calls_answered"]
    assert get(client, CALLS)["items"] == own
    assert get(client, f"{CALLS}/A81002") == own[1]
    of_one = get(client, "/api/v1/organisations/gp_practice/A81001/standings")["items"]
    assert [one["indicator"] for one in of_one] == ["calls_answered", "appointments"]


def test_a_position_comes_as_a_range_or_not_at_all(client: Client) -> None:
    for address in (CALLS, "/api/v1/organisations/gp_practice/A81001/standings"):
        for one in get(client, address)["items"]:
            assert not {"rank", "place", "centile"} & set(one)
            there = {one[name] is not None for name in ("least", "most", "peers", "peer_words", "position")}
            assert there == {True} or one["position"] is None


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("area_kind=icb&area=XN1", ["A81001", "A81002", "A81003"]),
        ("similar_to=A81001", ["A81001", "A81002", "L83001"]),
        ("code=L83002&code=A81001&code=L83002", ["A81001", "L83002"]),
        ("state=worse+than+expected", ["A81002", "L83001"]),
        ("area_kind=icb&area=XS1&state=cannot+tell", ["L83002"]),
        ("similar_to=A81001&state=cannot+tell", ["A81001"]),
    ],
)
def test_peers_are_chosen_by_area_by_likeness_or_as_a_list(
    client: Client, asked: str, expected: list[str]
) -> None:
    assert codes(client, f"{CALLS}?{asked}") == expected


def test_the_states_of_the_parameter_are_those_of_the_wording() -> None:
    (literal, _none) = State.__origin__.__args__  # type: ignore[attr-defined]  # an alias of typing
    assert set(literal.__args__) == set(SHAPES)


def test_a_history_says_why_a_month_has_no_figure(client: Client) -> None:
    points = get(client, "/api/v1/histories/calls_answered/gp_practice/A81001")["items"]
    assert points == [plain(one) for one in HISTORY]
    assert get(client, "/api/v1/histories/calls_answered/gp_practice/L83001")["items"] == []


def test_releases_changes_and_editions(client: Client, releases: Path) -> None:
    before = ReleaseView("2025-11-20-77aa", "2025-11-20", "0.1.0", True, 10, 3, None)
    pointer = (releases / "current").read_text(encoding="utf-8")
    write_release(releases, before)
    (releases / "current").write_text(pointer, encoding="utf-8")
    # Neither a copy that was interrupted is listed nor one that is damaged.
    for name, files in (("2025-10-16-0000", [READ_MODEL]), ("2025-10-16-0001", [READ_MODEL, MANIFEST])):
        (releases / name).mkdir()
        for file in files:
            (releases / name / file).write_bytes((releases / RELEASE.id / file).read_bytes()[:5000])
    assert [one["id"] for one in get(client, "/api/v1/releases")["items"]] == [RELEASE.id, before.id]
    assert get(client, "/api/v1/releases/current") == plain(RELEASE)
    assert get(client, "/api/v1/changes")["items"] == [plain(one) for one in CHANGES]
    assert get(client, "/api/v1/editions")["items"] == [plain(one) for one in EDITIONS]


def test_csv_has_every_field_and_runs_no_formula(client: Client) -> None:
    response = client.get("/api/v1/organisations?kind=gp_practice", headers={"accept": "text/csv"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="organisations.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))
    assert [row["code"] for row in rows] == codes(client, "/api/v1/organisations?kind=gp_practice")
    assert list(rows[0]) == list(plain(PRACTICES[0]))
    assert rows[2]["name"] == '\'=HYPERLINK("x","The Surgery")'
    # A negative number stays one.
    assert float(rows[0]["longitude"]) == -1.32
    assert rows[0]["parents"] == '[{"kind": "icb", "code": "XN1", "name": "NHS Northshire"}]'
    assert rows[5]["postcode"] == ""


def test_parquet_keeps_types_and_says_which_release(client: Client) -> None:
    response = client.get(CALLS, headers={"accept": "application/vnd.apache.parquet"})
    table = pyarrow.parquet.read_table(io.BytesIO(response.content))
    assert table.to_pylist() == get(client, CALLS)["items"]
    assert str(table.schema.field("least").type) == "int64"
    # All of them missing, and yet a text.
    assert str(table.schema.field("level").type) == "string"
    assert table.schema.metadata == {b"release": RELEASE.id.encode(), b"fictional": b"true"}


def test_parquet_of_nothing_has_its_columns(client: Client) -> None:
    response = client.get(f"{CALLS}?state=better+than+expected&format=parquet")
    table = pyarrow.parquet.read_table(io.BytesIO(response.content))
    assert (table.num_rows, table.column_names) == (0, list(plain(STANDINGS[0])))


@pytest.mark.parametrize(
    ("accept", "content"),
    [
        ("*/*", "application/json"),
        ("", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("application/vnd.apache.parquet, */*;q=0.1", "application/vnd.apache.parquet"),
    ],
)
def test_the_accept_header_chooses_the_format(client: Client, accept: str, content: str) -> None:
    response = client.get("/api/v1/kinds", headers={"accept": accept})
    assert response["Content-Type"] == content
    assert "Accept" in response["Vary"].split(", ")


def test_the_format_parameter_goes_before_the_accept_header(client: Client) -> None:
    assert client.get("/api/v1/kinds?format=json", headers={"accept": "text/csv"}).json()["items"]
