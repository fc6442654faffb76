"""The position strip as a small drawing: where its ticks, diamond, bar and dot lie. Scales only; no statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from likeforlike.release.views import Standing

WIDTH, MIDDLE = 240.0, 12.0
# Room at the ends for the dot.
EDGE = 6.0
# A few far-off peers would press all others together: beyond these shares a tick stands at the edge.
SHOWN = 0.01
# Of a normal distribution, two-sided.
NINETY_FIVE_PER_CENT = 1.96


@dataclass(frozen=True)
class Scale:
    """From where to where a strip runs, in smallest differences; 0 is what is expected."""

    least: float
    most: float

    def at(self, value: float) -> float:
        """Where a value lies, in units of the drawing; beyond the ends it stands at the edge."""
        inside = min(max(value, self.least), self.most)
        return round(EDGE + (WIDTH - 2 * EDGE) * (inside - self.least) / (self.most - self.least), 1)


@dataclass(frozen=True)
class Peers:
    """All peers as one path, which is drawn once on a page and used by every row."""

    scale: Scale
    path: str


@dataclass(frozen=True)
class Own:
    """One organisation on the strip of its peers."""

    dot: float
    start: float
    end: float
    expected: float


def lay_out_peers(means: Sequence[float]) -> Peers | None:
    """The ticks of the peers, from their predictions in order; none without peers."""
    if not means:
        return None
    cut = int(SHOWN * len(means))
    room = 0.03 * max(means[-1 - cut] - means[cut], 2.0)
    scale = Scale(min(means[cut], -1.0) - room, max(means[-1 - cut], 1.0) + room)
    # Ticks that fall on the same half of a pixel are one: England's practices fit into a line.
    places = sorted({round(scale.at(mean) * 2) / 2 for mean in means})
    return Peers(scale, "".join(f"M{place:g} 7v10" for place in places))


def lay_out_own(peers: Peers, standing: Standing) -> Own | None:
    """Where one of them lies; none where it is not placed."""
    if standing.mean is None or standing.deviation is None:
        return None
    half = NINETY_FIVE_PER_CENT * standing.deviation
    scale = peers.scale
    return Own(
        scale.at(standing.mean), scale.at(standing.mean - half), scale.at(standing.mean + half), scale.at(0.0)
    )
