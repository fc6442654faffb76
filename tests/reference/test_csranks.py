"""Ranks and their confidence sets against R's csranks 1.2.3 and an independent run with 10⁶ draws."""

from __future__ import annotations

import csv
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
import pytest

from likeforlike.statistics.multinomial_ranks import Correction, multinomial_rank_sets
from likeforlike.statistics.rank_confidence_sets import (
    RankSets,
    Side,
    best_places_sets,
    marginal_rank_sets,
    simultaneous_rank_sets,
    worst_places_sets,
)
from likeforlike.statistics.ranks import fractional_ranks, integer_ranks

Row = dict[str, str]
SIDES: dict[str, Side] = {"two-sided": "both", "lower": "lower", "upper": "upper"}
# R takes 1,000 draws and draws again at each step: a few pairs near the critical value fall either way.
R_TOLERANCE = 2


@pytest.fixture(scope="module")
def folder(reference_answers: Path) -> Path:
    return reference_answers / "csranks"


def read(path: Path) -> list[Row]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def cases(rows: list[Row], *keys: str) -> list[tuple[tuple[str, ...], list[Row]]]:
    return [(case, list(part)) for case, part in groupby(rows, key=itemgetter(*keys))]


def numbers(rows: list[Row], column: str) -> np.ndarray:
    return np.array([float(row[column]) for row in rows])


def scores(folder: Path, dataset: str, domain: str, rows: list[Row]) -> tuple[np.ndarray, np.ndarray]:
    assert dataset == "pisa2018"
    table = {row["jurisdiction"]: row for row in read(folder / "input_pisa2018.csv")}
    chosen = [table[row["jurisdiction"]] for row in rows]
    return numbers(chosen, f"{domain}_score"), numbers(chosen, f"{domain}_se")


