"""Pages that were made already: a release never changes, so neither do they; the oldest unread goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

# Of a worker, in bytes: some thousand pages.
MOST_BYTES = 24 * 1024 * 1024


@dataclass(frozen=True)
class KeptPage:
    """A page, packed, with its headers and a mark of its content."""

    packed: bytes
    headers: dict[str, str]
    mark: str


class KeptPages:
    """Pages by address and release, of a bounded size. Safe to use from several threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._bytes = 0
        self._most = most_bytes
        self._lock = threading.Lock()

    def get(self, key: str) -> KeptPage | None:
        """The page, which then is the newest read."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
            return None

    def put(self, key: str, page: KeptPage) -> None:
        """Keep a page, and let go of others until there is room."""
        if len(page.packed) > self._most:
            return
        with self._lock:
            if key in self._pages:
                return
            self._pages[key] = page
            self._bytes += len(page.packed)
            while self._bytes > self._most:
                _, gone = self._pages.popitem(last=False)
                self._bytes -= len(gone.packed)
