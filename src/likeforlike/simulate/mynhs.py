"""Writes MyNHS files of 2014 for the fictional region: metrics with the words that were shown, and directories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from likeforlike.simulate.county import County
from likeforlike.simulate.providers import Provider, list_providers
from likeforlike.simulate.randomness import random_stream

FOLDER = "mynhs_2014"
SEPARATOR, ENCODING, LINE_END = "¬", "cp1252", "\r\n"
METRICS = (
    "OrganisationID", "OrganisationCode", "OrganisationName", "MetricName", "TreatmentName", "ConditionName",
    "ServiceName", "Value", "Text",
)  # fmt: skip
ADDRESS = ("Address1", "Address2", "Address3", "City", "County", "Postcode", "Latitude", "Longitude")
CONTACT = ("Phone", "Email", "Website", "Fax")
WHO = ("OrganisationID", "OrganisationCode", "OrganisationType", "SubType")
STATE = ("OrganisationStatus", "IsPimsManaged", "OrganisationName")
CCGS = (*WHO, *STATE, *ADDRESS, *CONTACT)
TRUSTS = (*WHO, *STATE, *ADDRESS)
HOSPITALS = (*WHO, "Sector", *STATE, *ADDRESS, "ParentODSCode", "ParentName", *CONTACT)
# Metric, middle and spread of its values, the words beside the figure, whether more is better.
OF_CCGS = (
    ("Under 75 mortality rates from cancer", 122.0, 15.0, "deaths per 100,000 people", False),
    (
        "Patient experience of GP out-of-hours services",
        70.5,
        5.0,
        "of respondents reporting a good experience",
        True,
    ),
)
OF_COUNCILS = (
    ("Stroke: mortality", "Stroke", 42.0, 7.0, "deaths per 100,000 people"),
    (
        "COPD: mortality",
        "Chronic obstructive pulmonary disease (COPD)",
        23.5,
        8.0,
        "deaths per 100,000 people",
    ),
)
# A council is about average up to so many spreads from the middle.
ABOUT_AVERAGE = 0.8
POSTCODE = "ZZ99 3VZ"
VISIBLE = ("Visible", "False")


def write_mynhs(county: County, directory: Path) -> Path:
    """Write the five files that were shown."""
    folder = directory / FOLDER
    folder.mkdir(parents=True)
    rng = random_stream(county.plan.seed, "mynhs")
    providers = list_providers(county)
    groups = [(area.code, f"{area.name} CCG (fictional)") for area in county.sub_icbs]
    of_ccgs = []
    for metric, middle, spread, words, more_is_better in OF_CCGS:
        values = np.round(middle + spread * rng.standard_normal(len(groups)), 2)
        bands = _quarters(values, more_is_better=more_is_better)
        for (code, name), value, band in zip(groups, values, bands, strict=True):
            of_ccgs.append(_metric(code, name, metric, "", f"{value:g}", f"{band} ({value:g} {words})"))
    _write(folder / "AccountabilityIndicatorsClinicalCommissioningGroup.csv", METRICS, of_ccgs)
    of_councils = []
    for metric, condition, middle, spread, words in OF_COUNCILS:
        for council in providers.councils:
            distance = float(rng.standard_normal())
            value = round(middle + spread * distance, 2)
            band = _beside_average(distance)
            shown = f"{band} ({value:g} {words})"
            of_councils.append(_metric(council.code, council.name, metric, condition, f"{value:g}", shown))
    _write(folder / "AccountabilityIndicatorsLocalAuthority.csv", METRICS, of_councils)
    _write(
        folder / "CCG.csv",
        CCGS,
        (
            (
                "1",
                code,
                "Clinical Commissioning Group",
                "UNKNOWN",
                *VISIBLE,
                name,
                *_address(number),
                "",
                "",
                "",
                "",
            )
            for number, (code, name) in enumerate(groups)
        ),
    )
    _write_providers(county, folder)
    return folder


def _write_providers(county: County, folder: Path) -> None:
    providers = list_providers(county)
    kinds = (
        ("Acute", providers.acute_trusts),
        ("MentalHealth", providers.mental_health_trusts),
        ("Ambulance", providers.ambulance_trusts),
        ("Independent", providers.independent),
    )
    trusts = [(kind, one) for kind, several in kinds for one in several]
    _write(
        folder / "Trust.csv",
        TRUSTS,
        (
            ("2", one.code, "Trust", kind, *VISIBLE, one.name, *_address(number))
            for number, (kind, one) in enumerate(trusts)
        ),
    )
    # A hospital is listed once for each telephone number.
    hospitals = [
        (*_hospital(number, one), *_address(number), one.code, one.name, phone, "", "", "")
        for number, one in enumerate(providers.acute_trusts)
        for phone in ("01632 960000", "01632 960001")
    ]
    _write(folder / "Hospital.csv", HOSPITALS, hospitals)


def _hospital(number: int, trust: Provider) -> Sequence[str]:
    name = trust.name.replace("NHS Trust ", "").replace("NHS Foundation Trust ", "")
    return "3", f"XH{number + 1:03d}", "Hospital", "Hospital", "NHS Sector", *VISIBLE, name


def _metric(code: str, name: str, metric: str, condition: str, value: str, shown: str) -> Sequence[str]:
    return ("4", code, name, metric, "", condition, "", value, shown)


def _quarters(values: np.ndarray, *, more_is_better: bool) -> list[str]:
    """The site's words for the highest quarter, the lowest and what lies between."""
    order = np.argsort(np.argsort(values))
    share = (order + 0.5) / len(values)
    if not more_is_better:
        share = 1 - share
    return [
        "In the best 25% of CCGs"
        if one > 0.75
        else "In the worst 25% of CCGs"
        if one < 0.25
        else "In the middle range"
        for one in share
    ]


def _beside_average(distance: float) -> str:
    if abs(distance) <= ABOUT_AVERAGE:
        return "About average"
    return "Above average" if distance > 0 else "Below average"


def _address(number: int) -> Sequence[str]:
    place = "Trust’s House" if number == 0 else f"House {number + 1}"
    return (
        place,
        "Example Road",
        "",
        "Exampleton",
        "",
        POSTCODE,
        f"{54.0 + number / 100:g}",
        f"{-1.5 - number / 100:g}",
    )


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    lines = [SEPARATOR.join(cells) for cells in (header, *rows)]
    path.write_bytes((LINE_END.join(lines) + LINE_END).encode(ENCODING))
