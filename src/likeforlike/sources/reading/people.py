"""No data about individual patients or clinicians is taken in: such a file is refused unread."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from likeforlike.errors import PersonalDataRefusedError

# A column of identifiers holds little else; a stray ten-digit number among names is not one.
SHARE_OF_COLUMN = 0.5
FEWEST_VALUES = 3
MOST_DIGITS_SHOWN = 6

# Ten digits, with whatever people put between and before them.
_NHS_NUMBER = re.compile(r"(?:NHS\D{0,12})?(?<!\d)\d{3}[ .-]?\d{3}[ .-]?\d{4}(?!\d)", re.IGNORECASE)
# Nursing and Midwifery Council PIN: two digits, a letter, four digits, the country's letter.
_NMC_PIN = re.compile(r"\d{2}[A-L]\d{4}[ESWNIO]", re.IGNORECASE)
_SEPARATORS = re.compile(r"[^a-z0-9]+")

# General Medical Council reference numbers are seven digits, and so are many counts: they show only in a column
# where no count can stand.
_GMC_NUMBER = re.compile(r"\d{7}")
# The NHS prescriber code of a general practitioner: G and seven digits. A practice's is a letter and five.
_PRESCRIBER_CODE = re.compile(r"G\d{7}", re.IGNORECASE)

# Words of a header that announce a person. GP_NAME is not among them: it is the practice's name.
_PERSON_HEADERS = {
    "a patient": re.compile(
        r"((patient|person|pseudo|pseudonymised|encrypted) )?nhs ?(no|number)"
        r"|(local )?(patient|person) (id|identifier|name|forename|surname|address|postcode|dob)"
        r"|fore ?name|sur ?name|first name|last name|family name|given name|full name"
        r"|dob|(patient )?(date of birth|birth ?date)|hospital (no|number)"
    ),
    "a clinician": re.compile(
        r"(gmc|nmc|gphc|hcpc|gdc)( (no|number|code|id|pin|ref|reference|reference number|registration number))?"
        r"|clinician|doctor"
        r"|(clinician|doctor|consultant|prescriber|practitioner|nurse|performer|pharmacist)"
        r" (name|code|id|identifier|no|number)"
    ),
    # Of care homes the register names who manages them and who answers for the provider.
    "a manager": re.compile(
        r"(registered ?)?manager( ?(name|given ?name|family ?name|surname|forename))?"
        r"|((location|provider) )?nominated ?individual( ?name)?|person ?(given|family) ?name"
    ),
}
# How the Care Quality Commission's interface writes the people of a location within a nested text.
_NESTED_PERSON = re.compile(r"person(Given|Family)Name")


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
            if headings.fullmatch(words):
                raise _refusal(name, heading, f"is about {person}")
    columns = list(zip(*(row for row in rows if len(row) == len(header)), strict=True))
    for heading, values in zip(header, columns, strict=False):
        check_no_names_of_people(values, name)
        check_column(heading, values, name)


def check_no_names_of_people(cells: Iterable[str], name: str) -> None:
    """Refuse nested texts that name people, as the register of the Care Quality Commission has them.

    Raises:
        PersonalDataRefusedError: one does; it is not printed.
    """
    if any(_NESTED_PERSON.search(cell) for cell in cells):
        raise PersonalDataRefusedError(
            "a cell holds the names of people, such as registered managers.",
            where=name,
            next_step="likeforlike takes figures about organisations only. Nothing was kept. "
            "Remove the column (regulatedActivities, contacts) and add the file again.",
        )


def check_column(heading: str, values: Iterable[str], name: str, *, may_be_counts: bool = True) -> None:
    """Refuse a column that holds NHS numbers or the numbers of clinicians.

    Numbers of the General Medical Council are only looked for where `may_be_counts` is false.

    Raises:
        PersonalDataRefusedError: with the column's name; its values are never printed.
    """
    filled = [value.strip() for value in values if value]
    tests: dict[str, Callable[[str], object]] = {
        "NHS numbers": is_nhs_number,
        "NMC PINs": _NMC_PIN.fullmatch,
        "prescriber codes of doctors": _PRESCRIBER_CODE.fullmatch,
    }
    if not may_be_counts:
        tests["GMC numbers"] = _GMC_NUMBER.fullmatch
    for what, looks_like in tests.items():
        found = sum(1 for value in filled if looks_like(value))
        # Among counts a number may look like one of a person by chance; three in a column of names or codes do not.
        enough = 0 if what == "NHS numbers" and not may_be_counts else SHARE_OF_COLUMN * len(filled)
        if found >= FEWEST_VALUES and found > enough:
            raise _refusal(name, heading, f"holds what look like {what}")


def hide_person(cell: str) -> str:
    """A cell as it may be printed in an error: one that may hold a person's number or name is only described."""
    digits = sum(character.isdigit() for character in cell)
    if _NHS_NUMBER.search(cell) or (digits >= MOST_DIGITS_SHOWN and " " in cell.strip()):
        return f"(a text of {len(cell)} characters that may be about a person)"
    return cell


def _refusal(name: str, heading: str, what: str) -> PersonalDataRefusedError:
    return PersonalDataRefusedError(
        f"column '{heading}' {what}.",
        where=name,
        next_step="likeforlike takes figures about organisations only. Nothing was kept. "
        "Aggregate the data first, and check who may hold this file.",
    )
