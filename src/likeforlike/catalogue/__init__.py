"""Definitions (TOML) as frozen objects; a definition that does not hold is refused here and nowhere else."""

from likeforlike.catalogue.indicators import Indicator, Input, Kind, Polarity, Purpose, Quantity
from likeforlike.catalogue.loading import DEFINITIONS, load_definition
from likeforlike.catalogue.organisation_types import OrganisationType
from likeforlike.catalogue.sources import Column, ColumnType, Correction, Layout, Repeats, Source, Table
from likeforlike.catalogue.whole import Catalogue, KnownBreak, Methods, load_catalogue

__all__ = [
    "DEFINITIONS",
    "Catalogue",
    "Column",
    "ColumnType",
    "Correction",
    "Indicator",
    "Input",
    "Kind",
    "KnownBreak",
    "Layout",
    "Methods",
    "OrganisationType",
    "Polarity",
    "Purpose",
    "Quantity",
    "Repeats",
    "Source",
    "Table",
    "load_catalogue",
    "load_definition",
]
