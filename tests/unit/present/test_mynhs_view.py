"""What the public was told, in marks, beside what it rests on."""

from __future__ import annotations

import re
from typing import Any

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.band_contrast import contrast_bands
from likeforlike.present.mynhs import BandView, summarise_bands, view_bands

CATALOGUE = load_catalogue()
DEATHS = CATALOGUE.indicator("mynhs_ccg_deaths_under_75_cancer")
STROKES = CATALOGUE.indicator("mynhs_council_stroke_mortality")
WORDS = ["In the best 25% of CCGs"] + ["In the middle range"] * 2 + ["In the worst 25% of CCGs"]
VALUES = [100.0, 110.0, 120.0, 130.0]
BANNED = re.compile(r"\b(worst|worse|failing|poor(?:ly)?[ -]perform\w*)\b", re.IGNORECASE)


def row(
    code: str, value: float | None, word: str | None, lower: float | None, upper: float | None
) -> dict[str, Any]:
    return {
        "organisation": code, "organisation_type": "sub_icb", "period_start": None, "value": value,
        "reason": None if value is not None else "not_published", "published_band": word,
        "published_lower": lower, "published_upper": upper,
    }  # fmt: skip


def four(reach: float | None) -> list[dict[str, Any]]:
    return [
        row(f"00{letter}", value, word, *((None, None) if reach is None else (value - reach, value + reach)))
        for letter, value, word in zip("ABCD", VALUES, WORDS, strict=True)
    ]


def view(rows: list[dict[str, Any]]) -> BandView:
    return view_bands(contrast_bands(DEATHS, rows), {"00D": "NHS Darlington CCG"}, CATALOGUE.methods)


def test_without_an_interval_it_cannot_be_told() -> None:
    shown = view([*four(None), row("00E", None, None, None, None)])
    assert shown.sentence == (
        "1 was called “In the worst 25% of CCGs”. No interval was published: of none of them can it be told."
    )
    assert shown.derivation == "All 4 are in the quarter that their figures give."
    assert shown.table.texts()[3] == [
        "00D", "NHS Darlington CCG", "130.00", "“In the worst 25% of CCGs”", "highest quarter",
        "no interval was published: it cannot be told",
    ]  # fmt: skip
    assert shown.table.texts()[4] == ["00E", "00E", "not published", "–", "–", "there is no figure"]


def test_with_an_interval_it_can() -> None:
    """The middle is 115: 130 ± 10 lies above it."""
    shown = view(four(10.0))
    assert shown.sentence == (
        "1 was called “In the worst 25% of CCGs”. 1 of them can be told from the middle figure, 0 cannot."
    )
    assert [one.supports for one in shown.rows][1:] == [
        "its interval holds the middle figure: the two cannot be told apart",
        "its interval holds the middle figure: the two cannot be told apart",
        "its whole interval lies above the middle figure",
    ]


def test_words_without_quarters_and_figures_without_words() -> None:
    rows = [row("45UB", 40.0, "About average", None, None), row("45UC", 60.0, "Above average", None, None)]
    shown = view_bands(contrast_bands(STROKES, rows), {}, CATALOGUE.methods)
    assert shown.sentence == (
        "Shown 1 as “About average” and 1 as “Above average”; how the words were found is not printed."
    )
    assert shown.derivation == ""
    plain = [row("45UB", 40.0, None, None, None)]
    assert view_bands(contrast_bands(STROKES, plain), {}, CATALOGUE.methods).sentence == (
        "Figures were shown without words."
    )


def test_all_metrics_together() -> None:
    """Those that name no quarters are not counted."""
    strokes = contrast_bands(STROKES, [row("45UB", 40.0, "About average", None, None)])
    summary = summarise_bands(
        [contrast_bands(DEATHS, four(None)), contrast_bands(DEATHS, four(10.0)), strokes]
    )
    assert (
        summary.sentence
        == "On 2 metrics somebody was called so 2 times; 1 of them can be told, and 1 have no interval."
    )
    assert summary.table.texts()[0] == [
        "Deaths before 75 from cancer (CCGs, 2014)", "“In the worst 25% of CCGs”", "1", "0", "1", "0", "0",
    ]  # fmt: skip


def test_their_words_are_marked_and_ours_blame_nobody() -> None:
    for rows in (four(None), four(10.0)):
        shown = view(rows)
        texts = [
            shown.sentence,
            shown.derivation,
            shown.how,
            *(cell for line in shown.table.texts() for cell in line),
        ]
        assert any("worst" in text for text in texts)
        assert not BANNED.search(re.sub("“[^”]*”", "", " ".join(texts)))
