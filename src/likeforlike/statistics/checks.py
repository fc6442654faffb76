"""Argument checks that all statistics share: what is wrong, where it is, and which rule it breaks.

One rule about bad input holds in the whole package:

* what cannot be (a negative or infinite count, more events than trials, a level of 95, shapes that do
  not fit, too few units) is refused with a `ValueError` naming argument, position and rule;
* what is merely absent (NaN, a denominator of zero) is a fact about one unit: its results are NaN, never a
  number, nobody else's results change, and `Reason` says why (`count_reasons`, or a field `reason` where a
  method has reasons of its own).
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
ReasonArray = NDArray[np.int8]


class Reason(IntEnum):
    """Why a unit has no result; `NONE` where it has one."""

    NONE = 0
    MISSING = 1
    ZERO_DENOMINATOR = 2
    TOO_FEW_EVENTS = 3
    TOO_FEW_UNITS = 4


def check_level(level: float, name: str = "level") -> float:
    """A probability strictly between 0 and 1, as a float."""
    try:
        value = float(level)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {level!r}: it must be one number between 0 and 1") from None
    if not 0.0 < value < 1.0:
        raise ValueError(f"{name} is {value:g}: it must lie strictly between 0 and 1 (write 0.95, not 95)")
    return value


def check_numbers(name: str, values: ArrayLike) -> FloatArray:
    """The values as floats; NaN may stand for what is missing, infinity may not stand for anything.

    What a masked array masks is missing, and so is None.
    """
    try:
        given = np.asarray(values)
        # numpy would make floats of text and dates without a word; neither is a figure.
        array = given.astype(np.float64, copy=False) if given.dtype.kind in "biufO" else None
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} holds something that is not a number: {error}") from error
    if array is None:
        raise ValueError(f"{name} holds something that is not a number: its type is {given.dtype}")
    if given.dtype.kind == "O":
        text = np.array([isinstance(value, str | bytes) for value in given.flat]).reshape(given.shape)
        if text.any():
            position = _first(text)
            raise ValueError(f"{name}{_place(position)} is {given[position]!r}: it must be a number")
    if isinstance(values, np.ma.MaskedArray):
        # numpy hands over what lies under the mask, such as a fill value of 999999.
        array = np.where(np.ma.getmaskarray(values), np.nan, array)
    _refuse(name, array, np.isinf(array), "must be finite (NaN where it is missing)")
    return array


def check_complete(name: str, values: ArrayLike) -> FloatArray:
    """The values as floats, all of them present and finite."""
    array = check_numbers(name, values)
    _refuse(name, array, np.isnan(array), "must not be missing here")
    return array


def check_not_negative(name: str, values: ArrayLike) -> FloatArray:
    """The values as floats, none below zero (counts, denominators, variances, weights)."""
    array = check_numbers(name, values)
    _refuse(name, array, array < 0, "must not be negative")
    return array


def check_positive(name: str, values: ArrayLike) -> FloatArray:
    """The values as floats, none at or below zero (standard errors, scales)."""
    array = check_numbers(name, values)
    _refuse(name, array, array <= 0, "must be greater than 0")
    return array


def check_proportions(name: str, values: ArrayLike) -> FloatArray:
    """The values as floats, none outside 0 to 1."""
    array = check_numbers(name, values)
    _refuse(name, array, (array < 0) | (array > 1), "must lie between 0 and 1")
    return array


def check_broadcast(**arrays: FloatArray) -> tuple[int, ...]:
    """The common shape of the named arrays by numpy's broadcasting."""
    try:
        return np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError as error:
        raise ValueError(f"{_shapes(arrays)}: these shapes do not broadcast together") from error


def check_same_shape(**arrays: NDArray[np.generic]) -> tuple[int, ...]:
    """The one shape that all the named arrays have."""
    shapes = {array.shape for array in arrays.values()}
    if len(shapes) != 1:
        raise ValueError(f"{_shapes(arrays)}: these must have the same shape")
    return shapes.pop()


def check_dimensions(name: str, array: NDArray[np.generic], dimensions: int) -> None:
    """Refuse an array that has another number of dimensions."""
    if array.ndim != dimensions:
        raise ValueError(f"{name} has shape {array.shape}: it must have {dimensions} dimension(s)")


def check_events_within_trials(
    events: FloatArray, trials: FloatArray, name: str = "events", other: str = "trials"
) -> None:
    """Refuse more events than trials, naming the first place, and shapes that do not broadcast."""
    check_broadcast(**{name: events, other: trials})
    beyond = np.asarray(events > trials)
    if beyond.any():
        position = _first(beyond)
        there = tuple(np.broadcast_to(array, beyond.shape)[position] for array in (events, trials))
        raise ValueError(
            f"{name}{_place(position)} is {there[0]:g} but {other}{_place(position)} is {there[1]:g}:"
            f" {name} must not exceed {other}"
        )


def check_enough_units(name: str, present: int, least: int) -> None:
    """Refuse to estimate from fewer units than the method needs."""
    if present < least:
        raise ValueError(f"{name} has {present} unit(s) with data: at least {least} are needed")


def check_whole_number(name: str, value: int, least: int) -> int:
    """A whole number that is not smaller than `least`."""
    try:
        whole = int(value)
    except (TypeError, ValueError, OverflowError):
        whole = None
    if whole is None or whole != value or whole < least:
        raise ValueError(f"{name} is {value}: it must be a whole number of at least {least}")
    return whole


def count_reasons(events: ArrayLike, denominator: ArrayLike) -> ReasonArray:
    """Why each interval of events over a denominator is NaN: a `Reason` for each element, broadcast."""
    numerator, below = check_not_negative("events", events), check_not_negative("denominator", denominator)
    shape = check_broadcast(events=numerator, denominator=below)
    reasons = np.full(shape, Reason.NONE, dtype=np.int8)
    reasons[np.broadcast_to(below == 0, shape)] = Reason.ZERO_DENOMINATOR
    reasons[np.isnan(numerator) | np.isnan(below)] = Reason.MISSING
    return reasons


def _refuse(name: str, array: FloatArray, wrong: BoolArray, rule: str) -> None:
    if wrong.any():
        position = _first(np.asarray(wrong))
        raise ValueError(f"{name}{_place(position)} is {array[position]:g}: it {rule}")


def _first(wrong: BoolArray) -> tuple[int, ...]:
    return tuple(int(index) for index in np.unravel_index(int(np.argmax(wrong)), wrong.shape))


def _place(position: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, position))}]" if position else ""


def _shapes(arrays: dict[str, FloatArray] | dict[str, NDArray[np.generic]]) -> str:
    return ", ".join(f"{name} has shape {array.shape}" for name, array in arrays.items())
