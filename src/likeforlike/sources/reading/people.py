"""No data about individual patients or clinicians is taken in: such a file is refused unread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from likeforlike.errors import PersonalDataRefusedError

# A column of identifiers holds little else; a stray ten-digit number among names is not one.
SHARE_OF_COLUMN = 0.5
FEWEST_VALUES = 3

_NHS_NUMBER = re.compile(r"\d{3}[ -]?\d{3}[ -]?\d{4}")
# Nursing and Midwifery Council PIN: two digits, a letter, four digits, the country's letter.
_NMC_PIN = re.compile(r"\d{2}[A-L]\d{4}[ESWNIO]", re.IGNORECASE)
_SEPARATORS = re.compile(r"[^a-z0-9]+")

# Words of a header that announce a person. GP_NAME is not among them: it is the practice's name.
_PERSON_HEADERS = {
    "a patient": (
        "nhs number", "nhsnumber", "nhs no", "patient id", "patient name", "patient forename", "patient surname",
        "forename", "surname", "first name", "last name", "date of birth", "dob", "birth date", "patient address",
        "pseudo nhs number", "person id", "local patient id", "hospital number",
    ),
    "a clinician": (
        "gmc", "gmc number", "gmc code", "gmc ref", "nmc", "nmc pin", "nmc number", "clinician name", "clinician id",
        "clinician code", "doctor name", "doctor code", "doctor", "clinician", "consultant code", "consultant name",
        "prescriber code", "prescriber name", "practitioner code", "practitioner name", "practitioner id",
        "nurse name", "performer number",
    ),
}  # fmt: skip


def is_nhs_number(text: str) -> bool:
    """Whether ten digits carry the check digit of an NHS number (modulus 11, weights 10 to 2).

    Source: NHS Data Dictionary, "NHS NUMBER".

    >>> is_nhs_number("943 476 5919"), is_nhs_number("943 476 5918")
    (True, False)
    """
    if not _NHS_NUMBER.fullmatch(text.strip()):
        return False
    digits = [int(digit) for digit in text if digit.isdigit()]
    check = 11 - sum(digit * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    return check != 10 and check % 11 == digits[9] and len(set(digits)) > 1


def check_no_people(header: Sequence[str], rows: Iterable[Sequence[str]], name: str) -> None:
    """Refuse a table that seems to be about individual patients or clinicians.

    Raises:
        PersonalDataRefusedError: with the column's name; its values are never printed.
    """
    for heading in header:
        words = _SEPARATORS.sub(" ", heading.casefold()).strip()
        for person, headings in _PERSON_HEADERS.items():
            if words in headings:
                raise _refusal(name, heading, f"is about {person}")
    columns = list(zip(*(row for row in rows if len(row) == len(header)), strict=True))
    for heading, values in zip(header, columns, strict=False):
        check_column(heading, values, name)


def check_column(heading: str, values: Iterable[str], name: str) -> None:
    """Refuse a column that holds NHS numbers or NMC PINs.

    Raises:
        PersonalDataRefusedError: with the column's name; its values are never printed.
    """
    filled = [value for value in values if value]
    for what, looks_like in (("NHS numbers", is_nhs_number), ("NMC PINs", _NMC_PIN.fullmatch)):
        found = sum(1 for value in filled if looks_like(value))
        if found >= FEWEST_VALUES and found > SHARE_OF_COLUMN * len(filled):
            raise _refusal(name, heading, f"holds what look like {what}")


def _refusal(name: str, heading: str, what: str) -> PersonalDataRefusedError:
    return PersonalDataRefusedError(
        f"column '{heading}' {what}.",
        where=name,
        next_step="likeforlike takes figures about organisations only. Nothing was kept. "
        "Aggregate the data first, and check who may hold this file.",
    )
