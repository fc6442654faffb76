"""A build made by hand for a review: months of figures of some practices, their lists, ages, areas and mergers."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from likeforlike.catalogue import Catalogue, load_catalogue
from likeforlike.measures.build import Build
from likeforlike.measures.suppliers import SUPPLIERS
from likeforlike.review.plan import ReviewPlan

CATALOGUE: Catalogue = load_catalogue()
CALLS, ONLINE = "calls_answered_share", "online_submissions_per_1000"
LAST = datetime.date(2025, 11, 1)
OBSERVED = {
    "indicator": pyarrow.string(),
    "organisation_type": pyarrow.string(),
    "organisation": pyarrow.string(),
    "period_start": pyarrow.date32(),
    "numerator": pyarrow.int64(),
    "denominator": pyarrow.int64(),
    "exposure": pyarrow.int64(),
    "value": pyarrow.float64(),
    "reason": pyarrow.string(),
    "failed_gates": pyarrow.string(),
    "restricted": pyarrow.bool_(),
    "editions": pyarrow.string(),
}
EVENT = {
    **dict.fromkeys(("organisation_type", "organisation", "event"), pyarrow.string()),
    **dict.fromkeys(("day", "not_before"), pyarrow.date32()),
    **dict.fromkeys(("basis", "evidence", "other_type", "other", "previous"), pyarrow.string()),
    **dict.fromkeys(("members", "of_members"), pyarrow.int64()),
    "share_of_patients": pyarrow.float64(),
    **dict.fromkeys(("sources", "editions"), pyarrow.string()),
}
SUPPLIER, DAY = ("source", "organisation_type", "organisation", "supplier"), {"period": pyarrow.date32()}
MEMBER = {
    **dict.fromkeys(("child_type", "child", "parent_type", "parent"), pyarrow.string()),
    "last_seen": pyarrow.date32(),
}

# A month of one practice: numerator and denominator, a reason for none, 'gate:<id>' where it failed a check, or None
# where no file mentions the practice.
Month = tuple[int, int] | str | None


def month(before: int) -> datetime.date:
    """The first day of the month so many months before the last."""
    number = LAST.year * 12 + LAST.month - 1 - before
    return datetime.date(number // 12, number % 12 + 1, 1)


def codes(count: int) -> list[str]:
    """Codes of practices that do not exist."""
    return [f"X{number:05}" for number in range(1, count + 1)]


@dataclass
class Figures:
    """What a build knows; every practice is in XI01 unless it is in `elsewhere`."""

    months: dict[str, dict[str, Sequence[Month]]]
    """Indicator → practice → its months, the last of which is November 2025."""
    lists: dict[str, Sequence[int]] = field(default_factory=dict)
    """Practice → patients, month by month."""
    ages: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Practice → per cent under 5 and aged 85 and over."""
    events: list[tuple[str, str, datetime.date, str | None]] = field(default_factory=list)
    """(practice, event, day, other)."""
    elsewhere: dict[str, str] = field(default_factory=dict)
    last_seen: dict[str, datetime.date] = field(default_factory=dict)
    suppliers: dict[str, Sequence[str | None]] = field(default_factory=dict)
    """Practice → what each month's cell of the file of telephones names; None for nothing."""
    restricted: frozenset[str] = frozenset()
    """Indicators whose figures are not for everybody."""

    def build(self, folder: Path) -> Build:
        """Write it."""
        (folder / "observations").mkdir(parents=True)
        everybody = sorted({code for its in self.months.values() for code in its} | self.lists.keys())
        made = Build(folder, "made by hand", None, {}, len(everybody), already_there=True)
        tables: dict[str, list[dict[str, Any]]] = {
            name: [row for code, its in practices.items() for row in self._rows(name, code, its)]
            for name, practices in self.months.items()
        }
        if self.lists:
            tables["list_size"] = [
                row
                for code, its in self.lists.items()
                for row in self._rows("list_size", code, [(size, size) for size in its])
            ]
        for place, name in enumerate(("age_under_5_share", "age_85_and_over_share")):
            if self.ages:
                tables[name] = [
                    _row(name, code, 0) | {"value": shares[place]} for code, shares in self.ages.items()
                ]
        for name, rows in tables.items():
            _write(made.observations(name), OBSERVED, rows)
        areas = sorted({"XI01", *self.elsewhere.values()})
        _write(
            folder / "organisations.parquet",
            dict.fromkeys(("organisation_type", "organisation", "name"), pyarrow.string()),
            [{"organisation_type": "icb", "organisation": code, "name": f"AREA {code}"} for code in areas]
            + [
                {"organisation_type": "gp_practice", "organisation": code, "name": f"SURGERY {code}"}
                for code in everybody
            ],
        )
        _write(
            folder / "membership.parquet",
            MEMBER,
            [
                {
                    "child_type": "gp_practice",
                    "child": code,
                    "parent_type": kind,
                    "parent": parent,
                    "last_seen": self.last_seen.get(code, LAST),
                }
                for code in everybody
                for kind, parent in (("icb", self.elsewhere.get(code, "XI01")), ("england", "ENG"))
            ],
        )
        _write(
            folder / "lineage.parquet",
            EVENT,
            [
                dict.fromkeys(EVENT)
                | {
                    "organisation_type": "gp_practice",
                    "organisation": code,
                    "event": event,
                    "day": day,
                    "basis": "stated",
                    "other": other,
                    "other_type": "gp_practice" if other else None,
                }
                for code, event, day, other in self.events
            ],
        )
        if self.suppliers:
            _write(folder / SUPPLIERS, dict.fromkeys(SUPPLIER, pyarrow.string()) | DAY, list(self._named()))
        return made

    def _named(self) -> Iterator[dict[str, Any]]:
        for code, its in self.suppliers.items():
            for before, supplier in zip(range(len(its) - 1, -1, -1), its, strict=True):
                if supplier is not None:
                    yield {
                        "source": "cloud_telephony",
                        "organisation_type": "gp_practice",
                        "organisation": code,
                        "period": month(before),
                        "supplier": supplier,
                    }

    def _rows(self, name: str, code: str, its: Sequence[Month]) -> list[dict[str, Any]]:
        rows = []
        for before, figure in zip(range(len(its) - 1, -1, -1), its, strict=True):
            if figure is None:
                continue
            row = _row(name, code, before) | {"restricted": name in self.restricted}
            if isinstance(figure, tuple):
                row |= {"numerator": figure[0], "denominator": figure[1], "value": float(figure[0])}
            elif figure.startswith("gate:"):
                row |= {"numerator": 1, "denominator": 2, "failed_gates": figure.removeprefix("gate:")}
            else:
                row["reason"] = figure
            rows.append(row)
        return rows


def _row(name: str, code: str, before: int) -> dict[str, Any]:
    return dict.fromkeys(OBSERVED) | {
        "indicator": name,
        "organisation_type": "gp_practice",
        "organisation": code,
        "period_start": month(before),
        "restricted": False,
        "editions": f"edition of {name}",
    }


def _write(path: Path, columns: Mapping[str, pyarrow.DataType], rows: Sequence[dict[str, Any]]) -> None:
    schema = pyarrow.schema(list(columns.items()))
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(rows), schema=schema), path)


def make_plan(*indicators: dict[str, Any], **keys: Any) -> ReviewPlan:
    """A plan for XI01 over six months to November 2025 without expected models; calls answered alone by default."""
    content = {
        "title": "By hand",
        "area": "XI01",
        "seed": 1,
        "draws": 1000,
        "weightings": 0,
        "window": {"last": LAST, "months": 6},
        "expected": False,
        "expected_reason": "No file says who the patients are.",
        "gates": {"breaks": False},
        "indicators": list(indicators) or [{"id": CALLS, "weight": 1.0}],
    }
    return ReviewPlan.model_validate(content | keys)
