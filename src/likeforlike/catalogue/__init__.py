"""Definitions (TOML) as frozen objects; a definition that does not hold is refused here and nowhere else."""

from likeforlike.catalogue.columns import Column, ColumnType
from likeforlike.catalogue.corrections import CellCorrection, Correction
from likeforlike.catalogue.fetching import Fetch
from likeforlike.catalogue.indicators import (
    Gate,
    Indicator,
    Input,
    Kind,
    Missing,
    Polarity,
    Population,
    PublishedValue,
    Purpose,
    Quantity,
    Reference,
)
from likeforlike.catalogue.loading import DEFINITIONS, load_definition
from likeforlike.catalogue.methods import Methods
from likeforlike.catalogue.organisation_types import OrganisationType
from likeforlike.catalogue.peer_groups import Members, PeerGroup
from likeforlike.catalogue.rating_rules import RatingRule, RuleKind, Verdict
from likeforlike.catalogue.sources import Source
from likeforlike.catalogue.successions import Succession
from likeforlike.catalogue.tables import Layout, PrintedFigures, Repeats, Table
from likeforlike.catalogue.whole import Catalogue, KnownBreak, load_catalogue

__all__ = [
    "DEFINITIONS",
    "Catalogue",
    "CellCorrection",
    "Column",
    "ColumnType",
    "Correction",
    "Fetch",
    "Gate",
    "Indicator",
    "Input",
    "Kind",
    "KnownBreak",
    "Layout",
    "Members",
    "Methods",
    "Missing",
    "OrganisationType",
    "PeerGroup",
    "Polarity",
    "Population",
    "PrintedFigures",
    "PublishedValue",
    "Purpose",
    "Quantity",
    "RatingRule",
    "Reference",
    "Repeats",
    "RuleKind",
    "Source",
    "Succession",
    "Table",
    "Verdict",
    "load_catalogue",
    "load_definition",
]
