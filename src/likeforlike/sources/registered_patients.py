"""Patients registered at a GP practice: totals, five-year age bands, and the map of where practices belong."""

from __future__ import annotations

import datetime

from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, Staging
from likeforlike.sources.reading.conversion import quote
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.headers import LayoutMatch
from likeforlike.sources.reading.locating import place_of_row
from likeforlike.sources.reading.months import last_day, parse_month
from likeforlike.sources.reading.probing import Probe

# What a practice's rows add up to, and the total that stands beside them: (sex of the total, its parts).
BAND_SUMS = """
    SELECT month, practice, sex,
        sum(patients) FILTER (age_band <> 'All ages') AS parts,
        any_value(patients) FILTER (age_band = 'All ages') AS total
    FROM {staged} WHERE sex <> 'All' GROUP BY ALL
    UNION ALL
    SELECT month, practice, 'All' AS sex,
        sum(patients) FILTER (sex <> 'All' AND age_band = 'All ages') AS parts,
        any_value(patients) FILTER (sex = 'All' AND age_band = 'All ages') AS total
    FROM {staged} GROUP BY ALL
"""


def check_bands(probe: Probe, match: LayoutMatch, staging: Staging, staged: Staged) -> None:
    """Raise FileRefusedError where age bands do not add up to their sex, or the sexes to the practice."""
    if match.table.id != "age_bands":
        return
    sums = BAND_SUMS.format(staged=f"read_parquet({quote(str(staged.tables[0].path))})")
    wrong = staging.connection.execute(
        f"SELECT * FROM ({sums}) WHERE parts IS DISTINCT FROM total ORDER BY month, practice, sex LIMIT 1"
    ).fetchone()
    if wrong is None:
        return
    month, practice, sex, parts, total = wrong
    place = match.positions

    def is_total(row: list[str]) -> bool:
        return (
            row[place["practice"]] == practice
            and row[place["sex"]].casefold() == sex.casefold()
            and row[place["age_band"]] == "ALL"
            and parse_month(row[place["month"]]) == month
        )

    what = "its two sexes" if sex == "All" else f"its age bands of sex {sex.upper()}"
    raise FileRefusedError(
        f"practice {practice}, {month:%B %Y}: {what} add up to {_figure(parts)}, the file's total is {_figure(total)}.",
        where=place_of_row(probe.path, probe.name, is_total),
        next_step="The publisher's bands add up exactly; download the file again.",
    )


def _figure(patients: int | None) -> str:
    return "nothing (no such row)" if patients is None else f"{patients:,}"


def newest_extract(staged: Staged) -> datetime.date:
    """The last day of the month of the newest extract: by then it has been issued."""
    newest = max(period for table in staged.tables for period in table.coverage)
    return last_day(datetime.date.fromisoformat(newest))


FORMAT = DelimitedFormat(check=check_bands, printed=newest_extract)
