"""Whatever stands in an address, a query or a header: an answer or a refusal of the one shape, never a fault."""

from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from likeforlike.api.parameters import LONGEST_TEXT
from likeforlike.release.reading import Release

NAMES = [
    "kind",
    "area_kind",
    "area",
    "q",
    "place",
    "latitude",
    "limit",
    "cursor",
    "format",
    "code",
    "state",
    "by",
]
PATHS = [
    "areas",
    "changes",
    "comparisons/calls_answered/gp_practice/standings",
    "indicators",
    "kinds",
    "organisations",
    "organisations/near",
    "organisations/gp_practice/A81001/peers",
    "organisations/search",
    "releases",
]
# SQL, the query language of FTS5, paths, formulas, templates, headers, and bytes that are no text.
ATTACKS = [
    "' OR 1=1 --",
    '"; DROP TABLE organisations; --',
    "gp_practice' UNION SELECT view, 1 FROM release --",
    "name:oak*",
    'oak" OR "elm',
    "oak NEAR/2 elm",
    "NOT oak",
    "^oak",
    "{name code}: oak",
    "oak AND (elm",
    "oak + elm",
    '""""',
    "%00",
    "\x00oak\x00",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "file:///etc/passwd",
    "=cmd|' /C calc'!A0",
    "{{ 7 * 7 }}",
    "<script>alert(1)</script>",
    "x\r\nSet-Cookie: a=b",
    "\ud7ff\ufdd0\uffff",
    "İstanbul ſurgery ẞ",
    "a" * 5000,
    "%ff%fe",
]
TEXTS = st.one_of(
    st.sampled_from(ATTACKS),
    st.text(max_size=40),
    st.sampled_from(
        ["gp_practice", "icb", "XN1", "A81001", "csv", "similar", "TS18", "1", "-1", "1e400", "nan"]
    ),
)
BOUNDED = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def check_polite(response: Any) -> None:
    """A success, or a refusal of the one shape that repeats no page of ours and no machine's path."""
    assert response.status_code in (200, 404, 406, 422), (response.status_code, response.content)
    assert response["Access-Control-Allow-Origin"] == "*"
    if response.status_code != 200:
        assert set(response.json()["error"]) == {"code", "message", "next_step"}
        assert b"Traceback" not in response.content
        assert b"sqlite" not in response.content.lower()


@BOUNDED
@given(
    path=st.sampled_from(PATHS), query=st.lists(st.tuples(st.sampled_from([*NAMES, "x"]), TEXTS), max_size=4)
)
def test_any_query(client: Client, path: str, query: list[tuple[str, str]]) -> None:
    check_polite(client.get(f"/api/v1/{path}?{urlencode(query, errors='surrogatepass')}"))


@BOUNDED
@given(query=st.binary(max_size=60))
@example(query=b"kind=%ff%fe&kind=%zz&&=&;")
@example(query=b"q=%00%0d%0a")
def test_any_bytes_as_a_query(client: Client, query: bytes) -> None:
    check_polite(client.get("/api/v1/organisations/search", QUERY_STRING=query.decode("latin-1")))


@BOUNDED
@given(parts=st.lists(TEXTS.filter(bool), min_size=1, max_size=5))
@example(parts=["organisations", "gp_practice", "..", "..", "kinds"])
@example(parts=["organisations", "gp_practice", "A81001\n"])
@example(parts=["releases", "..", "current"])
def test_any_path(client: Client, parts: list[str]) -> None:
    check_polite(client.get(f"/api/v1/{'/'.join(quote(one, safe='') for one in parts)}"))


@BOUNDED
@given(
    accept=st.one_of(
        st.text(st.characters(codec="latin-1", exclude_characters="\r\n")), st.just(";q=nan,*/*;q=x")
    ),
    known=st.text(st.characters(codec="latin-1", exclude_characters="\r\n")),
)
def test_any_header(client: Client, accept: str, known: str) -> None:
    check_polite(client.get("/api/v1/kinds", HTTP_ACCEPT=accept, HTTP_IF_NONE_MATCH=known))


@BOUNDED
@given(
    cursor=st.one_of(
        st.text(min_size=1), st.binary(min_size=1).map(lambda one: quote(one)), st.just("A" * 900)
    )
)
def test_any_cursor(client: Client, cursor: str) -> None:
    response = client.get("/api/v1/organisations", {"kind": "gp_practice", "cursor": cursor})
    assert response.status_code == 422, response.content
    assert response.json()["error"]["code"] in ("cursor_not_usable", "invalid_parameter")


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_is_a_name_that_nobody_has(client: Client, release: Release, attack: str) -> None:
    before = [one.code for one in release.organisations("gp_practice")]
    for address in ("organisations", "indicators"):
        response = client.get(f"/api/v1/{address}", {"kind": attack})
        # Too long, or nobody's.
        assert response.status_code == (422 if len(attack) > LONGEST_TEXT else 404)
    assert client.get(f"/api/v1/organisations/gp_practice/{quote(attack, safe='')}").status_code in (404, 422)
    assert [one.code for one in release.organisations("gp_practice")] == before


@BOUNDED
@given(text=st.one_of(TEXTS, st.text(max_size=300)))
@example(text="a" * 5000)
@example(text="".join(chr(0x4E00 + number) for number in range(5000)))
def test_a_search_finds_or_does_not_whatever_is_typed(release: Release, text: str) -> None:
    for found in release.search(text):
        assert release.organisation(found.kind, found.code).name == found.name


def test_the_query_language_of_the_index_does_not_reach_it(release: Release) -> None:
    # As a query of FTS5 the first finds both, the second everybody but one, and the third is an error.
    assert [one.code for one in release.search("oakfield")] == ["A81001"]
    assert release.search("name:oakfield*") == release.search("name oakfield")
    assert release.search('oakfield" OR "medical') == release.search("oakfield or medical")
    assert release.search('"oakfield') == release.search("oakfield")


def test_a_release_cannot_be_written_through_its_own_connection(release: Release) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        release._base.execute("DELETE FROM organisations")
