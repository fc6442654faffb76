"""The decomposition of a gap: sums written out, exact addition, and intervals that cover."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from likeforlike.statistics.decomposition import decompose_gap

COVARIATES = np.array([[1.0, 2.0, 0.5], [0.0, -1.0, 1.5]])
REFERENCE = np.array([0.5, 0.0, 1.0])
COEFFICIENTS = np.array([0.2, -0.1, 0.4])
COVARIANCE = np.array([[0.01, 0.002, 0.0], [0.002, 0.02, 0.001], [0.0, 0.001, 0.03]])
GROUPS = np.array([0, 0, 1])


def test_parts_are_the_sums_written_out() -> None:
    result = decompose_gap([0.3, -0.2], [0.04, 0.09], COVARIATES, REFERENCE, COEFFICIENTS, COVARIANCE, GROUPS)
    population = 0.2 * (1.0 - 0.5) + -0.1 * (2.0 - 0.0)
    resources = 0.4 * (0.5 - 1.0)
    np.testing.assert_allclose(result.parts[0], [population, resources, 0.3 - population - resources])


def test_standard_errors_are_the_delta_methods() -> None:
    result = decompose_gap([0.3, -0.2], [0.04, 0.09], COVARIATES, REFERENCE, COEFFICIENTS, COVARIANCE, GROUPS)
    d = [0.5, 2.0, -0.5]
    population = d[0] ** 2 * 0.01 + 2 * d[0] * d[1] * 0.002 + d[1] ** 2 * 0.02
    resources = d[2] ** 2 * 0.03
    every = population + resources + 2 * d[1] * d[2] * 0.001
    np.testing.assert_allclose(
        result.standard_errors[0], np.sqrt([population, resources, 0.04 + every]), rtol=1e-12
    )
    np.testing.assert_allclose(
        result.upper - result.lower, 2 * 1.959963984540054 * result.standard_errors, rtol=1e-12
    )


@settings(deadline=None)
@given(seed=st.integers(0, 100_000), groups=st.integers(1, 5))
def test_the_parts_add_up(seed: int, groups: int) -> None:
    rng = np.random.default_rng(seed)
    p = groups + 3
    gap = rng.normal(size=6)
    result = decompose_gap(
        gap,
        np.full(6, 0.1),
        rng.normal(size=(6, p)),
        rng.normal(size=p),
        rng.normal(size=p),
        np.eye(p),
        np.arange(p) % groups,
    )
    for i in range(6):
        assert math.fsum(result.parts[i]) == pytest.approx(gap[i], abs=1e-14)


def test_who_is_the_reference_has_no_part_but_the_rest() -> None:
    result = decompose_gap([0.1], [0.04], [REFERENCE], REFERENCE, COEFFICIENTS, COVARIANCE, GROUPS)
    np.testing.assert_array_equal(result.parts, [[0.0, 0.0, 0.1]])
    np.testing.assert_allclose(result.standard_errors, [[0.0, 0.0, 0.2]])


def test_order_of_covariates_does_not_matter() -> None:
    order = [2, 0, 1]
    one = decompose_gap([0.3, -0.2], [0.04, 0.09], COVARIATES, REFERENCE, COEFFICIENTS, COVARIANCE, GROUPS)
    other = decompose_gap(
        [0.3, -0.2],
        [0.04, 0.09],
        COVARIATES[:, order],
        REFERENCE[order],
        COEFFICIENTS[order],
        COVARIANCE[np.ix_(order, order)],
        GROUPS[order],
    )
    np.testing.assert_allclose(one.parts, other.parts, atol=1e-15)
    np.testing.assert_allclose(one.standard_errors, other.standard_errors, rtol=1e-12)


def test_a_missing_covariate_leaves_only_that_organisation_out() -> None:
    gappy = COVARIATES.copy()
    gappy[0, 1] = np.nan
    whole = decompose_gap([0.3, -0.2], [0.04, 0.09], COVARIATES, REFERENCE, COEFFICIENTS, COVARIANCE, GROUPS)
    result = decompose_gap([0.3, -0.2], [0.04, 0.09], gappy, REFERENCE, COEFFICIENTS, COVARIANCE, GROUPS)
    assert np.isnan(result.parts[0]).all()
    assert np.isnan(result.standard_errors[0]).all()
    np.testing.assert_array_equal(result.parts[1], whole.parts[1])


def test_intervals_cover_the_true_parts() -> None:
    rng = np.random.default_rng(1)
    inside = np.zeros(2)
    for _ in range(4000):
        estimated = rng.multivariate_normal(COEFFICIENTS, COVARIANCE)
        result = decompose_gap([0.0], [0.1], COVARIATES[:1], REFERENCE, estimated, COVARIANCE, GROUPS)
        truth = np.array([0.2 * 0.5 - 0.1 * 2.0, 0.4 * -0.5])
        inside += (result.lower[0, :2] <= truth) & (truth <= result.upper[0, :2])
    np.testing.assert_allclose(inside / 4000, 0.95, atol=3 * math.sqrt(0.95 * 0.05 / 4000))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"gap": [0.1]}, r"gap has shape \(1,\): it must be \(2,\)"),
        ({"coefficients": [0.1]}, "coefficients has shape"),
        ({"coefficient_covariance": np.eye(2)}, "coefficient_covariance has shape"),
        ({"gap_variance": [-1.0, 0.1]}, r"gap_variance\[0\] is -1"),
        ({"groups": [0, 2, 2]}, "without a gap"),
        ({"groups": [0.0, 1.0, 1.0]}, "whole number"),
        ({"level": 95}, "level is 95"),
    ],
)
def test_bad_input_is_refused(changes: dict[str, object], words: str) -> None:
    arguments = {
        "gap": [0.3, -0.2],
        "gap_variance": [0.04, 0.09],
        "covariates": COVARIATES,
        "reference": REFERENCE,
        "coefficients": COEFFICIENTS,
        "coefficient_covariance": COVARIANCE,
        "groups": GROUPS,
        **changes,
    }
    with pytest.raises(ValueError, match=words):
        decompose_gap(**arguments)  # type: ignore[arg-type]  # wrong on purpose


def test_a_gap_without_covariates_is_refused() -> None:
    with pytest.raises(ValueError, match="covariates has no column"):
        decompose_gap([1.0], [1.0], np.zeros((1, 0)), [], [], np.zeros((0, 0)), np.zeros(0, dtype=np.int64))
