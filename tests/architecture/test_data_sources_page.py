"""docs/data-sources.md is what the definitions say, as `likeforlike sources --markdown` writes it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from likeforlike.catalogue import load_catalogue
from likeforlike.catalogue.source_page import describe_sources

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "data-sources.md"


def test_the_page_is_what_the_definitions_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == describe_sources(load_catalogue()), (
        "write it again: likeforlike sources --markdown > docs/data-sources.md"
    )


def test_every_source_stands_there_with_licence_attribution_and_indicators() -> None:
    page = PAGE.read_text(encoding="utf-8")
    catalogue = load_catalogue()
    for source in catalogue.sources.values():
        section = page.split(f"\n## {source.id}\n")[1].split("\n## ")[0]
        assert source.landing_page in section
        assert f"Licence: {source.licence}" in section
        for table in source.tables:
            assert f"`{table.id}`" in section
        for indicator in catalogue.indicators.values():
            if any(used.source == source.id for used in indicator.inputs):
                assert f"`{indicator.id}`" in section


def test_signs_of_markdown_are_shown_as_written() -> None:
    shipped = load_catalogue()
    about = "Counts below 5 are *, [x] or <5 | none."
    strange = shipped.source("shmi").model_copy(update={"about": about, "restricted": True})
    page = describe_sources(replace(shipped, sources={"shmi": strange}))
    assert r"Counts below 5 are \*, \[x] or \<5 \| none." in page
    assert "- Restricted: its figures are not for everybody" in page
