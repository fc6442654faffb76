"""Data packs: figures that an integrated care board holds itself, with a header that says whose they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from likeforlike.catalogue import Source, Table
from likeforlike.sources.format import Staged, StagedTable, Staging
from likeforlike.sources.packs.bundle import is_bundle, read_bundle
from likeforlike.sources.packs.cells import DECIMALS
from likeforlike.sources.packs.figures import has_pack_columns
from likeforlike.sources.packs.header import NO_LICENCE, is_header
from likeforlike.sources.packs.pack import Pack, read_pack
from likeforlike.sources.packs.pairing import lone_half
from likeforlike.sources.packs.rules import TABLE
from likeforlike.sources.reading.checks import summarise
from likeforlike.sources.reading.probing import FileKind, Probe

if TYPE_CHECKING:
    import pyarrow

LAYOUT = "header and figures, form 1"
DIGITS = 18


class DataPackFormat:
    """A CSV and its TOML header, bundled as one file; one half alone is recognised too, to say what it lacks."""

    def recognises(self, probe: Probe, source: Source) -> bool:
        """Whether a file is a bundle, or one half of a pack."""
        del source
        if probe.kind is FileKind.WORKBOOK:
            return False
        return is_bundle(probe.path) or has_pack_columns(probe.header) or _is_lone_header(probe)

    def stage(self, probe: Probe, source: Source, staging: Staging) -> Staged:
        """Read the pack, check it, write its figures."""
        if not is_bundle(probe.path):
            raise lone_half(probe.name, is_figures=has_pack_columns(probe.header))
        pack, faults = read_pack(read_bundle(probe.path, probe.name), staging.catalogue)
        faults.check_none()
        assert pack is not None
        table = source.table(TABLE)
        path = staging.folder / f"{TABLE}.parquet"
        _write(pack, table, staging, path)
        summary = summarise(staging.connection, path, table)
        staged = StagedTable(table, path, summary.rows, summary.coverage, summary.texts, summary.ends)
        return Staged(
            LAYOUT,
            (staged,),
            printed=pack.header.published,
            restricted=pack.header.restricted,
            licence=pack.header.licence or NO_LICENCE,
            notes=notes(pack),
        )


def _is_lone_header(probe: Probe) -> bool:
    return any(is_header(row[0]) for row in (probe.header, *probe.sample) if row)


def notes(pack: Pack) -> tuple[str, ...]:
    """What a reader of the pack's figures should know."""
    header = pack.header
    state = (
        "restricted: its figures are for local use only" if header.restricted else f"public: {header.licence}"
    )
    on_lists = sorted({row.indicator for row in pack.rows if row.denominator is None})
    of_lists = (f"denominator left empty, list sizes are taken: {', '.join(on_lists)}",) if on_lists else ()
    return (f"{header.title}, given by {header.provider}", state, *of_lists)


def _write(pack: Pack, table: Table, staging: Staging, path: Path) -> None:
    import pyarrow.parquet

    pyarrow.parquet.write_table(arrow(pack, table, staging.edition), path, compression="zstd")


def arrow(pack: Pack, table: Table, edition: str) -> pyarrow.Table:
    """The figures as they are stored: every missing figure with its reason."""
    import pyarrow

    words = {name: table.column(name).missing for name in ("numerator", "denominator", "expected")}
    rows = pack.rows
    text, day, count = pyarrow.string(), pyarrow.date32(), pyarrow.int64()
    amount = pyarrow.decimal128(DIGITS, DECIMALS)
    columns = {
        "organisation_type": ([pack.header.organisation_type] * len(rows), text),
        "organisation": ([row.organisation for row in rows], text),
        "area": ([pack.header.area] * len(rows), text),
        "period_start": ([row.start for row in rows], day),
        "period_end": ([row.end for row in rows], day),
        "indicator": ([row.indicator for row in rows], text),
        "numerator": ([row.numerator for row in rows], count),
        "numerator_reason": ([words["numerator"].get(row.word) for row in rows], text),
        "denominator": ([row.denominator for row in rows], count),
        "denominator_reason": (
            [words["denominator"][""] if row.denominator is None else None for row in rows],
            text,
        ),
        "expected": ([row.expected for row in rows], amount),
        "expected_reason": ([words["expected"][""] if row.expected is None else None for row in rows], text),
        "note": ([row.note or None for row in rows], text),
        "edition": ([edition] * len(rows), text),
    }
    return pyarrow.table({name: pyarrow.array(values, type=kind) for name, (values, kind) in columns.items()})


FORMAT = DataPackFormat()
