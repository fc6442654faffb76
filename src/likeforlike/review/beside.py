"""What stands beside a list: who is on it, and appointments against the months before the pandemic."""

from __future__ import annotations

import numpy as np

from likeforlike.catalogue import Catalogue
from likeforlike.comparison.comparing import compare_organisations
from likeforlike.comparison.monthly_counts import read_monthly_counts
from likeforlike.comparison.populations import read_covariates
from likeforlike.comparison.prepandemic import PANDEMIC, compare_with_before
from likeforlike.errors import NotFoundError
from likeforlike.measures.reading import read_names, read_parents
from likeforlike.review.leaning import Lean, find_leans
from likeforlike.review.run import Review
from likeforlike.review.tables import Row
from likeforlike.review.tabulating import newest_list

DEPRIVATION, RURAL = "deprivation_score", "rural_practice"
# A practice is or is not; between them lie areas, which the labels below are not for.
MOSTLY = 50.0
FIFTHS = 5
# What of an organisation's area is looked at, and how it is called.
AREAS = {"sub_icb": "sub-ICB", "icb": "ICB", "nhs_region": "region"}
APPOINTMENTS = "appointments_per_working_day"


def tabulate_who(review: Review) -> list[Row]:
    """Deprivation, list size, rurality and area of the listed against all that were assessed."""
    evidence, listing = review.evidence, review.listing
    rows = review.members
    codes = [evidence.organisations[place] for place in rows]
    covariates = read_covariates(
        evidence.build,
        (DEPRIVATION, RURAL),
        review.plan.organisation_type,
        codes,
        review.plan.window.last,
    ).values
    sizes = [newest_list(evidence.list_sizes, int(place)) for place in rows]
    measures = {
        "mean deprivation score": covariates[:, 0],
        "mean list size": np.array([np.nan if size is None else size for size in sizes], dtype=float),
    }
    labels: dict[str, list[str | None]] = {
        "rurality": [
            None if np.isnan(share) else ("rural" if share > MOSTLY else "urban")
            for share in covariates[:, 1]
        ],
        "most deprived fifth of the area": _most_deprived(covariates[:, 0]),
    }
    names = read_names(evidence.build)
    for kind, title in AREAS.items():
        parents = read_parents(evidence.build, review.plan.organisation_type, kind)
        words = [
            names.get((kind, parents[code]), parents[code]) if code in parents else None for code in codes
        ]
        if len(set(words) - {None}) > 1:
            labels[title] = words
    usable = {
        name: values for name, values in measures.items() if not np.isnan(values[listing.assessed]).all()
    }
    known = {name: words for name, words in labels.items() if any(word is not None for word in words)}
    found = find_leans(
        listing.listed, listing.assessed, usable, known, np.random.default_rng([review.plan.seed, 2])
    )
    return [_row(lean, review) for lean in found]


def _most_deprived(score: np.ndarray) -> list[str | None]:
    known = score[~np.isnan(score)]
    if known.size < FIFTHS:
        return [None] * score.size
    cut = np.quantile(known, 1 - 1 / FIFTHS)
    return [None if np.isnan(one) else ("yes" if one >= cut else "no") for one in score]


def _row(lean: Lean, review: Review) -> Row:
    share = lean.label is not None
    scale = 100.0 if share else 1.0
    several = lean.known_assessed > lean.known_listed > 0
    others = (
        (lean.assessed * lean.known_assessed - lean.listed * lean.known_listed)
        / (lean.known_assessed - lean.known_listed)
        if several
        else np.nan
    )
    return {
        "characteristic": lean.characteristic,
        "label": lean.label,
        "listed": lean.listed * scale if review.listing.listed.any() else None,
        "others": others * scale,
        "all": lean.assessed * scale,
        "lower": lean.lower * scale,
        "upper": lean.upper * scale,
        "unit": "per cent" if share else "",
        "p_value": lean.p_value,
        "leans": lean.leans,
    }


def tabulate_beside(review: Review, catalogue: Catalogue) -> list[Row]:
    """The newest figure of each organisation on the indicators that the plan shows beside the list."""
    codes = {review.evidence.organisations[place] for place in review.members}
    gates = {
        (indicator.id, gate.id): gate.title
        for indicator in catalogue.indicators.values()
        for gate in indicator.quality_gates
    }
    rows: list[Row] = []
    for name in review.plan.beside:
        indicator = catalogue.indicator(name)
        compared = compare_organisations(
            review.evidence.build,
            catalogue,
            indicator,
            organisation_type=review.plan.organisation_type,
            area=review.area,
            restricted=review.plan.restricted,
        )
        for figure in compared.figures:
            if figure.organisation not in codes:
                continue
            reason = catalogue.methods.reason(figure.reason).title if figure.reason else None
            doubts = [gates[name, gate] for gate in figure.failed_gates]
            rows.append(
                {
                    "organisation": figure.organisation,
                    "indicator": name,
                    "title": indicator.title,
                    "unit": indicator.unit,
                    "first_day": figure.period,
                    "last_day": figure.period_end,
                    "value": figure.value,
                    "level": figure.level,
                    "lower": figure.lower,
                    "upper": figure.upper,
                    "reason": reason or "; ".join(doubts) or None,
                }
            )
    return sorted(rows, key=lambda row: row["organisation"])


def tabulate_before(review: Review, catalogue: Catalogue) -> list[Row]:
    """Appointments of the window's months against the same months before the pandemic; no rows without any."""
    kind = review.plan.organisation_type
    indicator = catalogue.indicators.get(APPOINTMENTS)
    if indicator is None or kind not in indicator.organisation_types:
        return []
    try:
        counts = read_monthly_counts(
            review.evidence.build, APPOINTMENTS, kind, restricted=review.plan.restricted
        )
    except NotFoundError:
        return []
    window = review.plan.window
    months = [
        month for month in sorted(counts.counts) if window.first <= month <= window.last and month >= PANDEMIC
    ]
    if not months:
        return []
    codes = [review.evidence.organisations[place] for place in review.members]
    found = compare_with_before(counts, codes, months)
    return [
        {
            "organisation": code,
            "months": int(found.compared[row]),
            "ratio": found.ratio[row],
            "lower": found.lower[row],
            "upper": found.upper[row],
            "probability_below": found.probability_below[row],
            "reason": found.reason[row] or None,
        }
        for row, code in enumerate(codes)
    ]
