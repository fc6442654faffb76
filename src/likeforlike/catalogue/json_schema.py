"""JSON Schemas of the definitions, so that an editor can check and complete them while they are written."""

from __future__ import annotations

from likeforlike.catalogue.indicators import Indicator
from likeforlike.catalogue.loading import Definition
from likeforlike.catalogue.methods import Methods
from likeforlike.catalogue.organisation_types import OrganisationTypes
from likeforlike.catalogue.peer_groups import PeerGroup
from likeforlike.catalogue.rating_rules import RatingRule
from likeforlike.catalogue.records import Records
from likeforlike.catalogue.sources import Source
from likeforlike.catalogue.successions import Successions
from likeforlike.catalogue.whole import KnownBreaks


def make_schemas() -> dict[str, dict[str, object]]:
    """Name of the kind of definition → its JSON Schema."""
    kinds: dict[str, type[Definition]] = {
        "indicator": Indicator,
        "source": Source,
        "organisation_types": OrganisationTypes,
        "peer_group": PeerGroup,
        "rating_rule": RatingRule,
        "successions": Successions,
        "known_breaks": KnownBreaks,
        "methods": Methods,
        "records": Records,
    }
    return {name: kind.model_json_schema() for name, kind in kinds.items()}
