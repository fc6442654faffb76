"""Immutable Parquet editions with their originals and one manifest; here nothing is ever edited in place."""

from likeforlike.store.manifest import AddedFile, Manifest, PublishedBasis, StoredTable, Withdrawal
from likeforlike.store.store import AlreadyThere, Store
from likeforlike.store.views import Selection, select_editions

__all__ = [
    "AddedFile",
    "AlreadyThere",
    "Manifest",
    "PublishedBasis",
    "Selection",
    "Store",
    "StoredTable",
    "Withdrawal",
    "select_editions",
]
