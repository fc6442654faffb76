"""Definitions (TOML) as frozen objects; a definition that does not hold is refused here and nowhere else."""

from likeforlike.catalogue.indicators import Indicator, Input, Kind, Polarity, Purpose, Quantity
from likeforlike.catalogue.loading import DEFINITIONS, load_definition
from likeforlike.catalogue.organisation_types import OrganisationType
from likeforlike.catalogue.sources import (
    CellCorrection,
    Column,
    ColumnType,
    Correction,
    Layout,
    PrintedFigures,
    Source,
    Table,
)
from likeforlike.catalogue.whole import Catalogue, KnownBreak, Methods, load_catalogue

__all__ = [
    "DEFINITIONS",
    "Catalogue",
    "CellCorrection",
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
    "PrintedFigures",
    "Purpose",
    "Quantity",
    "Source",
    "Table",
    "load_catalogue",
    "load_definition",
]
