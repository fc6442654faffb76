"""A release made by hand for the tests of the site: twelve practices in two areas, a trust, one that closed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import asdict
from pathlib import Path
from typing import Any

from likeforlike.release.schema import CURRENT, MANIFEST, READ_MODEL, SCHEMA
from likeforlike.release.views import (
    ChangeView,
    ChartView,
    Coefficient,
    ComparisonView,
    EditionView,
    IndicatorView,
    KindView,
    OrganisationView,
    Place,
    ReleaseView,
    Similar,
    Standing,
)

KIND = "gp_practice"
ANYSHIRE, FARSHIRE = Place("icb", "QAA", "Anyshire ICB"), Place("icb", "QBB", "Farshire ICB")
# The eighth has a name that a page must escape, the ninth one that a spreadsheet would run.
NAMES = {
    "A00001": "OAKFIELD SURGERY",
    "A00002": "ELM ROAD PRACTICE",
    "A00003": "HIGH STREET SURGERY",
    "A00004": "RIVERSIDE MEDICAL CENTRE",
    "A00005": "STATION ROAD SURGERY",
    "A00006": "PARK VIEW PRACTICE",
    "A00007": "THE MILL HEALTH CENTRE",
    "A00008": "NORTH & <SOUTH> SURGERY",
    "A00009": "=1+1 SURGERY",
    "A00010": "CASTLE GATE PRACTICE",
    "A00011": "QUAYSIDE SURGERY",
    "A00012": "NEW TOWN PRACTICE",
}
CLOSED = "A00099"
CALLS, SATISFIED = "calls_answered_share", "satisfied_share"
PICTURE = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><rect width='5' height='5'/></svg>"
DOES_NOT_TELL = "Whether the call was worth making, and who gave up before it was counted."
EDITION = EditionView(
    edition="e1",
    source="telephony",
    source_title="Cloud telephony",
    publisher="NHS England",
    name="Telephony_November_2025.csv",
    issued="18 December 2025, by its name",
    licence="Open Government Licence v3.0",
    attribution="Contains public sector information.",
    address="https://publisher.example.org/",
    sha256="0123456789abcdef" * 4,
)
CHART = ChartView(
    key="calls-ranked",
    finding="Two of ten practices answer fewer calls than expected",
    svg=PICTURE,
    specification="{}",
    headings=("Practice", "Per cent"),
    rows=(("OAKFIELD SURGERY", "61"), ("=1+1 SURGERY", "70")),
)
# Of calls answered: code → state, prediction, its deviation, the range of its position.
PLACED = {
    "A00001": ("worse than expected", -2.4, 0.4, 9, 10),
    "A00002": ("better than expected", 2.2, 0.4, 1, 2),
    "A00003": ("better than expected", 2.6, 0.4, 1, 2),
    "A00004": ("as expected", 0.1, 0.3, 4, 8),
    "A00005": ("as expected", -0.1, 0.3, 4, 8),
    "A00006": ("as expected", 0.2, 0.3, 3, 8),
    "A00007": ("cannot tell", -0.8, 1.1, 3, 10),
    "A00008": ("worse than expected", -2.0, 0.4, 9, 10),
    "A00009": ("cannot tell", 0.9, 1.2, 2, 9),
    "A00010": ("as expected", 0.0, 0.3, 4, 8),
}


def ordinal(number: int) -> str:
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number, 'th') }"


def view_of(view: Any) -> str:
    return json.dumps(asdict(view))


def make_release(
    releases: Path, name: str = "2026-01-02-aaaaaaaa", *, fictional: bool = True, value: float = 61.0
) -> Path:
    """Write a release below a folder of releases, and have it served; `value` is Oakfield's share."""
    folder = releases / name
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "organisations.parquet").write_bytes(b"PAR1")
    base = sqlite3.connect(folder / READ_MODEL)
    base.executescript(SCHEMA)

    def put(table: str, *values: object) -> None:
        base.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)

    put("release", view_of(ReleaseView(name, "2026-01-02", "0.1.0", fictional, 14, 2, None)))
    kinds = [
        KindView(KIND, "GP practice", "GP practices", len(NAMES), ("icb",)),
        KindView("nhs_trust", "NHS trust", "NHS trusts", 1, ()),
        KindView("icb", "Integrated care board", "integrated care boards", 2, ()),
    ]
    for place, kind in enumerate(kinds):
        put("kinds", kind.id, place, view_of(kind))
    for number, (code, title) in enumerate(NAMES.items()):
        area = ANYSHIRE if number < 10 else FARSHIRE
        _put_organisation(put, code, title, area, north=50.70 + number / 100)
        put("memberships", KIND, code, "icb", area.code)
    _put_organisation(put, CLOSED, "OLD ELM ROAD", ANYSHIRE, north=50.7, closed="2025-04-01")
    _put_elsewhere(put, Place("nhs_trust", "R0A", "ANYSHIRE HOSPITALS NHS TRUST"), "NHS trust")
    for area in (ANYSHIRE, FARSHIRE):
        _put_elsewhere(put, area, "Integrated care board")
    put("spots", "ZZ1", "ZZ1", 50.72, -3.53)
    put("spots", "OLDTOWN", "Oldtown", 50.75, -3.50)
    _put_indicators(put, value)
    put("editions", "e1", 0, view_of(EDITION))
    put("changes", 0, view_of(ChangeView(CALLS, "Calls answered", "new month", "November 2025 is new.", 10)))
    base.commit()
    base.close()
    files = {READ_MODEL: hashlib.sha256((folder / READ_MODEL).read_bytes()).hexdigest()}
    (folder / MANIFEST).write_text(json.dumps({"files": files}), encoding="utf-8")
    (releases / CURRENT).write_text(f"{name}\n", encoding="utf-8")
    return folder


