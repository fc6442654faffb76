"""Referral to treatment: pathways still waiting at the end of a month, by provider and specialty."""

from __future__ import annotations

from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, Staging
from likeforlike.sources.reading.conversion import quote
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.expected import expected_events
from likeforlike.sources.reading.headers import LayoutMatch
from likeforlike.sources.reading.locating import place_of_row
from likeforlike.sources.reading.probing import Probe
from likeforlike.sources.reading.providers import provider_kind

COUNTS = ("pathways", "within_18_weeks", "over_52_weeks", "over_65_weeks", "over_78_weeks")
NEXT_STEP = "The publisher's specialties add up exactly; make the table again from the publisher's files."

# One row for each provider and count: what its specialties add up to, and the total that stands beside them.
SPECIALTY_SUMS = " UNION ALL ".join(
    f"SELECT provider, {quote(count)} AS what, {place} AS place, "
    f"sum({count}) FILTER (specialty <> 'Total') AS parts, any_value({count}) FILTER (specialty = 'Total') AS total "
    "FROM {staged} GROUP BY provider, month"
    for place, count in enumerate(COUNTS)
)


def check_specialties(probe: Probe, match: LayoutMatch, staging: Staging, staged: Staged) -> None:
    """Raise FileRefusedError where specialties do not add up to their provider's total, or waits exceed each other."""
    rows = f"read_parquet({quote(str(staged.tables[0].path))})"
    place = match.positions
    wrong = staging.connection.execute(
        f"SELECT provider, what, parts, total FROM ({SPECIALTY_SUMS.format(staged=rows)}) "
        "WHERE parts IS DISTINCT FROM total ORDER BY provider, place LIMIT 1"
    ).fetchone()
    if wrong is not None:
        provider, what, parts, total = wrong
        raise FileRefusedError(
            f"provider {provider}: the {what} of its specialties add up to {_figure(parts)}, "
            f"its total is {_figure(total)}.",
            where=place_of_row(
                probe.path,
                probe.name,
                lambda row: row[place["provider"]] == provider and row[place["specialty"]] == "Total",
            ),
            next_step=NEXT_STEP,
        )
    longer = staging.connection.execute(
        f"SELECT provider, specialty_code FROM {rows} WHERE within_18_weeks + over_52_weeks > pathways "
        "OR over_65_weeks > over_52_weeks OR over_78_weeks > over_65_weeks ORDER BY provider, specialty_code LIMIT 1"
    ).fetchone()
    if longer is not None:
        provider, specialty = longer
        raise FileRefusedError(
            f"provider {provider}, specialty {specialty}: more pathways of a longer wait than of the shorter one "
            "that holds them.",
            where=place_of_row(
                probe.path,
                probe.name,
                lambda row: (row[place["provider"]], row[place["specialty_code"]]) == (provider, specialty),
            ),
            next_step=NEXT_STEP,
        )


def _figure(pathways: int | None) -> str:
    return "nothing (no such row)" if pathways is None else f"{pathways:,}"


FORMAT = DelimitedFormat(
    check=check_specialties,
    made={
        "organisation_type": provider_kind("provider"),
        "expected_over_52_weeks": expected_events("over_52_weeks", "pathways", ("month", "specialty")),
    },
)
