"""A publisher's server at its worst: what comes whole is kept, what does not leaves nothing behind."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from publisher import (
    FILES,
    HASTY,
    PAGES,
    Behaviour,
    Loopback,
    Publisher,
    Request,
    cut_short,
    hang_up,
    in_turn,
    redirect,
    refuse,
    send,
    source_with,
    whole,
)

from likeforlike.errors import FetchError
from likeforlike.fetch.fetching import Fetched, fetch_source
from likeforlike.fetch.record import RECORD
from likeforlike.fetch.web import Manners

Fetch = Callable[..., list[Fetched]]

TABLE = b"practice,patients\n" + b"A81001,4167\n" * 20_000
ADDRESS = f"{FILES}/1F/all.csv"
SOURCE = source_with(links=[r"/all\.csv$"])
ETAG = '"20000-rows"'


@pytest.fixture(autouse=True)
def _one_link(publisher: Publisher) -> None:
    publisher.page(f"{PAGES}/list", f"https://{ADDRESS}")


def kept(tmp_path: Path) -> dict[str, bytes]:
    """All that lies in the folder but the record and the lock, passing files included."""
    return {
        path.name: path.read_bytes()
        for path in sorted((tmp_path / "files").rglob("*"))
        if path.is_file() and path.name not in (RECORD, ".fetching.lock")
    }


def ranges(publisher: Publisher) -> list[str | None]:
    """What part was asked for, at each request of the file."""
    return [headers.get("Range") for path, headers in publisher.asked if path == ADDRESS]


def chunked(content: bytes, end: bool = True) -> Behaviour:
    """Without a length, in pieces; without its end where the connection broke."""

    def answer(request: Request) -> None:
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        request.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        if end:
            request.wfile.write(b"0\r\n\r\n")
        else:
            hang_up(request)

    return answer


# What goes wrong first → the file comes whole all the same.
MENDED: dict[str, list[Behaviour]] = {
    "500 and then fine": [refuse(500), whole(TABLE)],
    "503, 429 and then fine": [refuse(503), refuse(429, **{"Retry-After": "0"}), whole(TABLE)],
    "a Retry-After that is none": [refuse(503, **{"Retry-After": "soon"}), whole(TABLE)],
    "the connection ends at once": [hang_up, whole(TABLE)],
    "cut short, nothing to resume by": [cut_short(TABLE, 9_000), whole(TABLE)],
    "cut short and resumed": [cut_short(TABLE, 9_000, ETag=ETAG), whole(TABLE, ETag=ETAG)],
    "cut short twice": [
        cut_short(TABLE, 9_000, ETag=ETAG),
        refuse(502),
        whole(TABLE, ETag=ETAG),
    ],
    "the file changed meanwhile": [cut_short(b"old" * 9_000, 9_000, ETag='"old"'), whole(TABLE, ETag=ETAG)],
    "range ignored": [
        cut_short(TABLE, 9_000, ETag=ETAG),
        lambda request: send(request, 200, TABLE, ETag=ETAG),
    ],
    "another part than was asked for": [
        cut_short(TABLE, 9_000, ETag=ETAG),
        lambda request: send(
            request,
            206,
            TABLE[10:],
            ETag=ETAG,
            **{"Content-Range": f"bytes 10-{len(TABLE) - 1}/{len(TABLE)}"},
        ),
        whole(TABLE, ETag=ETAG),
    ],
    "a part of another whole": [
        cut_short(TABLE, 9_000, ETag=ETAG),
        lambda request: send(
            request, 206, TABLE[9_000:], ETag=ETAG, **{"Content-Range": "bytes 9000-9999/10000"}
        ),
        whole(TABLE, ETag=ETAG),
    ],
    "a part of the rest, and then the rest of it": [
        cut_short(TABLE, 9_000, ETag=ETAG),
        lambda request: send(
            request,
            206,
            TABLE[9_000:10_000],
            ETag=ETAG,
            **{"Content-Range": f"bytes 9000-9999/{len(TABLE)}"},
        ),
        whole(TABLE, ETag=ETAG),
    ],
    "the rest refused": [cut_short(TABLE, 9_000, ETag=ETAG), refuse(416), whole(TABLE, ETag=ETAG)],
    "in pieces without their end": [chunked(TABLE[:9_000], end=False), chunked(TABLE)],
}


@pytest.mark.parametrize("name", MENDED)
def test_what_another_attempt_mends(name: str, publisher: Publisher, fetch: Fetch, tmp_path: Path) -> None:
    publisher.behaviours[ADDRESS] = in_turn(*MENDED[name])
    (one,) = fetch(SOURCE)
    assert kept(tmp_path) == {"all.csv": TABLE}
    assert (one.outcome, one.sha256, one.bytes) == (
        "fetched",
        hashlib.sha256(TABLE).hexdigest(),
        len(TABLE),
    )


def test_only_the_rest_is_asked_for(publisher: Publisher, fetch: Fetch) -> None:
    publisher.behaviours[ADDRESS] = in_turn(
        cut_short(TABLE, 9_000, ETag=ETAG, **{"Last-Modified": "Thu, 13 Nov 2025 09:30:00 GMT"}),
        whole(TABLE, ETag=ETAG),
    )
    fetch(SOURCE)
    assert ranges(publisher) == [None, "bytes=9000-"]
    assert publisher.asked[-1][1]["If-Range"] == ETAG


def test_a_weak_etag_does_not_promise_the_same_bytes(publisher: Publisher, fetch: Fetch) -> None:
    publisher.behaviours[ADDRESS] = in_turn(cut_short(TABLE, 9_000, ETag=f"W/{ETAG}"), whole(TABLE))
    fetch(SOURCE)
    assert ranges(publisher) == [None, None]


def test_a_second_run_goes_on_where_the_first_gave_up(
    publisher: Publisher, fetch: Fetch, tmp_path: Path
) -> None:
    publisher.behaviours[ADDRESS] = in_turn(cut_short(TABLE, 9_000, ETag=ETAG), refuse(503))
    (one,) = fetch(SOURCE)
    assert one.error
    assert "3 attempts failed, the last one with: answer 503" in str(one.error)
    assert "what has arrived is kept" in str(one.error)
    assert kept(tmp_path)[".all.csv.part"] == TABLE[:9_000]
    publisher.behaviours[ADDRESS] = whole(TABLE, ETag=ETAG)
    fetch(SOURCE)
    assert ranges(publisher) == [None, "bytes=9000-", "bytes=9000-", "bytes=9000-"]
    assert kept(tmp_path) == {"all.csv": TABLE}


def test_all_had_arrived_when_the_first_run_ended(publisher: Publisher, fetch: Fetch, tmp_path: Path) -> None:
    publisher.behaviours[ADDRESS] = in_turn(cut_short(TABLE, 9_000, ETag=ETAG), refuse(503))
    fetch(SOURCE)
    (tmp_path / "files" / ".all.csv.part").write_bytes(TABLE)
    fetch(SOURCE)
    assert len(ranges(publisher)) == 3
    assert kept(tmp_path) == {"all.csv": TABLE}


@pytest.mark.parametrize("facts", ["", "{", "[]", '{"asked": "https://elsewhere"}'])
def test_a_part_of_nobody_knows_what_is_not_gone_on_with(
    facts: str, publisher: Publisher, fetch: Fetch, tmp_path: Path
) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / ".all.csv.part").write_bytes(b"strange")
    (tmp_path / "files" / ".all.csv.part.json").write_text(facts)
    publisher.behaviours[ADDRESS] = whole(TABLE, ETag=ETAG)
    fetch(SOURCE)
    assert ranges(publisher) == [None]
    assert kept(tmp_path) == {"all.csv": TABLE}


def endless(request: Request) -> None:
    request.send_response(200)
    request.end_headers()
    request.close_connection = True
    try:
        while True:
            request.wfile.write(b"A81001,4167\n" * 1000)
    except OSError:
        pass


def drip(request: Request) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "100000")
    request.end_headers()
    try:
        for _ in range(100):
            request.wfile.write(b"a")
            request.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


def silent(request: Request) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "100000")
    request.end_headers()
    time.sleep(1.5)


BOMB = gzip.compress(b"\0" * (64 << 20), mtime=0)

# What the server does → what is said, and how often it was asked.
REFUSED: dict[str, tuple[Behaviour, list[str], int]] = {
    "404": (refuse(404), ["all.csv: is not there (the server answers 404)", "by hand"], 1),
    "403": (refuse(403), ["the server answers 403", "by hand"], 1),
    "500 for ever": (refuse(500), ["3 attempts failed", "answer 500", "Try again later"], 3),
    "asks to be left alone": (
        refuse(503, **{"Retry-After": "3600"}),
        ["asks to be left alone for 3,600 seconds"],
        1,
    ),
    "HTML instead of CSV": (
        whole(b"\xef\xbb\xbf\n <!DOCTYPE html><title>Sorry</title>", **{"Content-Type": "text/csv"}),
        ["all.csv: a web page came instead of the file; it was not kept.", "landing page"],
        1,
    ),
    "a fault as JSON": (whole(b'{"message": "no such indicator"}'), ["a web page came instead"], 1),
    "nothing": (whole(b""), ["nothing came instead of the file"], 1),
    "a workbook called CSV": (whole(b"PK\3\4\0\0\0\0"), ["no text came instead"], 1),
    "endless": (endless, ["is larger than 1 MB"], 1),
    "announces too much": (
        lambda request: send(request, 200, b"", **{"Content-Length": "99000000000"}),
        ["is larger than 1 MB"],
        1,
    ),
    "announces more than it sends": (cut_short(TABLE, 9_000), ["3 attempts failed", "IncompleteRead"], 3),
    "a drip at a time": (drip, ["3 attempts failed", "bytes in"], 3),
    "silence": (silent, ["3 attempts failed", "Read timed out"], 3),
    "a bomb by Content-Encoding": (
        whole(BOMB, **{"Content-Encoding": "gzip"}),
        ["comes packed (gzip) although that was not asked for"],
        1,
    ),
    "redirect elsewhere": (
        redirect("https://evil.example/all.csv"),
        ["https://evil.example/all.csv: this leads away from the publisher's hosts"],
        1,
    ),
    "redirect to http": (redirect(f"http://{FILES}/all.csv"), [f"http://{FILES}/all.csv: only https"], 1),
    "redirect to nowhere": (
        lambda request: send(request, 302, b""),
        ["redirects more than 5 times"],
        6,
    ),
    "redirect in a circle": (redirect(f"https://{ADDRESS}"), ["redirects more than 5 times"], 6),
    "unchanged, though never fetched": (refuse(304), ["unchanged which is not here"], 1),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_kept_leaves_nothing(
    name: str, publisher: Publisher, fetch: Fetch, tmp_path: Path
) -> None:
    behaviour, words, requests = REFUSED[name]
    publisher.behaviours[ADDRESS] = behaviour
    (one,) = fetch(SOURCE)
    assert one.outcome == "failed"
    for word in words:
        assert word in str(one.error)
    assert len(ranges(publisher)) == requests
    assert not (tmp_path / "files" / "all.csv").exists()
    # A part may wait for the next run, where it is one of the file.
    assert set(kept(tmp_path)) <= {".all.csv.part", ".all.csv.part.json"}
    assert "evil" not in "".join(publisher.paths)


def test_a_redirect_on_the_hosts_is_followed_and_recorded(
    publisher: Publisher, fetch: Fetch, tmp_path: Path
) -> None:
    publisher.behaviours[ADDRESS] = redirect(f"https://{FILES}/2F/all.csv")
    publisher.behaviours[f"{FILES}/2F/all.csv"] = whole(TABLE, ETag=ETAG)
    fetch(SOURCE)
    (line,) = (tmp_path / "files" / RECORD).read_text().splitlines()
    entry = json.loads(line)
    assert entry.pop("time").endswith("+00:00")
    assert entry == {
        "source": "registered_patients",
        "period": None,
        "asked": f"https://{ADDRESS}",
        "address": f"https://{FILES}/2F/all.csv",
        "file": "all.csv",
        "sha256": hashlib.sha256(TABLE).hexdigest(),
        "bytes": len(TABLE),
        "etag": ETAG,
        "last_modified": None,
    }


def test_one_file_that_fails_does_not_keep_the_others(
    publisher: Publisher, fetch: Fetch, tmp_path: Path
) -> None:
    publisher.page(
        f"{PAGES}/list", "http://files.digital.nhs.uk/a.csv", "https://evil.example/b.csv", "/c.csv", "/d.csv"
    )
    publisher.behaviours[f"{PAGES}/d.csv"] = whole(TABLE)
    source = source_with(links=[r"\.csv$"])
    planned = fetch(source, dry_run=True)
    assert [one.outcome for one in planned] == ["failed", "failed", "would_fetch", "would_fetch"]
    results = fetch(source)
    assert [one.outcome for one in results] == ["failed", "failed", "failed", "fetched"]
    assert kept(tmp_path) == {"d.csv": TABLE}


def test_hostile_names_stay_in_the_folder(publisher: Publisher, fetch: Fetch, tmp_path: Path) -> None:
    names = ["..%2F..%2Fescaped.csv", "%2Fescaped.csv", "..%5C..%5Cescaped.csv"]
    publisher.page(f"{PAGES}/list", *(f"https://{FILES}/{name}" for name in names))
    for number, name in enumerate(names):
        publisher.behaviours[f"{FILES}/{name}"] = whole(TABLE + b"%d\n" % number)
    fetch(source_with(links=[r"escaped\.csv$"]))
    digests = [hashlib.sha256(TABLE + b"%d\n" % number).hexdigest()[:8] for number in (1, 2)]
    assert set(kept(tmp_path)) == {"escaped.csv", *(f"escaped.{digest}.csv" for digest in digests)}
    assert {path.name for path in tmp_path.iterdir()} == {"files"}


def test_nothing_is_overwritten(publisher: Publisher, fetch: Fetch, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "all.csv").write_bytes(b"mine\n")
    publisher.behaviours[ADDRESS] = whole(TABLE)
    (one,) = fetch(SOURCE)
    other = f"all.{hashlib.sha256(TABLE).hexdigest()[:8]}.csv"
    assert kept(tmp_path) == {"all.csv": b"mine\n", other: TABLE}
    assert (
        one.note == f"all.csv was there with other bytes and was left as it is; this one is kept as {other}"
    )
    (again,) = fetch(SOURCE)
    assert (again.outcome, again.file) == ("already_there", tmp_path / "files" / other)
    assert kept(tmp_path) == {"all.csv": b"mine\n", other: TABLE}


def test_names_that_are_all_taken(publisher: Publisher, fetch: Fetch, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    digest = hashlib.sha256(TABLE).hexdigest()
    names = ["all.csv", f"all.{digest[:8]}.csv", f"all.{digest}.csv"]
    for name in names:
        (tmp_path / "files" / name).write_bytes(b"mine\n")
    publisher.behaviours[ADDRESS] = whole(TABLE, ETag=ETAG)
    (one,) = fetch(SOURCE)
    assert "a file of this name has other bytes than its name says" in str(one.error)
    assert all((tmp_path / "files" / name).read_bytes() == b"mine\n" for name in names)


def test_a_file_that_is_there_is_not_sent_again(publisher: Publisher, fetch: Fetch, tmp_path: Path) -> None:
    publisher.behaviours[ADDRESS] = whole(TABLE, ETag=ETAG)
    fetch(SOURCE)
    (one,) = fetch(SOURCE)
    assert one.outcome == "already_there"
    assert publisher.asked[-1][1]["If-None-Match"] == ETAG
    assert len((tmp_path / "files" / RECORD).read_text().splitlines()) == 1
    # Damaged on the disk since: it is no longer what came, and comes again.
    (tmp_path / "files" / "all.csv").write_bytes(b"damaged")
    (two,) = fetch(SOURCE)
    assert (two.outcome, "If-None-Match" in publisher.asked[-1][1]) == ("fetched", False)


def test_an_issue_that_is_replaced_is_kept_beside_the_first(
    publisher: Publisher, fetch: Fetch, tmp_path: Path
) -> None:
    publisher.behaviours[ADDRESS] = whole(TABLE, ETag=ETAG)
    fetch(SOURCE)
    revised = TABLE + b"A81002,1\n"
    publisher.behaviours[ADDRESS] = whole(revised, ETag='"revised"')
    fetch(SOURCE)
    assert kept(tmp_path) == {"all.csv": TABLE, f"all.{hashlib.sha256(revised).hexdigest()[:8]}.csv": revised}


def test_a_zip_must_be_whole(publisher: Publisher, fetch: Fetch, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("all.csv", TABLE)
    publisher.page(f"{PAGES}/list", f"https://{FILES}/all.zip")
    source = source_with(links=[r"/all\.zip$"])
    publisher.behaviours[f"{FILES}/all.zip"] = whole(packed.getvalue()[:9_000])
    (one,) = fetch(source)
    assert "all.zip: no zip, or one that was cut short came instead" in str(one.error)
    publisher.behaviours[f"{FILES}/all.zip"] = whole(packed.getvalue())
    fetch(source)
    assert kept(tmp_path) == {"all.zip": packed.getvalue()}


class Clock:
    """A clock that only goes while one sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("likeforlike.fetch.web.time", clock)
    return clock


