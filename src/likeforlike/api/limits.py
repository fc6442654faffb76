"""How much one address may ask for: a bucket of tokens for each, refilled all the time."""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

# Of addresses that are remembered: about a megabyte.
MOST_ADDRESSES = 10_000


class Buckets:
    """Token buckets (Tanenbaum and Wetherall, Computer Networks, 2011, §5.3.4), one an address.

    A question takes a token, a large one several. A bucket holds at most `burst` of them and is filled at `per_minute`.
    """

    def __init__(self, per_minute: float, burst: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._burst = burst
        self._clock = clock
        self._lock = threading.Lock()
        # Address → tokens, and when they were counted; the one that asked last at the end.
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str, tokens: int = 1) -> int:
        """Take so many tokens: 0 if they were there, else the whole seconds until they are."""
        # Who has a full bucket is always let in.
        wanted = min(tokens, self._burst)
        network = _network(address)
        with self._lock:
            now = self._clock()
            left, counted = self._buckets.pop(network, (float(self._burst), now))
            left = min(self._burst, left + (now - counted) * self._rate)
            allowed = left >= wanted
            self._buckets[network] = (left - wanted if allowed else left, now)
            # Who has not asked for longest has the fullest bucket: forgetting it gives the least away.
            while len(self._buckets) > MOST_ADDRESSES:
                self._buckets.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((wanted - left) / self._rate))


def _network(address: str) -> str:
    """Whose address it is: of IPv6 a household has all of a /64, and would have a bucket for each of them."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or ipaddress.ip_network((parsed, 64), strict=False))
