"""CQC ratings of general practice: every location as published, and the one rating that stands for a practice."""

from __future__ import annotations

from dataclasses import replace

from likeforlike.catalogue import Source
from likeforlike.sources.format import Staged, StagedTable, Staging
from likeforlike.sources.reading.checks import summarise
from likeforlike.sources.reading.conversion import quote
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.probing import Probe

# A practice's own code: a letter and five digits. A branch's has three digits more.
CODE_OF_A_PRACTICE = "[A-Z][0-9]{5}"

# Which location speaks for a practice that has several: one rated itself before one that took its rating over from
# the provider before it, then the one rated last. Where both are alike, the lower rating, so that a doubt hides no
# concern; by name at last, so that the order of a file changes nothing.
RULE = """
    SELECT month, practice, location_name, rating, inherited, rating_year,
        count(*) OVER (PARTITION BY month, practice) AS locations, edition
    FROM read_parquet({locations})
    WHERE regexp_full_match(practice, {code})
    QUALIFY row_number() OVER (
        PARTITION BY month, practice
        ORDER BY inherited = 'Yes', rating_year DESC, list_position({levels}, rating), location_name
    ) = 1
    ORDER BY practice
"""


class CqcRatingsFormat:
    """Locations as published, and beside them one row a practice."""

    def __init__(self) -> None:
        self.locations = DelimitedFormat()

    def recognises(self, probe: Probe, source: Source) -> bool:
        """Whether the header is that of ratings by location."""
        return self.locations.recognises(probe, source)

    def stage(self, probe: Probe, source: Source, staging: Staging) -> Staged:
        """Convert, check and write the locations; then choose who speaks for each practice."""
        staged = self.locations.stage(probe, source, staging)
        return replace(staged, tables=(*staged.tables, choose_ratings(staged.tables[0], source, staging)))


def choose_ratings(locations: StagedTable, source: Source, staging: Staging) -> StagedTable:
    """One row for each practice with a code of its own, by the rule above."""
    table = source.table("practices")
    path = staging.folder / f"{table.id}.parquet"
    levels = ", ".join(quote(level) for level in table.column("rating").labels)
    query = RULE.format(
        locations=quote(str(locations.path)), code=quote(CODE_OF_A_PRACTICE), levels=f"[{levels}]"
    )
    staging.connection.execute(f"COPY ({query}) TO {quote(str(path))} (FORMAT parquet, COMPRESSION zstd)")
    summary = summarise(staging.connection, path, table)
    return StagedTable(table, path, summary.rows, summary.coverage, summary.texts)


FORMAT = CqcRatingsFormat()
