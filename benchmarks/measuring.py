"""How long a piece of work took and how much memory it needed: a command in a process of its own, or a call."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

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
