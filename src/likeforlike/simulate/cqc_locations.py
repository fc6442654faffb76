"""Writes care homes and hospitals as the CQC's interface describes them, flattened, and home care's ratings."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from likeforlike.simulate import cqc_gp_ratings
from likeforlike.simulate.providers import Providers
from likeforlike.simulate.social_care import KEY_QUESTIONS, LEVELS, Location, Report, SocialCare

FOLDER = cqc_gp_ratings.FOLDER
HEADER = (
    "locationId", "providerId", "organisationType", "type", "name", "onspdCcgCode", "onspdCcgName", "odsCode", "uprn",
    "registrationStatus", "registrationDate", "dormancy", "numberOfBeds", "postalAddressLine1", "postalAddressLine2",
    "postalAddressTownCity", "postalAddressCounty", "region", "postalCode", "onspdLatitude", "onspdLongitude",
    "careHome", "inspectionDirectorate", "constituency", "localAuthority", "lastInspection", "lastReport",
    "relationships", "locationTypes", "gacServiceTypes", "inspectionCategories", "specialisms", "inspectionAreas",
    "currentRatings", "historicRatings", "reports", "brandId", "brandName", "website", "deregistrationDate",
    "registeredManagerAbsentDate", "dormancyStartDate", "unpublishedReports", "alsoKnownAs",
)  # fmt: skip
REGISTERED = date(2014, 10, 1)
DAY_ZERO = date(1960, 1, 1)
OTHER_LOCATION = "X1-99999999"


def write_locations(providers: Providers, care: SocialCare, directory: Path) -> None:
    """Write the care homes, the hospitals and the ratings of home care below the Commission's folder."""
    homes = [
        _location(
            location,
            localAuthority=providers.councils[home.council].name,
            numberOfBeds=str(home.beds),
            careHome="Y",
            type="Social Care Org",
            providerId=f"X1-9{home.code[-7:]}",
            gacServiceTypes="[{'name': 'Residential homes', 'description': 'Care home service without nursing'}]",
            registrationDate=f"{REGISTERED:%d/%m/%Y}",
        )
        for home, location in zip(providers.care_homes, care.homes, strict=True)
    ]
    hospitals = [
        _location(
            location,
            localAuthority=providers.councils[trust.icb % len(providers.councils)].name,
            numberOfBeds="0.0",
            careHome="N",
            type="NHS Healthcare Organisation",
            providerId=trust.code,
            gacServiceTypes="[{'name': 'Hospital', 'description': 'Acute services with overnight beds'}]",
            registrationDate=REGISTERED.isoformat(),
        )
        for trust, location in zip(providers.acute_trusts, care.hospitals, strict=True)
    ]
    folder = directory / FOLDER
    year = care.last_day.year
    (folder / f"care_homes_fictional_{year}.csv").write_bytes(_csv([HEADER, *homes]))
    (folder / f"hospitals_fictional_{year}.csv").write_bytes(_csv([HEADER, *hospitals]))
    (folder / "social_care_other_than_care_homes.csv").write_bytes(_home_care(care).encode())


def _location(location: Location, **cells: str) -> list[str]:
    """A row: what every location has, its ratings, and the cells of its kind."""
    newest = location.reports[-1] if location.reports else None
    row = {
        "locationId": location.code,
        "organisationType": "Location",
        "name": location.name,
        "registrationStatus": "Registered",
        "dormancy": "N",
        "region": "Fiction",
        "postalCode": "ZZ99 9ZZ",
        "relationships": "[]",
        "locationTypes": "[]",
        "inspectionAreas": "[]",
        "lastReport": str({"publicationDate": newest.day.isoformat()}) if newest else "",
        "currentRatings": str(_current(newest, inherited=location.inherited and len(location.reports) == 1))
        if newest
        else "",
        "historicRatings": str(
            [
                _historic(report, inherited=location.inherited and place == 0)
                for place, report in enumerate(location.reports[:-1])
            ]
        )
        if len(location.reports) > 1
        else "",
    } | cells
    return [row.get(name, "") for name in HEADER]


def _current(report: Report, *, inherited: bool) -> dict[str, object]:
    day = report.day.isoformat()
    its = {"reportDate": day} | ({"organisationId": OTHER_LOCATION} if inherited else {})
    return {
        "overall": {
            "rating": LEVELS[report.overall],
            **its,
            "keyQuestionRatings": [
                {"name": name, "rating": LEVELS[level], **its}
                for name, level in zip(KEY_QUESTIONS, report.questions, strict=True)
            ],
        },
        "reportDate": day,
    }


def _historic(report: Report, *, inherited: bool) -> dict[str, object]:
    return {
        "reportDate": report.day.isoformat(),
        **({"organisationId": OTHER_LOCATION} if inherited else {}),
        "overall": {
            "rating": LEVELS[report.overall],
            "keyQuestionRatings": [
                {"name": name, "rating": LEVELS[level]}
                for name, level in zip(KEY_QUESTIONS, report.questions, strict=True)
            ],
        },
    }


def _home_care(care: SocialCare) -> str:
    """A row a rating; the day on which the last location closes is the last that is published about."""
    lines = [
        '"","reportdate","overall","ownership","locationid","location_start_2025","location_end_2025","good","rating"'
    ]
    rated = sorted(
        (
            (report.day, location.code, report.overall, location)
            for location in care.home_care
            for report in location.reports
        ),
        key=lambda one: one[:2],
    )
    for number, (day, code, level, location) in enumerate(rated, start=1):
        first, last = location.reports[0].day, location.reports[-1].day
        opened = ((last if location.inherited else first) - DAY_ZERO).days - (
            0 if location.inherited else 400
        )
        closed = str((care.last_day - DAY_ZERO).days) if location is care.home_care[-1] else "NA"
        rating = LEVELS[level]
        lines.append(
            f'"{number}",{day},"{rating}","For-profit","{code}",{opened},{closed},{int(level > 1)},"{rating}"'
        )
    return "\n".join(lines) + "\n"


def _csv(rows: list[list[str] | tuple[str, ...]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()