def truth(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def test_integer_and_fractional_ranks_with_ties(folder: Path) -> None:
    for omega, part in groupby(read(folder / "golden_irank.csv"), key=itemgetter("omega")):
        rows = list(part)
        values = numbers(rows, "x")
        decreasing = integer_ranks(values, best="highest", omega=float(omega))
        increasing = integer_ranks(values, best="lowest", omega=float(omega))
        np.testing.assert_allclose(decreasing.rank, numbers(rows, "irank_dec"), rtol=1e-12)
        np.testing.assert_allclose(increasing.rank, numbers(rows, "irank_inc"), rtol=1e-12)
        fractions = fractional_ranks(values, best="lowest", omega=float(omega))
        np.testing.assert_allclose(fractions.rank, numbers(rows, "frank_inc"), rtol=1e-12)


def check_against_million_draws(folder: Path, draws: int, tolerance: float, exact: int) -> None:
    """Critical values within Monte Carlo error; sets equal unless a pair lies within that error of c."""
    critical = {
        (row["domain"], row["coverage"], row["stepdown"]): row
        for row in read(folder / "reference_c_1e6draws_python.csv")
    }
    sets = read(folder / "reference_sets_1e6draws_python_vs_R.csv")
    for (dataset, domain, level, stepdown), rows in cases(sets, "dataset", "domain", "coverage", "stepdown"):
        x, s = scores(folder, dataset, domain, rows)
        ours = simultaneous_rank_sets(
            x, s, best="highest", level=float(level), stepdown=truth(stepdown), draws=draws
        )
        expected = float(critical[domain, level, stepdown]["c_final"])
        assert float(ours.critical_value) == pytest.approx(expected, abs=tolerance)
        lead = np.abs(x[:, None] - x) / np.hypot(s[:, None], s)
        near = (np.abs(lead - expected) < tolerance).sum(axis=1)
        assert (np.abs(ours.lower - numbers(rows, "L_ref")) <= near).all()
        assert (np.abs(ours.upper - numbers(rows, "U_ref")) <= near).all()
        assert (near == 0).sum() >= exact, "the comparison must be exact for most jurisdictions"
        for bound, theirs in ((ours.lower, "L_R"), (ours.upper, "U_R")):
            assert np.abs(bound - numbers(rows, theirs)).max() <= R_TOLERANCE


def test_simultaneous_sets_equal_those_of_a_million_draws(folder: Path) -> None:
    # Standard error of c: √(0.05·0.95/40,000) over a density near 0.2 is 0.0055; four of them and theirs.
    check_against_million_draws(folder, draws=40_000, tolerance=0.024, exact=26)


@pytest.mark.slow
def test_simultaneous_sets_equal_those_of_a_million_draws_closely(folder: Path) -> None:
    check_against_million_draws(folder, draws=200_000, tolerance=0.012, exact=30)


def test_critical_values_lie_where_r_sees_them(folder: Path) -> None:
    """R's critical value is known as the interval that its sets imply; ours must meet it within R's error."""
    for row in read(folder / "golden_c_intervals.csv"):
        table = read(folder / "input_pisa2018.csv")
        chosen = [line for line in table if line[f"{row['domain']}_score"] not in ("", "NA")]
        assert len(chosen) == int(row["n"])
        ours = simultaneous_rank_sets(
            numbers(chosen, f"{row['domain']}_score"),
            numbers(chosen, f"{row['domain']}_se"),
            best="highest",
            level=float(row["coverage"]),
            stepdown=truth(row["stepdown"]),
            draws=20_000,
        )
        # 1,000 draws: standard error of c about 0.035 at each of up to three steps.
        assert float(row["c_low"]) - 0.1 <= float(ours.critical_value) <= float(row["c_high"]) + 0.1


def sets_of(x: np.ndarray, s: np.ndarray, row: Row) -> tuple[RankSets, RankSets]:
    side, level, stepdown = SIDES[row["cstype"]], float(row["coverage"]), truth(row["stepdown"])
    return (
        simultaneous_rank_sets(x, s, best="highest", level=level, stepdown=stepdown, draws=4_000),
        marginal_rank_sets(x, s, best="highest", side=side, level=level, stepdown=stepdown, draws=4_000),
    )


def test_simultaneous_and_marginal_sets_of_every_kind_agree_with_r(folder: Path) -> None:
    table = read(folder / "golden_csranks_pisa.csv")
    for (dataset, domain, _, _, side), rows in cases(
        table, "dataset", "domain", "coverage", "stepdown", "cstype"
    ):
        x, s = scores(folder, dataset, domain, rows)
        np.testing.assert_array_equal(x, numbers(rows, "x"))
        np.testing.assert_array_equal(s, numbers(rows, "se"))
        simultaneous, marginal = sets_of(x, s, rows[0])
        np.testing.assert_array_equal(simultaneous.rank, numbers(rows, "rank"))
        lower = simultaneous.lower if side != "upper" else np.ones_like(simultaneous.lower)
        upper = simultaneous.upper if side != "lower" else np.full_like(simultaneous.upper, x.size)
        for ours, theirs in (
            (lower, "simul_L"),
            (upper, "simul_U"),
            (marginal.lower, "marg_L"),
            (marginal.upper, "marg_U"),
        ):
            if rows[0][theirs] == "":
                continue  # R's marginal sets were computed at 0.95 only.
            difference = np.abs(ours - numbers(rows, theirs))
            assert difference.max() <= R_TOLERANCE, (domain, side, theirs)
            assert np.mean(difference == 0) >= 0.75, (domain, side, theirs)


def test_who_may_be_best_and_worst_agrees_with_r(folder: Path) -> None:
    table = read(folder / "golden_taubest_tauworst_pisa.csv")
    for (dataset, domain, level, places, stepdown), rows in cases(
        table, "dataset", "domain", "coverage", "tau", "stepdown"
    ):
        x, s = scores(folder, dataset, domain, rows)
        sets = simultaneous_rank_sets(
            x, s, best="highest", level=float(level), stepdown=truth(stepdown), draws=4_000
        )
        n, count = x.size, int(places)
        best, worst = best_places_sets(sets, count), worst_places_sets(sets, count)
        # A membership may differ only where a rank bound lies within R's tolerance of the cut.
        best_differs = best.may != np.array([truth(row["taubest"]) for row in rows])
        worst_differs = worst.may != np.array([truth(row["tauworst"]) for row in rows])
        assert (np.abs(sets.lower[best_differs] - (count + 0.5)) <= R_TOLERANCE).all()
        assert (np.abs(sets.upper[worst_differs] - (n - count + 0.5)) <= R_TOLERANCE).all()
        assert best_differs.sum() + worst_differs.sum() <= 2


def test_multinomial_sets_equal_those_of_r(folder: Path) -> None:
    """R's function for marginal sets does not hand the correction on: its Bonferroni rows are Holm's."""
    corrections: dict[str, Correction] = {"Holm": "holm", "Bonferroni": "bonferroni"}
    table = read(folder / "golden_csranks_multinom.csv")
    for (_, correction, simultaneous, side), rows in cases(table, "case", "multcorr", "simul", "cstype"):
        ours = multinomial_rank_sets(
            numbers(rows, "x"),
            best="highest",
            side=SIDES[side],
            correction=corrections[correction] if truth(simultaneous) else "holm",
            simultaneous=truth(simultaneous),
        )
        np.testing.assert_array_equal(ours.lower, numbers(rows, "L"))
        np.testing.assert_array_equal(ours.upper, numbers(rows, "U"))
        first = integer_ranks(numbers(rows, "x"), best="highest").first
        np.testing.assert_array_equal(first, numbers(rows, "rank"))


def test_the_vignette_table_gives_the_same_sets(folder: Path) -> None:
    """`input_pisa_vignette.csv` is the older copy of the data, rounded: the same sets must come out of it."""
    exact = {row["jurisdiction"]: row for row in read(folder / "input_pisa2018.csv")}
    rounded = [row for row in read(folder / "input_pisa_vignette.csv") if row["jurisdiction"] in exact]
    assert len(rounded) >= 35
    first, second = (
        simultaneous_rank_sets(
            numbers(rows, "science_score"), numbers(rows, "science_se"), best="highest", draws=2_000
        )
        for rows in (rounded, [exact[row["jurisdiction"]] for row in rounded])
    )
    np.testing.assert_array_equal(first.lower, second.lower)
    np.testing.assert_array_equal(first.upper, second.upper)
