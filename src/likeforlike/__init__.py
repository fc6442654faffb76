"""LikeForLike compares health and care organisations like for like, from official files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from likeforlike.release.frames import to_arrow, to_pandas, to_polars
    from likeforlike.release.reading import open_release

__version__ = "0.1.0"
__all__ = ["open_release", "to_arrow", "to_pandas", "to_polars"]

# Name → the module that has it: imported when it is asked for, so that `import likeforlike` costs nothing.
_FRONT_DOOR = {
    "open_release": "likeforlike.release.reading",
    "to_arrow": "likeforlike.release.frames",
    "to_pandas": "likeforlike.release.frames",
    "to_polars": "likeforlike.release.frames",
}


def __getattr__(name: str) -> object:
    if name not in _FRONT_DOOR:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_FRONT_DOOR[name]), name)
