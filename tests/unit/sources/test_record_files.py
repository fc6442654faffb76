"""Which record files are refused before anything is counted, above all those that seem to be about people."""

from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.catalogue.loading import check_definition
from likeforlike.catalogue.records import Records
from likeforlike.errors import DefinitionError, FileRefusedError, NotFoundError, PersonalDataRefusedError
from likeforlike.sources.records import (
    check_codes,
    check_record_files,
    find_record_files,
    load_records,
    make_header,
)

CONTENT: dict[str, object] = {
    "title": "Calls",
    "about": "One row a call.",
    "provider": "NHS Example ICB, analytics",
    "area": "QHM",
    "organisation_type": "gp_practice",
    "organisation": "PRACTICE",
    "date": "CALLED",
    "first_day": datetime.date(2025, 10, 1),
    "last_day": datetime.date(2025, 11, 30),
    "ignored": ["OTHER"],
    "labels": {"hours": {"column": "HOURS", "labels": {"in": ["IN"], "out": ["OUT", ""]}}},
    "indicators": [{"indicator": "calls", "numerator": {"where": {"hours": ["in"]}}}],
}


def definition(**changes: object) -> Records:
    return check_definition(Records, CONTENT | changes, where="calls.toml")


COLUMNS = {
    "PRACTICE": ["A81001"] * 4,
    "CALLED": [datetime.date(2025, 10, 1)] * 4,
    "HOURS": ["IN"] * 4,
    "OTHER": ["1", "2", "3", "4"],
}


def write(folder: Path, **columns: object) -> Path:
    """A Parquet file of these columns, some in the place of the usual ones; None leaves one out."""
    table = {name: cells for name, cells in (COLUMNS | columns).items() if cells is not None}
    path = folder / "calls.parquet"
    pyarrow.parquet.write_table(pyarrow.table(table), path)
    return path


def test_a_file_as_described(tmp_path: Path) -> None:
    check_record_files(definition(), [write(tmp_path)])
    # Codes written as a dictionary, as pandas writes categories.
    check_record_files(definition(), [write(tmp_path, HOURS=pyarrow.array(["IN"] * 4).dictionary_encode())])


# 943 476 5919 and 401 023 2137 are examples that documentation of the NHS number prints; they are nobody's.
NHS_NUMBERS = ["9434765919", "4010232137", "943 476 5919", "401 023 2137"]


@pytest.mark.parametrize("header", ["NHS_NUMBER", "Patient ID", "DATE OF BIRTH", "Surname", "GMC_Code"])
def test_a_header_of_people_is_refused_though_it_would_be_ignored(tmp_path: Path, header: str) -> None:
    path = write(tmp_path, **{header: ["a", "b", "c", "d"]})
    with pytest.raises(PersonalDataRefusedError, match=f"column '{header}' is about a "):
        check_record_files(definition(ignored=["OTHER", header]), [path])


@pytest.mark.parametrize("column", ["OTHER", "PRACTICE", "HOURS"])
def test_numbers_of_people_are_refused_under_any_header(tmp_path: Path, column: str) -> None:
    with pytest.raises(PersonalDataRefusedError) as caught:
        check_record_files(definition(), [write(tmp_path, **{column: NHS_NUMBERS})])
    assert f"column '{column}' holds what look like NHS numbers" in caught.value.what
    assert not any(number in str(caught.value) for number in NHS_NUMBERS)


def test_numbers_of_clinicians_where_only_codes_and_words_stand(tmp_path: Path) -> None:
    with pytest.raises(PersonalDataRefusedError, match="GMC numbers"):
        check_record_files(
            definition(), [write(tmp_path, HOURS=["1234567", "2345678", "3456789", "4567890"])]
        )


def test_every_file_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    files = [write(tmp_path / "first"), write(tmp_path, OTHER=NHS_NUMBERS)]
    with pytest.raises(PersonalDataRefusedError):
        check_record_files(definition(), files)


