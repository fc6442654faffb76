"""Keeps feedback in a small file that is only added to, and keeps one sender from filling it."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Of the whole file: it is read by people.
MOST_BYTES = 5 * 1024 * 1024
HOUR = 3600.0
PER_HOUR = 5
# Senders that are remembered; older ones are forgotten first.
MOST_SENDERS = 10_000


@dataclass(frozen=True)
class FeedbackQueue:
    """A file with one JSON object a line."""

    path: Path
    most_bytes: int = MOST_BYTES

    def append(self, message: Mapping[str, str]) -> bool:
        """Add a message with its time; False where the file is full."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists() and self.path.stat().st_size > self.most_bytes:
            return False
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        line = json.dumps({"at": now, **message}, ensure_ascii=False) + "\n"
        # One write of one line in append mode: workers do not mix theirs.
        with self.path.open("ab") as stream:
            stream.write(line.encode())
        return True


@dataclass
class RateLimit:
    """So many messages an hour from one address. The address itself is not kept, only a mark that needs our key."""

    per_hour: int = PER_HOUR
    clock: Callable[[], float] = time.monotonic
    _times: dict[str, list[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allows(self, sender: str, key: str) -> bool:
        """Whether one more is allowed, which then is counted."""
        mark = hmac.new(key.encode(), sender.encode(), hashlib.sha256).hexdigest()
        now = self.clock()
        with self._lock:
            recent = [moment for moment in self._times.pop(mark, []) if now - moment < HOUR]
            allowed = len(recent) < self.per_hour
            self._times[mark] = [*recent, now] if allowed else recent
            while len(self._times) > MOST_SENDERS:
                self._times.pop(next(iter(self._times)))
        return allowed


def check_origin(headers: Mapping[str, str], host: str) -> bool:
    """Whether a form was sent from one of our own pages, as browsers say; what says neither is no browser of today."""
    site = headers.get("Sec-Fetch-Site")
    origin = headers.get("Origin")
    if site is None and origin is None:
        return False
    if site is not None and site != "same-origin":
        return False
    return origin is None or origin.partition("://")[2] == host
