"""Indirect standardisation: what a provider would count if each part of its work went as it goes in the whole file."""

from __future__ import annotations

from collections.abc import Sequence

from likeforlike.sources.reading.conversion import identifier

# A millionth of a patient is far below anything that is read from a sum of these.
DECIMALS = 6


def expected_events(events: str, exposed: str, strata: Sequence[str]) -> str:
    """SQL for the expected events of a row: its exposed, times the rate of all rows of the same stratum.

    Summed over the rows of an organisation it is the denominator of the indirectly standardised ratio (Breslow & Day
    1987, The Design and Analysis of Cohort Studies, eq. 2.5). The reference is the file itself: all of its providers
    together, each stratum (a month and specialty, say) by itself.
    """
    stratum = ", ".join(identifier(name) for name in strata)
    rate = (
        f"CAST(sum({identifier(events)}) OVER (PARTITION BY {stratum}) AS DOUBLE) "
        f"/ CAST(sum({identifier(exposed)}) OVER (PARTITION BY {stratum}) AS DOUBLE)"
    )
    # Of a stratum with nobody in it nothing is expected: 0 / 0 is no number.
    expected = (
        f"CASE WHEN {identifier(exposed)} = 0 THEN 0 ELSE CAST({identifier(exposed)} AS DOUBLE) * {rate} END"
    )
    # More than can be kept is nothing, for which the file is refused.
    return f"TRY_CAST(({expected}) AS DECIMAL(18, {DECIMALS}))"
