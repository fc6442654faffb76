from likeforlike.release.frames import to_arrow, to_pandas, to_polars
from likeforlike.release.reading import open_release

__version__: str
__all__ = ["open_release", "to_arrow", "to_pandas", "to_polars"]
