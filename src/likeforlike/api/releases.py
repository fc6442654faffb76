"""Addresses about releases: which there are, what changed, and the files under the figures."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from pathlib import Path

from ninja import Router
from pydantic import ValidationError

from likeforlike.api.endpoint import Listing, endpoint
from likeforlike.errors import UserError
from likeforlike.release.reading import Release
from likeforlike.release.schema import MANIFEST
from likeforlike.release.swapping import read_manifest
from likeforlike.release.views import ChangeView, EditionView, ReleaseView

router = Router(tags=["Releases"])


@endpoint(router, "/releases", many=ReleaseView, lasting=False)
def releases(release: Release) -> Listing:
    """All releases that are kept, newest first."""
    beside = [path.parent for path in release.folder.resolve().parent.glob(f"*/{MANIFEST}")]
    known = {about.id: about for folder in beside if (about := _about(folder))}
    known[release.about().id] = release.about()
    newest_first = sorted(known.values(), key=lambda one: (one.made, one.id), reverse=True)
    return Listing(newest_first)


@endpoint(router, "/releases/current", one=ReleaseView)
def current_release(release: Release) -> ReleaseView:
    """The release that answers."""
    return release.about()


@endpoint(router, "/changes", many=ChangeView)
def changes(release: Release) -> Listing:
    """What changed since the release before, and why.

    By indicator: a new month, a restated month, a changed definition or method, and how many figures it touches.
    """
    return Listing(release.changes())


@endpoint(router, "/editions", many=EditionView)
def editions(release: Release) -> Listing:
    """The published files under the figures.

    With publisher, licence, when each was issued, and its SHA-256.
    """
    return Listing(release.editions())


def _about(folder: Path) -> ReleaseView | None:
    """Of a release that is kept; nothing of a folder that is damaged or half copied."""
    try:
        return _read_about(folder)
    except (UserError, sqlite3.Error, ValidationError):
        return None


# What cannot be read is not remembered: it may be whole the next moment.
@lru_cache(maxsize=256)
def _read_about(folder: Path) -> ReleaseView:
    # Written last: a release that is being made or copied has none yet.
    read_manifest(folder)
    other = Release(folder)
    try:
        return other.about()
    finally:
        other.close()
