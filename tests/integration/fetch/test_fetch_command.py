"""`likeforlike fetch` as it is typed, and the files on to `add`; and the ways to the network that it makes itself."""

from __future__ import annotations

import base64
import json
import re
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from publisher import FILES, HASTY, PAGES, Loopback, Publisher, whole
from urllib3 import PoolManager, ProxyManager

from likeforlike.catalogue import load_catalogue
from likeforlike.cli.app import run
from likeforlike.errors import FetchError
from likeforlike.fetch.fetching import fetch_source
from likeforlike.fetch.links import find_links
from likeforlike.fetch.web import Manners, make_pool
from likeforlike.simulate import CountyPlan, simulate_county

LIST = "data-and-information/publications/statistical/patients-registered-at-a-gp-practice"
NAME = "gp-reg-pat-prac-all.csv"

Command = Callable[..., tuple[object, str, str]]


@pytest.fixture(scope="module")
def totals(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("county")
    simulate_county(CountyPlan(icbs=1, practices=12, months=4), folder / "county")
    return (folder / "county" / "registered_patients" / "Nov25" / NAME).read_bytes()


@pytest.fixture
def typed(
    publisher: Publisher,
    pool: Loopback,
    totals: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Type `likeforlike …` where the publisher of registered patients is the one on this machine."""
    publisher.page(f"{PAGES}/{LIST}", f"/{LIST}/october-2025", f"/{LIST}/november-2025")
    publisher.page(f"{PAGES}/{LIST}/november-2025", f"https://{FILES}/AB/12CD34/{NAME}")
    publisher.behaviours[f"{FILES}/AB/12CD34/{NAME}"] = whole(totals, ETag='"n"')
    monkeypatch.setattr("likeforlike.fetch.fetching.make_pool", lambda: pool)
    monkeypatch.setattr("likeforlike.fetch.fetching.Manners", lambda: HASTY)
    monkeypatch.setenv("LIKEFORLIKE_STORE", str(tmp_path / "nhs" / "store"))

    def type_command(*words: object) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["likeforlike", *map(str, words)])
        capsys.readouterr()
        code: object = 0
        try:
            run()
        except SystemExit as end:
            code = end.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return type_command


def test_from_the_page_into_the_store(typed: Command, tmp_path: Path) -> None:
    folder = tmp_path / "nhs" / "downloads" / "registered_patients"
    file = folder / "2025-11" / NAME
    code, out, err = typed("fetch", "registered_patients", "--dry-run")
    assert (code, err) == (0, "")
    assert out == f"would fetch    https://{FILES}/AB/12CD34/{NAME}\n               to {file}\n"

    code, out, err = typed("fetch", "registered_patients")
    assert (code, err) == (0, "")
    first, last = out.splitlines()
    assert re.fullmatch(
        rf"fetched        {re.escape(str(file))}  [\d,]+ bytes, sha256 [0-9a-f]{{16}}…", first
    )
    assert last == f"Next: likeforlike add {folder}"

    code, out, err = typed("add", folder)
    assert (code, out.splitlines()[-1]) == (0, "1 added, 0 there already, 0 of no known format, 0 refused.")
    _, out, _ = typed("sources", "--json")
    added = [file for source in json.loads(out)["sources"] for file in source["files"]]
    record = json.loads((folder / ".fetched.jsonl").read_text())
    assert [one["sha256"] for one in added] == [record["sha256"]]


def test_as_json_and_into_another_folder(typed: Command, tmp_path: Path, totals: bytes) -> None:
    code, out, _ = typed("fetch", "registered_patients", "--to", tmp_path / "here", "--json")
    answer = json.loads(out)
    assert (code, answer["folder"]) == (0, str(tmp_path / "here"))
    (file,) = answer["files"]
    assert (file["outcome"], file["period"], file["bytes"]) == ("fetched", "2025-11", len(totals))
    assert (tmp_path / "here" / "2025-11" / NAME).read_bytes() == totals


def test_a_failure_is_said_and_sets_the_exit_code(typed: Command, publisher: Publisher) -> None:
    del publisher.behaviours[f"{FILES}/AB/12CD34/{NAME}"]
    code, out, err = typed("fetch", "registered_patients", "--json")
    assert code == 9
    assert json.loads(out)["files"][0]["outcome"] == "failed"
    assert json.loads(err)["error"]["code"] == "fetch_failed"
    code, out, err = typed("fetch", "registered_patients")
    assert code == 9
    assert f"failed         https://{FILES}/AB/12CD34/{NAME}: is not there" in out
    assert "Next:" not in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["hospital_beds"], 7, "hospital_beds: there is no such source. Fetched are: "),
        (["registered_patients", "--period", "2020-01"], 7, "no issue of 2020-01 is linked"),
        (["registered_patients", "--period", "January"], 8, "a month like 2025-11 was expected"),
    ],
)
def test_what_cannot_be_fetched(typed: Command, words: list[str], code: int, said: str) -> None:
    answered, _, err = typed("fetch", *words)
    assert answered == code
    assert said in err


# What the publishers' pages link to, as far as it is known: each is found by one source's pattern.
LINKED = {
    "gp_appointments_practice": "https://files.digital.nhs.uk/81/BA7A8F/Practice_Level_Crosstab_Jul_25.zip",
    "gp_appointments_regional": "https://files.digital.nhs.uk/D5/4B437E/Appointments_GP_Regional_CSV_Aug_24.zip",
    "gp_appointments_coverage": "https://files.digital.nhs.uk/A0/A7EED3/Appointments_GP_Daily_CSV_Feb_25.zip",
    "gp_appointments_annex1": "https://files.digital.nhs.uk/00/000000/GPAD_Annex1_Table1_Nov_25.csv",
    "cloud_telephony": "https://files.digital.nhs.uk/00/000000/"
    "Cloud%20Based%20Telephony%20Publication%20Summary%20October%202025_v2.xlsx",
    "online_consultations": "https://files.digital.nhs.uk/00/000000/"
    "Submissions%20via%20OC%20Systems%20in%20General%20Practice%20-%20November%202025.xlsx",
    "registered_patients": "https://files.digital.nhs.uk/7E/DC8059/gp-reg-pat-prac-quin-age.zip",
    "ae_monthly": "https://www.england.nhs.uk/statistics/wp-content/uploads/sites/2/2025/12/"
    "Monthly-AE-November-2025.csv",
    "nhs_payments": "https://files.digital.nhs.uk/D0/C6D126/nhspaymentsgp-24-25-prac-csv.csv",
}
ISSUES = {
    "nhs_payments": ("england-2024-25", "2024-04-01"),
    "ae_monthly": ("ae-attendances-and-emergency-admissions-2025-26", "2025-04-01"),
}


@pytest.mark.parametrize("name", LINKED)
def test_each_pattern_finds_its_own_files_and_issues(name: str) -> None:
    source = load_catalogue().sources[name]
    assert source.fetch
    issues, files = source.fetch.links
    html = "".join(f'<a href="{link}">' for link in LINKED.values())
    assert [link.address for link in find_links(html, source.landing_page, files)] == [LINKED[name]]
    page, first_day = ISSUES.get(name, ("november-2025", "2025-11-01"))
    folder = source.landing_page.rstrip("/")
    html = f'<a href="{folder}/{page}"><a href="{folder}/about">'
    assert [str(link.period) for link in find_links(html, source.landing_page, issues)] == [first_day]


def test_every_source_that_is_fetched_by_links_is_tried_above() -> None:
    by_links = {one.id for one in load_catalogue().sources.values() if one.fetch and one.fetch.links}
    assert by_links == set(LINKED)


class Listener(threading.Thread):
    """A port that takes one connection, reads what comes first and hangs up."""

    def __init__(self, answer: bytes) -> None:
        super().__init__(daemon=True)
        self.answer = answer
        self.heard = b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.start()

    def run(self) -> None:
        with self.socket, self.socket.accept()[0] as connection:
            self.heard = connection.recv(65536)
            connection.sendall(self.answer)


HERE = Manners(pause=0, attempts=1, timeout=5)


def test_the_proxy_of_the_machine_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    proxy = Listener(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    monkeypatch.setenv("HTTPS_PROXY", f"http://anne:secret@127.0.0.1:{proxy.port}")
    source = load_catalogue().sources["registered_patients"]
    with make_pool() as pool, pytest.raises(FetchError, match="403 Forbidden"):
        fetch_source(source, tmp_path, pool=pool, manners=HERE)
    proxy.join()
    assert proxy.heard.startswith(b"CONNECT digital.nhs.uk:443 HTTP/1.")
    assert base64.b64encode(b"anne:secret") in proxy.heard


def test_without_a_proxy_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    pool = make_pool()
    assert isinstance(pool, PoolManager)
    assert not isinstance(pool, ProxyManager)


class Misled(PoolManager):
    """The program's own connections, led to a port on this machine: https stays https."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    def connection_from_host(
        self, host: str | None, port: int | None = None, *rest: object, **options: object
    ):  # type: ignore[no-untyped-def, override]
        return super().connection_from_host("127.0.0.1", self.port, *rest, **options)  # type: ignore[arg-type]


def test_a_connection_that_is_not_trusted_is_not_tried_again(tmp_path: Path) -> None:
    listener = Listener(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    source = load_catalogue().sources["registered_patients"]
    with (
        Misled(listener.port) as pool,
        pytest.raises(FetchError, match="the connection is not trusted") as caught,
    ):
        fetch_source(source, tmp_path, pool=pool, manners=Manners(pause=0, backoff=0, timeout=5))
    listener.join()
    assert listener.heard.startswith(b"\x16\x03"), "a TLS greeting, nothing in clear"
    assert "certificate in the operating system" in str(caught.value)


def test_certificates_and_names_of_hosts_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[tuple[object, ...]] = []

    def note(context: ssl.SSLContext, *rest: object, **options: object) -> None:
        checked.append((context.verify_mode, context.check_hostname, context.minimum_version))
        raise ssl.SSLCertVerificationError("certificate verify failed: self-signed certificate")

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", note)
    listener = Listener(b"")
    source = load_catalogue().sources["registered_patients"]
    with Misled(listener.port) as pool, pytest.raises(FetchError, match="self-signed certificate"):
        fetch_source(source, tmp_path, pool=pool, manners=Manners(pause=0, backoff=0, timeout=5))
    listener.join()
    assert checked == [(ssl.CERT_REQUIRED, True, ssl.TLSVersion.TLSv1_2)]


def test_a_machine_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*asked: object, **options: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    source = load_catalogue().sources["registered_patients"]
    with (
        PoolManager() as pool,
        pytest.raises(FetchError, match=r"the host is not known here\. Is there a network"),
    ):
        fetch_source(source, tmp_path, pool=pool, manners=Manners(pause=0, backoff=0, timeout=5))
