"""Bands: the SHMI's recipe against its published words, quarters of 211, deviations from a median, quotations."""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from made_builds import NOVEMBER, make_build, observation

from likeforlike.catalogue import Indicator, Kind, load_catalogue
from likeforlike.catalogue.indicators import BandMethod, Bands
from likeforlike.comparison.areas import Area
from likeforlike.comparison.bands import explain_bands, place_in_bands
from likeforlike.comparison.captions import explain_band, explain_interval
from likeforlike.comparison.comparing import compare_organisations
from likeforlike.errors import NotFoundError

ENGLAND = Area("england", "ENG", "England")
SHMI = load_catalogue().indicator("shmi")
OCTOBER = datetime.date(2025, 10, 1)


def banded(method: BandMethod, kind: Kind = Kind.SCORE, **changes: Any) -> Indicator:
    """An indicator of trusts whose bands are told in this way."""
    column = "band" if method is BandMethod.PUBLISHED else None
    return SHMI.model_copy(update={"kind": kind, "bands": Bands(method=method, column=column)} | changes)


def trust(number: int, **facts: Any) -> dict[str, Any]:
    return observation(f"R{number:02d}", organisation_type="nhs_trust", **facts)


def ratio(number: int, observed: int, expected: float, **facts: Any) -> dict[str, Any]:
    return trust(
        number, numerator=observed, expected=expected, value=observed / expected, source="shmi", **facts
    )


def labels(indicator: Indicator, rows: list[dict[str, Any]]) -> list[str | None]:
    return [band.label if band else None for band in place_in_bands(indicator, rows)]


def test_against_expected_in_the_publishers_neutral_words() -> None:
    # Six alike and two far out; a tenth of eight at each end is nobody, so these two widen the limits themselves.
    rows = [ratio(number, 1000, 1000.0) for number in range(6)] + [
        ratio(6, 1900, 1000.0),
        ratio(7, 400, 1000.0),
    ]
    found = place_in_bands(SHMI, rows)
    assert [band.label if band else None for band in found] == [
        *["as expected"] * 6,
        "as expected",
        "lower than expected",
    ]
    assert found[0] is not None
    assert found[0].lower is not None
    assert found[0].upper is not None
    # Symmetrical on the logarithmic scale around 1.
    assert found[0].lower * found[0].upper == pytest.approx(1.0)
    assert found[0].among == 8


def test_limits_are_in_the_unit_of_the_value() -> None:
    rows = [ratio(number, 1000 + number, 1000.0) for number in range(5)]
    plain = place_in_bands(SHMI, rows)[0]
    hundredfold = place_in_bands(SHMI.model_copy(update={"multiplier": 100.0}), rows)[0]
    assert plain is not None
    assert hundredfold is not None
    assert plain.upper is not None
    assert hundredfold.upper == pytest.approx(100 * plain.upper)


def test_two_organisations_cannot_be_told_apart_from_what_is_expected() -> None:
    assert labels(SHMI, [ratio(1, 900, 800.0), ratio(2, 700, 800.0)]) == [None, None]


def test_quarters_of_211_different_values_are_53_106_and_52() -> None:
    quarters = banded(BandMethod.QUARTILES)
    found = labels(quarters, [trust(number % 100, value=number / 7) for number in range(211)])
    # NHS Choices 2014, of 211 CCGs on ten of its metrics: 53 lowest, 106 in the middle, 52 highest.
    assert Counter(found) == {"lowest quarter": 53, "middle half": 106, "highest quarter": 52}
    assert found[0] == "lowest quarter"
    assert found[210] == "highest quarter"


def test_equal_values_stand_in_one_quarter() -> None:
    quarters = banded(BandMethod.QUARTILES)
    found = labels(
        quarters, [trust(number, value=value) for number, value in enumerate([1, 1, 1, 1, 1, 2, 3, 4])]
    )
    assert found[:5] == ["lowest quarter"] * 5
    assert labels(quarters, [trust(1, value=1.0), trust(2, value=2.0)]) == [None, None]


def test_deviations_from_the_median_are_not_scaled() -> None:
    deviations = banded(BandMethod.MEDIAN_MAD)
    rows = [trust(number, value=value) for number, value in enumerate([7.3, 7.6, 7.6, 7.9, 8.2])]
    # Median 7.6; distances 0.3, 0, 0, 0.3, 0.6 with the median 0.3.
    assert labels(deviations, rows) == [
        "1.0 MADs below the median",
        "at the median",
        "at the median",
        "1.0 MADs above the median",
        "2.0 MADs above the median",
    ]
    assert labels(deviations, [trust(number, value=5.0) for number in range(4)]) == [None] * 4