def test_two_requests_keep_their_distance(publisher: Publisher, fetch: Fetch, clock: Clock) -> None:
    publisher.page(f"{PAGES}/list", "/a.csv", "/b.csv", "/c.csv")
    for name in "abc":
        publisher.behaviours[f"{PAGES}/{name}.csv"] = whole(TABLE)
    fetch(source_with(links=[r"\.csv$"]), manners=Manners())
    assert clock.slept == [0, 1, 1, 1]


def test_each_wait_is_longer_than_the_last(publisher: Publisher, fetch: Fetch, clock: Clock) -> None:
    publisher.behaviours[ADDRESS] = refuse(503)
    fetch(SOURCE, manners=Manners(pause=0))
    waits = clock.slept[2::2]
    # At once, then 2, 4, 8, 16 seconds with up to one more by chance: all the others come back as well.
    assert waits[0] == 0
    assert all(least <= wait <= least + 1 for wait, least in zip(waits[1:], (2, 4, 8, 16), strict=True))


def test_a_server_is_left_alone_for_as_long_as_it_asks(
    publisher: Publisher, fetch: Fetch, clock: Clock
) -> None:
    publisher.behaviours[ADDRESS] = in_turn(refuse(429, **{"Retry-After": "97"}), whole(TABLE))
    fetch(SOURCE, manners=Manners(pause=0))
    assert clock.slept == [0, 0, 97, 0]


def test_a_folder_that_cannot_be_written(publisher: Publisher, pool: Loopback, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file\n")
    with pytest.raises(FetchError, match=r"files: cannot be written \(File exists\). Name a folder"):
        fetch_source(SOURCE, tmp_path / "files", pool=pool, manners=HASTY)
