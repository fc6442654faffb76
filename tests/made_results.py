"""The result of a review made by hand: eleven practices whose figures a test can work out."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from likeforlike.review.result import ReviewResult, write_result
from likeforlike.review.tables import TABLES

Row = dict[str, Any]

MONTHS = tuple(datetime.date(2025, month, 1) for month in (9, 10, 11))
CALLS, VISITS = "calls_answered_share", "visits_per_1000"
# The eleventh is too small to be assessed; the ninth has a name that a spreadsheet would run.
CODES = tuple(f"Z{number:05}" for number in range(1, 12))
NAMES = tuple(
    "=1+1 SURGERY" if number == 9 else "NORTH & <SOUTH> SURGERY" if number == 8 else f"SURGERY {number}"
    for number in range(1, 12)
)
FICTION = "All of this is fictional: made by hand, about no real organisation."
ASSESSED, SMALL = 10, "Z00011"


def make_result(
    folder: Path,
    *,
    listed: int = 2,
    restricted: bool = False,
    fiction: str | None = None,
    indicators: Sequence[str] = (CALLS, VISITS),
    before: bool = False,
    plan: str = 'title = "Made review"\n',
    effects: Mapping[tuple[str, str], Row] = MappingProxyType({}),
    gates: Sequence[tuple[str, str | None, str, str | None]] | None = None,
    files: Sequence[str] = ("made/figures.csv",),
) -> ReviewResult:
    """A result in which practice k is the k-th, the last `listed` of ten are listed, and the eleventh is not assessed.

    Of calls, practice k answers 80 − 4k per cent of 1,000k a month where 60 are expected; an effect is a fifth of the
    difference. Of visits it has 10 + k per 1,000 where 15 are expected, and fewer is better. `effects` says what is
    otherwise, by practice and indicator; `gates` (practice, indicator, gate, detail) who is stopped.
    """
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    tables["organisations"] = [_organisation(number, listed) for number in range(1, 12)]
    for one in indicators:
        tables["indicators"].append(_indicator(one, 1 / len(indicators)))
        for number in range(1, 12):
            tables["effects"].append(_effect(one, number) | effects.get((CODES[number - 1], one), {}))
            tables["months"] += [_month(one, number, month) for month in MONTHS]
            tables["why"] += _why(one, number)
        tables["model"] += [
            _row("model", indicator=one, adjustment="population", family="quasi-binomial, logit link", **its)
            for its in (
                {
                    "covariate": "deprivation_score",
                    "mean": 20.0,
                    "spread": 5.0,
                    "estimate": -0.5,
                    "standard_error": 0.1,
                },
                {
                    "covariate": "rural_practice",
                    "mean": 0.2,
                    "spread": 0.4,
                    "estimate": 0.25,
                    "standard_error": 0.05,
                },
            )
        ]
        tables["model_fit"].append(
            _row(
                "model_fit",
                indicator=one,
                adjustment="population",
                organisations=400,
                dispersion=12.5,
                deviance_explained=0.25,
                calibration_slope=0.97,
            )
        )
        tables["calibration"] += [
            _row(
                "calibration",
                indicator=one,
                adjustment="population",
                by=by,
                group=group,
                organisations=40,
                expected=50.0 + group,
                observed=51.0 + group,
            )
            for by, groups in (("expected", 10), ("deprivation", 5))
            for group in range(1, groups + 1)
        ]
    if gates is None:
        gates = [
            (SMALL, None, "small_list", "700 patients"),
            ("Z00003", indicators[-1], "months_missing", "no file mentions it"),
        ]
    tables["gates"] = [
        _row("gates", organisation=code, indicator=one, gate=gate, detail=detail)
        for code, one, gate, detail in gates
    ]
    if len(indicators) > 1:
        tables["correlations"] = [
            _row("correlations", indicator=CALLS, other=VISITS, observed=0.3, true=0.4, organisations=400)
        ]
    tables["runs"] = [
        _row("runs", dimension="single month", run=f"{month:%Y-%m}", listed=listed, kept=listed, added=0)
        for month in MONTHS
    ] + [
        _row(
            "runs",
            dimension="reference",
            run="area",
            listed=max(listed - 1, 0),
            kept=max(listed - 1, 0),
            added=0,
        )
    ]
    for number, code in enumerate(CODES[:ASSESSED], start=1):
        on = number > ASSESSED - listed
        tables["sensitivity"] += [
            _row("sensitivity", organisation=code, dimension="single month", runs=3, listed=3 * on),
            _row(
                "sensitivity",
                organisation=code,
                dimension="reference",
                runs=1,
                listed=int(on and number == ASSESSED),
            ),
        ]
        tables["snapshot_organisations"].append(
            _row("snapshot_organisations", organisation=code, months=3, named=3 if number > 8 else 0)
        )
    tables["snapshots"] = [
        _row(
            "snapshots",
            month=month,
            organisations=11,
            named=2,
            on_list=min(listed, 2),
            named_also_next_month=2,
        )
        for month in MONTHS
    ]
    if listed:
        tables["who"] = [
            _row(
                "who",
                characteristic="most deprived fifth of the area",
                label="yes",
                listed=100.0,
                others=12.5,
                all=30.0,
                lower=0.0,
                upper=60.0,
                unit="per cent",
                p_value=0.01,
                leans=True,
            )
        ]
    if before:
        tables["before"] = [
            _row(
                "before",
                organisation="Z00001",
                months=3,
                ratio=0.9,
                lower=0.85,
                upper=0.95,
                probability_below=0.999,
            ),
            *(
                _row("before", organisation=code, months=0, reason="no comparable baseline: no file")
                for code in CODES[1:]
            ),
        ]
    tables["sources"] = [
        _row(
            "sources",
            edition=hashlib.sha256(file.encode()).hexdigest()[:16],
            source="made",
            title="Made figures",
            publisher="Nobody",
            licence="OGL-UK-3.0",
            attribution="Source: Nobody, Made figures.",
            file=file,
            sha256="0" * 64,
            published=datetime.date(2025, 12, 18),
            restricted=restricted,
        )
        for file in files
    ]
    return write_result(folder, plan.encode(), tables, _about(listed, restricted, fiction))


def _row(table: str, **given: Any) -> Row:
    """A row with blanks where nothing is given."""
    assert given.keys() <= TABLES[table].keys()
    return {column: given.get(column) for column in TABLES[table]}


def _organisation(number: int, listed: int) -> Row:
    code, name = CODES[number - 1], NAMES[number - 1]
    if code == SMALL:
        return _row(
            "organisations",
            organisation=code,
            name=name,
            patients=700,
            assessed=False,
            not_assessed="small_list",
            weight_present=0.0,
            category="not assessed",
            listed=False,
        )
    on = number > ASSESSED - listed
    return _row(
        "organisations",
        organisation=code,
        name=name,
        patients=1000 * number,
        assessed=True,
        weight_present=1.0,
        category="almost certainly" if on else "almost certainly not",
        probability=0.99 if on else 0.001,
        rank=float(number),
        rank_lower=max(1.0, number - 1.0),
        rank_upper=min(10.0, number + 1.0),
        may_be_last_fifth=on,
        must_be_last_fifth=on,
        set_lower=1,
        set_upper=10,
        composite=5.0 - number,
        composite_lower=4.5 - number,
        composite_upper=5.5 - number,
        listed=on,
        place=ASSESSED + 1 - number if on else None,
        core=number == ASSESSED if on else None,
        drivers=CALLS,
    )


def _indicator(one: str, weight: float) -> Row:
    share = one == CALLS
    return _row(
        "indicators",
        indicator=one,
        title="Calls answered" if share else "Visits per 1,000 patients",
        question="What share of calls were answered?" if share else "How many visits were there?",
        does_not_tell="How long people waited." if share else "Why they came.",
        caveats="A caveat.\nAnother.",
        unit="per cent" if share else "per 1,000 patients",
        purpose="access",
        share=share,
        weight=weight,
        better="higher" if share else "lower",
        reason=None if share else "The plan asks for it.",
        smallest_difference=5.0 if share else 2.0,
        reference_value=60.0 if share else 15.0,
        first_month=MONTHS[0],
        last_month=MONTHS[-1],
        months=3,
        reliability=0.9,
        rankability=0.95,
        months_for_0_7=1.0,
        borrowed=False,
        share_gated=1 / 11,
    )


def _figures(one: str, number: int) -> tuple[float, float, float]:
    """Value, expected, and effect: higher is better."""
    if one == CALLS:
        return 80.0 - 4 * number, 60.0, (20.0 - 4 * number) / 5
    return 10.0 + number, 15.0, (5.0 - number) / 2


def _effect(one: str, number: int) -> Row:
    code = CODES[number - 1]
    value, expected, effect = _figures(one, number)
    base = {"organisation": code, "indicator": one, "months": 3}
    if code == SMALL:
        return _row("effects", **base, value=value, passed=False, gates="small_list", state="not assessed")
    return _row(
        "effects",
        **base,
        value=value,
        value_lower=value - 1,
        value_upper=value + 1,
        expected=expected,
        passed=True,
        effect=effect,
        effect_lower=effect - 0.5,
        effect_upper=effect + 0.5,
        state="better than expected"
        if effect > 1
        else "worse than expected"
        if effect < -1
        else "as expected",
        probability_worse=0.5,
        probability_better=0.5,
        rank_lower=max(1.0, number - 1.0),
        rank_upper=min(10.0, number + 1.0),
        reliability=0.9,
    )


def _month(one: str, number: int, month: datetime.date) -> Row:
    value, expected, _ = _figures(one, number)
    scale = 100 if one == CALLS else 1000
    missing = number == 3 and one == VISITS and month == MONTHS[0]
    return _row(
        "months",
        organisation=CODES[number - 1],
        indicator=one,
        month=month,
        numerator=None if missing else 1000 * number * value / scale,
        denominator=None if missing else 1000.0 * number,
        value=None if missing else value,
        expected=None if missing else expected,
        area_median=expected,
        withheld="absent" if missing else None,
        compared=True,
    )


def _why(one: str, number: int) -> list[Row]:
    """The gap to 58, or to 15, of which 1 goes with the population."""
    value, _, _ = _figures(one, number)
    gap = value - (58.0 if one == CALLS else 15.0)
    base = {"organisation": CODES[number - 1], "indicator": one}
    return [
        _row("why", **base, group="population", part=1.0, lower=0.5, upper=1.5),
        _row("why", **base, group="not explained", part=gap - 1, lower=gap - 2, upper=gap),
        _row("why", **base, group="gap", part=gap),
    ]


def _about(listed: int, restricted: bool, fiction: str | None) -> Row:
    return {
        "title": "Made review",
        "area": {"organisation_type": "icb", "code": "QZZ", "name": "Made ICB"},
        "organisation_type": "gp_practice",
        "window": {"first": "2025-09", "last": "2025-11", "months": 3},
        "as_at": "2025-12-18",
        "reference": "england",
        "expected": True,
        "expected_reason": None,
        "seed": 1,
        "draws": 10_000,
        "thresholds": {
            "almost_certainly": 0.95,
            "probably": 0.8,
            "almost_certainly_not": 0.05,
            "most_false": 0.1,
            "worse_by": 1.0,
            "least_weight": 0.5,
        },
        "gates": {"least_patients": 1000},
        "organisations": 11,
        "assessed": 10,
        "listed": listed,
        "core": min(listed, 1),
        "longest": 2,
        "expected_wrong": 0.02 if listed else None,
        "categories": {
            "almost certainly": listed,
            "probably": 0,
            "cannot tell": 0,
            "almost certainly not": 10 - listed,
            "not assessed": 1,
        },
        "compared_with": 400,
        "restricted": restricted,
        "fiction": fiction,
        "build": "b" * 24,
        "definitions": "d" * 64,
        "version": "0.1.0",
        "libraries": {"numpy": "2.0.0"},
    }
