"""Bad input: each kind is refused with what was found where and what to do, and the store stays as it was."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from street import add_one, csv_text, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError, NotFoundError
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.sources.reading import opening
from likeforlike.store import Store

HEADER = (
    "SUB_ICB_LOCATION_CODE,ICB_ONS_CODE,REGION_CODE,Appointment_Month,Included Practices,Open Practices,"
    "Patients registered at included practices,Patients registered at open practices"
)
ROWS = (
    "00L,E54000050,E40000012,01AUG2020,40,41,329182,330000",
    "00N,E54000050,E40000012,01AUG2020,22,22,157231,157231",
    "00P,E54000050,E40000012,01AUG2020,38,39,285331,288000",
)
GOOD = csv_text(HEADER, *ROWS)

CROSSTAB_HEADER = (
    "APPOINTMENT_MONTH_START_DATE,GP_CODE,GP_NAME,SUPPLIER,PCN_CODE,PCN_NAME,SUB_ICB_LOCATION_CODE,"
    "SUB_ICB_LOCATION_NAME,HCP_TYPE,APPT_MODE,NATIONAL_CATEGORY,TIME_BETWEEN_BOOK_AND_APPT,COUNT_OF_APPOINTMENTS,"
    "APPT_STATUS"
)


def crosstab(*, mode: str = "Telephone", count: str = "7") -> str:
    """A crosstab of one row."""
    practice = "01OCT2025,A81001,THE DENSHAM SURGERY,TPP,U89141,STOCKTON PCN,16C,NHS North East - 16C"
    return csv_text(
        CROSSTAB_HEADER, f"{practice},GP,{mode},General Consultation Routine,2 to 7 Days,{count},Attended"
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that holds something already."""
    filled = Store(tmp_path / "store")
    text = csv_text(HEADER, "00L,E54000050,E40000012,01JAN2019,40,41,329182,330000")
    add_one(filled, write_file(tmp_path, "earlier/coverage.csv", text))
    return filled


