"""The whole proof: every case, its row in docs/methods/proof.md. `python tests/proof/run_proof.py`, under an hour."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from cases import CASES
from page import write_page
from reviewing import review_county
from scoring import Score, missed, score
from suspicions import suspect_changes
from threadpoolctl import threadpool_limits

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methods" / "proof.md"
PROCESSES = 2
# Counties whose series are searched for changes that nobody announced.
SEARCHED = 10


def main() -> int:
    """Run every case on two processes; 1 where a target is missed."""
    scores: list[Score] = []
    with ProcessPoolExecutor(PROCESSES, initializer=_one_thread) as pool:
        for case in CASES:
            started = time.monotonic()
            reviewed = list(pool.map(partial(review_county, case), range(case.counties), chunksize=2))
            scores.append(score(case, reviewed))
            took = time.monotonic() - started
            sys.stdout.write(f"{case.name}: {took:.0f} s; missed: {missed(scores[-1]) or 'nothing'}\n")
            sys.stdout.flush()
        silent = next(case for case in CASES if case.recording == "unannounced")
        suspicions = pool.submit(suspect_changes, silent, SEARCHED).result()
    PAGE.write_text(write_page(scores, suspicions), encoding="utf-8")
    return int(any(missed(one) for one in scores))


def _one_thread() -> None:
    """Small matrices gain nothing from more, and processes would wait for each other."""
    threadpool_limits(1)


if __name__ == "__main__":
    sys.exit(main())
