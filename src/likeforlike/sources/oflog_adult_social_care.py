"""Oflog's measures of adult social care: values, the median of all councils, and the distance from it."""

from __future__ import annotations

from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, Staging
from likeforlike.sources.reading.conversion import quote
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.headers import LayoutMatch
from likeforlike.sources.reading.locating import place_of_row
from likeforlike.sources.reading.probing import Probe

# Printed to nine decimals or more; values themselves to six or more, of which medians lie in the hundreds.
NEAR = 1e-6

# The median absolute deviation as it is, not multiplied by 1.4826 to be like a standard deviation: all printed
# distances of the real file are recomputed so.
RECOMPUTED = """
    WITH measures AS (
        SELECT *, median(value) OVER (PARTITION BY measure, year) AS middle FROM read_parquet({measures})
    ), deviations AS (
        SELECT *, median(abs(value - middle)) OVER (PARTITION BY measure, year) AS deviation FROM measures
    )
    SELECT measure, year, council, median, middle, mads_from_median, (value - middle) / nullif(deviation, 0) AS mads
    FROM deviations
    WHERE abs(median - middle) > {near} * greatest(1, abs(middle))
        OR abs(mads_from_median - mads) > {near} * greatest(1, abs(mads))
        OR (mads_from_median IS NULL AND value IS NOT NULL AND deviation > 0)
    ORDER BY measure, year, council LIMIT 1
"""


def check_medians(probe: Probe, match: LayoutMatch, staging: Staging, staged: Staged) -> None:
    """Raise FileRefusedError where the printed median of a year, or a distance from it, is not that of its values.

    A council that is missing, or a value that was moved by a row, shifts them.
    """
    query = RECOMPUTED.format(measures=quote(str(staged.tables[0].path)), near=NEAR)
    wrong = staging.connection.execute(query).fetchone()
    if wrong is None:
        return
    measure, year, council, median, middle, printed, made = wrong
    found = (
        f"the median of all councils is {middle:g}, the file's is {median:g}"
        if abs(median - middle) > NEAR * max(1, abs(middle))
        else f"the value lies {made:.3f} median absolute deviations from the median, the file says "
        f"{'nothing' if printed is None else format(printed, '.3f')}"
    )
    places = match.positions
    raise FileRefusedError(
        f"{measure} in {year.year}-{(year.year + 1) % 100:02d}: {found}.",
        where=place_of_row(
            probe.path,
            probe.name,
            lambda row: row[places["council"]] == council and row[places["measure"]] == measure,
        ),
        next_step="The publisher's medians follow from its values; rows were lost or changed on the way: "
        "download the file again.",
    )


FORMAT = DelimitedFormat(check=check_medians)
