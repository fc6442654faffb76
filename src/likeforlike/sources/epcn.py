"""Primary care networks and their practices, as the Organisation Data Service lists them: a workbook of two sheets."""

from likeforlike.sources.reading.workbooks import WorkbookFormat

FORMAT = WorkbookFormat()
