"""Whom to name beside a figure, and under which licence it was published: it travels with every export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from likeforlike.catalogue.whole import Catalogue

FICTIONAL = "All of this is fictional: simulated by likeforlike, about no real organisation."
PARTLY_FICTIONAL = (
    "Some of this is fictional: organisations simulated by likeforlike are among the real ones."
)


@dataclass(frozen=True)
class Attribution:
    """One source of a figure, with the words that its licence asks for."""

    source: str
    title: str
    publisher: str
    licence: str
    attribution: str
    landing_page: str


def attribute(catalogue: Catalogue, used: Iterable[tuple[str, str]]) -> tuple[Attribution, ...]:
    """The sources of figures, each once and in order, from (id of the source, licence of the file).

    A file may have a licence of its own, as a data pack has. Of a source whose definition is gone only the id
    and that licence are known.
    """
    return tuple(_attribute(catalogue, source, licence) for source, licence in sorted(set(used)))


def _attribute(catalogue: Catalogue, source: str, licence: str) -> Attribution:
    known = catalogue.sources.get(source)
    if known is None:
        return Attribution(source, source, "", licence, f"Source: {source}, licence {licence}.", "")
    line = known.attribution
    if licence != known.licence:
        line = f"{line} Licence: {licence}."
    return Attribution(source, known.title, known.publisher, licence, line, known.landing_page)


def attribute_sources(catalogue: Catalogue, sources: Iterable[str]) -> tuple[Attribution, ...]:
    """The sources of those ids as their definitions have them, whatever files there are."""
    return attribute(catalogue, {(source, catalogue.sources[source].licence) for source in sources})


def find_fiction(catalogue: Catalogue, organisations: Iterable[tuple[str, str]]) -> str | None:
    """What must be said where organisations (kind, code) are of the simulated county; None where none is.

    England stands above both kinds: its code says nothing, so ask about all organisations of a build.
    """
    kinds = catalogue.organisation_types
    fictional = {
        kinds[kind].is_fictional(code)
        for kind, code in organisations
        if kind in kinds and kinds[kind].parents
    }
    if True not in fictional:
        return None
    return PARTLY_FICTIONAL if False in fictional else FICTIONAL


def attribution_lines(attributions: Iterable[Attribution], fiction: str | None = None) -> list[str]:
    """The lines to print below figures: of fictional ones no publisher is named, for none published them."""
    if fiction == FICTIONAL:
        return [FICTIONAL]
    return ([fiction] if fiction else []) + sorted({one.attribution for one in attributions})


def attribution_facts(attributions: Iterable[Attribution], fiction: str | None = None) -> dict[str, object]:
    """The same for JSON: `attribution`, the lines to print, and `sources_used`, each with its licence."""
    given = tuple(attributions)
    return {
        "attribution": attribution_lines(given, fiction),
        "sources_used": [asdict(one) for one in given],
    }


def attribution_metadata(
    attributions: Iterable[Attribution], fiction: str | None = None
) -> Mapping[str, str]:
    """The same for the metadata of a Parquet file: `licence` and `attribution`, each one text."""
    given = tuple(attributions)
    licences = (
        "none: fictional" if fiction == FICTIONAL else "; ".join(sorted({one.licence for one in given}))
    )
    return {"licence": licences, "attribution": "\n".join(attribution_lines(given, fiction))}
