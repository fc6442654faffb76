"""Random effects against R: lme4, metafor, MASS and spdep on SHMI, A&E and the BUGS surgical figures.

Inputs and answers are in `r_hierarchical`, each golden file written by the R function that its test names.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from likeforlike.statistics.empirical_bayes import (
    fit_gamma_poisson,
    gamma_poisson_posterior,
    posterior_above,
    posterior_quantile,
)
from likeforlike.statistics.mixed_models import MixedModelFit, fit_binomial_intercepts, fit_poisson_intercepts
from likeforlike.statistics.variance_components import between_variance, pool_effects, shrink_effects

METAFOR_METHODS = {
    "DL": "dersimonian_laird",
    "HE": "hedges",
    "HS": "hunter_schmidt",
    "SJ": "sidik_jonkman",
    "ML": "maximum_likelihood",
    "REML": "restricted_maximum_likelihood",
    "EB": "empirical_bayes",
    "PM": "paule_mandel",
    "PMM": "median_unbiased",
    "DLIT": "iterated_dersimonian_laird",
    "GENQ": "generalised_q",
}
# Closed forms: nothing is iterated.
EXACT = ["DL", "HE", "HS", "SJ", "GENQ"]

# lme4's inputs for two of its goldens, published tables: trials and events.
# Paediatric open-heart surgery under one year, England 1991–95: Bristol Royal Infirmary Inquiry 2000.
BRISTOL = (
    [143, 187, 323, 122, 164, 405, 239, 482, 195, 177, 581, 301],
    [41, 25, 24, 23, 25, 42, 24, 53, 26, 25, 58, 31],
)
# Children's heart surgery, United Kingdom and Ireland 2012–15, operations and deaths: NCHDA.
CHILD_HEART = (
    [418, 607, 668, 760, 829, 835, 983, 1038, 1094, 1132, 1220, 1457, 1892],
    [5, 14, 15, 27, 14, 14, 23, 22, 19, 20, 35, 36, 19],
)


@pytest.fixture(scope="module")
def folder(reference_answers: Path) -> Path:
    return reference_answers / "r_hierarchical"


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_columns(path: Path, *names: str) -> list[np.ndarray]:
    rows = read_rows(path)
    return [np.array([float(row[name]) for row in rows]) for name in names]


@pytest.fixture(scope="module")
def shmi(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    observed, expected = read_columns(folder / "input_shmi_2014apr_OE.csv", "O", "E")
    return observed, expected


def metafor_rows(folder: Path, methods: list[str]) -> list[dict[str, str]]:
    return [row for row in read_rows(folder / "golden_metafor_tau2_shmi.csv") if row["method"] in methods]


def effects_and_variances(shmi: tuple[np.ndarray, np.ndarray], vi: str) -> tuple[np.ndarray, np.ndarray]:
    observed, expected = shmi
    return np.log(observed / expected), 1 / (expected if vi == "1/E" else observed)


def tau2_by(row: dict[str, str], y: np.ndarray, v: np.ndarray) -> float:
    weights = 1 / v if row["method"] == "GENQ" else None
    return between_variance(y, v, METAFOR_METHODS[row["method"]], weights)


def test_tau2_in_closed_form_equals_metafor(folder: Path, shmi: tuple[np.ndarray, np.ndarray]) -> None:
    rows = metafor_rows(folder, EXACT)
    assert len(rows) == 10
    for row in rows:
        y, v = effects_and_variances(shmi, row["vi"])
        assert tau2_by(row, y, v) == pytest.approx(float(row["tau2"]), rel=1e-10)


def metafor_iteration(method: str, y: np.ndarray, v: np.ndarray) -> float:
    """Fisher scoring as in the papers, from Hedges's estimate, until τ² moves by less than 1e-5.

    That stopping rule is metafor's documented default (`control=list(threshold=1e-5)`).
    """
    k = y.size
    tau2 = float(np.var(y, ddof=1) - v.mean())
    while True:
        w = 1 / (v + tau2)
        mean = w @ y / w.sum()
        r2 = (y - mean) ** 2
        trace_p = w.sum() - w @ w / w.sum()
        trace_pp = w @ w - 2 * (w**3).sum() / w.sum() + (w @ w / w.sum()) ** 2
        step = {
            "ML": (w**2 @ r2 - w.sum()) / (w @ w),
            "REML": (w**2 @ r2 - trace_p) / trace_pp,
            "EB": (w @ r2 * k / (k - 1) - k) / w.sum(),
        }[method]
        tau2 += step
        if abs(step) <= 1e-5:
            return tau2


@pytest.mark.parametrize("method", ["ML", "REML", "EB"])
def test_metafors_iterated_tau2_is_ours_stopped_early(
    folder: Path, shmi: tuple[np.ndarray, np.ndarray], method: str
) -> None:
    for row in metafor_rows(folder, [method]):
        y, v = effects_and_variances(shmi, row["vi"])
        golden, ours = float(row["tau2"]), tau2_by(row, y, v)
        # The golden is where their iteration stands when it stops; ours is where it would end.
        assert metafor_iteration(method, y, v) == pytest.approx(golden, rel=1e-9)
        assert ours == pytest.approx(golden, abs=1e-5)
        for _ in range(200):
            golden = next_step(method, y, v, golden)
        assert ours == pytest.approx(golden, rel=1e-9)


def next_step(method: str, y: np.ndarray, v: np.ndarray, tau2: float) -> float:
    """One more of their steps (written for each from its estimating equation)."""
    w = 1 / (v + tau2)
    mean = w @ y / w.sum()
    r2 = (y - mean) ** 2
    if method == "EB":
        return float(tau2 + (w @ r2 * y.size / (y.size - 1) - y.size) / w.sum())
    correction = w @ w / w.sum() if method == "REML" else 0.0
    return float(tau2 + (w**2 @ r2 - w.sum() + correction) / (w @ w))


@pytest.mark.parametrize("method", ["PM", "PMM", "DLIT"])
def test_metafors_root_searches_are_within_their_own_tolerance(
    folder: Path, shmi: tuple[np.ndarray, np.ndarray], method: str
) -> None:
    """Their roots stop at 1e-5 (DLIT) or uniroot's default .Machine$double.eps^0.25 = 1.22e-4 (PM, PMM).

    PM, EB and DLIT solve one equation, yet the golden prints three numbers 1.3e-4 apart: at least two of them
    are not the solution. Ours makes Q its degrees of freedom (PMM: their median) to twelve digits.
    """
    for row in metafor_rows(folder, [method]):
        y, v = effects_and_variances(shmi, row["vi"])
        ours = tau2_by(row, y, v)
        tolerance = 1e-5 if method == "DLIT" else np.finfo(float).eps ** 0.25
        assert ours == pytest.approx(float(row["tau2"]), abs=tolerance)
        assert ours == pytest.approx(float(row["tau2"]), rel=2e-4)
        w = 1 / (v + ours)
        q = w @ (y - w @ y / w.sum()) ** 2
        if method == "PMM":
            # P(χ²₁₄₀ > q) = P(Poisson(q/2) < 70), which at the median is a half.
            terms = [math.exp(j * math.log(q / 2) - q / 2 - math.lgamma(j + 1)) for j in range(70)]
            assert math.fsum(terms) == pytest.approx(0.5, abs=1e-11)
        else:
            assert q == pytest.approx(140, rel=1e-12)


def test_mean_and_standard_error_equal_metafor_at_its_tau2(
    folder: Path, shmi: tuple[np.ndarray, np.ndarray]
) -> None:
    rows = [row for row in metafor_rows(folder, list(METAFOR_METHODS)) if row["method"] != "GENQ"]
    assert len(rows) == 20
    for row in rows:
        y, v = effects_and_variances(shmi, row["vi"])
        pooled = pool_effects(y, v, float(row["tau2"]))
        assert pooled.mean == pytest.approx(float(row["mu"]), rel=1e-8)
        assert pooled.standard_error == pytest.approx(float(row["se"]), rel=1e-8)


def test_shrunken_effects_equal_metafors_blup(folder: Path, shmi: tuple[np.ndarray, np.ndarray]) -> None:
    y, v = effects_and_variances(shmi, "1/E")
    tau2 = next(float(row["tau2"]) for row in metafor_rows(folder, ["REML"]) if row["vi"] == "1/E")
    blup, se, lower, upper = read_columns(
        folder / "golden_metafor_blup_REML_shmi.csv", "blup", "se", "pi_lb", "pi_ub"
    )
    result = shrink_effects(y, v, tau2)
    np.testing.assert_allclose(result.mean, blup, atol=1e-12)
    np.testing.assert_allclose(result.standard_error, se, rtol=1e-10)
    np.testing.assert_allclose(result.mean - 1.959963984540054 * result.standard_error, lower, atol=1e-12)
    np.testing.assert_allclose(result.mean + 1.959963984540054 * result.standard_error, upper, atol=1e-12)


def test_the_negative_binomial_equals_glm_nb(folder: Path, shmi: tuple[np.ndarray, np.ndarray]) -> None:
    golden = read_rows(folder / "golden_glmnb_shmi.csv")[0]
    fit = fit_gamma_poisson(*shmi)
    # glm.nb stops its iterations at 1e-8; the intercept is near 0, so its error is absolute.
    assert math.log(fit.mean) == pytest.approx(float(golden["intercept"]), abs=1e-8)
    assert fit.shape == pytest.approx(float(golden["theta"]), rel=1e-7)
    assert fit.shape_standard_error == pytest.approx(float(golden["se_theta"]), rel=1e-7)
    assert fit.log_likelihood == pytest.approx(float(golden["logLik"]), rel=1e-12)


def test_the_gamma_posterior_equals_r(folder: Path, shmi: tuple[np.ndarray, np.ndarray]) -> None:
    mean, low, high, above = read_columns(
        folder / "golden_gamma_poisson_posterior_shmi.csv", "post_mean", "q025", "q975", "p_gt1"
    )
    posterior = gamma_poisson_posterior(*shmi, fit_gamma_poisson(*shmi))
    np.testing.assert_allclose(posterior.mean, mean, rtol=1e-9)
    np.testing.assert_allclose(posterior_quantile(posterior, 0.025), low, rtol=1e-9)
    np.testing.assert_allclose(posterior_quantile(posterior, 0.975), high, rtol=1e-9)
    np.testing.assert_allclose(posterior_above(posterior, 1.0), above, atol=1e-9)


def test_marshalls_moments_equal_spdeps_ebest(folder: Path, shmi: tuple[np.ndarray, np.ndarray]) -> None:
    raw, smoothed = read_columns(folder / "golden_spdep_EBest_shmi.csv", "raw", "estmm")
    observed, expected = shmi
    np.testing.assert_allclose(observed / expected, raw, rtol=1e-12)
    posterior = gamma_poisson_posterior(observed, expected, fit_gamma_poisson(*shmi, "moments"))
    np.testing.assert_allclose(posterior.mean, smoothed, rtol=1e-12)


CASES = ["shmi2014apr", "surgical", "bristol1991", "childheart2012", "ae2018dec"]


def fit_case(folder: Path, case: str, nodes: int) -> tuple[MixedModelFit, np.ndarray, np.ndarray]:
    fitter: Callable[..., MixedModelFit] = fit_binomial_intercepts
    if case == "shmi2014apr":
        fitter = fit_poisson_intercepts
        events, below = read_columns(folder / "input_shmi_2014apr_OE.csv", "O", "E")
    elif case == "surgical":
        events, below = read_columns(folder / "input_bugs_surgical.csv", "y", "n")
    elif case == "ae2018dec":
        events, below = read_columns(folder / "input_ae_2018dec_binomial.csv", "y", "n")
    else:
        table = BRISTOL if case == "bristol1991" else CHILD_HEART
        below, events = np.array(table[0], float), np.array(table[1], float)
    return fitter(events, below, np.arange(events.size), nodes=nodes), events, below


def golden_summary(folder: Path, case: str, nodes: int) -> dict[str, float]:
    rows = read_rows(folder / "golden_glmer_summary.csv")
    row = next(row for row in rows if row["case"] == case and row["nAGQ"] == str(nodes))
    return {name: float(row[name]) for name in ("intercept", "se_intercept", "tau2", "logLik")}


def golden_parameters(golden: dict[str, float]) -> np.ndarray:
    return np.array([golden["intercept"], 0.5 * math.log(golden["tau2"])])


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("nodes", [1, 25])
def test_the_fit_is_where_lme4_was_heading(folder: Path, case: str, nodes: int) -> None:
    """Ours is the higher point, theirs within its optimiser's reach: under 1e-3 of a standard error away."""
    fit, _, _ = fit_case(folder, case, nodes)
    golden = golden_summary(folder, case, nodes)
    theirs = golden_parameters(golden)
    at_theirs, _ = fit.likelihood.value_and_slope(theirs)
    assert -1e-9 * abs(fit.log_likelihood) <= fit.log_likelihood - at_theirs < 2e-7
    assert fit.period_effects[0] == pytest.approx(theirs[0], abs=1e-3 * golden["se_intercept"])
    assert fit.between_sd == pytest.approx(math.exp(theirs[1]), abs=1e-3 * fit.between_sd_standard_error)
    assert fit.between_sd**2 == pytest.approx(golden["tau2"], rel=1e-4)


