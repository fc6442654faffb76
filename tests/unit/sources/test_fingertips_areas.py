"""Fingertips for areas, in small: five related files, copies kept once, quarters all kept, two figures that differ."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from street import add_one, stored_rows, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

SOURCE = "fingertips_areas"
ISSUED = datetime.date(2025, 6, 15)
HEADER = (
    "IndicatorId,AreaCode,Year,Sex,Age,Category,CategoryType,Count,Denominator,Value,LowerCI,UpperCI,Trend"
)
REST = ",SexID,AgeID,CategoryId,CategoryTypeId"
HALTON = "241,E06000006,2023,Persons,17+ yrs,,,800,10000,8,7.5,8.5,"
AREAS = "Children,AreaCode,AreaName,Level,HierarchyType,AreaType,AreaTypeCode"
INDICATORS = (
    "IndicatorID,Polarity,BenchmarkComparisonMethod,ValueType,IndicatorName,PeriodType,Frequency,"
    "RequiresGeoAggregation"
)


def values(*rows: str) -> str:
    """A file of figures; what is not stored of them is left empty."""
    return "\ufeff" + "".join(f"{row}\n" for row in (HEADER + REST, *(row + ",4,187,," for row in rows)))


def stored(tmp_path: Path, *rows: str, columns: str) -> list[tuple[object, ...]]:
    """Some columns of what is stored of these figures, in the order of the key."""
    store = Store(tmp_path / "store")
    add_one(store, write_file(tmp_path, "healthdata.csv", values(*rows)))
    return [tuple(row.values()) for row in stored_rows(store, SOURCE, "values", *columns.split())]


def refusal(tmp_path: Path, text: str) -> FileRefusedError:
    """Why a file is refused."""
    with pytest.raises(FileRefusedError) as refused:
        add_one(Store(tmp_path / "store"), write_file(tmp_path, "file.csv", text))
    return refused.value


@pytest.mark.parametrize(
    ("number", "year", "begins", "ends"),
    [
        ("241", "2023", datetime.date(2023, 4, 1), datetime.date(2024, 3, 31)),
        ("92266", "2022", datetime.date(2022, 1, 1), datetime.date(2022, 12, 31)),
        ("92033", "2019", datetime.date(2019, 9, 1), datetime.date(2020, 8, 31)),
        ("93015", "2022", datetime.date(2022, 11, 1), datetime.date(2023, 10, 31)),
        # England's 10,569 admissions of "2018" are of 35,333,879 children: three times the 11.8 million that there are.
        ("92904", "2018", datetime.date(2018, 4, 1), datetime.date(2021, 3, 31)),
    ],
    ids=["financial", "calendar", "academic", "from November", "three years together"],
)
def test_a_year_is_what_the_indicator_says(
    tmp_path: Path, number: str, year: str, begins: datetime.date, ends: datetime.date
) -> None:
    row = HALTON.replace("241,", f"{number},").replace("2023", year)
    assert stored(tmp_path, row, columns="period period_end series") == [
        (begins, ends, f"{number} Persons 17+ yrs")
    ]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("E06000006", "council"),
        ("E08000012", "council"),
        ("E10000017", "council"),
        ("E09000001", "council"),
        ("E07000117", "other"),
        ("E12000002", "other"),
        ("E47000001", "other"),
        ("A82003", "other"),
        ("U28237", "other"),
        ("E38999999", "sub_icb"),
        ("E54999999", "icb"),
        ("E40999999", "nhs_region"),
        ("E92000001", "england"),
        ("X06000001", "council"),
        ("XENG", "england"),
    ],
)
def test_the_kind_of_an_area_follows_from_its_code(tmp_path: Path, code: str, kind: str) -> None:
    row = HALTON.replace("E06000006", code)
    assert stored(tmp_path, row, columns="organisation organisation_type") == [(code, kind)]


def test_a_region_stands_under_its_code_of_the_nhs_in_figures_and_in_the_list(tmp_path: Path) -> None:
    """The North West is Y62 in every file of NHS England: under E40000010 it would be an eighth region."""
    row = HALTON.replace("E06000006", "E40000010")
    assert stored(tmp_path, row, columns="organisation organisation_type") == [("Y62", "nhs_region")]
    store = Store(tmp_path / "lists")
    text = f"{AREAS}\n,E40000010,North West NHS Region,2,NHS,NHS Regions,nhs-regions\n"
    add_one(store, write_file(tmp_path, "areas.csv", text))
    (listed,) = stored_rows(store, SOURCE, "areas")
    assert (listed["area_code"], listed["organisation"]) == ("E40000010", "Y62")


@pytest.mark.parametrize(
    ("ons", "code", "kind"), [("E38000014", "00Q", "sub_icb"), ("E54000048", "QE1", "icb")]
)
def test_sub_icbs_and_icbs_are_known_by_their_codes_of_the_nhs(
    tmp_path: Path, ons: str, code: str, kind: str
) -> None:
    row = HALTON.replace("E06000006", ons)
    assert stored(tmp_path, row, columns="area_code nhs_code organisation organisation_type") == [
        (ons, code, code, kind)
    ]


def test_the_file_of_areas_is_refused_where_it_gives_another_code(tmp_path: Path) -> None:
    rows = ",E38000014,Lancashire ICB - 00R,3,NHS,NHS Sub Integrated Care Boards,subs\n"
    error = refusal(tmp_path, f"{AREAS}\n{rows}")
    assert error.what == "the name of E38000014 gives it the code 00R, but its figures are read as 00Q's."
    assert error.where.endswith("row 2, column 'AreaName'")


def test_a_category_is_a_part_of_an_area_and_compared_with_none(tmp_path: Path) -> None:
    row = HALTON.replace("17+ yrs,,,", "17+ yrs,Most deprived decile,Deprivation deciles,")
    assert stored(tmp_path, row, columns="organisation_type category category_type") == [
        ("other", "Most deprived decile", "Deprivation deciles")
    ]


def test_what_is_not_printed_has_a_reason_and_modelled_counts_can_be_summed(tmp_path: Path) -> None:
    row = "352,E06000006,2023,Persons,16+ yrs,,,386.8894732123456,,18.9,,,"
    found = stored(
        tmp_path, row, columns="count count_as_published denominator denominator_reason lower_95_reason"
    )
    assert found == [(Decimal("386.889473"), 386.8894732123456, None, "not_published", "not_published")]


def test_copies_are_kept_once_and_the_fuller_of_two(tmp_path: Path) -> None:
    without_value = HALTON.replace("8,7.5,8.5,", ",,,")
    assert stored(tmp_path, without_value, HALTON, HALTON, columns="value occurrence stands") == [
        (8.0, 1, "alone")
    ]


def test_two_figures_that_differ_are_both_kept_and_marked(tmp_path: Path) -> None:
    other = HALTON.replace("800,10000,8,", "801,10010,8.002,")
    assert stored(tmp_path, HALTON, other, columns="value occurrence stands") == [
        (8.0, 1, "against another"),
        (8.002, 2, "against another"),
    ]


def test_quarters_are_all_kept_though_two_are_alike(tmp_path: Path) -> None:
    quarter = "91040,E08000012,2020,Persons,40-74 yrs,,,{},1000,{},,,"
    rows = [quarter.format(count, count / 10) for count in (0, 0, 7, 0)]
    assert stored(tmp_path, *rows, columns="value occurrence stands") == [
        (0.0, 1, "with quarters"),
        (0.0, 2, "with quarters"),
        (0.7, 3, "with quarters"),
        (0.0, 4, "with quarters"),
    ]


@pytest.mark.parametrize(
    ("row", "what", "where"),
    [
        (HALTON.replace("241,", "99999,"), "found '99999', expected a declared", "row 3, column 'IndicatorId'"),
        (HALTON.replace("E06000006", "Halton"), "found 'Halton', expected a code", "row 3, column 'AreaCode'"),
        (HALTON.replace("2023", "2023/24"), "found '2023/24', expected a year", "row 3, column 'Year'"),
        (HALTON.replace("2023", "2099"), "found '2099'", "row 3, column 'Year'"),
        (HALTON.replace("800", "many"), "found 'many', expected a number", "row 3, column 'Count'"),
        (HALTON.replace("8,7.5,8.5", "8,8.5,7.5"), "lies outside its limits", "row 3"),
        (HALTON.replace("Persons", "All"), "found 'All', expected one of Persons, Female, Male", "row 3, column 'Sex'"),
    ],
    ids=["indicator", "code", "year", "future", "text in numbers", "limits", "sex"],
)  # fmt: skip
def test_refused_with_its_place(tmp_path: Path, row: str, what: str, where: str) -> None:
    error = refusal(tmp_path, values("241,E06000008,2022,Persons,17+ yrs,,,900,10000,9,8.5,9.5,", row))
    assert what in error.what
    assert error.where.endswith(where)
    assert error.next_step


def test_a_renamed_column_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, values(HALTON).replace("LowerCI", "Lower"))
    assert "no column 'LowerCI'" in error.what


def test_lists_hold_for_the_month_of_issue(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    rows = (
        "E38000014|E38000015,E54000048,NHS Lancashire ICB - QE1,2,NHS,NHS Integrated Care Boards,nhs-icbs\n"
    )
    path = write_file(tmp_path, "areas.csv", f"{AREAS}\n{rows}")
    (result,) = add_paths(store, load_catalogue(), [path], published=ISSUED)
    assert result.file is not None
    assert stored_rows(store, SOURCE, "areas") == [
        {
            "listed": datetime.date(2025, 6, 1),
            "area_code": "E54000048",
            "organisation": "QE1",
            "organisation_type": "icb",
            "organisation_name": "NHS Lancashire ICB - QE1",
            "area_type": "NHS Integrated Care Boards",
            "hierarchy": "NHS",
            "level": 2,
            "children": "E38000014|E38000015",
        }
    ]


def test_the_file_of_indicators_is_refused_where_figures_are_read_otherwise(tmp_path: Path) -> None:
    known = "247,No judgement,None,Proportion,Dementia,Financial,annually,False"
    new = "99999,Low is good,None,Score,Something new,Calendar,monthly,False"
    other = "241,No judgement,None,Proportion,Diabetes,Calendar,annually,True"
    store = Store(tmp_path / "fine")
    add_one(store, write_file(tmp_path, "indicators.csv", f"{INDICATORS}\n{known}\n{new}\n"))
    assert [row["polarity"] for row in stored_rows(store, SOURCE, "indicators")] == [
        "no_judgement",
        "lower_is_better",
    ]
    error = refusal(tmp_path, f"{INDICATORS}\n{known}\n{other}\n")
    assert (
        "the period type of indicator 241 is 'calendar', but its figures are read as 'financial'"
        in error.what
    )
    assert error.where.endswith("row 3, column 'PeriodType'")


def test_ages_and_categories(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add_one(
        store, write_file(tmp_path, "agedata.csv", "AgeID,Age,MinYears,MaxYears\n-1,Not applicable,0,0\n")
    )
    categories = 'CategoryName,CategoryTypeName,Sequence\nMost deprived decile,"Deciles, 2019",10\n'
    add_one(store, write_file(tmp_path, "categories.csv", categories))
    assert stored_rows(store, SOURCE, "ages", "age_id", "from_year") == [{"age_id": "-1", "from_year": 0}]
    assert stored_rows(store, SOURCE, "categories", "category_type", "sequence") == [
        {"category_type": "Deciles, 2019", "sequence": 10}
    ]
