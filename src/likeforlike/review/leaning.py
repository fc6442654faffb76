"""Who is on the list: whether it leans towards the deprived, the small, the rural or one area, more than by chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from likeforlike.statistics.checks import FloatArray
from likeforlike.statistics.multiplicity import benjamini_hochberg

BoolArray = NDArray[np.bool_]

LEANS_BELOW = 0.05
PERMUTATIONS = 10_000
# Sums of the same numbers in another order differ by rounding.
_ALIKE = 1e-9
# Random numbers in memory: 16 MB.
_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Lean:
    """One characteristic of the listed beside all that were assessed."""

    characteristic: str
    label: str | None
    """Of a characteristic with labels (region, rural or urban): the label whose share this is; None for a mean."""
    listed: float
    """Mean, or share, of the listed whose characteristic is known."""
    assessed: float
    """The same of all that were assessed."""
    lower: float
    upper: float
    """Between these 95% of lists of this length would lie, were they drawn blindly from the assessed."""
    p_value: float
    """The share of such lists that lie as far from the assessed, or further; two-sided."""
    known_listed: int
    known_assessed: int
    leans: bool = False
    """Whether the P-value, adjusted for all characteristics asked for, is below 0.05."""

    @property
    def difference(self) -> float:
        """Listed less assessed."""
        return self.listed - self.assessed


def find_leans(
    listed: BoolArray,
    assessed: BoolArray,
    measures: Mapping[str, FloatArray],
    labels: Mapping[str, Sequence[str | None]],
    rng: np.random.Generator,
) -> tuple[Lean, ...]:
    """Each characteristic of the listed against all assessed: exact for shares, by permutation for means.

    `listed` and `assessed` (organisations,); `measures` are numbers (deprivation score, list size), NaN where
    unknown; `labels` words (rural or urban, region, sub-ICB), None where unknown. Only organisations whose
    characteristic is known take part in it.

    A share: how many of m listed carry the label is hypergeometric where lists are drawn blindly from the assessed
    (Fisher 1935); P adds up all outcomes that are no likelier (Freeman & Halton 1951). A mean: 10,000 lists are drawn
    from `rng`, and P = (1 + as far or further)/(1 + drawn) (Pitman 1937; Phipson & Smyth 2010, eq. 2). A warning
    comes where the P-value adjusted for all that was asked (Benjamini & Hochberg 1995) is below 0.05. A list may lean
    because need does; and that it does not lean beyond chance is no proof that it is fair.

    Raises:
        ValueError: somebody is listed that was not assessed.
    """
    if (listed & ~assessed).any():
        raise ValueError("listed holds organisations that were not assessed")
    found: list[Lean] = []
    for name, values in measures.items():
        known = assessed & ~np.isnan(values)
        found.append(_lean_of_mean(name, values[known], listed[known], rng))
    for name, words in labels.items():
        known = assessed & np.array([word is not None for word in words], dtype=bool)
        its = np.array(words, dtype=object)[known]
        found += [_lean_of_share(name, label, its == label, listed[known]) for label in sorted(set(its))]
    adjusted = benjamini_hochberg([one.p_value for one in found])
    return tuple(replace(one, leans=bool(p < LEANS_BELOW)) for one, p in zip(found, adjusted, strict=True))


def _lean_of_mean(name: str, values: FloatArray, listed: BoolArray, rng: np.random.Generator) -> Lean:
    n, m = values.size, int(listed.sum())
    if not 0 < m < n:
        return _nothing(name, None, values, listed)
    mean, seen = float(values.mean()), float(values[listed].mean())
    drawn = _means_of_blind_lists(values, m, rng)
    further = abs(drawn - mean) >= abs(seen - mean) - _ALIKE * float(abs(values).max())
    lower, upper = np.quantile(drawn, [0.025, 0.975])
    p_value = (1 + int(further.sum())) / (1 + PERMUTATIONS)
    return Lean(name, None, seen, mean, float(lower), float(upper), p_value, m, n)


def _means_of_blind_lists(values: FloatArray, m: int, rng: np.random.Generator) -> FloatArray:
    means = []
    for start in range(0, PERMUTATIONS, at_once := max(1, _AT_ONCE // values.size)):
        # The m smallest of n random numbers are any m of n.
        keys = rng.random((min(at_once, PERMUTATIONS - start), values.size))
        means.append(values[np.argpartition(keys, m - 1, axis=1)[:, :m]].mean(axis=1))
    return np.concatenate(means)


def _lean_of_share(name: str, label: str, carries: BoolArray, listed: BoolArray) -> Lean:
    n, m = carries.size, int(listed.sum())
    if not 0 < m < n:
        return _nothing(name, label, carries.astype(float), listed)
    seen = int((carries & listed).sum())
    blind = stats.hypergeom(n, int(carries.sum()), m)
    chances = blind.pmf(np.arange(m + 1))
    p_value = float(chances[chances <= chances[seen] * (1 + _ALIKE)].sum())
    lower, upper = blind.ppf([0.025, 0.975]) / m
    return Lean(
        name, label, seen / m, float(carries.mean()), float(lower), float(upper), min(p_value, 1.0), m, n
    )


def _nothing(name: str, label: str | None, values: FloatArray, listed: BoolArray) -> Lean:
    """Of an empty list, or one of all, nothing can lean."""
    nobody = float("nan")
    seen = float(values[listed].mean()) if listed.any() else nobody
    mean = float(values.mean()) if values.size else nobody
    return Lean(name, label, seen, mean, nobody, nobody, nobody, int(listed.sum()), values.size)