@pytest.mark.parametrize("case", CASES)
def test_standard_errors_and_likelihood_equal_lme4_with_25_nodes(folder: Path, case: str) -> None:
    fit, events, below = fit_case(folder, case, 25)
    golden = golden_summary(folder, case, 25)
    # Their Hessian is differenced numerically, at parameters that are off by up to 1e-5.
    assert fit.period_standard_errors[0] == pytest.approx(golden["se_intercept"], rel=1e-5)
    # With more than one node lme4 leaves the saturated model's likelihood out of its logLik.
    if case == "shmi2014apr":
        saturated = sum(y * math.log(y) - y - math.lgamma(y + 1) for y in events)
    else:
        saturated = sum(
            math.lgamma(n + 1)
            - math.lgamma(y + 1)
            - math.lgamma(n - y + 1)
            + (y * math.log(y / n) if y else 0.0)
            + ((n - y) * math.log(1 - y / n) if y < n else 0.0)
            for y, n in zip(events, below, strict=True)
        )
    assert fit.log_likelihood - saturated == pytest.approx(golden["logLik"], rel=1e-8)


@pytest.mark.parametrize("case", ["shmi2014apr", "surgical", "ae2018dec"])
@pytest.mark.parametrize("nodes", [1, 25])
def test_modes_and_their_spread_equal_lme4_at_its_parameters(folder: Path, case: str, nodes: int) -> None:
    fit, _, _ = fit_case(folder, case, nodes)
    theirs = golden_parameters(golden_summary(folder, case, nodes))
    at = fit.likelihood.intercepts(theirs)
    groups = [row["group"] for row in read_rows(folder / input_file(case))]
    golden = {row["group"]: row for row in read_rows(folder / f"golden_glmer_{case}_nAGQ{nodes}_ranef.csv")}
    blup = np.array([float(golden[group]["blup"]) for group in groups])
    spread = np.array([float(golden[group]["cond_sd"]) for group in groups])
    np.testing.assert_allclose(at.mode, blup, atol=1e-9)
    # lme4's weights are those of its last but one inner step: their deviance has settled to tolPwrss = 1e-7,
    # the modes to its root, 3e-4 of a standard deviation, and with few events the spread to about 1e-5.
    np.testing.assert_allclose(at.scale, spread, rtol=1e-5 if case == "surgical" else 1e-6)
    np.testing.assert_allclose(fit.mode, blup, atol=1e-3 * fit.period_standard_errors[0])
    np.testing.assert_allclose(fit.mode_sd, spread, rtol=1e-4)


