"""The build that `show` and `compare` read, or how to make it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from likeforlike.errors import NotFoundError

if TYPE_CHECKING:
    from likeforlike.catalogue import Catalogue
    from likeforlike.measures.build import Build
    from likeforlike.store import Store


def require_build(store: Store, catalogue: Catalogue, as_at: datetime.date | None) -> Build:
    """The build of the store as it is now.

    Raises:
        NotFoundError: it has not been made.
    """
    from likeforlike.measures.build import find_build

    found = find_build(store, catalogue, as_at)
    if found is None:
        option = f" --as-at {as_at}" if as_at else ""
        raise NotFoundError(
            "nothing has been built from the store as it is now.",
            where=str(store.folder),
            next_step=f"Run: likeforlike build{option} --store {store.folder}, or name another store with --store.",
        )
    return found
