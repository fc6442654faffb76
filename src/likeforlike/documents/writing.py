"""All documents of a result, in a folder of their own."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from likeforlike.review.result import ReviewResult
from likeforlike.review.tables import TABLES
from likeforlike.store.whole_folder import write_whole_folder

Report = Callable[[str], None]


def write_documents(result: ReviewResult, target: Path, *, everybody: bool, report: Report) -> list[str]:
    """Write every table as CSV and Parquet; returns the names of the files, in order.

    Raises:
        SettingsError: something of the target's name is there.
    """
    del everybody
    with write_whole_folder(target, "export") as folder:
        report("tables")
        for name in TABLES:
            table = result.table(name)
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream)
                writer.writerow(table.column_names)
                writer.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))
        return sorted(path.name for path in folder.iterdir())
