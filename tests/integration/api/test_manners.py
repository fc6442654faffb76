"""How the API behaves whatever is asked: errors, ETags, CORS, limits, methods, pages without a script."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import api_site
import pytest
from django.test import Client, override_settings

from likeforlike.api import guard
from likeforlike.api.reference import list_addresses
from likeforlike.api.schema import make_schema
from likeforlike.release.reading import Release
from made_release import RELEASE

CALLS = "/api/v1/comparisons/calls_answered/gp_practice/standings"


def refused(response: Any, status: int, code: str) -> dict[str, str]:
    """The error, which has the one shape."""
    assert (response.status_code, response["Content-Type"]) == (status, "application/json")
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "next_step"}
    assert body["error"]["code"] == code
    assert body["error"]["message"].endswith(".")
    assert body["error"]["next_step"].endswith(".")
    assert response["Cache-Control"] == "no-store"
    assert response["Access-Control-Allow-Origin"] == "*"
    error: dict[str, str] = body["error"]
    return error


@pytest.mark.parametrize(
    ("address", "status", "code", "said"),
    [
        ("nothing", 404, "not_found", "There is no such address"),
        ("kinds/", 404, "not_found", "There is no such address"),
        ("organisations?kind=pub", 404, "not_found", "kind of organisation 'pub'"),
        ("organisations/gp_practice/Z99999", 404, "not_found", "organisation 'Z99999'"),
        ("organisations/search?q=oak&kind=pub", 404, "not_found", "'pub'"),
        ("organisations?kind=nhs_trust&area_kind=icb&area=XN1", 404, "not_found", "no areas of kind 'icb'"),
        ("areas?kind=gp_practice&area_kind=region", 404, "not_found", "no areas of kind 'region'"),
        ("organisations/near?kind=gp_practice&place=Atlantis", 404, "not_found", "where 'Atlantis' is"),
        ("organisations/nhs_trust/RH8/peers?by=area", 404, "not_found", "no area of that kind for 'RH8'"),
        ("indicators/beauty", 404, "not_found", "indicator 'beauty'"),
        ("comparisons/shmi/gp_practice", 404, "not_found", "figure of 'shmi' for 'gp_practice'"),
        ("comparisons/shmi/gp_practice/standings", 404, "not_found", "figure of 'shmi' for 'gp_practice'"),
        ("comparisons/shmi/nhs_trust/standings?code=RH9", 404, "not_found", "for 'RH9'"),
        ("histories/shmi/nhs_trust/RH9", 404, "not_found", "'RH9'"),
        ("organisations", 422, "invalid_parameter", "kind: field required"),
        ("organisations?kind=gp_practice&limit=0", 422, "invalid_parameter", "limit: "),
        ("organisations?kind=gp_practice&limit=10001", 422, "invalid_parameter", "limit: "),
        ("organisations?kind=gp_practice&area=XN1", 422, "invalid_parameter", "go together"),
        ("organisations?kind=gp_practice&are=XN1", 422, "unknown_parameter", "are: "),
        ("organisations?kind=gp_practice&kind=nhs_trust", 422, "repeated_parameter", "kind: "),
        ("organisations?kind=gp_practice&cursor=x", 422, "cursor_not_usable", "cursor: "),
        ("organisations/near?kind=gp_practice", 422, "invalid_parameter", "place: "),
        (
            "organisations/near?kind=gp_practice&latitude=91&longitude=0",
            422,
            "invalid_parameter",
            "latitude: ",
        ),
        (
            "organisations/near?kind=gp_practice&latitude=nan&longitude=0",
            422,
            "invalid_parameter",
            "latitude: ",
        ),
        ("organisations/near?kind=gp_practice&latitude=50", 422, "invalid_parameter", "place: "),
        ("organisations/gp_practice/A81001/peers?area_kind=icb", 422, "invalid_parameter", "area_kind: "),
        ("comparisons/calls_answered/gp_practice/standings?state=bad", 422, "invalid_parameter", "state: "),
        (
            "comparisons/calls_answered/gp_practice/standings?code=A81001&similar_to=A81001",
            422,
            "invalid_parameter",
            "one way of choosing",
        ),
        ("kinds?format=xml", 422, "invalid_parameter", "format: "),
    ],
)
def test_a_question_that_is_not_answered_has_the_one_shape(
    client: Client, address: str, status: int, code: str, said: str
) -> None:
    assert said in refused(client.get(f"/api/v1/{address}"), status, code)["message"]


def test_a_format_that_is_not_given_is_refused_with_those_that_are(client: Client) -> None:
    response = client.get("/api/v1/kinds", headers={"accept": "application/xml"})
    assert "text/csv" in refused(response, 406, "not_acceptable")["next_step"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("address", ["/api/v1/kinds", "/api/v1/docs", "/api/v1/nothing"])
def test_nothing_can_be_written(client: Client, method: str, address: str) -> None:
    response = getattr(client, method)(address)
    assert refused(response, 405, "method_not_allowed")["next_step"] == "Use GET, HEAD, OPTIONS."
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_a_fault_of_ours_is_logged_and_told_without_a_traceback(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_release: Release) -> None:
        raise ZeroDivisionError("a secret of the machine")

    monkeypatch.setattr(Release, "kinds", fail)
    response = client.get("/api/v1/kinds")
    refused(response, 500, "internal_error")
    assert b"secret" not in response.content
    assert "a secret of the machine" in caplog.text


def test_without_a_release_it_says_how_to_make_one(client: Client, release: Release) -> None:
    api_site.SERVED.clear()
    try:
        response = client.get("/api/v1/kinds")
    finally:
        api_site.SERVED["release"] = release
    assert "likeforlike release" in refused(response, 503, "no_release")["next_step"]
    assert response["Retry-After"] == "60"


def test_the_same_question_has_the_same_etag_and_is_answered_once(client: Client) -> None:
    first = client.get(CALLS)
    assert first["Cache-Control"] == "public, max-age=300"
    again = client.get(CALLS, headers={"if-none-match": f'"other", W/{first["ETag"]}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == first["Cache-Control"]
    assert client.get(CALLS, headers={"if-none-match": '"other"'}).status_code == 200


def test_every_other_question_and_format_has_another_etag(client: Client) -> None:
    cursor = client.get(f"{CALLS}?limit=2").json()["next_cursor"]
    addresses = [
        CALLS,
        f"{CALLS}?format=csv",
        f"{CALLS}?format=parquet",
        f"{CALLS}?limit=2",
        f"{CALLS}?limit=2&cursor={cursor}",
        f"{CALLS}/A81001",
        "/api/v1/kinds",
        "/api/v1/releases",
        f"/releases/{RELEASE.id}{CALLS}",
    ]
    assert len({client.get(address)["ETag"] for address in addresses}) == len(addresses)


def test_the_list_of_releases_is_asked_for_again(client: Client) -> None:
    first = client.get("/api/v1/releases")
    again = client.get("/api/v1/releases", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    own = client.get(f"/releases/{RELEASE.id}/api/v1/releases")
    assert own["Cache-Control"] == "public, max-age=300"


def test_a_release_under_its_own_address_never_changes(client: Client) -> None:
    response = client.get(f"/releases/{RELEASE.id}/api/v1/kinds")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    link = client.get(f"/releases/{RELEASE.id}{CALLS}?limit=2")["Link"]
    assert link.startswith(f"</releases/{RELEASE.id}{CALLS}?limit=2&cursor=")


def test_a_cursor_is_good_for_its_own_question_only(client: Client) -> None:
    cursor = client.get(f"{CALLS}?limit=2").json()["next_cursor"]
    assert client.get(f"{CALLS}?limit=2&cursor={cursor}").status_code == 200
    for other in (
        f"{CALLS}?limit=3&cursor={cursor}",
        f"{CALLS}?limit=2&state=cannot+tell&cursor={cursor}",
        f"/api/v1/organisations?kind=gp_practice&limit=2&cursor={cursor}",
        f"{CALLS}?limit=2&cursor={cursor}A",
        f"{CALLS}?limit=2&cursor={cursor[:-2]}",
    ):
        refused(client.get(other), 422, "cursor_not_usable")


def test_a_page_elsewhere_may_read_it_without_cookies(client: Client) -> None:
    response = client.get("/api/v1/kinds", headers={"origin": "https://example.org"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert "ETag" in response["Access-Control-Expose-Headers"]
    assert not response.cookies
    asked_first = client.options(
        "/api/v1/kinds", headers={"origin": "https://example.org", "access-control-request-method": "GET"}
    )
    assert (asked_first.status_code, asked_first.content) == (204, b"")
    assert asked_first["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_head_tells_the_same_without_the_body(client: Client) -> None:
    whole, head = client.get(CALLS), client.head(CALLS)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == str(len(whole.content))
    assert head["ETag"] == whole["ETag"]


def test_too_many_requests_of_an_address_are_refused_for_a_while(client: Client) -> None:
    guard._buckets.cache_clear()
    with override_settings(API_REQUESTS_PER_MINUTE=6, API_BURST=2):
        statuses = [client.get("/api/v1/kinds", REMOTE_ADDR="203.0.113.7").status_code for _ in range(2)]
        third = client.get("/api/v1/kinds", REMOTE_ADDR="203.0.113.7")
        other = client.get("/api/v1/kinds", REMOTE_ADDR="203.0.113.8")
    guard._buckets.cache_clear()
    assert (statuses, other.status_code) == ([200, 200], 200)
    refused(third, 429, "too_many_requests")
    # Six a minute are one in ten seconds.
    assert 9 <= int(third["Retry-After"]) <= 10


def test_many_rows_in_one_answer_count_as_several_requests(client: Client) -> None:
    guard._buckets.cache_clear()
    with override_settings(API_REQUESTS_PER_MINUTE=6, API_BURST=12):
        statuses = [client.get(f"{CALLS}?limit={limit}").status_code for limit in (9999, 1000, 10)]
    guard._buckets.cache_clear()
    # 10 of 12, then 2, and none is left.
    assert statuses == [200, 200, 429]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "limited"),
    [
        # Whoever asks may write what he likes where no server of ours adds to it, and before what it adds.
        (0, ["198.51.100.1", "198.51.100.2"], True),
        (1, ["198.51.100.1, 192.0.2.1", "198.51.100.2, 192.0.2.1"], True),
        (1, ["198.51.100.1, 192.0.2.1", "198.51.100.1, 192.0.2.2"], False),
        (2, ["192.0.2.1, 10.0.0.1", "192.0.2.2, 10.0.0.1"], False),
        (2, ["10.0.0.1", "10.0.0.2"], True),
    ],
)
def test_behind_servers_of_ours_the_address_is_the_one_that_they_saw(
    client: Client, proxies: int, forwarded: list[str], limited: bool
) -> None:
    guard._buckets.cache_clear()
    with override_settings(API_REQUESTS_PER_MINUTE=6, API_BURST=1, API_PROXIES=proxies):
        statuses = [
            client.get("/api/v1/kinds", headers={"x-forwarded-for": one}).status_code for one in forwarded
        ]
    guard._buckets.cache_clear()
    assert statuses == [200, 429 if limited else 200]


def test_an_answer_is_packed_for_those_who_can_unpack_it(client: Client) -> None:
    whole = client.get(CALLS)
    packed = client.get(CALLS, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == whole.content
    assert packed["Vary"] == "Accept, Accept-Encoding"
    again = client.get(CALLS, headers={"accept-encoding": "gzip", "if-none-match": packed["ETag"]})
    assert again.status_code == 304


def test_the_reference_names_every_address_and_asks_no_other_host(client: Client) -> None:
    page = client.get("/api/v1/docs")
    text = page.content.decode()
    assert page["Content-Type"] == "text/html; charset=utf-8"
    for address in list_addresses(make_schema()):
        assert f"GET {address.path}</code>" in text, address.path
        assert f'<h3 id="{address.id}">' in text
    # What a strict content security policy forbids: scripts, styles and handlers in the page.
    assert not re.search(r"<script|<style|\son\w+=|\sstyle=|javascript:", text)
    assert set(re.findall(r'(?:src|href)="(?!#)([^"]*)"', text)) == {
        "/",
        "/api/v1/docs.css",
        "/api/v1/openapi.json",
    }
    style = client.get("/api/v1/docs.css")
    assert style["Content-Type"] == "text/css; charset=utf-8"
    assert not re.search(rb"url\(|@import|@font-face", style.content)


def test_every_link_within_the_reference_leads_somewhere_once(client: Client) -> None:
    text = client.get("/api/v1/docs").content.decode()
    anchors = re.findall(r'\sid="([^"]*)"', text)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]*)"', text)) <= set(anchors)


def test_the_root_leads_to_the_reference(client: Client) -> None:
    assert client.get("/api/v1/")["Location"] == "/api/v1/docs"


def test_the_schema_describes_fields_in_the_words_of_the_view_objects(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    assert schema["openapi"] == "3.1.0"
    standing = schema["components"]["schemas"]["Standing"]["properties"]
    assert standing["least"]["description"].startswith("Of the 95% interval of its position")
    assert set(schema["paths"]) == {one.path for one in list_addresses(make_schema())}
    own = client.get(f"/releases/{RELEASE.id}/api/v1/openapi.json").json()
    assert f"/releases/{RELEASE.id}/api/v1/kinds" in own["paths"]


def test_a_worker_loads_nothing_that_computes(client: Client) -> None:
    """Parquet alone needs pyarrow, and loads it when it is asked for."""
    heavy = ("ibis", "duckdb", "scipy", "numpy", "pandas", "pyarrow", "altair", "shapely")
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]; import api_site; api_site.configure_django(); "
        "import likeforlike.api.urls; from likeforlike.api.schema import make_schema; make_schema(); "
        f"print([one for one in {heavy} if one in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)], capture_output=True, text=True, check=True
    )
    assert said.stdout == "[]\n"
