"""Turns lists of view objects into Arrow tables and into data frames of pandas and polars."""

from __future__ import annotations

import types
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


def to_pandas(views: Sequence[object], view: type | None = None) -> pandas.DataFrame:
    """A data frame with a row for each view object and a column for each of its fields.

    Whole numbers stay whole where some are missing (`Int64`); a field that holds several things is an array.

    Args:
        views: view objects of one kind, as the methods of a release give them.
        view: their class, for an empty list to have its columns.

    Raises:
        TypeError: an empty list without its class, objects of several classes, or no view objects.
    """
    import pandas

    columns = {"int64": pandas.Int64Dtype()}
    return to_arrow(views, view).to_pandas(types_mapper=lambda kind: columns.get(str(kind)))


def to_polars(views: Sequence[object], view: type | None = None) -> polars.DataFrame:
    """The same as a data frame of polars, which has to be installed beside this package.

    Raises:
        TypeError: as of `to_pandas`.
    """
    import polars

    frame = polars.from_arrow(to_arrow(views, view))
    assert isinstance(frame, polars.DataFrame)
    return frame


def to_arrow(views: Sequence[object], view: type | None = None) -> pyarrow.Table:
    """An Arrow table: its columns have the types of the fields, whatever the rows hold.

    Texts, numbers and booleans are columns of their own kind. Several things are a list; an object in it is a struct
    of its fields, a pair a struct of `key` and `value`.

    Raises:
        TypeError: as of `to_pandas`.
    """
    import pyarrow

    kind = _check_kind(views, view)
    columns = field_types(kind)
    schema = pyarrow.schema([(name, _arrow_type(hint)) for name, hint in columns.items()])
    return pyarrow.Table.from_pydict(
        {name: [plain(getattr(one, name), hint) for one in views] for name, hint in columns.items()},
        schema=schema,
    )


@cache
def field_types(view: type) -> dict[str, Any]:
    """The fields of a view object and their types, in order."""
    hints = get_type_hints(view)
    return {field.name: hints[field.name] for field in fields(view)}


def _check_kind(views: Sequence[object], view: type | None) -> type:
    kinds = {type(one) for one in views} | ({view} if view else set())
    if not kinds:
        raise TypeError("an empty list does not say which columns it would have: give the class as `view`")
    if len(kinds) > 1:
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise TypeError(f"objects of one class make a table; these are of {names}")
    (kind,) = kinds
    if not is_dataclass(kind):
        raise TypeError(f"a view object of a release was expected, found {kind.__name__}")
    return kind


def is_pair(hint: Any) -> bool:
    """Whether a type is of two things that belong together: a label and its words."""
    arguments = get_args(hint)
    return get_origin(hint) is tuple and len(arguments) == 2 and arguments[1] is not Ellipsis


def without_none(hint: Any) -> Any:
    """The type of what is there, of something that may be missing."""
    if get_origin(hint) in (Union, types.UnionType):
        (there,) = (one for one in get_args(hint) if one is not type(None))
        return there
    return hint


def _arrow_type(hint: Any) -> Any:
    import pyarrow

    simple = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64(), bool: pyarrow.bool_()}
    there = without_none(hint)
    if there in simple:
        return simple[there]
    if is_dataclass(there):
        assert isinstance(there, type)
        return pyarrow.struct([(name, _arrow_type(one)) for name, one in field_types(there).items()])
    if is_pair(there):
        key, value = get_args(there)
        return pyarrow.struct([("key", _arrow_type(key)), ("value", _arrow_type(value))])
    return pyarrow.list_(_arrow_type(get_args(there)[0]))


def plain(value: Any, hint: Any) -> Any:
    """What a field holds, as lists and dictionaries."""
    there = without_none(hint)
    if value is None:
        return None
    if is_dataclass(there):
        assert isinstance(there, type)
        return {name: plain(getattr(value, name), one) for name, one in field_types(there).items()}
    if is_pair(there):
        return {
            name: plain(one, its)
            for name, one, its in zip(("key", "value"), value, get_args(there), strict=True)
        }
    if get_origin(there) is tuple:
        return [plain(one, get_args(there)[0]) for one in value]
    return value
