"""Writes a year of NHS 111 by contract area as gzipped JSON, in the shape that a third party gave it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np

from likeforlike.simulate.county import County
from likeforlike.simulate.months import year_published
from likeforlike.simulate.randomness import random_stream

FOLDER = "nhs_111"
AUGUST = 8
CALLS_PER_PATIENT = 0.33  # a year; England: 18.7 million among 57 million
# England 2024-25: answered and given up among all calls, triaged among those answered, then shares of those.
ANSWERED, ABANDONED, TRIAGED = 0.941, 0.032, 0.937
METRICS = (
    ("nhs111-triage", "Calls assessed by a clinician or Clinical Adviser", "D01 / C01", 0.45),
    (
        "nhs111-ae-disposition",
        "Final disposition to attend a Type 1 or 2 emergency department",
        "E04 / E01",
        0.07,
    ),
    (
        "nhs111-direct-booking",
        "Calls resulting in an appointment booked before the call ended",
        "G01 / E01",
        0.19,
    ),
)
DESTINATIONS = (
    ("ambulance", "Ambulance disposition", "E02", 0.12),
    ("emergency_department", "Attend Type 1 or 2 ED", "E04", 0.07),
    ("primary_care", "Contact or speak to primary care", "E07 + E08 + E10 + E11", 0.44),
    ("dental", "Contact or speak to dental practitioner", "E12", 0.06),
    ("self_care", "Self-care", "E16", 0.08),
)
BOOKINGS = ("gp", "iuc", "utc", "ed", "sdec", "other", "remaining")
# England's figures but those that were triaged are adjusted upwards and rounded to hundreds.
ADJUSTED, HUNDRED = 1.07, 100


def write_nhs_111(county: County, directory: Path) -> Path:
    """Write the newest financial year that had been published by the last month: an area for each board."""
    year = year_published(county.months[-1], AUGUST)
    rng = random_stream(county.plan.seed, "nhs 111", year)
    size = county.populations.list_size[:, len(county.months) - 1]
    boards = np.array([county.sub_icbs[place].parent for place in county.sub_icb_of])
    areas: list[dict[str, object]] = []
    of_areas: list[dict[str, int]] = []
    for place, icb in enumerate(county.icbs):
        received = int(rng.poisson(CALLS_PER_PATIENT * size[boards == place].sum()))
        answered = int(rng.binomial(received, ANSWERED))
        calls = {
            "received": received,
            "answered": answered,
            "abandoned": int(rng.binomial(received - answered, ABANDONED / (1 - ANSWERED))),
            "triaged": int(rng.binomial(answered, TRIAGED)),
        }
        of_areas.append(calls)
        code = f"X111{chr(ord('A') + place // 10)}{place % 10}"
        areas.append(
            {
                "code": code,
                "name": icb.name.removeprefix("NHS "),
                "months": 12,
                "lead_suppliers": ["FICTIONAL LTD"],
            }
            | _shares(calls, calls["triaged"])
        )
    summed = {name: sum(calls[name] for calls in of_areas) for name in of_areas[0]}
    of_england = {
        name: count if name == "triaged" else round(ADJUSTED * count / HUNDRED) * HUNDRED
        for name, count in summed.items()
    }
    document = {
        "publication": "Integrated Urgent Care Aggregate Data Collection including NHS 111",
        "period": f"{year - 1}-{year % 100:02d}",
        "geography": "IUC contract area",
        "source_url": "",
        "source_file_url": "",
        "flowchart_url": "",
        "specification_url": "",
        "contract_area_count": len(areas),
        "england": {"code": "ENG", "name": "England", "months": 12, "lead_suppliers": []}
        | _shares(of_england, round(ADJUSTED * summed["triaged"] / HUNDRED) * HUNDRED)
        | {"national_method": "Adjusted as the publisher's."},
        "areas": areas,
        "notes": ["No caller of these areas exists; simulated by LikeForLike."],
    }
    path = directory / FOLDER / f"iucadc-{year - 1}-{year % 100:02d}.json.gz"
    path.parent.mkdir()
    # Without the time of writing the same county gives the same bytes.
    path.write_bytes(gzip.compress(json.dumps(document, indent=1).encode(), mtime=0))
    return path


def _shares(calls: dict[str, int], dispositions: int) -> dict[str, dict[str, object]]:
    received, triaged = calls["received"], calls["triaged"]
    metrics: dict[str, object] = {
        "nhs111-contacts": {
            "label": "Calls received by NHS 111",
            "count": received,
            "display": "count",
            "denominator": None,
            "percent": None,
            "indicator": "A01",
        }
    }
    for metric, label, indicator, share in METRICS:
        among, words = (
            (triaged, "triaged calls") if "C01" in indicator else (dispositions, "final dispositions")
        )
        metrics[metric] = {
            "label": label,
            "count": round(share * among),
            "display": "percent",
            "denominator": among,
            "denominator_label": words,
            "percent": 100 * share,
            "indicator": indicator,
        }
    booked = round(METRICS[-1][-1] * dispositions)
    return {
        "metrics": metrics,
        "calls": {
            **calls,
            "answered_percent": round(100 * calls["answered"] / max(received, 1), 2),
            "abandoned_percent": round(100 * calls["abandoned"] / max(received, 1), 2),
            "final_dispositions": dispositions,
        },
        "dispositions": {
            name: {
                "label": label,
                "count": round(share * dispositions),
                "percent": 100 * share,
                "indicator": code,
            }
            for name, label, code, share in DESTINATIONS
        },
        "bookings": {
            "total": booked,
            "percent_of_dispositions": 100 * METRICS[-1][-1],
            "breakdown": {name: {"label": name, "count": booked // len(BOOKINGS)} for name in BOOKINGS},
        },
    }
