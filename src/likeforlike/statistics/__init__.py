"""The field's methods as array functions: arrays in, named tuples out, nothing of ours imported."""

from __future__ import annotations

import importlib

# Every name here can be had from the package (`from likeforlike.statistics import wilson_interval`). It is loaded
# from its module when it is first asked for, so that asking for one method does not load all. The functions
# `quantile_groups` and `rankability` bear their modules' names and are had from these.
_NAMES = {
    "agreement": ("jaccard", "kendall_tau", "listing_shares", "rank_biased_overlap"),
    "breaks": ("find_mean_breaks",),
    "checks": ("Reason", "count_reasons"),
    "comparisons": ("proportion_difference", "proportion_ratio", "rate_difference", "rate_ratio"),
    "composite": ("composite_draws", "composite_moments", "draw_weightings"),
    "control_charts": ("xmr_chart",),
    "decomposition": ("decompose_gap",),
    "drift": ("fit_drift", "predict_next_window"),
    "drift_counts": ("fit_drift_counts", "predict_next_window_counts"),
    "drift_covariance": ("VarianceComponents",),
    "drift_reliability": ("periods_needed", "reliability"),
    "empirical_bayes": (
        "beta_binomial_posterior",
        "fit_beta_binomial",
        "fit_gamma_poisson",
        "gamma_poisson_posterior",
        "posterior_above",
        "posterior_quantile",
    ),
    "funnels": (
        "compare_with_limits",
        "proportion_funnel_limits",
        "rate_funnel_limits",
        "ratio_funnel_limits",
        "score_funnel_limits",
        "shmi_control_limits",
    ),
    "inequality": ("inequality_indices",),
    "intervals": (
        "Interval",
        "byar_interval",
        "clopper_pearson_interval",
        "exact_poisson_interval",
        "rate_interval",
        "wilson_interval",
    ),
    "joint_draws": ("condition_effects", "draw_joint", "fit_effect_population"),
    "means": ("mean_interval", "mean_interval_from_summary"),
    "mixed_models": (
        "draw_intercepts",
        "fit_binomial_intercepts",
        "fit_poisson_intercepts",
        "intercept_above",
    ),
    "multinomial_ranks": ("multinomial_rank_sets",),
    "multiplicity": ("benjamini_hochberg", "holm", "list_with_few_false"),
    "normal_ranks": (
        "normal_probability_better_than",
        "normal_probability_of_worst_places",
        "normal_rank_intervals",
    ),
    "overdispersion": (
        "cqc_funnel",
        "overdispersed_limits",
        "shmi_funnel",
        "trimmed_overdispersion",
        "winsorised_overdispersion",
    ),
    "rank_confidence_sets": (
        "best_places_sets",
        "marginal_rank_sets",
        "simultaneous_rank_sets",
        "worst_places_sets",
    ),
    "rank_probabilities": ("probability_better_than", "probability_of_worst_places", "rank_intervals"),
    "ranks": ("fractional_ranks", "integer_ranks"),
    "run_rules": ("anhoej_runs",),
    "standardisation": (
        "directly_standardised_rate",
        "expected_events",
        "gamma_interval_of_rate",
        "indirectly_standardised_rate",
        "indirectly_standardised_ratio",
    ),
    "variance_components": ("between_variance", "pool_effects", "shrink_effects"),
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