def test_published_words_are_quoted() -> None:
    quoted = banded(BandMethod.PUBLISHED)
    rows = [trust(1, value=1.0, published_band="In the worst 25% of CCGs"), trust(2, value=2.0)]
    assert labels(quoted, rows) == ["In the worst 25% of CCGs", None]
    assert explain_bands(quoted) == "Band: the publisher's own words, quoted"


def test_each_period_and_kind_by_itself_and_none_without_a_value() -> None:
    quarters = banded(BandMethod.QUARTILES)
    november = [trust(number, value=float(number)) for number in range(4)]
    october = [trust(number, value=10.0 - number, period_start=OCTOBER) for number in range(4)]
    hospitals = [row | {"organisation_type": "hospital", "value": 100.0} for row in november]
    silent = trust(9, reason="suppressed")
    found = labels(quarters, [*november, *october, *hospitals, silent])
    order = ["lowest quarter", "middle half", "middle half", "highest quarter"]
    assert found == [*order, *reversed(order), *["lowest quarter"] * 4, None]


NAMES = [("nhs_trust", f"R{number:02d}", f"TRUST {number:02d}") for number in range(12)]
PLACED = [("nhs_trust", f"R{number:02d}", "england", "ENG", NOVEMBER) for number in range(12)]
PLACED += [("nhs_trust", "RRK", "england", "ENG", NOVEMBER), ("nhs_trust", "XA1", "england", "ENG", NOVEMBER)]


def test_peers_alone_are_shown_and_bands_stay_those_among_all(tmp_path: Path) -> None:
    catalogue = load_catalogue()
    rows = [ratio(number, 1000 + number, 1000.0) for number in range(12)]
    # University Hospitals Birmingham is a teaching trust.
    teaching = ratio(0, 1300, 1000.0) | {"organisation": "RRK"}
    build = make_build(tmp_path, {"shmi": [*rows, teaching]}, NAMES, PLACED)
    found = compare_organisations(
        build, catalogue, SHMI, organisation_type="nhs_trust", area=ENGLAND, peers="acute_teaching"
    )
    assert [(figure.organisation, figure.band) for figure in found.figures] == [
        ("RRK", "higher than expected")
    ]
    (figure,) = found.figures
    assert figure.band_upper is not None
    assert 1.0 < figure.band_upper < 1.3
    assert (figure.expected, found.peers and found.peers.id) == (1000.0, "acute_teaching")
    everybody = compare_organisations(build, catalogue, SHMI, organisation_type="nhs_trust", area=ENGLAND)
    assert len(everybody.figures) == 13
    assert everybody.peers is None
    assert str(explain_band(everybody)).startswith("Band: against limits of 95%")


def test_peers_that_are_not_there(tmp_path: Path) -> None:
    catalogue = load_catalogue()
    build = make_build(tmp_path, {"shmi": [ratio(1, 10, 9.0)]}, NAMES, PLACED)
    for peers, said in (
        ("acute_teachers", "there is no peer group 'acute_teachers'"),
        ("community", r"no member of 'community' .* is known in England"),
    ):
        with pytest.raises(NotFoundError, match=said):
            compare_organisations(
                build, catalogue, SHMI, organisation_type="nhs_trust", area=ENGLAND, peers=peers
            )
    practices = make_build(
        tmp_path / "practices", {"face_to_face_share": [observation("X00001", value=1.0)]}, (), ()
    )
    with pytest.raises(NotFoundError, match="'community' is a peer group of NHS trusts"):
        compare_organisations(
            practices,
            catalogue,
            catalogue.indicator("face_to_face_share"),
            organisation_type="gp_practice",
            area=ENGLAND,
            peers="community",
        )


def test_why_there_is_no_interval_or_band(tmp_path: Path) -> None:
    mean = SHMI.model_copy(update={"kind": Kind.MEAN})
    build = make_build(
        tmp_path, {"shmi": [trust(1, value=30.0, numerator=600, denominator=20)]}, NAMES, PLACED
    )
    found = compare_organisations(build, load_catalogue(), mean, organisation_type="nhs_trust", area=ENGLAND)
    assert found.figures[0].lower is None
    assert (
        explain_interval(found)
        == "No interval: a mean has none without its variance, which is not published."
    )
    two = make_build(tmp_path / "two", {"shmi": [ratio(1, 900, 800.0), ratio(2, 700, 800.0)]}, NAMES, PLACED)
    few = compare_organisations(two, load_catalogue(), SHMI, organisation_type="nhs_trust", area=ENGLAND)
    assert str(explain_band(few)).endswith("cannot be told here.")
    assert str(explain_interval(few)).startswith("The interval (95%) is of chance alone: ")
