"""CQC locations in small: a row as the interface describes it, flattened, and the ratings nested in it."""

from __future__ import annotations

import csv
import io

HEADER = (
    "locationId", "providerId", "organisationType", "type", "name", "onspdCcgCode", "onspdCcgName", "odsCode", "uprn",
    "registrationStatus", "registrationDate", "dormancy", "numberOfBeds", "website", "postalAddressLine1",
    "postalAddressLine2", "postalAddressTownCity", "postalAddressCounty", "region", "postalCode", "onspdLatitude",
    "onspdLongitude", "careHome", "inspectionDirectorate", "constituency", "localAuthority", "relationships",
    "locationTypes", "gacServiceTypes", "inspectionCategories", "specialisms", "inspectionAreas", "currentRatings",
    "historicRatings", "lastInspection", "lastReport", "deregistrationDate", "registeredManagerAbsentDate",
)  # fmt: skip
QUESTIONS = ("Safe", "Effective", "Caring", "Responsive", "Well-led")


def current(
    rating: str, day: str | None, *, organisation: str | None = None, **questions: str
) -> str:  # fmt: skip
    """The rating that stands: overall, and of the key questions that are named (well_led for Well-led)."""
    its: dict[str, str] = {"reportDate": day} if day else {}
    if organisation:
        its["organisationId"] = organisation
    names = {name.lower().replace("-", "_"): name for name in QUESTIONS}
    nested = [{"name": names[name], "rating": level, **its} for name, level in questions.items()]
    return str({"overall": {"rating": rating, **its, "keyQuestionRatings": nested}})


def historic(*reports: tuple[str, str] | tuple[str, str, str]) -> str:
    """Ratings of before: day, rating overall, and where it was inherited the other location."""
    return str(
        [
            {
                "reportDate": day,
                "overall": {"rating": rating},
                **({"organisationId": other[0]} if other else {}),
            }
            for day, rating, *other in reports
        ]
    )


def location(code: str, **cells: str) -> dict[str, str]:
    """A registered care home in Devon with six beds, unless the cells say otherwise."""
    return {
        "locationId": code,
        "providerId": "1-101668056",
        "organisationType": "Location",
        "type": "Social Care Org",
        "name": f"Home {code[-1]}",
        "odsCode": "VM44K",
        "registrationStatus": "Registered",
        "registrationDate": "04/11/2013",
        "dormancy": "N",
        "numberOfBeds": "6",
        "region": "South West",
        "postalCode": "EX1 2QE",
        "careHome": "Y",
        "localAuthority": "Devon",
        "gacServiceTypes": "[{'name': 'Residential homes', 'description': 'Care home service without nursing'}]",
    } | cells


def locations_csv(*rows: dict[str, str], header: tuple[str, ...] = HEADER) -> str:
    """The file, with every cell that may hold a comma quoted."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return stream.getvalue()
