"""How long a piece of work took and how much memory it needed: a command in a process of its own, or a call."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# A child that runs Python code and prints seconds of that code alone and its peak memory.
_CHILD = """
import json, resource, sys, time
started = time.perf_counter()
{code}
seconds = time.perf_counter() - started
peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps({{"seconds": seconds, "megabytes": peak / 1024}}))
"""


@dataclass(frozen=True)
class Cost:
    """What a piece of work took."""

    seconds: float
    megabytes: float


def run_code(code: str) -> Cost:
    """Run Python code in a fresh process: its seconds without start-up, its peak resident memory."""
    finished = subprocess.run(
        [sys.executable, "-c", _CHILD.format(code=code)], capture_output=True, text=True, check=True
    )
    answer = json.loads(finished.stdout.strip().splitlines()[-1])
    return Cost(answer["seconds"], answer["megabytes"])


def run_command(*arguments: str, store: str = "") -> Cost:
    """Run `likeforlike` as a user does: seconds with start-up, peak resident memory."""
    environment = os.environ | ({"LIKEFORLIKE_STORE": store} if store else {})
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "likeforlike", *arguments], stdout=subprocess.DEVNULL, env=environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"likeforlike {' '.join(arguments)} ended with {process.returncode}")
    return Cost(time.perf_counter() - started, usage.ru_maxrss / 1024)


def best_of(times: int, *arguments: str, store: str = "") -> Cost:
    """The quickest of several runs: what the program costs, not what else the machine did."""
    costs = [run_command(*arguments, store=store) for _ in range(times)]
    return Cost(min(cost.seconds for cost in costs), max(cost.megabytes for cost in costs))


def least_processor_seconds(times: int, work: Callable[[], object]) -> float:
    """The processor seconds of the quickest of several calls, on all cores together."""
    taken = []
    for _ in range(times):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)


def watch_command(*arguments: str, **environment: str) -> Cost:
    """Run `likeforlike` and watch it and all processes that it starts: seconds, and the peak of their memory together.

    Looks ten times a second (Linux). Pages that processes share count in each of them.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "likeforlike", *arguments],
        stdout=subprocess.DEVNULL,
        env=os.environ | environment,
    )
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(_resident(one) for one in _family(process.pid)))
        time.sleep(0.1)
    if process.returncode:
        raise RuntimeError(f"likeforlike {' '.join(arguments)} ended with {process.returncode}")
    return Cost(time.perf_counter() - started, peak / 1e6)


def _family(process: int) -> list[int]:
    """A process and all that descend from it."""
    try:
        children = [
            int(child)
            for thread in Path(f"/proc/{process}/task").iterdir()
            for child in (thread / "children").read_text(encoding="ascii").split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [process, *(one for child in children for one in _family(child))]


def _resident(process: int) -> int:
    """Bytes of a process that are in memory; none once it is gone."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(pages) * os.sysconf("SC_PAGESIZE")
