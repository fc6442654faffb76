"""What a server of the public site is told: where the releases lie, who may ask, and whether TLS stands before it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from likeforlike.errors import SettingsError

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
# Of a key that nobody guesses: 50 is what Django asks for.
SHORTEST_KEY = 50


@dataclass(frozen=True)
class Site:
    """One site; a worker process is given it whole."""

    releases: Path
    """A folder of releases with its pointer, or one release."""
    feedback: Path
    """The file that feedback is appended to."""
    hosts: tuple[str, ...] = LOCAL_HOSTS
    """Names under which it may be asked for."""
    secret_key: str = ""
    """Hides the addresses of those who send feedback; none makes one for this process."""
    behind_tls: bool = False
    """Whether a server before this one speaks TLS and says so in X-Forwarded-Proto and X-Forwarded-For."""
    api: str | None = None
    """The module with the addresses of the API, where it is served too."""


def check_production(site: Site, listening: str) -> None:
    """Whether a site may be shown to others than this machine: by its hosts, or by the address it listens at.

    Raises:
        SettingsError: a host is served without a secret key or TLS, or any host is let in.
    """
    if "*" in site.hosts:
        raise SettingsError(
            "hosts: '*' lets anybody choose the name in our links.",
            next_step="Name the hosts: LIKEFORLIKE_HOSTS=compare.example.org",
        )
    others = [host for host in site.hosts if host not in LOCAL_HOSTS]
    if listening not in (*LOCAL_HOSTS, "::1"):
        others.append(listening)
    if not others:
        return
    if len(site.secret_key) < SHORTEST_KEY:
        raise SettingsError(
            f"secret_key: {SHORTEST_KEY} characters at least are needed to serve {others[0]}, "
            f"found {len(site.secret_key)}.",
            next_step="Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'",
        )
    if not site.behind_tls:
        raise SettingsError(
            f"tls: {others[0]} would be served without it.",
            next_step="Put a server that speaks TLS before this one (docs/running.md), then LIKEFORLIKE_TLS=proxy.",
        )


def key_of(site: Site) -> str:
    """The secret key, or one that ends with the process."""
    return site.secret_key or secrets.token_urlsafe(SHORTEST_KEY)
