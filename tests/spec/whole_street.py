"""The whole street in small: files written by a test go in through `add`, `build` runs, observations come out."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from likeforlike.catalogue import Catalogue, Population, load_catalogue
from likeforlike.measures.build import Build, build
from likeforlike.measures.reading import read_observations
from likeforlike.settings import Settings
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

Observed = dict[str, Any]


@dataclass(frozen=True)
class Street:
    """A folder for a test's files and the store that they go into."""

    folder: Path
    store: Store

    def add(self, *paths: Path) -> None:
        """Take files in as `likeforlike add` does; a refusal is raised."""
        add_paths(self.store, load_catalogue(), list(paths))

    def build(self, indicators: Sequence[str], as_at: datetime.date | None = None) -> Build:
        """Build some indicators only, and the list sizes that they divide by: all of them take seconds."""
        return build(
            self.store,
            only(load_catalogue(), indicators),
            Settings(self.store.folder, threads=1),
            as_at=as_at,
        )

    def observe(
        self, indicator: str, organisation_type: str = "gp_practice", as_at: datetime.date | None = None
    ) -> dict[str, Observed]:
        """Organisation → its observation, for figures of one month."""
        rows = self.observe_all(indicator, organisation_type, as_at)
        found = {row["organisation"]: row for row in rows}
        assert len(found) == len(rows), "several months: use observe_all"
        return found

    def observe_all(
        self, indicator: str, organisation_type: str = "gp_practice", as_at: datetime.date | None = None
    ) -> list[Observed]:
        """All observations of a kind of organisation, checked for what holds of every observation."""
        made = self.build([indicator], as_at)
        rows: list[Observed] = read_observations(
            made, indicator, organisation_type=organisation_type
        ).to_pylist()
        for row in rows:
            assert (row["value"] is None) != (row["reason"] is None), row
        return rows

    def values(self, indicator: str, organisation_type: str = "gp_practice") -> dict[str, float | str]:
        """Organisation → value, or the reason for none."""
        return {
            organisation: row["reason"] or row["value"]
            for organisation, row in self.observe(indicator, organisation_type).items()
        }


def only(catalogue: Catalogue, indicators: Sequence[str]) -> Catalogue:
    """The catalogue with fewer indicators; its digest says so, as that of another folder of definitions would."""
    wanted = {"list_size", *indicators}
    # What an indicator divides by comes with it.
    wanted |= {
        given.denominator.indicator
        for name in indicators
        for given in catalogue.indicator(name).inputs
        if isinstance(given.denominator, Population)
    }
    kept = {name: one for name, one in catalogue.indicators.items() if name in wanted}
    return replace(catalogue, indicators=kept, digest=f"{catalogue.digest} {sorted(wanted)}")
