"""Which stored rows are measured: those of the newest issue of each period and part."""

from __future__ import annotations

import datetime

import ibis
import pyarrow
from ibis.expr.types import StringValue, Table

from likeforlike.measures.counts import (
    ORGANISATION,
    ORGANISATION_TYPE,
    PERIOD,
    PERIOD_END,
    SERIES,
    TableNeeds,
)
from likeforlike.measures.engine import Engine
from likeforlike.store import Selection, Store


def select_rows(engine: Engine, store: Store, selection: Selection, needs: TableNeeds) -> Table:
    """The rows of the chosen editions, less the parts that a newer issue replaced."""
    rows = engine.read([store.path(path) for path in selection.paths])
    return drop_superseded(rows, selection, needs)


def drop_superseded(rows: Table, selection: Selection, needs: TableNeeds) -> Table:
    """Leave out (edition, period, part) that a newer issue replaced; a part is an area, a series, or both."""
    if not selection.superseded:
        return rows
    editions, periods, parts = zip(*selection.superseded, strict=True)
    replaced = ibis.memtable(
        pyarrow.table(
            {
                "old_edition": pyarrow.array(editions),
                "old_period": pyarrow.array([datetime.date.fromisoformat(period) for period in periods]),
                "old_part": pyarrow.array(parts),
            }
        )
    )
    matches = [rows.edition == replaced.old_edition, rows[needs.table.period] == replaced.old_period]
    if (part := _part(rows, needs)) is not None:
        matches.append(part == replaced.old_part)
    return rows.anti_join(replaced, matches)


def _part(rows: Table, needs: TableNeeds) -> StringValue | None:
    """What a row is issued for beside its period, as reading writes it into an edition's coverage."""
    area, series = needs.table.area, needs.table.series
    if area and series:
        return rows[area].cast("string") + "|" + rows[series].cast("string")
    one = area or series
    return rows[one] if one else None


def keep_newest_issue(counts: Table, selection: Selection, needs: TableNeeds) -> Table:
    """One row for each organisation and period: an issue about some areas may have moved a practice into one of
    them, and the older issue, which stands for the other areas, still has it in its old one."""
    if needs.table.area is None or len(selection.files) == 1:
        return counts
    files = sorted(selection.files, key=lambda file: (file.published, file.name, file.content_sha256))
    issues = ibis.memtable(
        pyarrow.table(
            {
                "issue_edition": pyarrow.array([file.edition for file in files]),
                "issue": pyarrow.array(range(len(files)), type=pyarrow.int64()),
            }
        )
    )
    joined = counts.join(issues, counts.edition == issues.issue_edition)
    keys = [ORGANISATION_TYPE, ORGANISATION, PERIOD, PERIOD_END, *([SERIES] if needs.table.series else [])]
    ranked = joined.mutate(
        place=ibis.row_number().over(
            group_by=[joined[key] for key in keys], order_by=[ibis.desc(joined.issue)]
        )
    )
    return ranked.filter(ranked.place == 0).select(*counts.columns)
