"""Addresses on the web: which may be asked, what a link means, and the name that a file gets on disk."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from likeforlike.errors import FetchError

LONGEST_NAME = 120
_UNUSABLE = re.compile(r"[^\w .()&+,=@-]")
# Names that Windows keeps for devices, with any ending.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def check_address(address: str, hosts: tuple[str, ...]) -> str:
    """The address as it is asked for, in one spelling and without a fragment.

    It is read by the parser of the library that connects: two readers of addresses may see two hosts in one.

    Raises:
        FetchError: anything but https, its usual port and one of the hosts.
    """
    try:
        parts = parse_url(address)
    except LocationParseError:
        raise FetchError("a link that is no address.", where=address) from None
    if "\\" in address:
        raise FetchError("a backslash ends the host for some readers and not for others.", where=address)
    if parts.scheme != "https":
        raise FetchError("only https is used, this leads elsewhere.", where=address)
    if parts.host not in hosts or parts.auth is not None or parts.port not in (None, 443):
        raise FetchError(
            f"this leads away from the publisher's hosts ({', '.join(hosts)}).",
            where=address,
            next_step="If the publisher has moved, add the host to [fetch] in the source's definition.",
        )
    return parts._replace(fragment=None).url


def join_address(page: str, link: str) -> str:
    """The address that a link on a page leads to."""
    return urljoin(page, link.strip())


def spell_out(address: str) -> str:
    """An address as patterns read it: '%20' is a space."""
    return unquote(address)


def file_name_of(address: str) -> str:
    """The name on disk of the file at an address: its last part, without anything that could lead elsewhere.

    Raises:
        FetchError: nothing is left of it.
    """
    path = unquote(parse_url(address).path or "")
    last = re.split(r"[/\\]", path)[-1]
    name = _UNUSABLE.sub("_", last).strip(". ")
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"[-LONGEST_NAME:]
    if not name:
        raise FetchError("a link without the name of a file.", where=address)
    return f"_{name}" if _DEVICES.match(name) else name
