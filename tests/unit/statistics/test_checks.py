"""What is refused is refused by name, place and rule; what is absent gets a reason."""

from __future__ import annotations

import numpy as np
import pytest

from likeforlike.statistics import checks
from likeforlike.statistics.checks import Reason

NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, NAN, INFINITE])
def test_a_level_lies_strictly_between_zero_and_one(level: float) -> None:
    with pytest.raises(ValueError, match=r"level is .*strictly between 0 and 1 \(write 0.95, not 95\)"):
        checks.check_level(level)


@pytest.mark.parametrize(
    ("check", "values", "message"),
    [
        (checks.check_numbers, [1, INFINITE], r"x\[1\] is inf: it must be finite"),
        (checks.check_numbers, ["3"], r"x holds something that is not a number: its type is <U1"),
        (
            checks.check_numbers,
            [1, 2 + 3j],
            r"x holds something that is not a number: its type is complex128",
        ),
        (checks.check_numbers, np.array(["2025-01-01"], "M8[D]"), r"x holds .*: its type is datetime64"),
        (checks.check_numbers, [[1, 2], [3]], r"x holds something that is not a number: .*inhomogeneous"),
        (checks.check_complete, [[1, 2], [3, NAN]], r"x\[1, 1\] is nan: it must not be missing here"),
        (checks.check_not_negative, [3, -2], r"x\[1\] is -2: it must not be negative"),
        (checks.check_not_negative, -2, r"x is -2: it must not be negative"),
        (checks.check_positive, [1, 0], r"x\[1\] is 0: it must be greater than 0"),
        (checks.check_proportions, [0, 1, 1.5], r"x\[2\] is 1.5: it must lie between 0 and 1"),
    ],
)
def test_a_wrong_value_is_refused_by_name_position_and_rule(check, values, message) -> None:
    with pytest.raises(ValueError, match=message):
        check("x", values)


def test_missing_values_pass_where_they_may() -> None:
    np.testing.assert_array_equal(checks.check_not_negative("x", [0, NAN]), [0.0, NAN])


def test_shapes() -> None:
    three, two = np.zeros(3), np.zeros((2, 1))
    assert checks.check_broadcast(a=three, b=two) == (2, 3)
    assert checks.check_same_shape(a=three, b=np.ones(3)) == (3,)
    with pytest.raises(ValueError, match=r"a has shape \(3,\), b has shape \(4,\): .* broadcast"):
        checks.check_broadcast(a=three, b=np.zeros(4))
    with pytest.raises(ValueError, match=r"a has shape \(3,\), b has shape \(2, 1\): .* same shape"):
        checks.check_same_shape(a=three, b=two)
    with pytest.raises(ValueError, match=r"b has shape \(2, 1\): it must have 1 dimension"):
        checks.check_dimensions("b", two, 1)
    checks.check_dimensions("a", three, 1)


def test_events_stay_within_trials() -> None:
    with pytest.raises(
        ValueError, match=r"events\[1, 0\] is 8 but trials\[1, 0\] is 7: events must not exceed"
    ):
        checks.check_events_within_trials(np.array([[3.0], [8.0]]), np.array([7.0]))
    checks.check_events_within_trials(np.array([3.0, NAN]), np.array([3.0, 1.0]))


def test_counts_of_units_and_whole_numbers() -> None:
    checks.check_enough_units("estimates", 3, 3)
    with pytest.raises(ValueError, match=r"estimates has 2 unit\(s\) with data: at least 3 are needed"):
        checks.check_enough_units("estimates", 2, 3)
    assert checks.check_whole_number("draws", 10, 1) == 10
    for wrong in (0, 2.5):
        with pytest.raises(ValueError, match=r"draws is .*: it must be a whole number of at least 1"):
            checks.check_whole_number("draws", wrong, 1)


def test_the_reason_for_each_missing_interval() -> None:
    reasons = checks.count_reasons([0, NAN, 0, 5, NAN], [10, 10, 0, NAN, 0])
    assert [Reason(reason).name for reason in reasons] == [
        "NONE", "MISSING", "ZERO_DENOMINATOR", "MISSING", "MISSING",
    ]  # fmt: skip


def test_what_is_masked_is_missing_and_not_what_lies_under_the_mask() -> None:
    hidden = np.ma.array([5, 999_999], mask=[False, True])
    np.testing.assert_array_equal(checks.check_not_negative("x", hidden), [5.0, NAN])
    np.testing.assert_array_equal(checks.check_numbers("x", [1, None]), [1.0, NAN])
    with pytest.raises(ValueError, match=r"x\[1\] is nan: it must not be missing here"):
        checks.check_complete("x", hidden)


def test_input_is_read_and_never_changed() -> None:
    fixed = np.array([[3, 200], [7, 255]], dtype=np.uint8)
    fixed.flags.writeable = False
    np.testing.assert_array_equal(checks.check_numbers("x", fixed.T[::-1]), [[200.0, 255.0], [3.0, 7.0]])
    hidden = np.ma.array([1.0, 2.0], mask=[True, False])
    checks.check_numbers("x", hidden)
    assert hidden.data.tolist() == [1.0, 2.0]


def test_text_among_objects_is_no_number() -> None:
    with pytest.raises(ValueError, match=r"x\[0\] is '3': it must be a number"):
        checks.check_numbers("x", np.array(["3", 2], dtype=object))


@pytest.mark.parametrize("value", [NAN, INFINITE, None, "7", [1, 2]])
def test_what_is_no_whole_number_is_refused_by_name(value: object) -> None:
    with pytest.raises(ValueError, match=r"draws is .*: it must be a whole number of at least 1"):
        checks.check_whole_number("draws", value, 1)  # type: ignore[arg-type]


@pytest.mark.parametrize("level", [None, "a", [0.9, 0.95]])
def test_a_level_is_one_number(level: object) -> None:
    with pytest.raises(ValueError, match=r"level is .*: it must be one number between 0 and 1"):
        checks.check_level(level)  # type: ignore[arg-type]


def test_shapes_of_events_and_trials_are_named() -> None:
    with pytest.raises(ValueError, match=r"events has shape \(2,\), trials has shape \(3,\): .* broadcast"):
        checks.check_events_within_trials(np.zeros(2), np.ones(3))
