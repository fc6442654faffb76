"""What is kept of a fetch, under which name and with which record; and how gently the server is asked."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from publisher import (
    ADDRESS,
    ETAG,
    FILES,
    HASTY,
    PAGES,
    SOURCE,
    TABLE,
    Fetching,
    Loopback,
    Publisher,
    in_turn,
    kept,
    redirect,
    refuse,
    source_with,
    whole,
)

from likeforlike.errors import FetchError
from likeforlike.fetch.fetching import fetch_source
from likeforlike.fetch.record import RECORD
from likeforlike.fetch.web import Manners

pytestmark = pytest.mark.usefixtures("one_link")


def test_a_redirect_on_the_hosts_is_followed_and_recorded(
    publisher: Publisher, fetch: Fetching, tmp_path: Path
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
    publisher: Publisher, fetch: Fetching, tmp_path: Path
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


def test_hostile_names_stay_in_the_folder(publisher: Publisher, fetch: Fetching, tmp_path: Path) -> None:
    names = ["..%2F..%2Fescaped.csv", "%2Fescaped.csv", "..%5C..%5Cescaped.csv"]
    publisher.page(f"{PAGES}/list", *(f"https://{FILES}/{name}" for name in names))
    for number, name in enumerate(names):
        publisher.behaviours[f"{FILES}/{name}"] = whole(TABLE + b"%d\n" % number)
    fetch(source_with(links=[r"escaped\.csv$"]))
    digests = [hashlib.sha256(TABLE + b"%d\n" % number).hexdigest()[:8] for number in (1, 2)]
    assert set(kept(tmp_path)) == {"escaped.csv", *(f"escaped.{digest}.csv" for digest in digests)}
    assert {path.name for path in tmp_path.iterdir()} == {"files"}


def test_nothing_is_overwritten(publisher: Publisher, fetch: Fetching, tmp_path: Path) -> None:
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


def test_names_that_are_all_taken(publisher: Publisher, fetch: Fetching, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    digest = hashlib.sha256(TABLE).hexdigest()
    names = ["all.csv", f"all.{digest[:8]}.csv", f"all.{digest}.csv"]
    for name in names:
        (tmp_path / "files" / name).write_bytes(b"mine\n")
    publisher.behaviours[ADDRESS] = whole(TABLE, ETag=ETAG)
    (one,) = fetch(SOURCE)
    assert "a file of this name has other bytes than its name says" in str(one.error)
    assert all((tmp_path / "files" / name).read_bytes() == b"mine\n" for name in names)


def test_a_file_that_is_there_is_not_sent_again(
    publisher: Publisher, fetch: Fetching, tmp_path: Path
) -> None:
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
    publisher: Publisher, fetch: Fetching, tmp_path: Path
) -> None:
    publisher.behaviours[ADDRESS] = whole(TABLE, ETag=ETAG)
    fetch(SOURCE)
    revised = TABLE + b"A81002,1\n"
    publisher.behaviours[ADDRESS] = whole(revised, ETag='"revised"')
    fetch(SOURCE)
    assert kept(tmp_path) == {"all.csv": TABLE, f"all.{hashlib.sha256(revised).hexdigest()[:8]}.csv": revised}


def test_a_zip_must_be_whole(publisher: Publisher, fetch: Fetching, tmp_path: Path) -> None:
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


def test_two_requests_keep_their_distance(publisher: Publisher, fetch: Fetching, clock: Clock) -> None:
    publisher.page(f"{PAGES}/list", "/a.csv", "/b.csv", "/c.csv")
    for name in "abc":
        publisher.behaviours[f"{PAGES}/{name}.csv"] = whole(TABLE)
    fetch(source_with(links=[r"\.csv$"]), manners=Manners())
    assert clock.slept == [0, 1, 1, 1]


def test_each_wait_is_longer_than_the_last(publisher: Publisher, fetch: Fetching, clock: Clock) -> None:
    publisher.behaviours[ADDRESS] = refuse(503)
    fetch(SOURCE, manners=Manners(pause=0))
    waits = clock.slept[2::2]
    # At once, then 2, 4, 8, 16 seconds with up to one more by chance: all the others come back as well.
    assert waits[0] == 0
    assert all(least <= wait <= least + 1 for wait, least in zip(waits[1:], (2, 4, 8, 16), strict=True))


def test_a_server_is_left_alone_for_as_long_as_it_asks(
    publisher: Publisher, fetch: Fetching, clock: Clock
) -> None:
    publisher.behaviours[ADDRESS] = in_turn(refuse(429, **{"Retry-After": "97"}), whole(TABLE))
    fetch(SOURCE, manners=Manners(pause=0))
    assert clock.slept == [0, 0, 97, 0]


def test_a_folder_that_cannot_be_written(publisher: Publisher, pool: Loopback, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file\n")
    with pytest.raises(FetchError, match=r"files: cannot be written \(File exists\). Name a folder"):
        fetch_source(SOURCE, tmp_path / "files", pool=pool, manners=HASTY)
