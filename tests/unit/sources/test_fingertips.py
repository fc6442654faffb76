"""A Fingertips export in small: what is stored of it, what its words mean, and what is refused."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from street import add_one, csv_text, stored_rows, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError, PersonalDataRefusedError
from likeforlike.sources.adding import add_paths
from likeforlike.sources.fingertips_words import plain_area_type
from likeforlike.store import Store

HEADER = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,"
    "Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Lower CI 99.8 limit,Upper CI 99.8 limit,"
    "Count,Denominator,Value note,Recent Trend,Compared to England value or percentiles,{comparator},"
    "Time period Sortable,New data,Compared to goal,Time period range"
)
EXPORT = HEADER.format(comparator="Column not used")
SMOKING = "91547, Smoking prevalence"
# The first practice of the real export of 2022/23, and a fictional one: 100 × 60 / 400 = 15.
ENGLAND = (
    f"{SMOKING},,,E92000001,England,England,Persons,15+ yrs,,,2022/23,"
    "14.71089355,14.70127795,14.72051436,,,7664426,52100343,,,Not compared,Not compared,20220000,,,1y"
)


def practice(
    code: str = "X00001",
    *,
    indicator: str = SMOKING,
    kind: str = "GPs",
    who: str = "Persons,15+ yrs",
    category: str = ",",
    period: str = "2022/23",
    figures: str = "15,11.8,18.8,,,60,400",
    note: str = "",
    trend: str = "",
    sortable: str = "20220000",
    length: str = "1y",
    parent: str = "E92000001,England",
) -> str:
    """A row of the export."""
    return (
        f"{indicator},{parent},{code},A surgery,{kind},{who},{category},{period},{figures},{note},{trend},Similar,"
        f"Not compared,{sortable},,,{length}"
    )


def add(folder: Path, *rows: str, header: str = EXPORT, name: str = "export.csv") -> Store:
    """A store with one export of these rows."""
    store = Store(folder / "store")
    add_one(store, write_file(folder, name, csv_text(header, *rows)))
    return store


def rows_of(store: Store, *columns: str) -> list[dict[str, object]]:
    """What is stored."""
    return stored_rows(store, "fingertips", "values", *columns)


def refused(folder: Path, *rows: str, header: str = EXPORT) -> FileRefusedError:
    """The error for an export of these rows."""
    with pytest.raises(FileRefusedError) as refusal:
        add(folder, *rows, header=header)
    return refusal.value


def test_a_row_is_stored_as_published_with_what_it_means(tmp_path: Path) -> None:
    assert rows_of(add(tmp_path, practice(trend="No significant change"))) == [
        {
            "series": "91547 Persons 15+ yrs",
            "indicator_id": "91547",
            "indicator_name": "Smoking prevalence",
            "sex": "Persons",
            "age": "15+ yrs",
            "stated": "in full",
            "organisation": "X00001",
            "organisation_name": "A surgery",
            "area_type": "GPs",
            "organisation_type": "gp_practice",
            "category_type": None,
            "category": None,
            "time_period": "2022/23",
            "period_start": datetime.date(2022, 4, 1),
            "period_end": datetime.date(2023, 3, 31),
            "value": 15.0,
            "value_reason": None,
            "lower_95": 11.8,
            "lower_95_reason": None,
            "upper_95": 18.8,
            "upper_95_reason": None,
            "lower_99_8": None,
            "lower_99_8_reason": "not_published",
            "upper_99_8": None,
            "upper_99_8_reason": "not_published",
            "count": Decimal("60.000000"),
            "count_reason": None,
            "denominator": Decimal("400.000000"),
            "denominator_reason": None,
            "note": None,
            "note_means": "nothing",
            "trend": "No significant change",
        }
    ]


@pytest.mark.parametrize(
    "comparator",
    [
        "Column not used",
        "Compared to percentiles",
        "Compared to PCNs (v. 27/10/23) value or percentiles",
        "Compared to ICBs value or percentiles",
    ],
)
def test_the_comparator_that_the_reader_chose_makes_no_difference(tmp_path: Path, comparator: str) -> None:
    header = HEADER.format(comparator=comparator)
    assert len(rows_of(add(tmp_path, practice(), header=header))) == 1


def test_older_exports_had_no_time_period_range(tmp_path: Path) -> None:
    older = practice().removesuffix(",1y")
    assert len(rows_of(add(tmp_path, older, header=EXPORT.removesuffix(",Time period range")))) == 1


AREA_TYPES = {
    "GP": ("gp_practice", "GPs"),
    "GPs": ("gp_practice", "GPs"),
    "PCNs (v. 27/10/23)": ("pcn", "PCNs"),
    "England": ("england", "England"),
    "ICBs": ("other", "ICBs"),
    "ICB sub-locations": ("other", "ICB sub-locations"),
    "CCGs (from Apr 2021)": ("other", "CCGs"),
    "NHS regions - new due to ICB changes": ("other", "NHS regions - new due to ICB changes"),
    "Counties & UAs (from Apr 2023)": ("other", "Counties & UAs"),
    "ONS 2011 group (superseded)": ("other", "ONS 2011 group"),
}


def test_area_types_are_known_in_every_version(tmp_path: Path) -> None:
    rows = [practice(f"X0000{place}", kind=wording) for place, wording in enumerate(AREA_TYPES)]
    stored = rows_of(add(tmp_path, *rows), "organisation_type", "area_type")
    found = sorted((str(row["organisation_type"]), str(row["area_type"])) for row in stored)
    assert found == sorted(AREA_TYPES.values())


def test_brackets_within_brackets_end_somewhere() -> None:
    assert plain_area_type("PCNs (v. 27/10/23) (provisional)") == "PCNs"
    assert plain_area_type("(only brackets)") == ""


def test_england_has_the_code_that_it_has_everywhere_and_stands_once(tmp_path: Path) -> None:
    # The export prints England twice: without a parent, and as a child of itself.
    again = ENGLAND.replace("Smoking prevalence,,", "Smoking prevalence,E92000001,England")
    store = Store(tmp_path / "store")
    added = add_one(store, write_file(tmp_path, "export.csv", csv_text(EXPORT, ENGLAND, again)))
    assert rows_of(store, "organisation", "organisation_type", "count") == [
        {"organisation": "ENG", "organisation_type": "england", "count": Decimal("7664426.000000")}
    ]
    assert added.notes == (
        "1 row repeats another (the same area under another parent or version), kept once",
    )


@pytest.mark.parametrize(
    ("period", "sortable", "length", "start", "end"),
    [
        ("2016/17 - 18/19", "20160000", "3y", "2016-04-01", "2019-03-31"),
        # A quarter begins in another year than the financial year by which it is sorted.
        ("2021/22 Q4", "20210400", "", "2022-01-01", "2022-03-31"),
    ],
)
def test_time_periods(tmp_path: Path, period: str, sortable: str, length: str, start: str, end: str) -> None:
    row = practice(period=period, sortable=sortable, length=length)
    assert rows_of(add(tmp_path, row), "time_period", "period_start", "period_end") == [
        {
            "time_period": period,
            "period_start": datetime.date.fromisoformat(start),
            "period_end": datetime.date.fromisoformat(end),
        }
    ]


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("Value suppressed for disclosure control reasons", "suppressed"),
        ("Value missing in source data", "missing_in_source"),
        ("Value cannot be calculated as number of cases is too small", "below_minimum"),
        ("", "not_published"),
        ("There is a data quality issue with this value. Potential underestimate", "not_published"),
    ],
)
def test_a_note_is_the_reason_for_every_empty_cell(tmp_path: Path, note: str, reason: str) -> None:
    row = practice(figures=",,,,,,21", note=note)
    (stored,) = rows_of(add(tmp_path, row), "value", "value_reason", "count_reason", "denominator", "note")
    assert stored == {
        "value": None,
        "value_reason": reason,
        "count_reason": reason,
        "denominator": Decimal("21.000000"),
        "note": note or None,
    }


def test_a_note_beside_a_value_stays_a_note(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    note = "Value for Bucks County applied to Bucks UA"
    added = add_one(store, write_file(tmp_path, "export.csv", csv_text(EXPORT, practice(note=note))))
    (row,) = rows_of(store, "value", "value_reason", "note", "note_means")
    assert row == {"value": 15.0, "value_reason": None, "note": note, "note_means": "caveat"}
    assert added.notes == (f"a value note that is kept and taken for a caveat: '{note}'",)


def test_a_row_of_a_category_is_kept_and_is_about_no_organisation(tmp_path: Path) -> None:
    decile = practice("E92000001", kind="England", category="IMD deciles,Most deprived")
    assert rows_of(add(tmp_path, ENGLAND, decile), "organisation_type", "category_type", "category") == [
        {"organisation_type": "england", "category_type": None, "category": None},
        {"organisation_type": "other", "category_type": "IMD deciles", "category": "Most deprived"},
    ]


def test_rows_without_identifier_sex_and_age_have_them_from_the_others_of_their_area_type(
    tmp_path: Path,
) -> None:
    short = practice(
        "X00002", indicator=", Smoking prevalence", who=",", period="2023/24", sortable="", length=""
    )
    council = practice("E06000001", kind="UA", who="Persons,Not applicable")
    store = add(tmp_path, practice(), council, short)
    assert rows_of(store, "organisation", "series", "stated") == [
        {"organisation": "X00001", "series": "91547 Persons 15+ yrs", "stated": "in full"},
        {"organisation": "X00002", "series": "91547 Persons 15+ yrs", "stated": "in other rows"},
        {"organisation": "E06000001", "series": "91547 Persons Not applicable", "stated": "in full"},
    ]


def test_rows_that_could_be_about_two_ages_are_refused(tmp_path: Path) -> None:
    short = practice("X00002", indicator=", Smoking prevalence", who=",")
    error = refused(tmp_path, practice(), practice(who="Persons,16+ yrs"), short)
    assert "do not say one identifier, sex and age" in error.what
    assert str(error.where).endswith("export.csv, row 4, column 'Indicator ID'")


def test_what_a_row_does_say_must_be_what_the_others_say(tmp_path: Path) -> None:
    error = refused(tmp_path, practice(), practice("X00002", who="Female,"))
    assert str(error.where).endswith("row 3, column 'Age'")


def test_several_indicators_stand_in_one_file(tmp_path: Path) -> None:
    score = practice(
        indicator="93553, Deprivation score", who="Persons,All ages", period="2019", sortable="20190000",
        figures="32.36,,,,,,",
    )  # fmt: skip
    assert rows_of(add(tmp_path, practice(), score), "series", "value", "count_reason") == [
        {"series": "91547 Persons 15+ yrs", "value": 15.0, "count_reason": None},
        {"series": "93553 Persons All ages", "value": 32.36, "count_reason": "not_published"},
    ]


def test_decimal_denominators_are_exact_and_long_ones_are_shortened(tmp_path: Path) -> None:
    first = practice(figures="15,11,19,,,332880,2219197.452")
    second = practice("X00002", figures="15,11,19,,,60,400.1234567891234")
    assert rows_of(add(tmp_path, first, second), "denominator") == [
        {"denominator": Decimal("2219197.452000")},
        {"denominator": Decimal("400.123457")},
    ]


def test_values_may_be_below_zero(tmp_path: Path) -> None:
    gap = practice(indicator="93190, Gap in life expectancy", figures="-2.5,-4,-1,,,,")
    (row,) = rows_of(add(tmp_path, gap), "value", "lower_95", "upper_95")
    assert row == {"value": -2.5, "lower_95": -4.0, "upper_95": -1.0}


@pytest.mark.parametrize(
    ("changed", "column", "what"),
    [
        ({"kind": "Parishes"}, "Area Type", "found 'Parishes', expected an area type that is declared"),
        ({"period": "last year"}, "Time period", "found 'last year', expected a period"),
        ({"period": "2021/23"}, "Time period", "found '2021/23', expected a period"),
        ({"sortable": "20230000"}, "Time period Sortable", "'2022/23' stands beside '20230000'"),
        ({"length": "3y"}, "Time period range", "'2022/23' stands beside '3y'"),
        ({"figures": ",,,,,,", "note": "Lost"}, "Value note", "found 'Lost' beside an empty value"),
        (
            {"note": "Value suppressed for disclosure control reasons"},
            "Value",
            "and a value is printed all the same",
        ),
        ({"figures": "many,11.8,18.8,,,60,400"}, "Value", "found 'many', expected a number"),
        ({"figures": "15,11.8,18.8,,,sixty,400"}, "Count", "found 'sixty', expected a number"),
        ({"figures": "15,11.8,18.8,,,-60,400"}, "Count", "found '-60', expected a number"),
        ({"figures": "nan,11.8,18.8,,,60,400"}, "Value", "found 'nan', expected a number"),
        ({"figures": "15,15.5,18.8,,,60,400"}, "Value", "does not lie within its limits, 15.5 to 18.8"),
        ({"figures": "15,18.8,11.8,,,60,400"}, "Value", "does not lie within its limits"),
        ({"figures": "15,11.8,18.8,16,20,60,400"}, "Value", "does not lie within its limits, 16 to 20"),
        ({"figures": "15,11.8,18.8,,,600,400"}, "Value", "the count 600 over the denominator 400 is 150"),
        ({"figures": "150,,,,,600,400"}, "Count", "a count of 600 is more than the denominator 400"),
    ],
)
def test_bad_input_is_refused_with_its_place(
    tmp_path: Path, changed: dict[str, str], column: str, what: str
) -> None:
    good = [practice("X00001"), practice("X00002"), practice("X00003")]
    error = refused(tmp_path, *good, practice("X00004", **changed))
    assert what in error.what
    assert str(error.where).endswith(f"export.csv, row 5, column '{column}'")
    assert error.next_step


def test_a_rate_per_100_may_be_above_100_where_its_limits_say_so(tmp_path: Path) -> None:
    rows = [practice("X00001"), practice("X00002"), practice("X00003", figures="150,138,163,,,600,400")]
    assert len(rows_of(add(tmp_path, *rows))) == 3


def test_a_standardised_rate_is_no_quotient_and_is_not_held_to_one(tmp_path: Path) -> None:
    rows = [practice(f"X0000{n}", figures=f"{n},,,,,{60 * n},400") for n in range(1, 6)]
    assert len(rows_of(add(tmp_path, *rows))) == 5


def test_a_renamed_column_is_refused_by_name(tmp_path: Path) -> None:
    error = refused(tmp_path, practice(), header=EXPORT.replace("Value note", "Comment"))
    assert "no column 'Value note', an unknown column 'Comment'" in error.what


def test_the_same_area_with_two_values_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, practice(), practice(figures="20,16,24,,,80,400"))
    assert "occurs twice" in error.what
    assert str(error.where).endswith("rows 2 and 3")


def test_a_cut_row_and_a_header_alone_are_refused(tmp_path: Path) -> None:
    assert "the header has 27" in refused(tmp_path, practice(), "91547,Smoking").what
    assert "no rows" in refused(tmp_path).what


def test_numbers_of_people_in_a_column_that_is_not_kept_are_refused(tmp_path: Path) -> None:
    # Three NHS numbers of the test range, with valid check digits.
    rows = [practice(f"X0000{n}", parent=f"E92000001,{number}") for n, number in enumerate(
        ("9990000018", "9990000026", "9990000034")
    )]  # fmt: skip
    with pytest.raises(PersonalDataRefusedError, match="Parent Name"):
        add(tmp_path, *rows)


def test_a_newer_export_replaces_its_own_indicator_and_area_types_only(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    pcn = practice("XP0001", kind="PCNs (v. 27/10/23)")
    older = write_file(tmp_path, "older.csv", csv_text(EXPORT, practice(), pcn))
    newer = write_file(
        tmp_path, "newer.csv", csv_text(EXPORT, practice(figures="20,16,24,,,80,400", kind="GP"))
    )
    for path, day in ((older, datetime.date(2024, 1, 31)), (newer, datetime.date(2024, 6, 30))):
        add_paths(store, load_catalogue(), [path], published=day)
    manifest = store.manifest()
    assert [file.published for file in manifest.files] == ["2024-01-31", "2024-06-30"]
    assert [dict(file.tables[0].coverage) for file in manifest.files] == [
        {"2022-04-01": ("GPs|91547 Persons 15+ yrs", "PCNs|91547 Persons 15+ yrs")},
        {"2022-04-01": ("GPs|91547 Persons 15+ yrs",)},
    ]


def test_two_different_exports_of_one_day_are_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for name, figures in (("one.csv", "15,11.8,18.8,,,60,400"), ("two.csv", "20,16,24,,,80,400")):
        write_file(tmp_path, name, csv_text(EXPORT, practice(figures=figures)))
    add_paths(store, load_catalogue(), [tmp_path / "one.csv"], published=datetime.date(2024, 1, 31))
    with pytest.raises(FileRefusedError):
        add_paths(store, load_catalogue(), [tmp_path / "two.csv"], published=datetime.date(2024, 1, 31))