def test_codes_of_another_shape_are_refused_unprinted_where_they_may_be_people() -> None:
    kind = load_catalogue().organisation_type("gp_practice")
    check_codes(["A81001", "X00001"], kind, "calls")
    with pytest.raises(FileRefusedError) as caught:
        check_codes(["A81001", "943 476 5919", "QHM"], kind, "calls")
    assert caught.value.what == (
        "2 codes are not shaped as codes of GP practices: (a text of 12 characters that may be about a person), QHM."
    )


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"CALLED": None}, "there is no column 'CALLED'; there are PRACTICE, HOURS, OTHER."),
        ({"WEATHER": ["dry"] * 4}, "column 'WEATHER' is not described."),
        ({"PRACTICE": [1.5] * 4}, "column 'PRACTICE': texts or whole numbers were expected, found double."),
        ({"CALLED": [1, 2, 3, 4]}, "column 'CALLED': days, moments without a zone, or texts were expected, "),
        (
            {"CALLED": pyarrow.array([0] * 4, pyarrow.timestamp("us", "UTC"))},
            "column 'CALLED': days, moments without a zone, or texts were expected, found timestamp[us, tz=UTC].",
        ),
    ],
)
def test_columns_that_are_not_as_described(tmp_path: Path, columns: dict[str, object], said: str) -> None:
    path = write(tmp_path, **columns)
    with pytest.raises(FileRefusedError) as caught:
        check_record_files(definition(), [path])
    assert caught.value.what.startswith(said)
    assert caught.value.where == str(path)


def test_a_count_must_be_whole_numbers(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="column 'OTHER': whole numbers were expected, found string"):
        check_record_files(definition(count="OTHER", ignored=[]), [write(tmp_path)])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty."),
        (b"PRACTICE,CALLED,HOURS,PRACTICE\n", "a column is there twice."),
        (b"PRACTICE,CALLED,HOURS\nA\xff\n", "UTF-8 text with commas was expected"),
    ],
)
def test_csv_files_that_cannot_be_read(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefusedError) as caught:
        check_record_files(definition(), [path])
    assert said in caught.value.what


def test_a_parquet_file_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "calls.parquet"
    path.write_bytes(b"no Parquet")
    with pytest.raises(FileRefusedError, match="it is no Parquet file"):
        check_record_files(definition(), [path])


def test_files_are_found_below_folders_and_once(tmp_path: Path) -> None:
    file = write(tmp_path)
    (tmp_path / "notes.txt").write_text("not a record")
    assert find_record_files([tmp_path, file]) == [file.resolve()]


def test_paths_that_hold_no_record_files(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no such file"):
        find_record_files([tmp_path / "none.csv"])
    with pytest.raises(NotFoundError, match="there is no Parquet or CSV file below it"):
        find_record_files([tmp_path])
    (tmp_path / "notes.txt").write_text("not a record")
    with pytest.raises(FileRefusedError, match="record files are Parquet or CSV"):
        find_record_files([tmp_path / "notes.txt"])
    write(tmp_path)
    (tmp_path / "calls.csv").write_text("PRACTICE\n")
    with pytest.raises(FileRefusedError, match="Parquet and CSV files among these"):
        find_record_files([tmp_path])


def test_a_definition_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such definition of record files"):
        load_records(tmp_path / "calls.toml")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colour": "red"}, "unknown key 'colour'"),
        (
            {"first_day": datetime.date(2025, 10, 2)},
            "whole months were expected, found 2025-10-02 to 2025-11-30",
        ),
        ({"last_day": datetime.date(2025, 11, 29)}, "whole months were expected"),
        ({"last_day": datetime.date(2025, 8, 31)}, "whole months were expected"),
        ({"outside_span": "forget"}, "key 'outside_span'"),
        ({"ignored": ["PRACTICE"]}, "column 'PRACTICE' is defined twice"),
        ({"indicators": []}, "key 'indicators'"),
        (
            {"indicators": [{"indicator": "calls", "numerator": {"where": {"weather": ["dry"]}}}]},
            "indicator 'calls': there are no labels 'weather'",
        ),
        (
            {"indicators": [{"indicator": "calls", "numerator": {"where": {"hours": ["IN"]}}}]},
            "indicator 'calls': ['IN'] are no labels of 'hours'",
        ),
        (
            {"labels": {"hours": {"column": "HOURS", "labels": {"in": ["IN"], "out": ["IN"]}}}},
            "spelling 'IN' is defined twice",
        ),
    ],
)
def test_definitions_that_do_not_hold(changes: dict[str, object], said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        definition(**changes)
    assert said in str(caught.value)


def test_the_header_says_what_was_left_out() -> None:
    header = make_header(definition(), datetime.date(2025, 12, 1), 1234567, 2, {"outside_span": 8901})
    assert header.about == (
        "One row a call.\nCounted from 1,234,567 rows in 2 files. "
        "Left out: 8,901 rows that have no day, or one outside the span."
    )
    assert (header.restricted, header.area, header.published) == (True, "QHM", datetime.date(2025, 12, 1))