def _put_organisation(
    put: Any, code: str, title: str, area: Place, *, north: float, closed: str | None = None
) -> None:
    successors = (Place(KIND, "A00002", NAMES["A00002"]),) if closed else ()
    history = ("Elm Road took over Old Elm Road in April 2025.",) if code == "A00002" else ()
    view = OrganisationView(
        KIND,
        "GP practice",
        code,
        title,
        "ZZ1 1AB",
        north,
        -3.52,
        (area,),
        "9,820 patients",
        closed,
        successors,
        history,
        True,
    )
    put("organisations", KIND, code, title, closed, north, -3.52, view_of(view))
    put("words", title, KIND, code)


def _put_elsewhere(put: Any, its: Place, kind_title: str) -> None:
    """An organisation of which nothing but its name and place is known."""
    view = OrganisationView(
        its.kind, kind_title, its.code, its.name, None, 50.72, -3.53, (), None, None, (), (), True
    )
    put("organisations", its.kind, its.code, its.name, None, 50.72, -3.53, view_of(view))
    put("words", its.name, its.kind, its.code)


def _put_indicators(put: Any, value: float) -> None:
    for place, (name, title, question) in enumerate(
        [
            (CALLS, "Calls answered", "How many calls are answered?"),
            (SATISFIED, "Satisfied with the practice", "How many are satisfied with their practice?"),
        ]
    ):
        its = IndicatorView(
            id=name,
            title=title,
            question=question,
            why_it_matters="Who does not get through gives up.",
            does_not_tell=DOES_NOT_TELL,
            caveats=("Callers who hang up at once are left out.",),
            kind="proportion",
            unit="per cent",
            decimals=0,
            polarity="higher is better",
            purpose="access",
            smallest_difference=3.0,
            smallest_difference_reason="a call in thirty",
            definition=(("Numerator", "calls that were answered"),),
            expected="From age, sex and deprivation.",
            breaks=("New telephone systems in 2024.",),
            levels=(),
            sources=("telephony",),
            kinds=(KIND,),
            written_by="A. Author",
            checked_by="B. Checker",
        )
        put("indicators", name, place, view_of(its))
        counts = {
            state: sum(one[0] == state for one in PLACED.values())
            for state in (
                "better than expected",
                "as expected",
                "worse than expected",
                "cannot tell",
                "not assessed",
            )
        }
        ranked = name == CALLS
        comparison = ComparisonView(
            indicator=name,
            kind=KIND,
            window="12 months to November 2025",
            first="2024-12-01",
            last="2025-11-01",
            organisations=10,
            states=tuple(counts.items()),
            ranked=ranked,
            why_not_ranked=None if ranked else "There is one period only.",
            state_basis="Our prediction.",
            nation="England: 66% in November 2025." if ranked else None,
            nation_value=66.0,
            can_tell="Yes: 98 parts in 100 would be seen again." if ranked else None,
            reliability=0.98,
            months_needed=4,
            model=(Coefficient("deprivation_score", -1.2, 0.2),),
            model_fit="It predicts well.",
            charts=("calls-ranked",) if ranked else (),
            interval_basis="Of the next window.",
        )
        put("comparisons", name, KIND, view_of(comparison))
    put("charts", CHART.key, view_of(CHART))
    for code, (state, mean, deviation, least, most) in PLACED.items():
        share = value if code == "A00001" else 66.0 + mean
        standing = Standing(
            indicator=CALLS,
            kind=KIND,
            code=code,
            name=NAMES[code],
            area="QAA",
            window="12 months to November 2025",
            value=share,
            lower=share - 3,
            upper=share + 3,
            expected=66.0,
            numerator=610.0,
            denominator=1000.0,
            level=None,
            band=None,
            reason=None,
            state=state,
            why="Its interval is too wide." if state == "cannot tell" else None,
            least=least,
            most=most,
            peers=10,
            peer_words="GP practices in Anyshire ICB",
            position=f"between {ordinal(least)} and {ordinal(most)} of 10",
            mean=mean,
            deviation=deviation,
            better=0.0,
            worse=1.0,
        )
        put("standings", KIND, CALLS, code, state, mean, share, view_of(standing))
        points = [
            (f"2025-{month:02}-01", f"2025-{month:02}-28", 60.0 + month, None) for month in range(1, 11)
        ]
        points.append(("2025-11-01", "2025-11-30", None, "not submitted"))
        put("histories", KIND, code, CALLS, json.dumps(points))
    standing = Standing(
        indicator=SATISFIED,
        kind=KIND,
        code="A00001",
        name=NAMES["A00001"],
        area=None,
        window="2025",
        value=None,
        lower=None,
        upper=None,
        expected=None,
        numerator=None,
        denominator=None,
        level=None,
        band=None,
        reason="the number is too small to be published",
        state="not assessed",
        why=None,
        least=None,
        most=None,
        peers=None,
        peer_words=None,
        position=None,
        mean=None,
        deviation=None,
        better=None,
        worse=None,
    )
    put("standings", KIND, SATISFIED, "A00001", standing.state, None, None, view_of(standing))
    others = [asdict(Similar(code, NAMES[code], 0.5)) for code in ("A00004", "A00005")]
    put("similar", KIND, "A00001", json.dumps(others))
