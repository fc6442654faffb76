"""Primary care networks and their practices, as the Organisation Data Service lists them: a workbook of two sheets."""

from __future__ import annotations

from dataclasses import dataclass

from likeforlike.catalogue import Source
from likeforlike.sources.reading.probing import FileKind, Probe
from likeforlike.sources.reading.workbooks import WorkbookFormat


@dataclass(frozen=True)
class SheetsFormat(WorkbookFormat):
    """A workbook without a title sheet: it is known by the names of its sheets."""

    title: str = ""

    def recognises(self, probe: Probe, source: Source) -> bool:
        """Whether it has the sheets of all of the source's tables."""
        if probe.kind is not FileKind.WORKBOOK or not probe.sheets:
            return False
        wanted = {layout.sheet for table in source.tables for layout in table.layouts}
        return wanted <= set(probe.workbook().sheet_names)


FORMAT = SheetsFormat()
