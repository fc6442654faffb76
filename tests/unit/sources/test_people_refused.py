"""Figures about organisations only: files about patients or clinicians are refused, and none of their values shown.

The NHS numbers below are made: digits with a valid check digit, from the range 999 that is never given to anybody.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from street import write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError, PersonalDataRefusedError
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.sources.reading.people import is_nhs_number
from likeforlike.store import Store

NHS_NUMBERS = ("9990000018", "9990000026", "9990000034", "9990000042")
MAP_HEADER = (
    "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,ONS_SUB_ICB_LOCATION_CODE,"
    "SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ONS_ICB_CODE,ICB_CODE,ICB_NAME,ONS_COMM_REGION_CODE,"
    "COMM_REGION_CODE,COMM_REGION_NAME,PCN_CODE,PCN_NAME,SUPPLIER_NAME"
)


def check_refused(tmp_path: Path, text: str, *words: str) -> PersonalDataRefusedError:
    """A file with this text is refused as personal, and nothing of it is in the error or in the store."""
    store = Store(tmp_path / "store")
    with pytest.raises(PersonalDataRefusedError) as refusal:
        add_paths(store, load_catalogue(), [write_file(tmp_path, "file.csv", text)])
    for word in words:
        assert word in refusal.value.what
    assert "Nothing was kept" in refusal.value.next_step
    for line in text.splitlines()[1:]:
        for cell in line.split(","):
            assert len(cell) < 5 or cell not in str(refusal.value)
    assert [path for path in store.folder.rglob("*") if path.is_file() and path.name != "lock"] == []
    return refusal.value


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        # The worked example of the NHS Data Dictionary, and its digits with the check digit changed.
        ("9434765919", True),
        ("943 476 5919", True),
        ("943-476-5919", True),
        ("9434765918", False),
        ("9990000018", True),
        ("9990000017", False),
        # A remainder of 1 would ask for a check digit of 10: no such number is given out.
        ("9990000060", False),
        ("0000000000", False),
        ("943476591", False),
        ("94347659190", False),
        ("A434765919", False),
    ],
)
def test_the_check_digit_of_an_nhs_number(number: str, is_one: bool) -> None:
    assert is_nhs_number(number) is is_one


def test_of_ten_endings_one_at_most_is_an_nhs_number() -> None:
    # Slowly and plainly: weights ten to two, the check digit makes the sum a multiple of eleven.
    for stem in ("999000001", "943476591", "401023213", "123456789"):
        weighted = sum(int(digit) * (10 - place) for place, digit in enumerate(stem))
        right = [str(digit) for digit in range(10) if (weighted + digit) % 11 == 0]
        assert [str(digit) for digit in range(10) if is_nhs_number(f"{stem}{digit}")] == right


@pytest.mark.parametrize("heading", ["reference", "id"])
def test_a_column_of_nhs_numbers_whatever_its_name(tmp_path: Path, heading: str) -> None:
    text = f"{heading},seen\n" + "".join(f"{number},1\n" for number in NHS_NUMBERS)
    check_refused(tmp_path, text, f"column '{heading}' holds what look like NHS numbers")


def test_nhs_numbers_among_other_values_of_a_column(tmp_path: Path) -> None:
    text = "key,seen\n" + "".join(f"{value},1\n" for value in (*NHS_NUMBERS, "total", "", "unknown", "spare"))
    check_refused(tmp_path, text, "column 'key' holds what look like NHS numbers")


def test_nhs_numbers_written_with_spaces(tmp_path: Path) -> None:
    rows = (f"{number[:3]} {number[3:6]} {number[6:]}" for number in NHS_NUMBERS)
    check_refused(tmp_path, "key,seen\n" + "".join(f"{row},1\n" for row in rows), "NHS numbers")


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (("99A0001E", "99B0002S", "99C0003W"), "NMC PINs"),
        (("G9900001", "G9900002", "G9900003"), "prescriber codes of doctors"),
    ],
)
def test_a_column_of_clinicians_numbers(tmp_path: Path, values: tuple[str, ...], what: str) -> None:
    text = "key,seen\n" + "".join(f"{value},1\n" for value in values)
    check_refused(tmp_path, text, f"column 'key' holds what look like {what}")


@pytest.mark.parametrize(
    "heading",
    [
        "NHS Number", "NHS_NUMBER", "NHSNumber", "nhs no", "Patient NHS Number", "Patient ID", "patient_name",
        "Forename", "SURNAME", "Date of Birth", "DOB", "hospital number",
    ],
)  # fmt: skip
def test_a_header_about_patients(tmp_path: Path, heading: str) -> None:
    check_refused(
        tmp_path, f"{heading},practice\nsomething,A81001\n", f"column '{heading}' is about a patient"
    )


@pytest.mark.parametrize(
    "heading",
    ["GMC", "GMC Number", "gmc_no", "GMC reference number", "NMC PIN", "Clinician", "Doctor Name", "Consultant code",
     "prescriber_code", "Nurse name", "HCPC number"],
)  # fmt: skip
def test_a_header_about_clinicians(tmp_path: Path, heading: str) -> None:
    check_refused(
        tmp_path, f"{heading},practice\nsomething,A81001\n", f"column '{heading}' is about a clinician"
    )


def map_row(number: int, *, name: str = "THE SURGERY", code: str | None = None) -> str:
    """A row of the practice map: an official layout, whose columns of text could hide people."""
    practice = code or f"A{number:05d}"
    return (
        f"GP_PRAC_PAT_LIST,01Nov2025,{practice},{name},TS18 1HU,E38000247,16C,NHS North East ICB - 16C,E54000050,"
        f"QHM,NHS North East,E40000012,Y63,North East,U89141,STOCKTON PCN,TPP"
    )


@pytest.mark.parametrize(
    ("column", "rows", "what"),
    [
        (
            "practice_name",
            [map_row(number, name=f"99{number:05d}") for number in range(4000)],
            "GMC numbers",
        ),
        (
            "practice",
            [map_row(number, code=f"G99{number:05d}") for number in range(4000)],
            "prescriber codes",
        ),
    ],
    ids=["GMC numbers", "prescriber codes"],
)
def test_people_in_a_text_column_of_an_official_layout(
    tmp_path: Path, column: str, rows: list[str], what: str
) -> None:
    text = "\n".join([MAP_HEADER, *rows]) + "\n"
    store = Store(tmp_path / "store")
    with pytest.raises(PersonalDataRefusedError, match=what) as refusal:
        add_paths(store, load_catalogue(), [write_file(tmp_path, "map.csv", text)])
    assert column in refusal.value.what.replace("PRACTICE_CODE", "practice")
    assert "99000" not in refusal.value.what
    assert store.manifest().files == ()


def test_people_far_below_the_first_look_at_a_file(tmp_path: Path) -> None:
    # The first 256 kB hold practices only; the numbers come after them and are more than half of all.
    numbers = [f"{stem:09d}" for stem in range(999_000_000, 999_012_000)]
    made = [
        number + str(digit) for number in numbers for digit in range(10) if is_nhs_number(f"{number}{digit}")
    ]
    rows = [map_row(number) for number in range(2500)] + [
        map_row(number, name=nhs_number) for number, nhs_number in enumerate(made[:4000], 2500)
    ]
    text = "\n".join([MAP_HEADER, *rows]) + "\n"
    assert text.index(made[0]) > 1 << 18
    store = Store(tmp_path / "store")
    with pytest.raises(
        PersonalDataRefusedError, match="column 'practice_name' holds what look like NHS numbers"
    ):
        add_paths(store, load_catalogue(), [write_file(tmp_path, "map.csv", text)])
    assert store.manifest().files == ()


def test_in_a_folder_such_a_file_is_reported_and_left_out(tmp_path: Path) -> None:
    write_file(tmp_path, "folder/people.csv", "NHS Number,seen\n9990000018,1\n")
    store = Store(tmp_path / "store")
    (result,) = add_paths(store, load_catalogue(), [tmp_path / "folder"])
    assert result.outcome is Outcome.REFUSED
    assert isinstance(result.error, PersonalDataRefusedError)


@pytest.mark.parametrize(
    "text",
    [
        # Counts of seven digits, a stray number that happens to be valid, a practice's name, a column of totals.
        "area,patients\n00L,1000018\n00N,1000026\n00P,1000034\n",
        "area,key\n00L,9990000018\n00N,5\n00P,7\n",
        "GP_NAME,GP_CODE\nTHE SURGERY,A81001\nPARK SURGERY,A81002\nHIGH STREET,A81003\n",
        "area,share of records with a valid NHS number\n00L,98\n00N,97\n00P,99\n",
        "area,NHS number of staff,doctors,nurse\n00L,98,3,1\n00N,97,4,1\n00P,99,5,1\n",
    ],
)
def test_what_is_about_organisations_is_not_taken_for_people(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileRefusedError) as refusal:
        add_paths(Store(tmp_path / "store"), load_catalogue(), [write_file(tmp_path, "file.csv", text)])
    assert refusal.value.what == "no known format."
