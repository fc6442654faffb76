"""The tables of a result: what each is called, what its columns are, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow

TEXT, WHOLE, NUMBER, YES_NO, DAY = (
    pyarrow.string(),
    pyarrow.int64(),
    pyarrow.float64(),
    pyarrow.bool_(),
    pyarrow.date32(),
)

# Table → its columns, in the order in which rows are sorted and shown. Figures of an indicator are in its unit;
# effects and composites in units of the smallest difference that matters, higher being better; ranks count from 1,
# the best. A blank cell is no figure: another column, or another table, says why.
TABLES: Mapping[str, Mapping[str, pyarrow.DataType]] = {
    "organisations": {
        "organisation": TEXT,
        "name": TEXT,
        "patients": WHOLE,
        "assessed": YES_NO,
        "not_assessed": TEXT,  # gates, comma-separated, where it is not
        "weight_present": NUMBER,  # share of the plan's weights that it has figures for
        "category": TEXT,
        "probability": NUMBER,  # last fifth of the area and worse than the reference
        "rank": NUMBER,  # expected
        "rank_lower": NUMBER,
        "rank_upper": NUMBER,
        "may_be_last_fifth": YES_NO,  # by simultaneous confidence sets, without a prior
        "must_be_last_fifth": YES_NO,
        "set_lower": WHOLE,
        "set_upper": WHOLE,
        "composite": NUMBER,
        "composite_lower": NUMBER,
        "composite_upper": NUMBER,
        "listed": YES_NO,
        "place": WHOLE,  # on the list, 1 the most probable
        "core": YES_NO,  # of the listed: held in nine runs of ten in every dimension
        "drivers": TEXT,  # the two indicators that pull it down most, comma-separated
    },
    "effects": {
        "organisation": TEXT,
        "indicator": TEXT,
        "months": WHOLE,
        "value": NUMBER,  # over the window's months
        "value_lower": NUMBER,  # sampling alone
        "value_upper": NUMBER,
        "expected": NUMBER,
        "passed": YES_NO,
        "gates": TEXT,
        "effect": NUMBER,  # predicted for the next window
        "effect_lower": NUMBER,
        "effect_upper": NUMBER,
        "state": TEXT,
        "probability_worse": NUMBER,
        "probability_better": NUMBER,
        "rank_lower": NUMBER,
        "rank_upper": NUMBER,
        "reliability": NUMBER,
    },
    "months": {
        "organisation": TEXT,
        "indicator": TEXT,
        "month": DAY,
        "numerator": NUMBER,
        "denominator": NUMBER,
        "value": NUMBER,
        "expected": NUMBER,
        "area_median": NUMBER,
        "withheld": TEXT,
        "compared": YES_NO,  # whether the month is in the window's comparable months
    },
    "gates": {"organisation": TEXT, "indicator": TEXT, "gate": TEXT, "detail": TEXT},
    "indicators": {
        "indicator": TEXT,
        "title": TEXT,
        "question": TEXT,
        "does_not_tell": TEXT,
        "caveats": TEXT,  # a line each
        "unit": TEXT,
        "purpose": TEXT,
        "share": YES_NO,  # of trials; else a rate
        "weight": NUMBER,  # as a share of all
        "better": TEXT,
        "reason": TEXT,
        "smallest_difference": NUMBER,
        "reference_value": NUMBER,  # the typical organisation, where the effect is 0
        "first_month": DAY,
        "last_month": DAY,
        "months": WHOLE,
        "known_breaks": TEXT,
        "lasting_variance": NUMBER,
        "drift_variance": NUMBER,
        "drift_correlation": NUMBER,
        "unevenness": NUMBER,
        "lasting_error": NUMBER,
        "drift_error": NUMBER,
        "correlation_error": NUMBER,
        "borrowed": YES_NO,
        "reliability": NUMBER,
        "rankability": NUMBER,
        "months_for_0_7": NUMBER,
        "share_gated": NUMBER,
    },
    "correlations": {
        "indicator": TEXT,
        "other": TEXT,
        "observed": NUMBER,
        "true": NUMBER,
        "organisations": WHOLE,
    },
    "model": {
        "indicator": TEXT,
        "adjustment": TEXT,
        "family": TEXT,
        "covariate": TEXT,
        "mean": NUMBER,
        "spread": NUMBER,
        "estimate": NUMBER,
        "standard_error": NUMBER,
    },
    "model_fit": {
        "indicator": TEXT,
        "adjustment": TEXT,
        "organisations": WHOLE,
        "dispersion": NUMBER,
        "deviance_explained": NUMBER,
        "calibration_slope": NUMBER,
    },
    "calibration": {
        "indicator": TEXT,
        "adjustment": TEXT,
        "by": TEXT,  # `expected`, in tenths; `deprivation`, in fifths from the least deprived
        "group": WHOLE,
        "organisations": WHOLE,
        "expected": NUMBER,
        "observed": NUMBER,
    },
    "sensitivity": {
        "organisation": TEXT,
        "dimension": TEXT,
        "runs": WHOLE,
        "listed": WHOLE,
    },
    "runs": {
        "dimension": TEXT,
        "run": TEXT,
        "listed": WHOLE,
        "kept": WHOLE,  # of those that the plan lists
        "added": WHOLE,  # that the plan does not list
    },
    "snapshots": {
        "month": DAY,
        "organisations": WHOLE,
        "named": WHOLE,
        "on_list": WHOLE,
        "named_also_next_month": WHOLE,
    },
    "snapshot_organisations": {
        "organisation": TEXT,
        "months": WHOLE,
        "named": WHOLE,  # in how many of these months
        "named_last": YES_NO,  # in the last of them
    },
    "beside": {  # what is shown and counts nothing
        "organisation": TEXT,
        "indicator": TEXT,
        "title": TEXT,
        "unit": TEXT,
        "first_day": DAY,
        "last_day": DAY,
        "value": NUMBER,
        "level": TEXT,  # of an ordinal
        "lower": NUMBER,
        "upper": NUMBER,
        "reason": TEXT,  # for no value, or for doubt
    },
    "before": {
        "organisation": TEXT,
        "months": WHOLE,
        "ratio": NUMBER,
        "lower": NUMBER,
        "upper": NUMBER,
        "probability_below": NUMBER,
        "reason": TEXT,
    },
    "why": {
        "organisation": TEXT,
        "indicator": TEXT,
        "group": TEXT,
        "part": NUMBER,
        "lower": NUMBER,
        "upper": NUMBER,
    },
    "who": {
        "characteristic": TEXT,
        "label": TEXT,  # whose share it is; blank for a mean
        "listed": NUMBER,
        "others": NUMBER,
        "all": NUMBER,
        "lower": NUMBER,  # between these 95% of lists of this length drawn blindly would lie
        "upper": NUMBER,
        "unit": TEXT,
        "p_value": NUMBER,
        "leans": YES_NO,
    },
    "sources": {
        "edition": TEXT,
        "source": TEXT,
        "title": TEXT,
        "publisher": TEXT,
        "licence": TEXT,
        "attribution": TEXT,
        "file": TEXT,
        "sha256": TEXT,
        "published": DAY,
        "restricted": YES_NO,
    },
}

Row = dict[str, Any]


def make_table(name: str, rows: Sequence[Row]) -> pyarrow.Table:
    """Rows as a table of the result; a float that is no number becomes a blank cell."""
    schema = pyarrow.schema(list(TABLES[name].items()))
    columns = [
        pyarrow.array([row[column] for row in rows], type=kind, from_pandas=True)
        for column, kind in TABLES[name].items()
    ]
    return pyarrow.table(columns, schema=schema)
