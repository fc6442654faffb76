"""Writes the GP Patient Survey by board as JSON, in the shape that a third party gave the publisher's files."""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.county import County
from likeforlike.simulate.months import year_published
from likeforlike.simulate.randomness import random_stream

FOLDER = "gp_patient_survey"
JULY = 7
SENT_PER_PATIENT, RESPONSE = 0.043, 0.26  # England 2025: 2.7 million forms, 26% returned
DESIGN_EFFECT = 1.5  # weights widen the intervals
WITHIN = 1.96  # the publisher's intervals are of 95%
# Metric, its label, the share of England that said yes, and the share of forms with an answer to it.
METRICS = (
    ("gpps-phone-access", "Easy to contact the GP practice by phone", 0.529, 0.945),
    ("gpps-website-access", "Easy to contact the GP practice using its website", 0.513, 0.491),
    ("gpps-app-access", "Easy to contact the GP practice using the NHS App", 0.490, 0.386),
    ("gpps-reception-helpfulness", "Reception and administrative team were helpful", 0.833, 0.968),
    ("gpps-continuity", "Usually or always sees or speaks to preferred healthcare professional", 0.4, 0.333),
    ("gpps-contact-experience", "Good overall experience of contacting the GP practice", 0.696, 0.976),
    ("gpps-listened", "Healthcare professional was good at listening", 0.869, 0.955),
    ("gpps-care-concern", "Healthcare professional treated patient with care and concern", 0.856, 0.955),
)


def write_gp_patient_survey(county: County, directory: Path) -> Path:
    """Write the newest survey that had been published by the last month: each board, and England as their sum."""
    year = year_published(county.months[-1], JULY)
    rng = random_stream(county.plan.seed, "survey", year)
    size = county.populations.list_size[:, len(county.months) - 1]
    boards = np.array([county.sub_icbs[place].parent for place in county.sub_icb_of])
    sent = np.array(
        [round(SENT_PER_PATIENT * size[boards == place].sum()) for place in range(len(county.icbs))]
    )
    returned = rng.binomial(sent, RESPONSE)
    answered = np.array([[round(share * count) for *_, share in METRICS] for count in returned])
    level = rng.normal(0.0, 0.05, len(county.icbs))
    said = rng.binomial(answered, np.clip([share for _, _, share, _ in METRICS] + level[:, None], 0.05, 0.95))
    records = [
        {"code": icb.code, "name": icb.name, "type": "ICB", "region": county.regions[icb.parent].name}
        | _figures(int(sent[place]), int(returned[place]), answered[place], said[place])
        for place, icb in enumerate(county.icbs)
    ]
    document = {
        "publication": f"GP Patient Survey {year}",
        "period": f"{year} survey",
        "publisher": "FICTIONAL, simulated by LikeForLike",
        "source_url": "",
        "technical_url": "",
        "native_geographies": ["National", "ICS/ICB"],
        "method_notes": ["No patient of this survey exists."],
        "icb_count": len(records),
        "practice_count": int((size > 0).sum()),
        "england": {"code": "ENGLAND", "name": "England", "type": "National"}
        | _figures(int(sent.sum()), int(returned.sum()), answered.sum(axis=0), said.sum(axis=0)),
        "icbs": records,
    }
    path = directory / FOLDER / f"gpps-{year}_by_icb.json"
    path.parent.mkdir()
    path.write_bytes(json.dumps(document, indent=1).encode())
    return path


def _figures(
    sent: int, returned: int, answered: npt.NDArray[np.int64], said: npt.NDArray[np.int64]
) -> dict[str, object]:
    return {
        "distributed": sent,
        "received": returned,
        "response_rate_percent": round(100 * returned / max(sent, 1), 2),
        "metrics": {
            metric: _metric(label, int(number), int(yes))
            for (metric, label, *_), number, yes in zip(METRICS, answered, said, strict=True)
        },
    }


def _metric(label: str, answered: int, said: int) -> dict[str, object]:
    share = said / max(answered, 1)
    off = WITHIN * sqrt(DESIGN_EFFECT * share * (1 - share) / max(answered, 1))
    return {
        "label": label,
        "question": f"{label}?",
        "summary_definition": "Very or fairly.",
        "display": "percent",
        "percent": round(100 * share, 2),
        "lower_95": round(100 * max(share - off, 0), 2),
        "upper_95": round(100 * min(share + off, 1), 2),
        "unweighted_base": answered,
        "weighted_positive_count": float(said),
    }
