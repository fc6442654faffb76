"""Peer groups: who is whose like, and lists that cannot hold are refused."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from definition_folders import change

from likeforlike.catalogue import Catalogue, load_catalogue
from likeforlike.errors import DefinitionError, NotFoundError

SMALL = "peer_groups/acute_small.toml"
GENERAL = "peer_groups/acute_general.toml"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_a_trust_is_in_its_list_and_in_the_wider_group(catalogue: Catalogue) -> None:
    groups = catalogue.peer_groups_of("nhs_trust", "R0A")
    assert [group.id for group in groups] == ["acute_teaching", "acute_general"]
    assert groups[0].subtype == "Acute - Teaching"
    assert groups[0].as_at == datetime.date(2026, 3, 31)
    assert catalogue.is_peer("acute_general", "RBD")  # small
    assert not catalogue.is_peer("acute_general", "RBV")  # The Christie: specialist
    assert not catalogue.is_peer("acute_general", "RDY")  # Dorset Healthcare: mental health


def test_who_is_not_placed_has_no_peers(catalogue: Catalogue) -> None:
    assert catalogue.peer_groups_of("nhs_trust", "RA4") == ()  # Yeovil: part of Somerset since April 2023
    assert catalogue.peer_groups_of("independent_provider", "R0A") == ()


def test_every_list_has_members_and_no_trust_is_in_two(catalogue: Catalogue) -> None:
    lists = {group.id: group.codes for group in catalogue.peer_groups.values() if not group.made_of}
    assert {group: len(codes) for group, codes in lists.items()} == {
        "acute_large": 23,
        "acute_medium": 20,
        "acute_multi_service": 7,
        "acute_small": 19,
        "acute_specialist": 16,
        "acute_teaching": 49,
        "ambulance": 10,
        "community": 13,
        "mental_health": 48,
    }
    everybody = [code for codes in lists.values() for code in codes]
    assert len(set(everybody)) == len(everybody) == 205


def test_the_simulated_trusts_have_peers_and_no_real_one_is_among_them(catalogue: Catalogue) -> None:
    of = {code: catalogue.peer_groups_of("nhs_trust", code)[0].id for code in ("XA1", "XA2", "XM1", "XB1")}
    assert of == {
        "XA1": "acute_teaching",
        "XA2": "acute_medium",
        "XM1": "mental_health",
        "XB1": "ambulance",
    }
    trusts = catalogue.organisation_type("nhs_trust")
    for group in catalogue.peer_groups.values():
        assert not any(trusts.is_fictional(code) for code in group.codes)


def test_an_unknown_group_names_the_known_ones(catalogue: Catalogue) -> None:
    with pytest.raises(NotFoundError, match="no peer group 'acute'") as caught:
        catalogue.is_peer("acute", "R0A")
    assert "acute_general" in str(caught.value.next_step)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (SMALL, 'RAS = "', 'R0A = "', "'R0A' is a member of"),
        (SMALL, 'RAS = "', 'ABC = "', "'ABC' is no code of a NHS trust"),
        (SMALL, "[[members]]", '[[members]]\nevidence = "Twice."\ncodes = { RAS = "A" }\n[[members]]', "twice"),
        (SMALL, 'subtype = "', 'made_of = ["acute_large"]\nsubtype = "', "members or made_of"),
        (GENERAL, "made_of", 'subtype = "Acute"\nmade_of', "subtype and fictional_pattern"),
        (GENERAL, '"acute_small"', '"acute_tiny"', "found 'acute_tiny'"),
        (GENERAL, '"acute_small"', '"acute_general"', "must have members of its own"),
        (GENERAL, '"nhs_trust"', '"trust"', "found 'trust'"),
        (GENERAL, '"nhs_trust"', '"hospital"', "of the same organisation_type"),
        (GENERAL, 'id = "acute_general"', 'id = "acute"', "the file's name"),
    ],
    ids=[
        "in two lists", "a code of another kind", "twice in one list", "members and groups", "a subtype of a wide one",
        "a group that is not there", "made of itself", "a kind that is not there", "made of another kind", "another id",
    ],
)  # fmt: skip
def test_lists_that_cannot_hold_are_refused(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    with pytest.raises(DefinitionError, match=said) as caught:
        load_catalogue(change(tmp_path, file, old, new))
    assert Path(file).stem in str(caught.value)