@pytest.mark.parametrize("case", ["shmi2014apr", "surgical", "ae2018dec"])
def test_the_laplace_likelihood_equals_lme4_with_its_own_weights(folder: Path, case: str) -> None:
    """What parts us is Σ log of the spreads that lme4 used instead of those at its modes: put them in."""
    fit, _, _ = fit_case(folder, case, 1)
    golden = golden_summary(folder, case, 1)
    theirs = golden_parameters(golden)
    groups = [row["group"] for row in read_rows(folder / input_file(case))]
    rows = {row["group"]: row for row in read_rows(folder / f"golden_glmer_{case}_nAGQ1_ranef.csv")}
    spread = np.array([float(rows[group]["cond_sd"]) for group in groups])
    with_their_spread = fit.likelihood.value_and_slope(theirs)[0] + float(
        np.log(spread / fit.likelihood.intercepts(theirs).scale).sum()
    )
    assert with_their_spread == pytest.approx(golden["logLik"], abs=1e-6)


@pytest.mark.parametrize("case", ["bristol1991", "childheart2012", "surgical", "shmi2014apr", "ae2018dec"])
def test_laplace_standard_errors_are_near_lme4s(folder: Path, case: str) -> None:
    # lme4 differences a likelihood whose weights lag behind (see above): with few events that costs it 0.2%.
    fit, _, _ = fit_case(folder, case, 1)
    golden = golden_summary(folder, case, 1)
    few_events = case in {"surgical", "bristol1991", "childheart2012"}
    assert fit.period_standard_errors[0] == pytest.approx(
        golden["se_intercept"], rel=3e-3 if few_events else 2e-5
    )
    assert fit.log_likelihood == pytest.approx(golden["logLik"], abs=5e-5)


