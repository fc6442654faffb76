"""Files made to slip through: people where nobody looks, files that change, names that lie, months that cannot be."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import openpyxl
import pytest
from street import csv_text, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError, NotFoundError, PersonalDataRefusedError, UserError
from likeforlike.sources import adding
from likeforlike.sources.adding import add_paths
from likeforlike.sources.reading.opening import Unpacked
from likeforlike.store import Store

HEADER = (
    "PUBLICATION,EXTRACT_DATE,TYPE,SUB_ICB_LOCATION_CODE,ONS_SUB_ICB_LOCATION_CODE,CODE,POSTCODE,SEX,AGE,"
    "NUMBER_OF_PATIENTS"
)
# Numbers of the range that the NHS keeps for tests: 999 at the start.
NUMBERS = ("9990000018", "9990000026", "9990000034")


def lists(publication: str = "GP_PRAC_PAT_LIST", postcode: str = "ZZ99 3CZ", sex: str = "ALL", count: str = "10",
          month: str = "2025-11-01", rows: int = 40) -> list[str]:  # fmt: skip
    practice = f"GP, 16C, E38000247, A8{{:04d}}, {postcode}, {sex}, ALL, {count}"
    return [f"{publication}, {month}, {practice.format(number)}" for number in range(rows)]


def refusal(tmp_path: Path, *rows: str, content: bytes | None = None) -> UserError:
    store = Store(tmp_path / "store")
    path = write_file(tmp_path, "lists.csv", content or csv_text(HEADER, *rows))
    with pytest.raises(UserError) as caught:
        add_paths(store, load_catalogue(), [path])
    assert store.manifest().files == ()
    assert not list((tmp_path / "store").rglob("*.parquet"))
    return caught.value


@pytest.mark.parametrize("spelling", ["{}", "NHS {}", "NHS no. {}"])
def test_three_nhs_numbers_among_the_postcodes_are_three_too_many(tmp_path: Path, spelling: str) -> None:
    rows = lists()
    people = [
        row.replace("ZZ99 3CZ", spelling.format(number)) for row, number in zip(rows, NUMBERS, strict=False)
    ]
    error = refusal(tmp_path, *people, *rows[3:])
    assert isinstance(error, PersonalDataRefusedError)
    assert not any(number in str(error) for number in NUMBERS)


def test_people_in_a_column_that_is_not_stored(tmp_path: Path) -> None:
    rows = lists(rows=6000)
    late = [
        row.replace("GP_PRAC_PAT_LIST", number) for row, number in zip(rows[5990:], NUMBERS, strict=False)
    ]
    assert isinstance(refusal(tmp_path, *rows[:5990], *late), PersonalDataRefusedError)


@pytest.mark.parametrize("cell", ["999 000 0018", "999-000-0018"])
def test_a_persons_number_is_not_printed_where_a_count_was_expected(tmp_path: Path, cell: str) -> None:
    error = refusal(tmp_path, *lists(rows=3), *lists(rows=4, count=cell)[3:])
    assert cell not in str(error)
    assert "may be about a person" in error.what


def test_a_person_is_not_printed_where_a_label_was_expected(tmp_path: Path) -> None:
    error = refusal(tmp_path, *lists(rows=3), *lists(rows=4, sex="Jane Doe born 01.02.1950")[3:])
    assert "Jane" not in str(error)


def test_people_on_another_sheet_of_a_known_workbook(tmp_path: Path, published_data: Path) -> None:
    (real,) = (published_data / "online_consultations").glob("*November 2025.xlsx")
    book = openpyxl.load_workbook(real)
    sheet = book.create_sheet("Patients")
    sheet.append(["NHS Number", "Registered at"])
    for number in NUMBERS:
        sheet.append([number, "A81001"])
    book.save(tmp_path / "november.xlsx")
    store = Store(tmp_path / "store")
    with pytest.raises(PersonalDataRefusedError, match="NHS Number"):
        add_paths(store, load_catalogue(), [tmp_path / "november.xlsx"])
    assert store.manifest().files == ()


@pytest.mark.parametrize("month", ["9999-12-01", "2099-11-01", "0001-01-01"])
def test_a_month_that_cannot_be(tmp_path: Path, month: str) -> None:
    error = refusal(tmp_path, *lists(rows=3, month=month))
    assert isinstance(error, FileRefusedError)
    assert month in error.what


def test_rows_that_end_in_different_ways(tmp_path: Path) -> None:
    text = "\r" + csv_text(HEADER, *lists(rows=3)).replace(" ", "")
    assert isinstance(refusal(tmp_path, content=text.encode()), FileRefusedError)


def test_a_file_that_changes_while_it_is_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_file(tmp_path, "lists.csv", csv_text(HEADER, *lists(rows=3)))
    pack = adding._pack_original

    def pack_and_touch(unpacked: Unpacked, folder: Path) -> Path:
        kept = pack(unpacked, folder)
        path.write_text(csv_text(HEADER, *lists(rows=3, count="99")), encoding="utf-8")
        return kept

    monkeypatch.setattr(adding, "_pack_original", pack_and_touch)
    with pytest.raises(FileRefusedError, match="changed while it was read"):
        add_paths(Store(tmp_path / "store"), load_catalogue(), [path])


def test_a_zip_with_two_files_of_one_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("lists.csv", csv_text(HEADER, *lists(rows=3)))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("lists.csv", csv_text(HEADER, *lists(rows=4)))
    with pytest.raises(FileRefusedError, match="several files of one name"):
        add_paths(Store(tmp_path / "store"), load_catalogue(), [tmp_path / "two.zip"])


def test_a_zip_in_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as archive:
        archive.writestr("lists.csv", csv_text(HEADER, *lists(rows=3)))
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(tmp_path / "inner.zip", "inner.zip")
    (result,) = add_paths(Store(tmp_path / "store"), load_catalogue(), [tmp_path / "outer.zip"])
    assert "a zip within a zip" in str(result.error)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotFoundError, match="neither a file nor a folder"):
        add_paths(Store(tmp_path / "store"), load_catalogue(), [tmp_path / "pipe"])


def test_what_a_file_is_called_does_not_steer_a_terminal() -> None:
    assert str(UserError("bad", where="a\nb\x1b[31m.csv")) == "a\\nb\\x1b[31m.csv: bad"
