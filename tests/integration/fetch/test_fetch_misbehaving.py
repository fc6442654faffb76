"""A publisher's server at its worst: what comes whole is kept, what does not leaves nothing behind."""

from __future__ import annotations

import gzip
import hashlib
import time
from dataclasses import replace
from pathlib import Path

import pytest
from publisher import (
    ADDRESS,
    ETAG,
    FILES,
    HASTY,
    SOURCE,
    TABLE,
    Behaviour,
    Fetching,
    Publisher,
    Request,
    cut_short,
    hang_up,
    in_turn,
    kept,
    redirect,
    refuse,
    send,
    whole,
)

pytestmark = pytest.mark.usefixtures("one_link")


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
def test_what_another_attempt_mends(name: str, publisher: Publisher, fetch: Fetching, tmp_path: Path) -> None:
    publisher.behaviours[ADDRESS] = in_turn(*MENDED[name])
    (one,) = fetch(SOURCE)
    assert kept(tmp_path) == {"all.csv": TABLE}
    assert (one.outcome, one.sha256, one.bytes) == (
        "fetched",
        hashlib.sha256(TABLE).hexdigest(),
        len(TABLE),
    )


def test_only_the_rest_is_asked_for(publisher: Publisher, fetch: Fetching) -> None:
    publisher.behaviours[ADDRESS] = in_turn(
        cut_short(TABLE, 9_000, ETag=ETAG, **{"Last-Modified": "Thu, 13 Nov 2025 09:30:00 GMT"}),
        whole(TABLE, ETag=ETAG),
    )
    fetch(SOURCE)
    assert ranges(publisher) == [None, "bytes=9000-"]
    assert publisher.asked[-1][1]["If-Range"] == ETAG


def test_a_weak_etag_does_not_promise_the_same_bytes(publisher: Publisher, fetch: Fetching) -> None:
    publisher.behaviours[ADDRESS] = in_turn(cut_short(TABLE, 9_000, ETag=f"W/{ETAG}"), whole(TABLE))
    fetch(SOURCE)
    assert ranges(publisher) == [None, None]


def test_a_second_run_goes_on_where_the_first_gave_up(
    publisher: Publisher, fetch: Fetching, tmp_path: Path
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


def test_all_had_arrived_when_the_first_run_ended(
    publisher: Publisher, fetch: Fetching, tmp_path: Path
) -> None:
    publisher.behaviours[ADDRESS] = in_turn(cut_short(TABLE, 9_000, ETag=ETAG), refuse(503))
    fetch(SOURCE)
    (tmp_path / "files" / ".all.csv.part").write_bytes(TABLE)
    fetch(SOURCE)
    assert len(ranges(publisher)) == 3
    assert kept(tmp_path) == {"all.csv": TABLE}


@pytest.mark.parametrize("facts", ["", "{", "[]", '{"asked": "https://elsewhere"}'])
def test_a_part_of_nobody_knows_what_is_not_gone_on_with(
    facts: str, publisher: Publisher, fetch: Fetching, tmp_path: Path
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
    name: str, publisher: Publisher, fetch: Fetching, tmp_path: Path
) -> None:
    behaviour, words, requests = REFUSED[name]
    publisher.behaviours[ADDRESS] = behaviour
    (one,) = fetch(SOURCE, manners=replace(HASTY, timeout=1) if name == "silence" else HASTY)
    assert one.outcome == "failed"
    for word in words:
        assert word in str(one.error)
    assert len(ranges(publisher)) == requests
    assert not (tmp_path / "files" / "all.csv").exists()
    # A part may wait for the next run, where it is one of the file.
    assert set(kept(tmp_path)) <= {".all.csv.part", ".all.csv.part.json"}
    assert "evil" not in "".join(publisher.paths)