@pytest.mark.parametrize("case", ["shmi2014apr", "surgical", "ae2018dec"])
@pytest.mark.parametrize("nodes", [1, 25])
def test_expected_ranks_from_the_intercepts_equal_r(folder: Path, case: str, nodes: int) -> None:
    """Laird & Louis 1989: 1 + Σⱼ P(bⱼ < bᵢ) from normal posteriors, as merTools::expectedRank."""
    fit, _, _ = fit_case(folder, case, nodes)
    at = fit.likelihood.intercepts(golden_parameters(golden_summary(folder, case, nodes)))
    groups = [row["group"] for row in read_rows(folder / input_file(case))]
    rows = {row["group"]: row for row in read_rows(folder / f"golden_glmer_{case}_nAGQ{nodes}_ranef.csv")}
    for i, group in enumerate(groups):
        rank = 1.0
        for j in range(len(groups)):
            if j != i:
                difference = (at.mode[i] - at.mode[j]) / math.hypot(at.scale[i], at.scale[j])
                rank += 0.5 * math.erfc(-difference / math.sqrt(2))
        assert rank == pytest.approx(float(rows[group]["ER"]), rel=1e-5)
        assert round(100 * (rank - 0.5) / len(groups)) == int(rows[group]["pctER"])


def input_file(case: str) -> str:
    return {
        "shmi2014apr": "input_shmi_2014apr_OE.csv",
        "surgical": "input_bugs_surgical.csv",
        "ae2018dec": "input_ae_2018dec_binomial.csv",
    }[case]
