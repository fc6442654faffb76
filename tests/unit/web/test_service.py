"""The service around the pages: headers, what may be kept, releases that change or are damaged, feedback, files."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from likeforlike.errors import SettingsError
from likeforlike.release.schema import CURRENT, MANIFEST, READ_MODEL
from likeforlike.web.feedback import FeedbackQueue, RateLimit, check_origin
from likeforlike.web.kept_pages import KeptPage, KeptPages
from likeforlike.web.site import Site, check_production
from made_site import make_release
from site_pages import PAGES, text_of

Open = Callable[..., Any]
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}
OAKFIELD = "/organisations/gp_practice/A00001/"


@pytest.mark.parametrize("address", ["/", OAKFIELD, "/nothing/", "/health"])
def test_every_answer_has_the_headers_of_security(address: str, client: Any) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "Set-Cookie" not in headers


def test_an_asset_may_be_kept_for_long(client: Any) -> None:
    answer = client.get("/assets/site.css", headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer["Content-Encoding"]) == (200, "gzip")
    assert "max-age=31536000" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    answer.close()


def test_behind_tls_a_browser_is_told_to_keep_to_it(open_site: Open, releases: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from likeforlike.web.application import make_application\n"
        "from likeforlike.web.site import Site\n"
        "make_application(Site(Path(sys.argv[1]), Path('feedback'), hosts=('testserver',), behind_tls=True))\n"
        "from django.test import Client\n"
        "plain, safe = Client().get('/'), Client().get('/', headers={'X-Forwarded-Proto': 'https'})\n"
        "print(plain.status_code, plain['Location'], safe.status_code, safe['Strict-Transport-Security'])\n"
        "print(Client().get('/health').status_code)\n"
        "print(sorted({'ibis', 'scipy', 'altair', 'duckdb', 'pyarrow', 'numpy', 'typer'} & set(sys.modules)))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(releases)], capture_output=True, text=True, check=True
    ).stdout
    assert said.splitlines() == [
        "301 https://testserver/ 200 max-age=31536000; includeSubDomains",
        "200",
        # What makes releases has no place in a worker.
        "[]",
    ]


def test_a_page_is_kept_and_known_again(client: Any) -> None:
    first = client.get(OAKFIELD, headers={"Accept-Encoding": "gzip"})
    assert first["Content-Encoding"] == "gzip"
    assert b"OAKFIELD" in gzip.decompress(first.content)
    assert first["Cache-Control"] == "public, max-age=300"
    again = client.get(OAKFIELD, headers={"Accept-Encoding": "gzip", "If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(OAKFIELD)["ETag"] != first["ETag"]


def test_what_is_kept_has_a_bound() -> None:
    kept = KeptPages(most_bytes=10)
    for name in "abc":
        kept.put(name, KeptPage(b"1234", {}, name))
        kept.get("a")
    assert [kept.get(name) is not None for name in "abc"] == [True, False, True]


def test_a_newer_release_is_taken_up_and_the_older_stays_at_its_address(client: Any, releases: Path) -> None:
    assert "61% (58% to 64%)" in text_of(client.get(OAKFIELD))
    make_release(releases, "2026-02-03-bbbbbbbb", value=71.0)
    assert "71% (68% to 74%)" in text_of(client.get(OAKFIELD))
    older = client.get(f"/releases/2026-01-02-aaaaaaaa{OAKFIELD}")
    assert "61% (58% to 64%)" in text_of(older)
    assert "You are reading release 2026-01-02-aaaaaaaa" in text_of(older)
    assert 'href="/releases/2026-01-02-aaaaaaaa/services/gp_practice/"' in older.content.decode()


def harm_nothing_there(folder: Path) -> None:
    (folder / READ_MODEL).unlink()


def harm_cut_short(folder: Path) -> None:
    content = (folder / READ_MODEL).read_bytes()
    (folder / READ_MODEL).write_bytes(content[: len(content) // 2])


def harm_one_byte(folder: Path) -> None:
    content = bytearray((folder / READ_MODEL).read_bytes())
    content[-1] ^= 1
    (folder / READ_MODEL).write_bytes(bytes(content))


def harm_no_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def harm_missing_table(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"]["data/figures/one.parquet"] = "0" * 64
    (folder / MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    "harm", [harm_nothing_there, harm_cut_short, harm_one_byte, harm_no_manifest, harm_missing_table]
)
def test_a_damaged_release_is_refused_and_the_last_good_one_kept(
    harm: Any, client: Any, releases: Path, tmp_path: Path
) -> None:
    assert client.get("/health").json()["status"] == "ok"
    # Made elsewhere and copied, so that it is damaged before it is pointed at.
    made = make_release(tmp_path / "elsewhere", "2026-02-03-bbbbbbbb", value=71.0)
    harm(made)
    made.rename(releases / made.name)
    (releases / CURRENT).write_text(f"{made.name}\n")
    assert "61% (58% to 64%)" in text_of(client.get(OAKFIELD))
    health = client.get("/health").json()
    assert (health["release"], health["status"]) == ("2026-01-02-aaaaaaaa", "refused a newer release")
    assert "2026-02-03-bbbbbbbb" in health["refused"]
    assert client.get("/releases/2026-02-03-bbbbbbbb/").status_code == 404


def test_without_a_release_every_page_says_how_to_make_one(open_site: Open, tmp_path: Path) -> None:
    client = open_site(tmp_path / "none")
    answer = client.get("/")
    assert answer.status_code == 503
    assert "likeforlike release" in text_of(answer)
    assert answer["Retry-After"] == "60"
    assert client.get("/health").status_code == 503
    make_release(tmp_path / "none")
    assert client.get("/").status_code == 200


def test_a_path_climbs_out_of_nothing(client: Any) -> None:
    for path in ("data/..%2f..%2fmanifest.json", "data/../manifest.json", "data/manifest.json", "../current"):
        assert client.get(f"/download/{path}").status_code == 404
    assert client.get("/releases/..%2f..%2f/").status_code == 404
    assert b"".join(client.get("/download/data/organisations.parquet").streaming_content) == b"PAR1"


def test_an_address_without_its_last_slash_is_sent_on_within_the_site(client: Any) -> None:
    assert client.get("/methods")["Location"] == "/methods/"
    elsewhere = client.get("/", PATH_INFO="//evil.example.org/methods")
    assert (elsewhere.status_code, elsewhere.get("Location")) == (404, None)
    assert client.get("/search?q=a+b")["Location"] == "/search/?q=a+b"


def test_a_host_that_is_not_ours_is_refused(client: Any) -> None:
    assert client.get("/", headers={"Host": "evil.example.org"}).status_code == 400


def test_files_hold_the_figures_and_run_nothing(client: Any) -> None:
    answer = client.get("/download/indicator/calls_answered_share/gp_practice.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 10
    assert {row["code"]: row["name"] for row in rows}["A00009"] == "'=1+1 SURGERY"
    assert (rows[0]["value"], rows[0]["least"], rows[0]["most"]) == ("61.0", "9", "10")
    # A negative number stays a number.
    assert rows[0]["mean"] == "-2.4"
    assert "attachment" in answer["Content-Disposition"]
    book = client.get("/download/chart/calls-ranked.xlsx").content
    import openpyxl

    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["Practice", "Per cent"],
        ["OAKFIELD SURGERY", "61"],
        ["=1+1 SURGERY", "70"],
    ]
    assert sheet["A3"].data_type == "s"


def test_a_picture_runs_nothing(client: Any) -> None:
    answer = client.get("/charts/calls-ranked.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Security-Policy"].endswith("sandbox")


def test_feedback_is_kept_with_its_page_and_nothing_of_its_sender(client: Any, tmp_path: Path) -> None:
    given = {"text": "May looks\nwrong.", "page": "/organisations/", "subject": "figure"}
    answer = client.post("/feedback/", given, headers=SAME_ORIGIN, REMOTE_ADDR="192.0.2.1")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    (line,) = (tmp_path / "feedback.jsonl").read_text().splitlines()
    kept = json.loads(line)
    assert kept.pop("at").startswith("20")
    assert kept == {**given, "release": "2026-01-02-aaaaaaaa"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example.org"},
        {"Origin": "http://evil.example.org"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_feedback_from_another_site_is_refused(headers: dict[str, str], client: Any, tmp_path: Path) -> None:
    assert client.post("/feedback/", {"text": "x"}, headers=headers).status_code == 403
    assert not (tmp_path / "feedback.jsonl").exists()


def test_an_origin_is_ours_or_it_is_not() -> None:
    assert check_origin({"Origin": "https://compare.example.org"}, "compare.example.org")
    assert check_origin({"Sec-Fetch-Site": "same-origin"}, "compare.example.org")
    assert not check_origin({"Sec-Fetch-Site": "same-origin", "Origin": "https://b.org"}, "a.org")


def test_empty_and_long_feedback_is_asked_for_again_and_a_robot_thanked(client: Any, tmp_path: Path) -> None:
    for text in ("", "x" * 4001):
        answer = client.post("/feedback/", {"text": text}, headers=SAME_ORIGIN)
        assert answer.status_code == 400
        assert "There is a problem" in text_of(answer)
    assert client.post("/feedback/", {"text": "x", "website": "y"}, headers=SAME_ORIGIN).status_code == 200
    assert not (tmp_path / "feedback.jsonl").exists()


def test_one_sender_has_so_many_messages_an_hour(client: Any) -> None:
    answers = [
        client.post("/feedback/", {"text": "x"}, headers=SAME_ORIGIN, REMOTE_ADDR="192.0.2.9").status_code
        for _ in range(6)
    ]
    assert answers == [200] * 5 + [429]


def test_an_hour_later_there_is_room_again() -> None:
    now = 0.0
    limit = RateLimit(per_hour=1, clock=lambda: now)
    assert limit.allows("a", "key")
    assert not limit.allows("a", "key")
    assert limit.allows("b", "key")
    now = 3601.0
    assert limit.allows("a", "key")


def test_a_full_file_takes_no_more(tmp_path: Path) -> None:
    queue = FeedbackQueue(tmp_path / "queue", most_bytes=10)
    assert [queue.append({"text": "x"}) for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize(
    ("given_site", "listening", "found"),
    [
        ({"hosts": ("*",)}, "127.0.0.1", "hosts"),
        ({"hosts": ("a.org",)}, "127.0.0.1", "secret_key"),
        ({"hosts": ("a.org",), "secret_key": "k" * 49}, "127.0.0.1", "secret_key"),
        ({"hosts": ("a.org",), "secret_key": "k" * 50}, "127.0.0.1", "tls"),
        ({}, "0.0.0.0", "secret_key"),
    ],
)
def test_an_unsafe_start_is_refused(
    given_site: dict[str, Any], listening: str, found: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=f"^{found}"):
        check_production(Site(tmp_path, tmp_path / "f", **given_site), listening)


def test_a_safe_start_is_not_refused(tmp_path: Path) -> None:
    check_production(Site(tmp_path, tmp_path / "f"), "127.0.0.1")
    check_production(
        Site(tmp_path, tmp_path / "f", hosts=("a.org",), secret_key="k" * 50, behind_tls=True), "127.0.0.1"
    )


KEYS = (
    "q",
    "kind",
    "area",
    "area_kind",
    "indicator",
    "sort",
    "state",
    "near",
    "page",
    "code",
    "add",
    "organisation",
)


@given(
    strategies.sampled_from(sorted({address.split("?")[0] for address in PAGES.values()})),
    strategies.lists(
        strategies.tuples(strategies.sampled_from(KEYS), strategies.text(max_size=30)), max_size=6
    ),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_there_is_a_page(client: Any, address: str, query: list[tuple[str, str]]) -> None:
    from django.http import QueryDict

    asked = QueryDict(mutable=True)
    for key, value in query:
        asked.appendlist(key, value)
    answer = client.get(f"{address}?{asked.urlencode()}")
    assert answer.status_code in (200, 404)
    assert "<SOUTH>" not in answer.content.decode()


def test_the_packed_assets_are_the_assets() -> None:
    assets = Path(__file__).parents[3] / "src" / "likeforlike" / "web" / "assets"
    packed = sorted(assets.glob("*.gz"))
    assert len(packed) == 4
    for path in packed:
        assert gzip.decompress(path.read_bytes()) == path.with_suffix("").read_bytes(), path.name


def test_no_asset_asks_another_host_for_anything() -> None:
    assets = Path(__file__).parents[3] / "src" / "likeforlike" / "web" / "assets"
    for path in [*assets.glob("*.css"), *assets.glob("*.js")]:
        text = path.read_text(encoding="utf-8")
        assert "Frutiger" not in text
        assert "@font-face" not in text
        assert "url(http" not in text
        assert "url(//" not in text


def test_the_site_is_written_as_files(releases: Path, tmp_path: Path) -> None:
    from likeforlike.web.static import write_site

    folder = tmp_path / "files"
    number = write_site(releases, folder)
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {
        "index.html",
        "services/gp_practice/index.html",
        "services/gp_practice/in-icb-QAA/index.html",
        "organisations/gp_practice/A00001/index.html",
        "organisations/gp_practice/A00099/index.html",
        "indicators/calls_answered_share/gp_practice/index.html",
        "charts/calls-ranked.svg",
        "download/indicator/calls_answered_share/gp_practice.csv",
        "assets/site.css",
    } <= written
    assert number == len([name for name in written if not name.startswith("assets/")])
    # Every link of every page leads to a file.
    import re

    for page in folder.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="(/[^"?#]*)', page.read_text(encoding="utf-8")):
            target = folder / link.lstrip("/")
            assert target.is_file() or (target / "index.html").is_file(), (page, link)
