"""ASCOF, in small: a row a figure becomes a row a measure, and every outcome follows from its counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from street import add_one, stored_rows

from likeforlike.errors import FileRefusedError
from likeforlike.store import Store

SOURCE = "ascof"
NAME = "ascof_2020-21_open_data.xlsx"
HEADER = [
    "Geographical Code", "Geographical Description", "Geographical Level", "ONS Code", "ASCOF Measure Code",
    "Disaggregation Level", "Measure Type", "Measure Value", "Measure Group", "Measure Group Description",
]  # fmt: skip
KINDS = ("Numerator", "Denominator", "Outcome", "Base", "Margin Of Error")
Cells = list[list[Any]]

KENT = (820.0, "Kent", "Council", "E10000016")
MEDWAY = (821.0, "Medway", "Council", "E06000035")
AREAS: tuple[tuple[Any, ...], ...] = (
    KENT,
    MEDWAY,
    ("SE", "South East", "Region", "E12000008"),
    ("S", "Shire Counties", "Council Type", ""),
    ("England", "England", "England", "E92000001"),
)


def figures(area: tuple[Any, ...], measure: str, *values: Any, part: str = "Total") -> Cells:
    """The rows of a measure of an area: numerator, denominator, outcome, and of the survey base and margin."""
    group = measure[:2] if measure.startswith("1A") else measure
    return [
        [*area, measure, part, kind, value, group, "A title"]
        for kind, value in zip(KINDS, values, strict=False)
    ]


def rows() -> Cells:
    """Reablement of two councils that are all of the region, the kind and England; the survey of one of them."""
    made = [*figures(KENT, "2B1", 382, 447, 85.5), *figures(MEDWAY, "2B1", 89, 315, 28.3)]
    for area in AREAS[2:]:
        made += figures(area, "2B1", 471, 762, 61.8)
    # Rounded to 5: 38,015 by 1,925 is 19.748, and what was rounded may well have been 19.75 and more.
    made += figures(KENT, "1A", 38015, 1925, 19.8, 205, 0.5)
    for area in AREAS[1:]:
        made += figures(area, "1A", *["[x]"] * 5)
    made += figures(KENT, "1E", "[c]", "[c]", 4.1)
    return made


def write(path: Path, cells: Cells, *, sheet: str = "in", header: list[str] = HEADER) -> Path:
    """The workbook with these rows on its one sheet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate([header, *cells]):
            for place, cell in enumerate(row):
                if cell != "":
                    page.write(number, place, cell)
    return path


def test_figures_and_measures(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    file = add_one(store, write(tmp_path / NAME, rows()))
    assert file.published == "2021-10-31"
    assert len(stored_rows(store, SOURCE, "figures")) == len(rows())
    measures = stored_rows(store, SOURCE, "measures")
    names = (
        "organisation_type",
        "organisation",
        "measure",
        "numerator",
        "denominator",
        "outcome",
        "lower",
        "upper",
    )
    found = {tuple(row[name] for name in names) for row in measures}
    assert found >= {
        ("council", "E10000016", "2B1", 382, 447, 85.5, None, None),
        ("council", "E06000035", "2B1", 89, 315, 28.3, None, None),
        ("england", "E92000001", "2B1", 471, 762, 61.8, None, None),
        ("other", "E12000008", "2B1", 471, 762, 61.8, None, None),
        ("other", None, "2B1", 471, 762, 61.8, None, None),
        # 19.8 and a margin of 0.5.
        ("council", "E10000016", "1A", 38015, 1925, 19.8, 19.3, 20.3),
        ("council", "E06000035", "1A", None, None, None, None, None),
        ("council", "E10000016", "1E", None, None, 4.1, None, None),
    }
    assert len(found) == len(measures)
    reasons = {
        (row["organisation"], row["measure"]): (row["outcome_reason"], row["numerator_reason"], row["lower_reason"])
        for row in measures
    }  # fmt: skip
    assert reasons["E10000016", "2B1"] == (None, None, "not_published")
    assert reasons["E06000035", "1A"] == ("not_published", "not_published", "not_published")
    assert reasons["E10000016", "1E"] == (None, "suppressed", "not_published")
    assert reasons["E10000016", "1A"] == (None, None, None)


def changed(measure: str, area: str, kind: str, value: object) -> Cells:
    """The rows with one figure changed."""
    made = rows()
    (row,) = [one for one in made if (one[4], one[1], one[6]) == (measure, area, kind)]
    row[7] = value
    return made


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        (changed("2B1", "Kent", "Outcome", 85.6), "2B1 of Kent: 382 by 447 makes 85.46, the file's outcome is 85.6"),
        # Rounded to 5: a sum of 38,012.5 over 1,927.5 people is 19.72, less half a tenth 19.67.
        (changed("1A", "Kent", "Outcome", 19.6), "measure 1A of Kent: 38,015 by 1,925 makes 19.75"),
        (changed("2B1", "South East", "Numerator", 470), "level 'Region' add up to 470, England is 471"),
        (changed("2B1", "Shire Counties", "Denominator", 763), "the rows of the level 'Council Type' add up to 763"),
        ([row for row in rows() if row[2] != "England"], "there is no row of England"),
        (changed("2B1", "Kent", "Numerator", "many"), "found 'many', expected a number"),
        (changed("2B1", "Kent", "Numerator", 381.9), "a Numerator is not a whole number"),
        (changed("2B1", "Kent", "Numerator", -1), "expected a number"),
        ([*rows(), *figures(KENT, "2B1", 382)], "occurs twice"),
        ([[*row[:6], "Rate", *row[7:]] for row in rows()], "found 'Rate', expected one of Numerator"),
        ([[*row[:5], "All", *row[6:]] for row in rows()], "found 'All', expected one of Total"),
        ([], "a header and no rows"),
    ],
)  # fmt: skip
def test_what_does_not_hold_together_is_refused(tmp_path: Path, cells: Cells, what: str) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(FileRefusedError) as refusal:
        add_one(store, write(tmp_path / NAME, cells))
    assert what in str(refusal.value)
    assert store.manifest().files == ()


@pytest.mark.parametrize(
    ("sheet", "header", "what"),
    [
        ("Sheet1", HEADER, "no sheet 'in'"),
        ("in", [*HEADER[:7], "Value", *HEADER[8:]], "no column 'Measure Value', an unknown column H 'value'"),
        ("in", [*HEADER[1:]], "a column twice|found|no column|an unknown column"),
    ],
    ids=["another sheet", "renamed", "shifted"],
)
def test_another_layout_is_refused(tmp_path: Path, sheet: str, header: list[str], what: str) -> None:
    with pytest.raises(FileRefusedError, match=what):
        add_one(Store(tmp_path / "store"), write(tmp_path / NAME, rows(), sheet=sheet, header=header))


def test_a_name_without_its_year_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="do not say their year, and neither does its name"):
        add_one(Store(tmp_path / "store"), write(tmp_path / "ascof.xlsx", rows()))