def contents(store: Store) -> dict[str, bytes]:
    """Every file of a store with its bytes; the one lock is empty and stays."""
    return {
        path.relative_to(store.folder).as_posix(): path.read_bytes()
        for path in sorted(store.folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def refusal_of(store: Store, path: Path) -> FileRefusedError:
    """The error that adding a file raises; the store is byte for byte what it was."""
    before = contents(store)
    with pytest.raises(FileRefusedError) as refusal:
        add_paths(store, load_catalogue(), [path])
    assert contents(store) == before
    assert refusal.value.next_step, "an error says what to do"
    return refusal.value


def check_refused(store: Store, path: Path, where: str, *what: str) -> None:
    """Adding the file raises, at this place in it and with these words."""
    refusal = refusal_of(store, path)
    assert refusal.where == f"{path}{where}"
    for words in what:
        assert words in refusal.what


COUNT = "a whole number, zero or more"
MONTH = "the first day of a month, spelled as in the first row"
CODE = "an organisation code"


@pytest.mark.parametrize(
    ("row", "cells", "where", "found", "expected"),
    [
        (3, ("22", "many"), "column 'Included Practices'", "'many'", COUNT),
        (3, ("22", "-22"), "column 'Included Practices'", "'-22'", COUNT),
        (3, ("22", "21.5"), "column 'Included Practices'", "'21.5'", COUNT),
        (3, ("22", "2e1"), "column 'Included Practices'", "'2e1'", COUNT),
        (3, ("22", ""), "column 'Included Practices'", "''", COUNT),
        (3, ("22", "9" * 30), "column 'Included Practices'", f"'{'9' * 30}'", COUNT),
        (4, ("38", " 38"), "column 'Included Practices'", "' 38'", COUNT),
        (4, ("01AUG2020", "31FEB2020"), "column 'Appointment_Month'", "'31FEB2020'", MONTH),
        (4, ("01AUG2020", "15AUG2020"), "column 'Appointment_Month'", "'15AUG2020'", MONTH),
        (4, ("01AUG2020", "2020-08-01"), "column 'Appointment_Month'", "'2020-08-01'", MONTH),
        (4, ("01AUG2020", ""), "column 'Appointment_Month'", "''", MONTH),
        (2, ("01AUG2020", "32AUG2020"), "column 'Appointment_Month'", "'32AUG2020'", MONTH),
        (
            2,
            ("01AUG2020", "last month"),
            "column 'Appointment_Month'",
            "'last month'",
            "a month such as 01AUG2025",
        ),
        (3, ("00N", ""), "column 'SUB_ICB_LOCATION_CODE'", "''", CODE),
        (
            3,
            ("00N", "NHS County Durham CCG"),
            "column 'SUB_ICB_LOCATION_CODE'",
            "'NHS County Durham CCG'",
            CODE,
        ),
    ],
)
def test_a_cell_that_is_not_what_its_column_holds(
    store: Store, tmp_path: Path, row: int, cells: tuple[str, str], where: str, found: str, expected: str
) -> None:
    lines = GOOD.split("\n")
    lines[row - 1] = lines[row - 1].replace(*cells, 1)
    file = write_file(tmp_path, "coverage.csv", "\n".join(lines) + "\n")
    check_refused(store, file, f", row {row}, {where}", f"found {found}, expected {expected}")


def test_a_word_outside_the_vocabulary(store: Store, tmp_path: Path) -> None:
    file = write_file(tmp_path, "crosstab.csv", crosstab(mode="Hologram"))
    check_refused(
        store,
        file,
        ", row 2, column 'APPT_MODE'",
        "found 'Hologram', expected one of Face-to-Face, Home Visit, Telephone, Video/Online, Unknown",
    )


def test_a_column_that_is_missing(store: Store, tmp_path: Path) -> None:
    text = "\n".join(line.rpartition(",")[0] for line in GOOD.splitlines()) + "\n"
    check_refused(
        store,
        write_file(tmp_path, "coverage.csv", text),
        ", row 1",
        "looks like gp_appointments_coverage",
        "no column 'Patients registered at open practices'",
    )


def test_a_column_that_was_renamed(store: Store, tmp_path: Path) -> None:
    text = GOOD.replace("Included Practices", "Practices Participating")
    refusal = refusal_of(store, write_file(tmp_path, "coverage.csv", text))
    assert "no column 'Included Practices', an unknown column 'Practices Participating'" in refusal.what
    assert "definitions/sources/gp_appointments_coverage.toml" in refusal.next_step


def test_a_column_that_stands_there_twice(store: Store, tmp_path: Path) -> None:
    text = "\n".join(f"{line},{line.split(',')[0]}" for line in GOOD.splitlines()) + "\n"
    check_refused(store, write_file(tmp_path, "coverage.csv", text), ", row 1", "a column twice")


def test_a_layout_that_nobody_knows(store: Store, tmp_path: Path) -> None:
    file = write_file(tmp_path, "wards.csv", "ward,beds\nRose,12\n")
    refusal = refusal_of(store, file)
    assert (refusal.where, refusal.what) == (str(file), "no known format.")
    assert "`likeforlike sources`" in refusal.next_step


def test_a_key_that_occurs_twice(store: Store, tmp_path: Path) -> None:
    text = csv_text(HEADER, *ROWS, ROWS[1].replace("22,22", "21,22"))
    file = write_file(tmp_path, "coverage.csv", text)
    check_refused(store, file, ", rows 3 and 5", "the same month, sub_icb occurs twice (01AUG2020, 00N)")


@pytest.mark.parametrize(
    ("row", "cells"), [("00P,E54000050,E40000012", 3), (f"{ROWS[2]},1", 9)], ids=["too short", "too long"]
)
def test_a_row_of_another_length(store: Store, tmp_path: Path, row: str, cells: int) -> None:
    file = write_file(tmp_path, "coverage.csv", csv_text(HEADER, *ROWS[:2], row))
    check_refused(store, file, ", row 4", f"{cells} cells, the header has 8")


def test_a_file_cut_in_its_last_row(store: Store, tmp_path: Path) -> None:
    file = write_file(tmp_path, "coverage.csv", GOOD[:-30])
    check_refused(store, file, ", row 4", "cells, the header has 8")


def test_a_quote_that_is_not_closed(store: Store, tmp_path: Path) -> None:
    text = csv_text(HEADER, ROWS[0], ROWS[1].replace("00N", '"00N'), ROWS[2])
    refusal = refusal_of(store, write_file(tmp_path, "coverage.csv", text))
    assert "coverage.csv, row 3" in refusal.where
    assert "not CSV" in refusal.what


@pytest.mark.parametrize("text", [HEADER, HEADER + "\n"], ids=["no line end", "a line end"])
def test_a_header_without_rows(store: Store, tmp_path: Path, text: str) -> None:
    check_refused(store, write_file(tmp_path, "coverage.csv", text), "", "a header and no")


@pytest.mark.parametrize("content", [b"", b" \r\n\r\n"], ids=["no byte", "blank lines"])
def test_an_empty_file(store: Store, tmp_path: Path, content: bytes) -> None:
    check_refused(store, write_file(tmp_path, "coverage.csv", content), "", "the file is empty")


def test_an_empty_file_in_a_gzip(store: Store, tmp_path: Path) -> None:
    check_refused(store, write_file(tmp_path, "coverage.csv.gz", gzip.compress(b"")), "", "the file is empty")


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html>\n<html><body>404</body></html>",
        "\ufeff\n  <html><head>",
        "<?xml version='1.0'?><html>",
    ],
)
def test_a_web_page_saved_as_csv(store: Store, tmp_path: Path, page: str) -> None:
    refusal = refusal_of(store, write_file(tmp_path, "coverage.csv", page))
    assert "this is a web page, not data" in refusal.what
    assert "download the file itself" in refusal.next_step


