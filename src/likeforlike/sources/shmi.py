"""Summary Hospital-level Mortality Indicator: its window, its notes, and what must follow from its own figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from likeforlike.catalogue import Source
from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, Staging
from likeforlike.sources.reading.conversion import quote
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.headers import LayoutMatch
from likeforlike.sources.reading.locating import place_of_row
from likeforlike.sources.reading.probing import Probe

# An issue is of the twelve months that end seven months before it: that of October begins in April of the year before.
MONTHS_FROM_WINDOW_TO_ISSUE = 18
WINDOW = f"CAST(strptime(issue, '%Y-%B') - INTERVAL {MONTHS_FROM_WINDOW_TO_ISSUE} MONTH AS DATE)"
# Values and limits are printed with four decimals; the rest is for floating point.
ROUNDING = 0.00005 + 1e-9


def _contradicted(kind: str) -> str:
    """SQL for whether a printed band contradicts its limits by more than their rounding."""
    return f"""CASE {kind}_band
        WHEN 'higher than expected' THEN ratio < {kind}_upper - {ROUNDING}
        WHEN 'lower than expected' THEN ratio > {kind}_lower + {ROUNDING}
        WHEN 'as expected' THEN ratio NOT BETWEEN {kind}_lower - {ROUNDING} AND {kind}_upper + {ROUNDING}
        ELSE false END"""


def _limits_and_band(kind: str) -> str:
    return f"printf('%.4f with {kind} limits of %g and %g is not %s', ratio, {kind}_lower, {kind}_upper, {kind}_band)"


FAULTS = f"""
    SELECT trust, CASE
        WHEN abs(value - ratio) > {ROUNDING}
        THEN printf('its value is %g, observed ÷ expected %.4f', value, ratio)
        WHEN {_contradicted("poisson")} THEN {_limits_and_band("poisson")}
        WHEN {_contradicted("overdispersed")} THEN {_limits_and_band("overdispersed")}
        END AS fault
    FROM (SELECT *, observed / expected::DOUBLE AS ratio FROM read_parquet({{staged}}))
    WHERE fault IS NOT NULL
    ORDER BY trust
    LIMIT 1
"""


class ShmiFormat:
    """The rows of trusts, without the copyright line that two issues print below them in Windows-1252."""

    def __init__(self) -> None:
        self.trusts = DelimitedFormat(check=check_rows, made={"window": WINDOW})

    def recognises(self, probe: Probe, source: Source) -> bool:
        """Whether the header is one of the SHMI's."""
        return self.trusts.recognises(probe, source)

    def stage(self, probe: Probe, source: Source, staging: Staging) -> Staged:
        """Convert, check and write the rows of trusts."""
        return self.trusts.stage(without_notes(probe, staging), source, staging)


def without_notes(probe: Probe, staging: Staging) -> Probe:
    """The probe of the same file without what stands below its rows: an empty row, and notes in the first cell.

    Anything else stays where it is, and is refused where it does not convert.
    """
    text = _decode(probe)
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        rows = [(row, reader.line_num) for row in reader if row]
    except csv.Error as error:
        raise FileRefusedError(
            f"cannot be read as CSV ({error}).", where=probe.name, next_step="Download the file again."
        ) from None
    kept = next((place for place, (row, _) in enumerate(rows) if _is_empty(row)), len(rows))
    if any(any(cell for cell in row[1:]) for row, _ in rows[kept:]):
        kept = len(rows)
    if kept == len(rows) and probe.fault is None:
        return probe
    written = staging.folder / "rows_of_trusts"
    last_line = rows[kept - 1][1]
    written.write_text("".join(text.splitlines(keepends=True)[:last_line]), encoding="utf-8", newline="")
    return replace(probe, path=written, rows=kept - 1, fault=None)


def _decode(probe: Probe) -> str:
    content = probe.path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefusedError(
            f"byte 0x{content[error.start]:02x} is neither UTF-8 nor Windows-1252 text.",
            where=f"{probe.name}, row {line}",
            next_step="Download the file again.",
        ) from None


def _is_empty(row: Sequence[str]) -> bool:
    return not any(cell.strip() for cell in row)


def check_rows(probe: Probe, match: LayoutMatch, staging: Staging, staged: Staged) -> None:
    """Raise FileRefusedError where a value or band does not follow from the figures beside it."""
    query = FAULTS.format(staged=quote(str(staged.tables[0].path)))
    wrong = staging.connection.execute(query).fetchone()
    if wrong is None:
        return
    trust, fault = wrong
    raise FileRefusedError(
        f"trust {trust}: {fault}.",
        where=place_of_row(probe.path, probe.name, lambda row: row[match.positions["trust"]] == trust),
        next_step="The publisher's figures follow from each other; download the file again.",
    )


FORMAT = ShmiFormat()
