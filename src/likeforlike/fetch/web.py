"""Asking a publisher's server: https only, on its hosts only, one thing at a time, and patiently."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager
from urllib3.exceptions import HTTPError, InvalidHeader, MaxRetryError, NameResolutionError, SSLError
from urllib3.util import Retry, make_headers, parse_url

from likeforlike import __version__
from likeforlike.errors import FetchError
from likeforlike.fetch.addresses import check_address, join_address

USER_AGENT = f"likeforlike/{__version__}"
BLOCK = 1 << 16
LARGEST_PAGE = 20 << 20
MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
# Answers that another time may be different.
PASSING = (408, 425, 429, 500, 502, 503, 504)
ABSENT = (404, 410)
AGAIN = "Try again later: what has arrived is kept and is gone on with."
BY_HAND = (
    "Get the file by hand from the landing page (`likeforlike sources` names it), then `likeforlike add` it."
)

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Manners:
    """How gently a server is asked, and how long it is waited for. Times are in seconds."""

    pause: float = 1.0
    """Between two requests."""
    attempts: int = 6
    """Per page or file."""
    backoff: float = 1.0
    """The wait before a further attempt grows from this, twofold each time, with as much again by chance."""
    longest_wait: float = 120.0
    """A server that asks to be left alone for longer is left alone."""
    timeout: float = 60.0
    """Without a single byte."""
    slowest: float = 1000.0
    """Bytes per second, on average since the answer began, below which it is given up …"""
    patience: float = 60.0
    """… after so long."""


class Passing(Exception):  # noqa: N818 - not an error yet: the next attempt may succeed
    """An answer that another attempt may better."""

    def __init__(self, what: str, response: BaseHTTPResponse | None = None) -> None:
        super().__init__(what)
        self.response = response


def make_pool() -> PoolManager:
    """Connections that check certificates against those of the operating system, through its proxy if it has one."""
    proxy = urllib.request.getproxies().get("https")
    if proxy is None:
        return PoolManager()
    auth = parse_url(proxy).auth
    return ProxyManager(proxy, proxy_headers=make_headers(proxy_basic_auth=auth) if auth else None)


class Web:
    """The web as one source may use it: its hosts, and when it last was asked."""

    def __init__(self, hosts: tuple[str, ...], pool: PoolManager, manners: Manners) -> None:
        self.hosts = hosts
        self.pool = pool
        self.manners = manners
        self._next = 0.0

    def open(self, address: str, headers: dict[str, str]) -> tuple[str, BaseHTTPResponse]:
        """Ask once; redirects are followed as far as they stay on the hosts. The address that answered, and how.

        Raises:
            FetchError: it leads elsewhere, is not there, or is packed although that was not asked for.
            Passing: the server is busy.
            HTTPError: there was no connection, or it broke.
        """
        for _ in range(MOST_REDIRECTS + 1):
            address = check_address(address, self.hosts)
            time.sleep(max(0.0, self._next - time.monotonic()))
            self._next = time.monotonic() + self.manners.pause
            response = self.pool.request(
                "GET",
                address,
                # Packed bytes cannot be resumed, and may unpack to more than any disk holds.
                headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"} | headers,
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
                timeout=self.manners.timeout,
            )
            if response.status not in REDIRECTS:
                return address, _check_packing(address, _check_status(address, response))
            response.close()
            address = join_address(address, response.headers.get("Location", ""))
        raise FetchError(f"redirects more than {MOST_REDIRECTS} times.", where=address)

    def read_page(self, address: str) -> tuple[str, str] | None:
        """The address that answered and the text of its page; None where there is no such page.

        Raises:
            FetchError: no attempt succeeded, or the page is too large.
        """

        def attempt() -> tuple[str, str] | None:
            final, response = self.open(address, {})
            try:
                if response.status in ABSENT:
                    return None
                content = bytearray()
                for block in self.blocks(response):
                    content += block
                    if len(content) > LARGEST_PAGE:
                        raise FetchError(
                            f"a page of more than {LARGEST_PAGE >> 20} MB.", where=address, next_step=BY_HAND
                        )
            finally:
                response.close()
            return final, content.decode("utf-8", errors="replace")

        return self.persist(address, attempt)

    def blocks(self, response: BaseHTTPResponse) -> Iterator[bytes]:
        """The bytes of an answer as they arrive.

        Raises:
            Passing: they come too slowly.
            HTTPError: the connection broke, or ended before the announced length.
        """
        began, received = time.monotonic(), 0
        while block := response.read1(BLOCK, decode_content=False):
            received += len(block)
            yield block
            elapsed = time.monotonic() - began
            if elapsed > self.manners.patience and received < self.manners.slowest * elapsed:
                raise Passing(f"only {received:,} bytes in {elapsed:.0f} seconds")

    def persist(self, address: str, attempt: Callable[[], Answer]) -> Answer:
        """Try until an attempt succeeds, waiting longer each time, or as long as the server says.

        Raises:
            FetchError: none did.
        """
        manners = self.manners
        retries = Retry(
            total=manners.attempts - 1,
            backoff_factor=manners.backoff,
            backoff_jitter=manners.backoff,
            backoff_max=manners.longest_wait,
        )
        while True:
            response: BaseHTTPResponse | None = None
            try:
                return attempt()
            except Passing as passing:
                fault: Exception = passing
                response = passing.response
            except (SSLError, NameResolutionError) as error:
                _give_up(address, error)
            except HTTPError as error:
                fault = error
            try:
                retries = retries.increment("GET", address, error=fault)
            except MaxRetryError:
                raise FetchError(
                    f"{manners.attempts} attempts failed, the last one with: {fault}.",
                    where=address,
                    next_step=AGAIN,
                ) from None
            self._wait(retries, response, address)

    def _wait(self, retries: Retry, response: BaseHTTPResponse | None, address: str) -> None:
        try:
            asked = retries.get_retry_after(response) if response else None
        except InvalidHeader:
            asked = None
        if asked is not None and asked > self.manners.longest_wait:
            raise FetchError(
                f"the server asks to be left alone for {asked:,.0f} seconds.", where=address, next_step=AGAIN
            )
        time.sleep(asked if asked is not None else retries.get_backoff_time())


def _give_up(address: str, error: HTTPError) -> NoReturn:
    """Failures that no further attempt betters."""
    if isinstance(error, SSLError):
        raise FetchError(
            f"the connection is not trusted ({error}).",
            where=address,
            next_step="A network that inspects traffic must have its certificate in the operating system.",
        ) from None
    raise FetchError(
        "the host is not known here.",
        where=address,
        next_step="Is there a network, and does it need a proxy?",
    ) from None


def _check_status(address: str, response: BaseHTTPResponse) -> BaseHTTPResponse:
    if response.status in (200, 206, 304, 416, *ABSENT):
        return response
    response.close()
    if response.status in PASSING:
        raise Passing(f"answer {response.status}", response)
    raise FetchError(f"the server answers {response.status}.", where=address, next_step=BY_HAND)


def _check_packing(address: str, response: BaseHTTPResponse) -> BaseHTTPResponse:
    packing = response.headers.get("Content-Encoding", "identity")
    if packing.strip().casefold() not in ("", "identity"):
        response.close()
        raise FetchError(
            f"comes packed ({packing}) although that was not asked for.", where=address, next_step=BY_HAND
        )
    return response
