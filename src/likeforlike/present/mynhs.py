"""What MyNHS told the public in 2014, quoted, beside what the figures under it support."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from likeforlike.catalogue import Methods
from likeforlike.comparison.band_contrast import BandContrast, Contrasted
from likeforlike.present import public_wording, wording
from likeforlike.present.table import TableView, make_table

HOW = (
    "What stands in these marks “…” is quoted from the file of 2014. Beside it is the quarter that the printed figures "
    "give when they are put in order again, ties together, and what an interval would have supported. A quarter is an "
    "order and no finding: somebody is always in it, however alike all are."
)


@dataclass(frozen=True)
class BandRow:
    """One organisation."""

    code: str
    name: str
    value: str
    """With its unit, or why there is none."""
    quotation: str
    """In quotation marks; '' where the publisher said nothing."""
    derived: str
    """Its quarter by the printed figures."""
    supports: str
    """What its interval supports."""


@dataclass(frozen=True)
class BandView:
    """One metric."""

    indicator: str
    title: str
    sentence: str
    """How many were called what, and of how many that can be told."""
    derivation: str
    """Whether the quarters are those of the printed figures; '' where the publisher named none."""
    words: tuple[tuple[str, int], ...]
    """Each quotation with how many it was said of."""
    rows: tuple[BandRow, ...]
    how: str
    table: TableView


@dataclass(frozen=True)
class BandSummary:
    """All metrics together."""

    sentence: str
    table: TableView


def view_bands(contrast: BandContrast, names: Mapping[str, str], methods: Methods) -> BandView:
    """One metric in words; `names` has those of the organisations."""
    rows = tuple(_row(one, contrast, names, methods) for one in contrast.rows)
    indicator = contrast.indicator
    return BandView(
        indicator=indicator.id,
        title=indicator.title,
        sentence=f"{_say(contrast)}.",
        derivation=(
            f"{public_wording.derived_again(contrast.agree, contrast.differ, contrast.tied_with_middle)}."
            if contrast.called_worst
            else ""
        ),
        words=tuple((public_wording.quoted(words), number) for words, number in contrast.words),
        rows=rows,
        how=HOW,
        table=make_table(
            "What was shown",
            f"{indicator.title}: what was shown, and what it rests on",
            [
                "Code",
                "Organisation",
                f"Figure, {indicator.unit}",
                "What the public read",
                "Derived again",
                "What it supports",
            ],
            [(one.code, one.name, one.value, one.quotation, one.derived, one.supports) for one in rows],
        ),
    )


def summarise_bands(contrasts: list[BandContrast]) -> BandSummary:
    """How many calls there were over all metrics that name quarters, and how many of them can be told."""
    quartered = [one for one in contrasts if one.called_worst]
    calls = sum(one.called_worst for one in quartered)
    apart = sum(one.told_apart for one in quartered)
    unknown = sum(one.without_interval for one in quartered)
    return BandSummary(
        sentence=f"{public_wording.all_calls(len(quartered), calls, apart, unknown)}.",
        table=make_table(
            "Metrics",
            "What was said of how many, and of how many of them it can be told",
            ["Metric", "What was said", "of", "can be told", "no interval", "in another quarter", "tied"],
            [
                (
                    one.indicator.title,
                    public_wording.quoted(str(one.indicator.bands and one.indicator.bands.worst_quarter)),
                    str(one.called_worst),
                    str(one.told_apart),
                    str(one.without_interval),
                    str(one.differ),
                    str(one.tied_with_middle),
                )
                for one in quartered
            ],
        ),
    )


def _say(contrast: BandContrast) -> str:
    bands = contrast.indicator.bands
    if bands is not None and bands.worst_quarter is not None and contrast.called_worst:
        return public_wording.called(
            contrast.called_worst,
            bands.worst_quarter,
            contrast.told_apart,
            contrast.without_interval,
            england=contrast.reference_is_england,
        )
    if contrast.words:
        said = wording.enumerate_words(
            [f"{number:,} as {public_wording.quoted(words)}" for words, number in contrast.words]
        )
        return f"Shown {said}; how the words were found is not printed"
    return "Figures were shown without words"


def _row(one: Contrasted, contrast: BandContrast, names: Mapping[str, str], methods: Methods) -> BandRow:
    indicator = contrast.indicator
    decimals = indicator.decimals if indicator.decimals is not None else wording.DECIMALS
    if one.value is not None:
        value = wording.number(one.value, decimals)
    else:
        value = methods.reason(one.reason).title if one.reason else wording.NO_FIGURE
    return BandRow(
        code=one.organisation,
        name=names.get(one.organisation, one.organisation),
        value=value,
        quotation=public_wording.quoted(one.published) if one.published else "",
        derived=one.quarter_words or "",
        supports=public_wording.supported_by(one.support, england=contrast.reference_is_england),
    )
