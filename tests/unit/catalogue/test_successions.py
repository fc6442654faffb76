"""Successions: who followed whom as the definitions state it, and statements that cannot be are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from definition_folders import change

from likeforlike.catalogue import Catalogue, load_catalogue
from likeforlike.errors import DefinitionError

FILE = "successions.toml"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def followed(catalogue: Catalogue, code: str) -> list[tuple[tuple[str, ...], str]]:
    return [(one.successors, f"{one.since}") for one in catalogue.successions if code in one.predecessors]


@pytest.mark.parametrize(
    ("code", "successors", "since"),
    [
        ("RM2", ("R0A",), "2017-10-01"),
        ("RW3", ("R0A",), "2017-10-01"),
        ("RJD", ("RJE", "RL4"), "2014-11-01"),
        ("RD3", ("R0D",), "2020-10-01"),
        ("E10000009", ("E06000059", "E06000058"), "2019-04-01"),
        ("E10000002", ("E06000060",), "2020-04-01"),
        ("E10000021", ("E06000061", "E06000062"), "2021-04-01"),
        ("E10000006", ("E06000063", "E06000064"), "2023-04-01"),
        ("E10000023", ("E06000065",), "2023-04-01"),
        ("E10000027", ("E06000066",), "2023-04-01"),
        ("99P", ("15N",), "2019-04-01"),
    ],
)
def test_who_followed_whom(catalogue: Catalogue, code: str, successors: tuple[str, ...], since: str) -> None:
    assert followed(catalogue, code) == [(successors, since)]


def test_nobody_is_followed_twice_and_nobody_follows_backwards(catalogue: Catalogue) -> None:
    ended = [code for one in catalogue.successions for code in one.predecessors]
    assert len(ended) == len(set(ended))
    since = {code: one.since for one in catalogue.successions for code in one.predecessors}
    for one in catalogue.successions:
        for successor in one.successors:
            # Trafford went to Central Manchester, which later became Manchester University: never before.
            assert since.get(successor, one.since) >= one.since


def test_those_that_ended_are_nobodys_peers(catalogue: Catalogue) -> None:
    for one in catalogue.successions:
        for code in one.predecessors:
            assert catalogue.peer_groups_of(one.organisation_type, code) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('successors = ["R0A"]', 'successors = ["R0A", "RM3"]', "state each division by itself"),
        ('successors = ["R0A"]', 'successors = ["RM2"]', "RM2 cannot follow itself"),
        ('successors = ["R0A"]', 'successors = ["E06000058"]', "'E06000058' is no code of a NHS trust"),
        ('predecessors = ["RM4"]', 'predecessors = ["RGC"]\nmembers = 3', "unknown key"),
        ('organisation_type = "nhs_trust"', 'organisation_type = "trust"', "found 'trust'"),
        (
            'predecessors = ["RBZ"]\nsuccessors = ["RH8"]',
            'predecessors = ["RA4"]\nsuccessors = ["RH5"]',
            "stated twice",
        ),
        ("since = 2017-10-01", 'since = "autumn 2017"', "found 'autumn 2017'"),
    ],
    ids=["both sides", "itself", "another kind", "an unknown key", "an unknown kind", "twice", "no day"],
)
def test_statements_that_cannot_be_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(DefinitionError, match=said) as caught:
        load_catalogue(change(tmp_path, FILE, old, new))
    assert FILE in str(caught.value)
