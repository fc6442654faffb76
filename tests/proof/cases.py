"""The rows of the proof: the ordinary case and nobody differing, which must meet the targets, and what strains them."""

from __future__ import annotations

from dataclasses import replace

from counties import TELEPHONY, Case, Theme

from likeforlike.statistics.drift_covariance import VarianceComponents

STRESS = 100


def _with(**changes: float) -> tuple[Theme, ...]:
    return tuple(replace(theme, components=theme.components._replace(**changes)) for theme in TELEPHONY)


ORDINARY = Case(
    "ordinary",
    "36 months, variances as on real telephony, ρ 0.6",
    targets=("reliable", "coverage", "calibration", "wrong", "oracle"),
)
SHORT = Case(
    "twelve months",
    "the same with 12 months of history",
    months=12,
    targets=("reliable", "coverage", "calibration", "wrong", "oracle"),
)
EDGE = Case(
    "at the edge",
    "reliability 0.67, 12 months, ρ 0.7: as little as the targets are promised for",
    themes=tuple(
        replace(
            theme,
            patients_per_trial=160.0 if theme.better > 0 else 12.0,
            components=VarianceComponents(theme.components.lasting / 6, theme.components.drift, 0.7),
        )
        for theme in TELEPHONY
    ),
    months=12,
    targets=("reliable", "coverage", "calibration", "wrong", "oracle"),
)
NOBODY = Case(
    "nobody differs", "τ² = 0: drift and chance only", themes=_with(lasting=0.0), targets=("empty",)
)
ANNOUNCED = Case(
    "announced change",
    "recording changes half a year before the end, and is in known_breaks.toml",
    recording="announced",
    counties=STRESS,
    targets=("gated",),
)
CASES = (
    ORDINARY,
    SHORT,
    EDGE,
    NOBODY,
    ANNOUNCED,
    Case("skewed effects", "lasting differences with a long tail", shape="skewed", counties=STRESS),
    Case("t₃ noise", "drift with Student's t₃", shape="t3", counties=STRESS),
    Case("strong drift", "ρ = 0.9 and ω² ten times as large", themes=tuple(
        replace(one, components=one.components._replace(drift=10 * one.components.drift, correlation=0.9))
        for one in TELEPHONY
    ), counties=STRESS),
    Case("uneven drift", "log ω² with standard deviation 1.28: a tenth of practices hold half of it",
         themes=_with(unevenness=1.28), counties=STRESS),
    Case("four months", "no more history than telephony had in January 2026", months=4, counties=STRESS),
    Case("low reliability", "40 calls a month and a tenth of the lasting variance", themes=tuple(
        replace(
            one,
            patients_per_trial=200.0 if one.better > 0 else 20.0,
            components=VarianceComponents(one.components.lasting / 10, one.components.drift, 0.6),
        )
        for one in TELEPHONY
    ), counties=STRESS),
    Case("unannounced change", "5% of practices record otherwise from half a year before the end, unknown to the plan",
         recording="unannounced", counties=STRESS),
)  # fmt: skip
