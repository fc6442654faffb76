"""The SHMI in small: three headers, notes in Windows-1252, and figures that must follow from each other."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from street import add_one, csv_text, stored_rows, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.sources.adding import rebuild
from likeforlike.store import PublishedBasis, Store

# Without bands by the Poisson limits, which the first issue alone has.
HEADER = "INDICATOR_CODE,PROVIDER,PROVIDER NAME,DENOMINATOR,OBSERVED,EXPECTED,VALUE,PO_LL,PO_UL,OD_LL,OD_UL,OD_BANDING"
FIRST_HEADER = HEADER.replace("PO_UL,", "PO_UL,PO_BANDING,")
LATER_HEADER = HEADER.replace("PROVIDER NAME", "PROVIDER_NAME")
# 1,100 of 1,000 expected, 950, and 800.
HIGH = "I00699, RAA, HIGH TRUST, 30000, 1100, 1000.0000, 1.1000, 0.9046, 1.1029, 0.9100, 1.0989, 1"
SAME = "I00699, RBB, SAME TRUST, 30000, 950, 1000.0000, 0.9500, 0.9046, 1.1029, 0.9100, 1.0989, 2"
LOW = "I00699, 5QT, LOW TRUST, 30000, 800, 1000.0000, 0.8000, 0.9046, 1.1029, 0.9100, 1.0989, 3"
NAME = "shmi-2012-april.csv"
COPYRIGHT = b'"Copyright \xa9 2013, Health and Social Care Information Centre",,,,,,,,,,,\r\n'


def refuse(folder: Path, text: str | bytes, name: str = NAME) -> FileRefusedError:
    with pytest.raises(FileRefusedError) as refusal:
        add_one(Store(folder / "store"), write_file(folder, name, text))
    return refusal.value


def test_what_is_stored(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    added = add_one(store, write_file(tmp_path, NAME, csv_text(HEADER, HIGH, LOW)))
    first, second = stored_rows(store, "shmi", "trusts")
    assert first == {
        # The issue of April 2012 is of October 2010 to September 2011.
        "window": datetime.date(2010, 10, 1),
        "issue": "2012-april",
        "measure": "SHMI",
        "trust": "RAA",
        "trust_name": "HIGH TRUST",
        "spells": 30000,
        "observed": 1100,
        "expected": Decimal("1000.0000"),
        "value": 1.1,
        "poisson_lower": 0.9046,
        "poisson_upper": 1.1029,
        "poisson_band": "not published",
        "overdispersed_lower": 0.91,
        "overdispersed_upper": 1.0989,
        "overdispersed_band": "higher than expected",
    }
    assert (second["trust"], second["overdispersed_band"]) == ("5QT", "lower than expected")
    assert (added.layout, added.published) == ("January and April 2012", "2012-04-30")
    assert added.published_basis is PublishedBasis.NAME
    assert added.notes == ()


def test_the_first_issue_has_bands_by_poisson_limits_too(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    # By chance alone 1.1 is as expected (2), with over-dispersion it is higher (1): the limits are made up.
    row = HIGH.replace("1.1029,", "1.1029, 2,")
    add_one(store, write_file(tmp_path, "shmi-2011-october.csv", csv_text(FIRST_HEADER, row)))
    assert stored_rows(store, "shmi", "trusts", "window", "poisson_band", "overdispersed_band") == [
        {
            "window": datetime.date(2010, 4, 1),
            "poisson_band": "as expected",
            "overdispersed_band": "higher than expected",
        }
    ]


def test_notes_below_the_rows_in_windows_1252(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    rows = csv_text(LATER_HEADER, HIGH, SAME, line_end="\r\n").encode() + b",,,,,,,,,,,\r\n" + COPYRIGHT
    add_one(store, write_file(tmp_path, "shmi-2013-july.csv", rows))
    assert stored_rows(store, "shmi", "trusts", "window", "trust") == [
        {"window": datetime.date(2012, 1, 1), "trust": "RAA"},
        {"window": datetime.date(2012, 1, 1), "trust": "RBB"},
    ]
    # What was kept is the publisher's file, and it can be read again.
    assert rebuild(store, load_catalogue()) == []


def test_a_row_below_the_notes_is_not_lost_in_silence(tmp_path: Path) -> None:
    rows = csv_text(LATER_HEADER, HIGH, ",,,,,,,,,,,", SAME)
    refusal = refuse(tmp_path, rows, "shmi-2013-july.csv")
    assert refusal.where.endswith("shmi-2013-july.csv, row 3, column 'INDICATOR_CODE'")


def test_a_byte_that_neither_encoding_has(tmp_path: Path) -> None:
    refusal = refuse(tmp_path, csv_text(LATER_HEADER, HIGH).encode().replace(b"HIGH", b"HI\x81H"))
    assert "byte 0x81 is neither UTF-8 nor Windows-1252 text" in refusal.what
    assert refusal.where.endswith(f"{NAME}, row 2")


def test_a_quotation_mark_that_nobody_closes(tmp_path: Path) -> None:
    # Below what is looked at to tell the format.
    rows = [HIGH] * 3500
    refusal = refuse(tmp_path, csv_text(LATER_HEADER, *rows, HIGH.replace("HIGH", '"HIGH'), *rows))
    assert "cannot be read as CSV (field larger than field limit" in refusal.what


def test_a_limit_that_equals_the_value_may_go_either_way(tmp_path: Path) -> None:
    # Printed are four decimals; which side the value lies on was decided with more (RM3 in April 2013).
    for number, band in enumerate("23"):
        row = f"I00699, RAA, TRUST, 30000, 910, 1000.0000, 0.9100, 0.9046, 1.1029, 0.9100, 1.0989, {band}"
        add_one(Store(tmp_path / f"store{number}"), write_file(tmp_path, NAME, csv_text(HEADER, row)))


@pytest.mark.parametrize(
    ("row", "changed", "to", "said"),
    [
        (HIGH, "1.1000", "1.1002", "trust RAA: its value is 1.1002, observed ÷ expected 1.1000."),
        (HIGH, "1.0989, 1", "1.0989, 2", "trust RAA: 1.1000 with overdispersed limits of 0.91 and 1.0989"),
        (SAME, "1.0989, 2", "1.0989, 3", "is not lower than expected"),
        (LOW, "1.0989, 3", "1.0989, 1", "is not higher than expected"),
        (HIGH, "1100", "many", "found 'many', expected a whole number"),
        (HIGH, "1000.0000", "1000.00001", "expected a number with at most 4 decimals"),
        (HIGH, "1000.0000", "-1000.0000", "zero or more"),
        (HIGH, "I00699", "I00700", "found 'I00700', expected one of SHMI"),
        (HIGH, "1.0989, 1", "1.0989, 4", "found '4', expected one of higher than expected"),
        (HIGH, "1100", "", "found '', expected a whole number"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(
    tmp_path: Path, row: str, changed: str, to: str, said: str
) -> None:
    rows = [other if other != row else row.replace(changed, to) for other in (LOW, SAME, HIGH)]
    refusal = refuse(tmp_path, csv_text(HEADER, *rows))
    assert said in refusal.what
    place = [LOW, SAME, HIGH].index(row) + 2
    assert f"{NAME}, row {place}" in refusal.where


def test_a_poisson_band_that_its_limits_contradict(tmp_path: Path) -> None:
    row = HIGH.replace("1.1029,", "1.1029, 1,")
    refusal = refuse(tmp_path, csv_text(FIRST_HEADER, row), "shmi-2011-october.csv")
    assert (
        "trust RAA: 1.1000 with poisson limits of 0.9046 and 1.1029 is not higher than expected"
        in refusal.what
    )


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (HEADER.replace("OBSERVED", "DEATHS"), "no column 'OBSERVED', an unknown column 'DEATHS'"),
        (HEADER.replace("OD_LL,", "OD_LL,OD_ML,"), "an unknown column 'OD_ML'"),
    ],
)
def test_another_header_is_named(tmp_path: Path, header: str, said: str) -> None:
    refusal = refuse(tmp_path, csv_text(header, HIGH))
    assert "looks like shmi" in refusal.what
    assert said in refusal.what


def test_a_trust_twice(tmp_path: Path) -> None:
    refusal = refuse(tmp_path, csv_text(HEADER, HIGH, SAME, HIGH))
    assert "RAA" in str(refusal)
    assert "rows 2 and 4" in refusal.where


def test_a_header_that_stands_one_row_lower(tmp_path: Path) -> None:
    refusal = refuse(tmp_path, csv_text("Summary Hospital-level Mortality Indicator", HEADER, HIGH))
    assert "no known format" in refusal.what


def test_a_name_that_does_not_say_the_issue(tmp_path: Path) -> None:
    refusal = refuse(tmp_path, csv_text(HEADER, HIGH), "shmi.csv")
    assert "its rows do not say their issue, and neither does its name" in refusal.what
    refusal = refuse(tmp_path, csv_text(HEADER, HIGH), "shmi-2012-may.csv")
    assert "neither does its name" in refusal.what
