"""What kind of organisation a provider's code is of, in files that name providers of all kinds by their code alone."""

from __future__ import annotations

from likeforlike.sources.reading.conversion import identifier, quote

# Codes of the Organisation Data Service: a trust has R or T and two characters; a primary care trust that still ran
# services (until 2013) has 5 and two; the simulated region has X, a letter of its kind and a digit. North London NHS
# Foundation Trust (November 2024) has G6V2S, the only code of a trust with five characters so far.
TRUST = "[RT][A-Z0-9]{2}|5[A-Z0-9]{2}|G6V2S|X[ABCM][0-9]"


def provider_kind(column: str) -> str:
    """SQL for the organisation type of the provider whose code stands in a column: a trust, or independent.

    What a trust does (acute, mental health, ambulance) is no part of its code: peer groups say it.
    """
    return (
        f"CASE WHEN regexp_full_match({identifier(column)}, {quote(TRUST)}) "
        "THEN 'nhs_trust' ELSE 'independent_provider' END"
    )
