"""LikeForLike compares health and care organisations like for like, from official files."""

from __future__ import annotations

__version__ = "0.1.0"

# Name → the module that has it: imported when it is asked for, so that `import likeforlike` costs nothing. Type
# checkers read __init__.pyi beside this: an import here, even one for them alone, would let every room reach releases.
_FRONT_DOOR = {
    "open_release": "likeforlike.release.reading",
    "to_arrow": "likeforlike.release.frames",
    "to_pandas": "likeforlike.release.frames",
    "to_polars": "likeforlike.release.frames",
}
__all__ = [*_FRONT_DOOR]


def __getattr__(name: str) -> object:
    if name not in _FRONT_DOOR:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_FRONT_DOOR[name]), name)
