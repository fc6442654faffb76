"""Tables in which every organisation is: England is their sum without list sizes, unless England is printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up import MadeUp, make_up

from likeforlike.errors import DefinitionError

# Trusts and other providers are parts of one whole; nobody lives in a trust, so no patients say how much is covered.
WAITS = """
[[tables]]
id = "waits"
title = "Waits by provider"
period = "month"
organisation = "provider"
organisation_types = "kind"
complete = true
key = ["month", "kind", "provider"]
columns = [
    { name = "month", type = "month" },
    { name = "kind", type = "label", labels = { "nhs_trust" = [], "independent_provider" = [], "england" = [
      "Total"], "other" = [] } },
    { name = "provider", type = "code" },
    { name = "seen", type = "count", missing = { "*" = "suppressed" } },
    { name = "waited", type = "count" },
    { name = "band", type = "text", none_tokens = [""] },
]
[[tables.layouts]]
name = "only"
headers = { month = "Month", kind = "Kind", provider = "Provider", seen = "Seen", waited = "Waited", band = "Band" }
"""
IN_TIME = """
kind = "proportion"
multiplier = 100.0
organisation_types = ["nhs_trust", "independent_provider", "england"]
bands = { method = "published", column = "band" }
[[inputs]]
source = "waits"
table = "waits"
numerator = { sum = ["seen"] }
denominator = { sum = ["waited"] }
"""
FOUR = """
    2025-05-01, nhs_trust,            XA1,  60, 100, better
    2025-05-01, nhs_trust,            XA2,  30, 100,
    2025-05-01, independent_provider, XN01, 10, 20,  worse
    2025-05-01, other,                ZZZ,  5,  5,
"""
HEAD = "Month, Kind, Provider, Seen, Waited, Band\n"


@pytest.fixture
def waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MadeUp:
    return make_up(tmp_path, monkeypatch, {"waits": WAITS}, {"in_time": IN_TIME})


def test_england_is_the_sum_of_all_kinds_without_list_sizes(waits: MadeUp) -> None:
    waits.add("waits.csv", HEAD + FOUR)
    england = waits.observe("in_time", organisation_type="england")
    assert [(row["organisation"], row["value"], row["coverage"]) for row in england] == [
        ("ENG", 100 * (60 + 30 + 10) / (100 + 100 + 20), None)
    ]
    assert (england[0]["members"], england[0]["members_with_value"]) == (3, 3)


def test_a_printed_total_stands_before_the_sum(waits: MadeUp) -> None:
    waits.add("waits.csv", HEAD + FOUR + "2025-05-01, Total, -, 103, 223,\n")
    (england,) = waits.observe("in_time", organisation_type="england")
    assert (england["value"], england["members"]) == (100 * 103 / 223, None)


@pytest.mark.parametrize(
    ("silent", "expected"),
    [
        (1, 100 * 9 * 60 / (9 * 100)),  # nine of ten have a figure
        (2, "coverage_below_minimum"),
    ],
)
def test_nine_tenths_of_the_organisations_must_have_a_figure(
    waits: MadeUp, silent: int, expected: float | str
) -> None:
    with_figure = "".join(f"2025-05-01, nhs_trust, XA{place}, 60, 100,\n" for place in range(silent, 10))
    without = "".join(f"2025-05-01, nhs_trust, XB{place}, *, 100,\n" for place in range(silent))
    waits.add("waits.csv", HEAD + with_figure + without)
    (england,) = waits.observe("in_time", organisation_type="england")
    assert (england["reason"] or england["value"]) == expected
    assert (england["members"], england["members_with_value"]) == (10, 10 - silent)


def test_the_printed_band_is_kept_of_each_and_of_no_sum(waits: MadeUp) -> None:
    waits.add("waits.csv", HEAD + FOUR)
    assert {row["organisation"]: row["published_band"] for row in waits.observe("in_time")} == {
        "XA1": "better",
        "XA2": None,
        "XN01": "worse",
        "ENG": None,
    }


def test_of_kinds_within_each_other_the_smallest_are_summed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each ICB is printed beside its sub-ICBs: summing both would count everybody twice.
    table = WAITS.replace('"nhs_trust" = []', '"sub_icb" = []').replace(
        '"independent_provider" = []', '"icb" = []'
    )
    kinds = IN_TIME.replace('"nhs_trust", "independent_provider"', '"sub_icb", "icb"')
    made = make_up(tmp_path, monkeypatch, {"waits": table}, {"in_time": kinds})
    made.add(
        "waits.csv",
        HEAD
        + """
        2025-05-01, sub_icb, XS001, 60, 100,
        2025-05-01, sub_icb, XS002, 20, 100,
        2025-05-01, icb,     XI01,  90, 200,
        """,
    )
    assert made.values("in_time") == {
        ("sub_icb", "XS001"): 60.0,
        ("sub_icb", "XS002"): 20.0,
        ("icb", "XI01"): 45.0,
        ("england", "ENG"): 100 * (60 + 20) / (100 + 100),
    }


def test_england_as_reference_is_the_sum_of_all_kinds_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratio = IN_TIME.replace("proportion", "ratio").replace("100.0", "1.0")
    ratio += 'expected = { reference = "england" }\n'
    made = make_up(tmp_path, monkeypatch, {"waits": WAITS}, {"in_time": ratio})
    made.add("waits.csv", HEAD + FOUR)
    rate = (60 + 30 + 10) / (100 + 100 + 20)
    assert made.values("in_time", organisation_type="nhs_trust") == {
        ("nhs_trust", "XA1"): 60 / (100 * rate),
        ("nhs_trust", "XA2"): 30 / (100 * rate),
    }


def test_england_of_a_part_of_the_kinds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusts = IN_TIME.replace(', "independent_provider", "england"', ', "england"')
    with pytest.raises(DefinitionError, match=r"in_time\.toml: .*independent_provider is left out"):
        make_up(tmp_path, monkeypatch, {"waits": WAITS}, {"in_time": trusts})


def test_a_band_column_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strange = IN_TIME.replace('column = "band"', 'column = "seen"')
    with pytest.raises(DefinitionError, match=r"bands\.column.* label or text .*found 'seen'"):
        make_up(tmp_path, monkeypatch, {"waits": WAITS}, {"in_time": strange})


def test_a_rounded_sum_of_an_unknown_number_of_rows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = WAITS.replace('"provider"]', '"provider", "band"]')
    rounded = IN_TIME.replace('sum = ["seen"]', 'sum = ["seen"], rounded_to = 5')
    with pytest.raises(DefinitionError, match=r"rounded_to.* several rows, told apart by 'band'"):
        make_up(tmp_path, monkeypatch, {"waits": several}, {"in_time": rounded})
