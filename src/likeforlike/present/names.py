"""Names of organisations as people write them: directories print them in capitals."""

from __future__ import annotations

import re

# What stays in capitals, and what stays small within a name.
INITIALS = frozenset(["NHS", "GP", "PCN", "ICB", "CIC", "UK", "II", "III", "IV", "CCG", "LLP"])
SMALL = frozenset(["of", "and", "the", "for", "at", "in", "on", "by", "with", "to"])
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def plain_name(name: str) -> str:
    """A name that is all in capitals, in words that begin with one; any other as it is.

    >>> plain_name("KING'S COLLEGE HOSPITAL NHS FOUNDATION TRUST")
    "King's College Hospital NHS Foundation Trust"
    >>> plain_name("THE SURGERY (FICTIONAL)"), plain_name("University Hospital of X")
    ('The Surgery (fictional)', 'University Hospital of X')
    """
    if name != name.upper() or not any(one.isalpha() for one in name):
        return name
    return _WORD.sub(lambda found: _plain_word(found[0], first=found.start() == 0), name).replace(
        "(Fictional)", "(fictional)"
    )


def _plain_word(word: str, *, first: bool) -> str:
    if word in INITIALS or (len(word) == 1 and word != "A"):
        return word
    small = word.casefold()
    if small in SMALL and not first:
        return small
    return small[:1].upper() + small[1:]
