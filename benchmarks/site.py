"""The public site: server time of each page, pages a second on loopback, memory of a worker, time to start."""

from __future__ import annotations

import contextlib
import http.client
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from likeforlike.release.reading import Release, open_release
from likeforlike.settings import load_settings

WORKERS, CONNECTIONS, SECONDS = 2, 16, 10
PAGES = 300


def run() -> list[dict[str, str]]:
    """Over the releases of the setting; one minute."""
    releases = load_settings().releases
    release = open_release(releases)
    addresses = choose_addresses(release)
    about = release.about()
    note = f"release {about.id}: {about.organisations:,} organisations, {about.indicators} indicators"
    return [*measure_pages(releases, addresses, note), *measure_server(releases, addresses, note)]


def choose_addresses(release: Release) -> list[str]:
    """A mix as visitors make it: half organisations, then lists, indicators, searches and comparisons."""
    chance = random.Random(1)
    found = []
    kinds = [kind for kind in release.kinds() if kind.organisations and release.indicators(kind.id)]
    for _ in range(PAGES):
        kind = chance.choice(kinds)
        # What is closed answers with the status of what is gone, which wrk counts as an error.
        codes = [one.code for one in release.organisations(kind.id, limit=10_000) if not one.closed]
        code, other = chance.choice(codes), chance.choice(codes)
        indicator = chance.choice(release.indicators(kind.id)).id
        areas = [place for area_kind in kind.area_kinds for place, _ in release.areas(kind.id, area_kind)]
        where = ""
        if areas and chance.random() < 0.7:
            place = chance.choice(areas)
            where = f"&area_kind={place.kind}&area={place.code}"
        name = release.organisation(kind.id, code).name.split()[0]
        found.append(
            chance.choices(
                [
                    f"/organisations/{kind.id}/{code}/",
                    f"/services/{kind.id}/?sort={chance.choice(['group', 'position'])}{where}",
                    f"/indicators/{indicator}/{kind.id}/",
                    f"/search/?q={''.join(filter(str.isalnum, name))}",
                    f"/compare/?kind={kind.id}&code={code}&code={other}",
                ],
                [50, 20, 15, 10, 5],
            )[0]
        )
    return found


def measure_pages(releases: Path, addresses: list[str], note: str) -> list[dict[str, str]]:
    """Server time of pages that were not made before, and their weight packed."""
    from likeforlike.web.application import make_application
    from likeforlike.web.site import Site

    make_application(Site(releases, Path(tempfile.gettempdir()) / "feedback", hosts=("testserver",)))
    from django.test import Client

    client = Client()
    client.get("/")
    times, weights = [], []
    for address in addresses:
        began = time.perf_counter()
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        times.append(1000 * (time.perf_counter() - began))
        weights.append(len(answer.content) / 1024)
    assets = Path(__file__).parent.parent / "src" / "likeforlike" / "web" / "assets"
    dress = sum(path.stat().st_size for path in assets.glob("*.gz")) / 1024
    return [
        {
            "work": f"server time of {len(times)} pages never made before, p95",
            "figure": f"{_p95(times):.0f}",
            "unit": "ms",
            "bar": "≤ 50",
            "note": f"median {statistics.median(times):.0f}, most {max(times):.0f}; {note}",
        },
        {
            "work": "weight of a page packed, with style and script, the heaviest",
            "figure": f"{max(weights) + dress:.0f}",
            "unit": "kB",
            "bar": "≤ 250",
            "note": f"of it style and script {dress:.0f}; median page {statistics.median(weights):.0f}",
        },
    ]


def measure_server(releases: Path, addresses: list[str], note: str) -> list[dict[str, str]]:
    """The server that is shipped, asked by wrk from the same machine."""
    rows = []
    with (
        tempfile.TemporaryDirectory(prefix="likeforlike-bench-") as scratch,
        _serving(releases, WORKERS) as (port, started, server),
    ):
        if wrk := shutil.which("wrk"):
            script = Path(scratch) / "mix.lua"
            listed = ", ".join(f"'{one}'" for one in addresses)
            script.write_text(
                f"local mix = {{{listed}}}\nlocal at = 0\n"
                "function request() at = at % #mix + 1; return wrk.format('GET', mix[at]) end\n"
                "function done(summary, latency) io.write(string.format('%d %d %.1f %d', summary.requests,"
                " summary.duration, latency:percentile(95) / 1000, summary.errors.status"
                " + summary.errors.connect + summary.errors.read + summary.errors.timeout)) end\n",
                encoding="utf-8",
            )
            said = subprocess.run(
                [wrk, "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", "Accept-Encoding: gzip",
                 "-s", str(script), f"http://127.0.0.1:{port}"],
                capture_output=True, text=True, check=True,
            ).stdout.splitlines()[-1].split()  # fmt: skip
            number, microseconds, p95, errors = (float(one) for one in said)
            how = f"{WORKERS} workers, {CONNECTIONS} connections, {SECONDS} s, wrk on the same cores"
            rows += [
                {
                    "work": "pages a second, mixed",
                    "figure": f"{number / microseconds * 1e6:.0f}",
                    "bar": "≥ 200",
                    "note": f"{how}; {errors:.0f} errors",
                },
                {
                    "work": "time of an answer under that load, p95",
                    "figure": f"{p95:.0f}",
                    "unit": "ms",
                    "bar": "≤ 100",
                    "note": how,
                },
            ]
        rows.append(
            {
                "work": "memory of a worker after it, the largest",
                "figure": f"{max(_memory_of_children(server.pid)):.0f}",
                "unit": "MB",
                "bar": "≤ 200",
                "note": "resident, shared pages of the read model not counted",
            }
        )
        rows.append(
            {
                "work": "from the command to the first answer",
                "figure": f"{started:.1f}",
                "unit": "s",
                "bar": "≤ 2",
                "note": note,
            }
        )
    return rows


@contextlib.contextmanager
def _serving(releases: Path, workers: int) -> Iterator[tuple[int, float, Any]]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    began = time.perf_counter()
    command = ["serve", "--releases", str(releases), "--port", str(port), "--workers", str(workers)]
    with subprocess.Popen(
        [sys.executable, "-m", "likeforlike", *command], stdout=subprocess.DEVNULL
    ) as server:
        while not _answers(port):
            time.sleep(0.01)
        yield port, time.perf_counter() - began, server
        server.terminate()


def _answers(port: int) -> bool:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except OSError:
            return False


def _memory_of_children(parent: int) -> list[float]:
    """Memory of their own of the processes that a process started, in MB (Linux)."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="utf-8").split()
    found = []
    for child in children:
        status = Path(f"/proc/{child}/status").read_text(encoding="utf-8")
        fields = dict(line.split(":", 1) for line in status.splitlines())
        found.append(int(fields["RssAnon"].split()[0]) / 1024)
    return found


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