def test_windows_1252_near_the_beginning(store: Store, tmp_path: Path) -> None:
    content = csv_text(HEADER, ROWS[0], ROWS[1].replace("00N", "00£")).encode("cp1252")
    file = write_file(tmp_path, "coverage.csv", content)
    check_refused(store, file, ", row 3", "byte 0xa3 is not UTF-8 text")


def test_windows_1252_far_below(store: Store, tmp_path: Path) -> None:
    # Beyond the first look at a file, which is 256 kB: found by the reader and located afterwards.
    good = [f"{number:05d},E54000050,E40000012,01AUG2020,40,41,329182,330000" for number in range(8000)]
    content = csv_text(HEADER, *good, ROWS[1].replace("00N", "00£")).encode("cp1252")
    assert content.index(b"\xa3") > 1 << 18
    refusal = refusal_of(store, write_file(tmp_path, "coverage.csv", content))
    assert refusal.what == "byte 0xa3 is not UTF-8 text."
    assert "coverage.csv, after row " in refusal.where
    assert "Save the file as UTF-8" in refusal.next_step


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_a_letter_of_two_bytes_across_the_end_of_the_first_look_is_no_fault(
    store: Store, tmp_path: Path, mark: str
) -> None:
    rows = [
        f"01OCT2025,A{number:05d},{{name}},TPP,U,,16C,NHS - 16C,GP,Telephone,Walk-in,1 Day,1,DNA"
        for number in range(4000)
    ]
    text = mark + csv_text(CROSSTAB_HEADER, *rows)
    before = text.encode().replace(b"{name}", b"SURGERY")[: (1 << 18) - 1]
    # One row's name is cut so that its last letter begins on the last byte that is looked at.
    row_start = before.rindex(b"\n") + 1
    name_start = row_start + len("01OCT2025,A00000,")
    name = "S" * ((1 << 18) - 1 - name_start) + "É"
    row = before[row_start:name_start].decode()
    number = int(row[-6:-1])
    parts = text.replace("{name}", "SURGERY").split("\n")
    parts[number + 1] = parts[number + 1].replace("SURGERY", name)
    content = "\n".join(parts).encode()
    assert content[(1 << 18) - 1 : (1 << 18) + 1] == "É".encode()
    added = add_one(store, write_file(tmp_path, "crosstab.csv", content))
    assert [table.rows for table in added.tables] == [4000]


