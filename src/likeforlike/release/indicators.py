"""The definitions of indicators as a release tells them."""

from __future__ import annotations

from collections.abc import Sequence

from likeforlike.catalogue import Catalogue, Indicator
from likeforlike.present import standings as say
from likeforlike.present import wording
from likeforlike.release.views import EditionView, IndicatorView
from likeforlike.store import AddedFile

ISSUED = {
    "content": "issued on {day}",
    "correction": "issued on {day} (its printed date is corrected)",
    "given": "issued on {day}, as given when it was added",
    "name": "issued by {day} at the latest, as its name tells",
    "assumed": "date of issue unknown, added on {day}",
}


def describe_indicator(indicator: Indicator, catalogue: Catalogue, kinds: Sequence[str]) -> IndicatorView:
    """A definition, for the kinds of organisation that have figures."""
    return IndicatorView(
        id=indicator.id,
        title=indicator.title,
        question=indicator.question,
        why_it_matters=indicator.why_it_matters,
        does_not_tell=indicator.does_not_tell,
        caveats=tuple(indicator.caveats),
        kind=str(indicator.kind),
        unit=indicator.unit,
        decimals=(
            indicator.decimals
            if indicator.decimals is not None
            else wording.decimals_of(indicator.smallest_difference)
        ),
        polarity=str(indicator.polarity),
        purpose=str(indicator.purpose),
        smallest_difference=indicator.smallest_difference,
        smallest_difference_reason=indicator.smallest_difference_reason,
        definition=say.definition_words(indicator),
        expected=say.expected_words(indicator),
        breaks=tuple(
            f"Recorded another way from {wording.month(one.month)}: {one.what}"
            for one in catalogue.known_breaks
            if indicator.id in one.indicators
        ),
        levels=tuple(indicator.levels),
        sources=tuple(dict.fromkeys(one.source for one in indicator.inputs)),
        kinds=tuple(kinds),
        written_by=indicator.written_by,
        checked_by=str(indicator.checked_by),
    )


def describe_edition(file: AddedFile, catalogue: Catalogue) -> EditionView:
    """A published file under the figures."""
    source = catalogue.source(file.source)
    return EditionView(
        edition=file.edition,
        source=file.source,
        source_title=source.title,
        publisher=source.publisher,
        name=file.name,
        issued=ISSUED[str(file.published_basis)].format(day=wording.day(file.published)),
        licence=file.licence,
        attribution=source.attribution,
        address=source.landing_page,
        sha256=file.sha256,
    )
