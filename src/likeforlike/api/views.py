"""What the API tells beside the view objects of a release."""

from __future__ import annotations

from dataclasses import dataclass

from likeforlike.release.views import Place


@dataclass(frozen=True)
class AreaView:
    """An area that organisations of a kind belong to."""

    kind: str
    code: str
    name: str
    organisations: int
    """How many of the kind that was asked for."""


@dataclass(frozen=True)
class LineageView:
    """What became of an organisation."""

    kind: str
    code: str
    name: str
    closed: str | None
    """The day, ISO, since which it is no more."""
    successors: tuple[Place, ...]
    """Who took over from it directly."""
    today: tuple[Place, ...]
    """Who carries it on now: successors, and theirs where they have closed as well; itself where it is open."""
    history: tuple[str, ...]
    """What happened to it, in sentences, newest first."""


@dataclass(frozen=True)
class PeerView:
    """One of an organisation's peers."""

    kind: str
    code: str
    name: str
    distance: float | None
    """Of similar ones: in standard deviations of what is compared, on average."""