def test_a_cell_as_long_as_a_book(store: Store, tmp_path: Path) -> None:
    text = GOOD.replace("00N", "N" * 200_000)
    check_refused(store, write_file(tmp_path, "coverage.csv", text), "", "no known format")


def test_utf_16(store: Store, tmp_path: Path) -> None:
    refusal = refusal_of(store, write_file(tmp_path, "coverage.csv", GOOD.encode("utf-16")))
    assert refusal.what == "this is UTF-16 text, UTF-8 was expected."


def test_line_ends_of_two_kinds(store: Store, tmp_path: Path) -> None:
    file = write_file(tmp_path, "coverage.csv", f"{HEADER}\r\n{ROWS[0]}\n{ROWS[1]}\r\n")
    refusal = refusal_of(store, file)
    assert "cannot be read as CSV" in refusal.what
    assert "Its lines may end in different ways" in refusal.next_step


def test_bytes_that_are_no_text(store: Store, tmp_path: Path) -> None:
    file = write_file(tmp_path, "picture.csv", b"\x00\x01\x02\x03" * 100)
    check_refused(store, file, "", "no known format")


def test_a_gzip_cut_short(store: Store, tmp_path: Path) -> None:
    file = write_file(tmp_path, "coverage.csv.gz", gzip.compress(GOOD.encode())[:-20])
    check_refused(store, file, "", "the packed file is damaged or was cut short")


def test_a_gzip_with_a_damaged_middle(store: Store, tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(GOOD.encode()))
    packed[40] ^= 0xFF
    refusal = refusal_of(store, write_file(tmp_path, "coverage.csv.gz", bytes(packed)))
    assert "damaged or was cut short" in refusal.what


