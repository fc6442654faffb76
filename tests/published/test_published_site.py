"""What the pages say is what the files say: a trust's SHMI band, another's four hours, a CCG's metric, a practice."""

from __future__ import annotations

import csv
import gzip
import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.measures.build import build
from likeforlike.release.building import make_release
from likeforlike.settings import Settings
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store
from likeforlike.web.application import make_application
from likeforlike.web.site import Site

AVOIDABLE = "mynhs_ccg_avoidable_admissions"
INDICATORS = ("list_size", "shmi", "ae_within_4_hours_share", AVOIDABLE, "appointments_per_working_day")
FILES = (
    "shmi",
    "ae_monthly",
    "mynhs_2014",
    "organisations",
    "gp_appointments_annex1",
)


@pytest.fixture(scope="module")
def client(published_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A client of the site over a release of these files."""
    folder = tmp_path_factory.mktemp("site")
    everything = load_catalogue()
    catalogue = replace(
        everything,
        indicators={name: everything.indicators[name] for name in INDICATORS},
        rating_rules={},
    )
    store = Store(folder / "store")
    add_paths(store, everything, [published_data / name for name in FILES])
    built = build(store, catalogue, Settings(store.folder))
    make_release(store, built, catalogue, folder / "releases", lambda step: None)
    make_application(Site(folder / "releases", folder / "feedback.jsonl", hosts=("testserver",)))
    from django.test import Client

    return Client()


def text_of(client: Any, address: str) -> str:
    """What a page says, without its marks."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def section(text: str, first: str, last: str) -> str:
    """The part of a page from some words to others."""
    return text[text.index(first) : text.index(last, text.index(first))]


def test_the_band_of_a_trust_is_the_published_one(client: Any, published_data: Path) -> None:
    with (published_data / "shmi" / "shmi-2013-july.csv").open(encoding="cp1252") as stream:
        (barts,) = (row for row in csv.DictReader(stream) if row["PROVIDER"] == "R1H")
    # Fewer deaths than the over-dispersed limits: band 3 of the publisher.
    assert (barts["OD_BANDING"], barts["VALUE"]) == ("3", "0.8242")
    told = section(
        text_of(client, "/organisations/nhs_trust/R1H/"),
        "Deaths after admission",
        "What this does not",
    )
    assert "0.82" in told
    assert "better than expected" in told
    assert "published as “lower than expected”" in told


def test_the_four_hours_of_a_trust_are_those_of_the_file(client: Any, published_data: Path) -> None:
    with (published_data / "ae_monthly" / "Monthly-AE-June-2025-1-1.csv").open(
        encoding="utf-8-sig"
    ) as stream:
        (devon,) = (row for row in csv.DictReader(stream) if row["Org Code"] == "RH8")
    attended = sum(int(value) for name, value in devon.items() if name.startswith("A&E attendances"))
    over = sum(int(value) for name, value in devon.items() if name.startswith("Attendances over 4hrs"))
    assert (attended, over) == (18_505, 5_295)
    page = text_of(client, "/organisations/nhs_trust/RH8/")
    assert f"June 2025 {100 * (1 - over / attended):.1f}" in section(
        page, "within four hours, all", "Release "
    )


def test_the_metric_of_a_ccg_is_quoted(client: Any, published_data: Path) -> None:
    path = published_data / "mynhs_2014" / "AccountabilityIndicatorsClinicalCommissioningGroup.csv.gz"
    with gzip.open(path, "rt", encoding="cp1252") as stream:
        wanted = "Rate of avoidable emergency admissions for acute conditions"
        (text,) = (
            line.rstrip("\n").split("¬")[-1] for line in stream if "¬00C¬" in line and f"¬{wanted}¬" in line
        )
    assert text == "In the worst 25% of CCGs (1358.46 admissions per 100,000 people)"
    page = text_of(client, f"/ratings/shown/{AVOIDABLE}/sub_icb/")
    row = section(page, "00C ", "00D ")
    assert "1,358.5" in row or "1,358.46" in row
    assert "“In the worst 25% of CCGs" in row
    assert "cannot be told" in row


def test_the_appointments_of_a_practice_are_those_of_the_file(client: Any, published_data: Path) -> None:
    path = published_data / "gp_appointments_annex1" / "GPAD_Annex1_Table1_Nov_25.csv"
    with path.open(encoding="utf-8-sig") as stream:
        (densham,) = (row for row in csv.DictReader(stream) if row["GP_CODE"] == "A81001")
    count = int(densham["Appointments"])
    assert count == 1500
    # November 2025 has 20 working days.
    page = text_of(client, "/organisations/gp_practice/A81001/")
    assert f"November 2025 {count / 20:,.1f}" in page
