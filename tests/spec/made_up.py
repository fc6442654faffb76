"""A publisher that does not exist: definitions written by a test, its files through `add`, observations out."""

from __future__ import annotations

import datetime
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from official_files import write_lists, write_map

from likeforlike.catalogue import DEFINITIONS, Catalogue, load_catalogue
from likeforlike.measures.build import Build, build
from likeforlike.measures.reading import read_observations
from likeforlike.settings import Settings
from likeforlike.sources.adding import add_paths
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.store import Store

SOURCE = """
id = "{id}"
title = "Made up"
publisher = "Nobody"
landing_page = "nowhere"
licence = "OGL-UK-3.0"
attribution = "Nobody"
cadence = "yearly"
restatement = "none"
about = "Figures of nobody."
status = "made up"
importer_version = 1
"""
INDICATOR = """
id = "{id}"
title = "{id}"
question = "How many?"
why_it_matters = "It does not."
does_not_tell = "Anything."
unit = "each"
polarity = "no_judgement"
purpose = "resource"
smallest_difference_reason = "None."
caveats = ["Made up."]
visibility = "public"
status = "active"
written_by = "A test"
checked_by = "A test"
next_review = 2030-01-01
"""

# Of an indicator that does not say of whom it is.
KINDS = 'organisation_types = ["gp_practice", "icb", "england"]\n'


@dataclass(frozen=True)
class MadeUp:
    """Definitions of a test's own beside the shipped ones, and a store."""

    folder: Path
    catalogue: Catalogue
    store: Store

    def add(self, name: str, text: str, *, published: datetime.date | None = None) -> None:
        """A file written as a table that can be read: blanks beside the commas are taken out."""
        lines = [",".join(cell.strip() for cell in line.split(",")) for line in text.strip().splitlines()]
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        add_paths(self.store, self.catalogue, [path], published=published)

    def add_lists(self, month: str, lists: dict[str, int]) -> None:
        """Registered patients of a month, and where the practices belong: all of one ICB."""
        table = "\n".join(["practice, patients", *(f"{code}, {size}" for code, size in lists.items())])
        practices = "\n".join(["practice", *lists])
        paths = [write_lists(self.folder, month, table), write_map(self.folder, month, practices)]
        add_paths(self.store, self.catalogue, paths)

    def build(self, *, threads: int = 1) -> Build:
        """Build the test's own indicators and the list sizes."""
        return build(self.store, self.catalogue, Settings(self.store.folder, threads=threads))

    def observe(self, indicator: str, *, restricted: bool = False, **wanted: Any) -> list[dict[str, Any]]:
        """Observations, checked for what holds of every one."""
        rows: list[dict[str, Any]] = read_observations(
            self.build(), indicator, restricted=restricted, **wanted
        ).to_pylist()
        for row in rows:
            assert (row["value"] is None) != (row["reason"] is None), row
        return rows

    def values(self, indicator: str, **wanted: Any) -> dict[tuple[str, str], float | str]:
        """(kind, organisation) → value, or the reason for none, of one period."""
        rows = self.observe(indicator, **wanted)
        found = {
            (row["organisation_type"], row["organisation"]): row["reason"] or row["value"] for row in rows
        }
        assert len(found) == len(rows), "several periods"
        return found


def make_up(
    folder: Path,
    patch: pytest.MonkeyPatch,
    sources: dict[str, str],
    indicators: dict[str, str],
) -> MadeUp:
    """Definitions of a test's own: what is written here of a source or indicator, and filling."""
    definitions = Path(shutil.copytree(DEFINITIONS, folder / "definitions"))
    for name, text in sources.items():
        # Keys of the source itself stand before its first table.
        (definitions / "sources" / f"{name}.toml").write_text(SOURCE.format(id=name) + text, encoding="utf-8")
        module = ModuleType(f"likeforlike.sources.{name}")
        module.FORMAT = DelimitedFormat()  # type: ignore[attr-defined]  # as each importer's module has it
        patch.setitem(sys.modules, module.__name__, module)
    for name, text in indicators.items():
        path = definitions / "indicators" / f"{name}.toml"
        kinds = "" if "organisation_types" in text else KINDS
        path.write_text(INDICATOR.format(id=name) + kinds + text, encoding="utf-8")
    return MadeUp(
        folder / "files", _only(load_catalogue(definitions), list(indicators)), Store(folder / "store")
    )


def _only(catalogue: Catalogue, indicators: Sequence[str]) -> Catalogue:
    wanted = {"list_size", *indicators}
    kept = {name: one for name, one in catalogue.indicators.items() if name in wanted}
    return replace(catalogue, indicators=kept)
