"""Which module reads which source: the one that bears the source's name."""

from __future__ import annotations

import importlib

from likeforlike.catalogue import Catalogue, Source
from likeforlike.errors import DefinitionError
from likeforlike.sources.format import Format
from likeforlike.sources.reading.probing import Probe


def load_format(source: Source) -> Format:
    """The importer of a source.

    Raises:
        DefinitionError: there is no module of that name.
    """
    try:
        module = importlib.import_module(f"likeforlike.sources.{source.id}")
    except ModuleNotFoundError:
        raise DefinitionError(
            f"there is no module likeforlike/sources/{source.id}.py to read it.", where=f"{source.id}.toml"
        ) from None
    found: Format = module.FORMAT
    return found


def recognise(probe: Probe, catalogue: Catalogue) -> tuple[Source, Format] | None:
    """The source that a file is of, by its content; None when it is none that we know."""
    for source in catalogue.sources.values():
        importer = load_format(source)
        if importer.recognises(probe, source):
            return source, importer
    return None