def zipped(**members: str | bytes) -> bytes:
    """A zip of members, each named as the keyword with .csv."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.csv", content)
    return buffer.getvalue()


def test_a_zip_cut_short(store: Store, tmp_path: Path) -> None:
    file = write_file(tmp_path, "coverage.zip", zipped(coverage=GOOD)[:-30])
    check_refused(store, file, "", "the zip is damaged or was cut short")


def test_a_zip_whose_member_is_damaged_reports_it_and_takes_the_rest(store: Store, tmp_path: Path) -> None:
    content = bytearray(zipped(first=GOOD, second=crosstab()))
    content[60] ^= 0xFF
    file = write_file(tmp_path, "both.zip", bytes(content))
    first, second = add_paths(store, load_catalogue(), [file])
    assert (first.outcome, second.outcome) == (Outcome.REFUSED, Outcome.ADDED)
    assert first.error is not None
    assert first.error.where == f"{file}/first.csv"
    assert "damaged" in first.error.what


def test_a_zip_locked_with_a_password(store: Store, tmp_path: Path) -> None:
    content = bytearray(zipped(coverage=GOOD))
    # The bit that says "encrypted", in the member's own header and in the directory at the end.
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    file = write_file(tmp_path, "coverage.zip", bytes(content))
    check_refused(store, file, "", "'coverage.csv' is locked with a password")


def test_a_zip_bomb(store: Store, tmp_path: Path) -> None:
    file = write_file(tmp_path, "bomb.zip", zipped(bomb=b"0" * (40 << 20)))
    check_refused(store, file, "", "'bomb.csv' unpacks to more than 400 times its size, as a zip bomb does")


@pytest.mark.parametrize("limit", ["LARGEST_FILE", "LARGEST_ARCHIVE"])
def test_a_zip_that_is_too_large(
    store: Store, tmp_path: Path, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, limit, 100)
    file = write_file(tmp_path, "large.zip", zipped(coverage=GOOD))
    refusal = refusal_of(store, file)
    assert "unpacks to more than" in refusal.what
    assert refusal.where.startswith(str(file))


def test_a_zip_of_too_many_files(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_MEMBERS", 1)
    file = write_file(tmp_path, "many.zip", zipped(first=GOOD, second=GOOD))
    check_refused(store, file, "", "the zip holds 2 files, at most 1 are taken")


def test_a_gzip_that_is_too_large_stops_while_it_unpacks(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A gzip does not say how large it is: what comes out is counted.
    monkeypatch.setattr(opening, "LARGEST_FILE", 1 << 20)
    file = write_file(tmp_path, "bomb.csv.gz", gzip.compress(b"0" * (3 << 20)))
    check_refused(store, file, "", "unpacks to more than")


def test_the_edition_of_a_month_with_other_bytes(store: Store, tmp_path: Path) -> None:
    add_one(store, write_file(tmp_path, "release_Nov_25/crosstab.csv", crosstab(count="7")))
    other = write_file(tmp_path, "again/release_Nov_25/crosstab.csv", crosstab(count="8"))
    refusal = refusal_of(store, other)
    assert refusal.where == "release_Nov_25/crosstab.csv"
    assert "gp_appointments_practice, appointments, 2025-10, area 16C, issued 2025-12-31" in refusal.what
    assert "other bytes (from release_Nov_25/crosstab.csv)" in refusal.what
    assert "withdraw" in refusal.next_step


def test_a_path_that_does_not_exist(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such file or folder"):
        add_paths(store, load_catalogue(), [tmp_path / "nowhere.csv"])


def test_the_same_bytes_again_change_nothing(store: Store, tmp_path: Path) -> None:
    plain = write_file(tmp_path, "coverage.csv", GOOD)
    add_one(store, plain)
    before = contents(store)
    packed = write_file(tmp_path, "coverage.csv.gz", gzip.compress(GOOD.encode()))
    archive = write_file(tmp_path, "coverage.zip", zipped(coverage=GOOD))
    results = add_paths(store, load_catalogue(), [plain, packed, archive])
    assert {result.outcome for result in results} == {Outcome.ALREADY_THERE}
    del before["manifest.json"]  # it remembers the zip's own hash now
    assert {name: content for name, content in contents(store).items() if name != "manifest.json"} == before


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda text: "\ufeff" + text, id="byte order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(lambda text: text.rstrip("\n"), id="no line end at the end"),
        pytest.param(lambda text: "\n" + text, id="a blank line above"),
        pytest.param(
            lambda text: "\r\n\r\n" + text.replace("\n", "\r\n"), id="two blank lines of Windows above"
        ),
        pytest.param(lambda text: text + "\n", id="a blank line at the end"),
        pytest.param(
            lambda text: text.replace("Open Practices", " open\u00a0 practices [3]"), id="a drifting header"
        ),
        pytest.param(lambda text: text.replace("00N", '"00N"'), id="quotes"),
    ],
)
def test_what_is_no_fault(store: Store, tmp_path: Path, spoil: Callable[[str], str]) -> None:
    added = add_one(store, write_file(tmp_path, "coverage.csv", spoil(GOOD)))
    assert [table.rows for table in added.tables] == [3]


def test_in_a_folder_the_bad_are_reported_and_the_good_go_in(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "month"
    write_file(folder, "a.csv", GOOD.replace(",40,", ",forty,"))
    write_file(folder, "b.csv", "ward,beds\nRose,12\n")
    write_file(folder, "c.csv", GOOD)
    write_file(folder, ".hidden.csv", GOOD)
    results = add_paths(store, load_catalogue(), [folder])
    assert [result.outcome for result in results] == [Outcome.REFUSED, Outcome.UNKNOWN, Outcome.ADDED]
    assert results[0].error is not None
    assert "found 'forty'" in results[0].error.what


def test_a_withdrawn_file_comes_back_only_by_its_own_name(store: Store, tmp_path: Path) -> None:
    path = write_file(tmp_path, "downloads/coverage.csv", GOOD)
    before = store.manifest().files
    store.withdraw(add_one(store, path).content_sha256, "sent by mistake")
    (result,) = add_paths(store, load_catalogue(), [path.parent])
    assert result.outcome is Outcome.WITHDRAWN
    assert "was withdrawn on" in str(result.error)
    assert "sent by mistake" in str(result.error)
    assert store.manifest().files == before
    (note,) = add_one(store, path).notes
    assert note.endswith(": sent by mistake")
