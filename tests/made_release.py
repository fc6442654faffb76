"""A release made up by hand: two ICBs, six practices, two trusts, three indicators; read by the faces' tests."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from likeforlike.release.schema import CURRENT, MANIFEST, READ_MODEL, SCHEMA
from likeforlike.release.views import (
    ChangeView,
    Coefficient,
    ComparisonView,
    EditionView,
    HistoryPoint,
    IndicatorView,
    KindView,
    OrganisationView,
    Place,
    ReleaseView,
    Similar,
    Standing,
)

RELEASE = ReleaseView("2025-12-18-3f9a", "2025-12-18", "0.1.0", True, 10, 3, "2025-11-20-77aa")
KINDS = (
    KindView("gp_practice", "GP practice", "GP practices", 5, ("icb",)),
    KindView("nhs_trust", "NHS trust", "NHS trusts", 2, ()),
    KindView("icb", "ICB", "ICBs", 2, ()),
)
NORTH = Place("icb", "XN1", "NHS Northshire")
SOUTH = Place("icb", "XS1", "NHS Southshire")


def make_organisation(
    kind: str,
    code: str,
    name: str,
    postcode: str | None,
    spot: tuple[float, float] | None,
    parents: Sequence[Place],
) -> OrganisationView:
    """An open organisation."""
    titles = {one.id: one.title for one in KINDS}
    latitude, longitude = spot or (None, None)
    return OrganisationView(
        kind,
        titles[kind],
        code,
        name,
        postcode,
        latitude,
        longitude,
        tuple(parents),
        None,
        None,
        (),
        (),
        True,
    )


PRACTICES = (
    make_organisation("gp_practice", "A81001", "Oakfield Surgery", "TS18 1HU", (54.57, -1.32), [NORTH]),
    make_organisation(
        "gp_practice", "A81002", "Queens Park Medical Centre", "TS18 2AW", (54.56, -1.31), [NORTH]
    ),
    # What a spreadsheet would run.
    make_organisation(
        "gp_practice", "A81003", '=HYPERLINK("x","The Surgery")', "TS26 8DB", (54.68, -1.22), [NORTH]
    ),
    make_organisation("gp_practice", "L83001", "St Thomas Health Centre", "EX4 1HJ", (50.72, -3.54), [SOUTH]),
    make_organisation("gp_practice", "L83002", "Bramblehaies Surgery", None, None, [SOUTH]),
)
CLOSED = replace(
    make_organisation("gp_practice", "A81009", "Elm Road Surgery", "TS18 3XX", (54.57, -1.33), [NORTH]),
    closed="2024-04-01",
    successors=(Place("gp_practice", "A81001", "Oakfield Surgery"),),
    history=("Merged into Oakfield Surgery on 1 April 2024.",),
)
TRUSTS = (
    make_organisation("nhs_trust", "RH8", "Royal Devon University Healthcare", "EX2 5DW", (50.71, -3.50), []),
    make_organisation("nhs_trust", "RVW", "North Tees and Hartlepool", "TS19 8PE", (54.58, -1.35), []),
)
AREAS = tuple(make_organisation("icb", one.code, one.name, None, None, []) for one in (NORTH, SOUTH))
ORGANISATIONS = (*PRACTICES, CLOSED, *TRUSTS, *AREAS)


def make_indicator(identity: str, title: str, kinds: tuple[str, ...]) -> IndicatorView:
    """A definition."""
    return IndicatorView(
        identity,
        title,
        "How many calls are answered?",
        "Who cannot get through cannot be seen.",
        "It does not tell whether the call helped.",
        ("Some practices have no recording.",),
        "proportion",
        "%",
        1,
        "higher",
        "access",
        2.0,
        "What patients notice.",
        (("Counted", "calls answered"), ("Out of", "calls made")),
        "From age and deprivation.",
        (),
        (),
        ("telephony",),
        kinds,
        "A. Writer",
        "B. Checker",
    )


INDICATORS = (
    make_indicator("calls_answered", "Calls answered", ("gp_practice",)),
    make_indicator("appointments", "Appointments", ("gp_practice",)),
    make_indicator("shmi", "Summary hospital mortality", ("nhs_trust",)),
)


def make_standing(indicator: str, kind: str, code: str, name: str, place: int) -> Standing:
    """A figure with everything; of odd places that can be told, of even ones that cannot."""
    told = place % 2 == 1
    return Standing(
        indicator,
        kind,
        code,
        name,
        None,
        "12 months to November 2025",
        60.0 + place,
        58.0 + place,
        62.0 + place,
        66.0,
        610.0 + place,
        1000.0,
        None,
        None,
        None,
        "worse than expected" if told else "cannot tell",
        None if told else "Its interval holds what is expected.",
        1,
        place,
        5,
        "GP practices in England",
        f"between 1st and {place}th of 5",
        -0.5 * place,
        0.4,
        0.02,
        0.9,
    )


STANDINGS = (
    *(
        make_standing("calls_answered", "gp_practice", one.code, one.name, place + 2)
        for place, one in enumerate(PRACTICES)
    ),
    replace(
        make_standing("appointments", "gp_practice", "A81001", "Oakfield Surgery", 2),
        value=None,
        lower=None,
        upper=None,
        reason="Fewer than 8 patients: not shown.",
        state="not assessed",
        least=None,
        most=None,
        peers=None,
        position=None,
        mean=None,
    ),
    *(make_standing("shmi", "nhs_trust", one.code, one.name, place + 2) for place, one in enumerate(TRUSTS)),
)
COMPARISONS = tuple(
    ComparisonView(
        one.id,
        one.kinds[0],
        "12 months to November 2025",
        "2024-12-01",
        "2025-11-30",
        sum(standing.indicator == one.id for standing in STANDINGS),
        (("better than expected", 0), ("worse than expected", 2), ("cannot tell", 3)),
        True,
        None,
        "Our prediction.",
        "In England 66% of calls were answered.",
        66.0,
        "Yes, over 4 months.",
        0.98,
        4,
        (Coefficient("deprivation_score", -1.2, 0.1),),
        "It predicts well.",
        (f"{one.id}-ranked",),
    )
    for one in INDICATORS
)
HISTORY = (
    HistoryPoint("2025-10-01", "2025-10-31", 61.5, None),
    HistoryPoint("2025-11-01", "2025-11-30", None, "Not submitted."),
)
EDITIONS = (
    EditionView(
        "telephony/2025-11/2025-12-18",
        "telephony",
        "Cloud based telephony",
        "NHS England",
        "telephony_nov_25.csv",
        "18 December 2025, by its name",
        "Open Government Licence v3.0",
        "NHS England",
        "https://digital.nhs.uk/telephony",
        "0" * 64,
    ),
)
CHANGES = (ChangeView("calls_answered", "Calls answered", "new month", "November 2025 was added.", 5),)


def write_release(folder: Path, release: ReleaseView = RELEASE) -> Path:
    """The release in a folder of its name below a folder of releases; it is the current one."""
    own = folder / release.id
    own.mkdir(parents=True)
    (folder / CURRENT).write_text(release.id, encoding="utf-8")
    base = sqlite3.connect(own / READ_MODEL)
    base.executescript(SCHEMA)
    _insert(base, "release", [(_json(release),)])
    _insert(base, "kinds", [(one.id, place, _json(one)) for place, one in enumerate(KINDS)])
    _insert(
        base,
        "organisations",
        [(o.kind, o.code, o.name, o.closed, o.latitude, o.longitude, _json(o)) for o in ORGANISATIONS],
    )
    _insert(
        base,
        "memberships",
        [(one.kind, one.code, its.kind, its.code) for one in ORGANISATIONS for its in one.parents],
    )
    _insert(base, "words", [(one.name, one.kind, one.code) for one in ORGANISATIONS])
    _insert(base, "spots", [("TS18", "TS18", 54.57, -1.32), ("EX4 1HJ", "EX4 1HJ", 50.72, -3.54)])
    _insert(base, "indicators", [(one.id, place, _json(one)) for place, one in enumerate(INDICATORS)])
    _insert(base, "comparisons", [(one.indicator, one.kind, _json(one)) for one in COMPARISONS])
    _insert(
        base,
        "standings",
        [
            (one.kind, one.indicator, one.code, one.state, one.mean, one.value, _json(one))
            for one in STANDINGS
        ],
    )
    points = json.dumps([[one.first, one.last, one.value, one.reason] for one in HISTORY])
    _insert(base, "histories", [("gp_practice", "A81001", "calls_answered", points)])
    like = TypeAdapter(list[Similar]).dump_json(
        [
            Similar("L83001", "St Thomas Health Centre", 0.3),
            Similar("A81002", "Queens Park Medical Centre", 0.7),
        ]
    )
    _insert(base, "similar", [("gp_practice", "A81001", like.decode())])
    _insert(base, "editions", [(one.edition, place, _json(one)) for place, one in enumerate(EDITIONS)])
    _insert(base, "changes", [(place, _json(one)) for place, one in enumerate(CHANGES)])
    base.commit()
    base.close()
    files = {READ_MODEL: hashlib.sha256((own / READ_MODEL).read_bytes()).hexdigest()}
    (own / MANIFEST).write_text(json.dumps({"files": files}), encoding="utf-8")
    return own


def _insert(base: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    for row in rows:
        base.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)


def _json(view: object) -> str:
    return TypeAdapter(type(view)).dump_json(view).decode()
