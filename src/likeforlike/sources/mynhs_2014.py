"""MyNHS 2014: metrics of CCGs and councils with the words that were shown, and directories with coordinates."""

from __future__ import annotations

from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import Staged, Staging
from likeforlike.sources.reading.conversion import quote
from likeforlike.sources.reading.delimited import DelimitedFormat
from likeforlike.sources.reading.headers import LayoutMatch
from likeforlike.sources.reading.locating import NEXT_STEP_LAYOUT, place_of_row
from likeforlike.sources.reading.probing import Probe
from likeforlike.sources.reading.providers import provider_kind

# A CCG has two digits and a letter; a council, by the codes of the census of 2001, two and two. The simulated
# region's begin with X.
COMMISSIONING_GROUP = "[0-9]{2}[A-Z]|XS[0-9]{3}"
COUNCIL = "[0-9]{2}[A-Z]{2}|X06[0-9]{6}"
# 'In the middle range (0.42 average health gain per 100,000 people)'; without words, the figure begins the text.
WORDS = r"^([A-Z][A-Za-z0-9% ]*?) ?\("
FIGURE = r"(?:^|\()(-?[0-9]+(?:[.][0-9]+)?)[ %]"
PER_CENT = r"(?:^|\()[0-9.]+%"

# A code of neither shape is refused by `check_metrics`, with its row.
MADE = {
    "organisation_type": (
        f"CASE WHEN regexp_full_match(organisation, {quote(COMMISSIONING_GROUP)}) THEN 'sub_icb' "
        f"WHEN regexp_full_match(organisation, {quote(COUNCIL)}) THEN 'council' ELSE 'other' END"
    ),
    "scale": (
        f"CASE WHEN value > 0 AND value < 1 AND regexp_matches(shown, {quote(PER_CENT)}) "
        "THEN 'share as per cent' ELSE 'as printed' END"
    ),
    "shown_band": f"regexp_extract(shown, {quote(WORDS)}, 1)",
    "provider_type": "CASE WHEN kind = 'Independent' THEN 'independent_provider' ELSE 'nhs_trust' END",
    # One code has a blank behind it.
    "hospital": "trim(printed_code)",
    "trust": f"CASE WHEN {provider_kind('parent')} = 'nhs_trust' THEN parent ELSE '' END",
}
# The columns that an error quotes.
QUOTED = ("organisation", "metric", "shown")
# What is wrong with a row, and what to say of it.
FAULTS = {
    "organisation_type = 'other'": "the code is neither a CCG's ('00C') nor a council's ('45UB')",
    f"TRY_CAST(nullif(regexp_extract(shown, {quote(FIGURE)}, 1), '') AS DOUBLE) IS DISTINCT FROM value": (
        "the words show another figure than the value beside them"
    ),
}


def check_metrics(probe: Probe, match: LayoutMatch, staging: Staging, staged: Staged) -> None:
    """Raise FileRefusedError for a code of another kind, and where the words show another figure than the value."""
    if match.table.id != "metrics":
        return
    for condition, what in FAULTS.items():
        wrong = staging.connection.execute(
            f"SELECT {', '.join(QUOTED)} FROM read_parquet({quote(str(staged.tables[0].path))}) "
            f"WHERE {condition} ORDER BY ALL LIMIT 1"
        ).fetchone()
        if wrong is not None:
            raise _fault(probe, match, wrong, what)


def _fault(probe: Probe, match: LayoutMatch, wrong: tuple[str, ...], what: str) -> FileRefusedError:
    places = [match.positions[name] for name in QUOTED]
    code, metric, shown = wrong
    return FileRefusedError(
        f"{code}, {metric}, '{shown}': {what}.",
        where=place_of_row(
            probe.path, probe.name, lambda row: tuple(row[place] for place in places) == wrong
        ),
        next_step=NEXT_STEP_LAYOUT.format(source=match.source.id),
    )


FORMAT = DelimitedFormat(made=MADE, check=check_metrics, keep_once=True)
