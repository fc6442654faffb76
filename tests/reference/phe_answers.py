"""How the answers of PHEindicatormethods are read and compared with ours."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

RELATIVE = 1e-6


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float("nan") if row[name] in ("", "NA") else float(row[name]) for row in rows])


def level(text: str) -> float:
    """0.95 from "0.95" or "95%"."""
    return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


def assert_equal(ours, theirs) -> None:
    """Equal to 1e-6 relative, and missing in the same places."""
    np.testing.assert_allclose(ours, theirs, rtol=RELATIVE)


def by_area(rows: list[dict[str, str]], name: str) -> tuple[list[str], np.ndarray]:
    """The areas in their order, and one column as (areas, bands)."""
    areas = list(dict.fromkeys(row["area"] for row in rows))
    return areas, np.array([column([row for row in rows if row["area"] == area], name) for area in areas])
