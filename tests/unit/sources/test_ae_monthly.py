"""A&E attendances in small: totals that must be the sum, stray columns, revised issues, and what is refused."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path

import pytest
from ae_files import COUNTS, HEADER, as_csv, make_rows
from hypothesis import given, settings
from hypothesis import strategies as st
from street import add_one, stored_rows, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError, UserError
from likeforlike.measures.build import build
from likeforlike.measures.reading import read_members, read_observations
from likeforlike.settings import Settings
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.store import PublishedBasis, Store

APRIL = "Monthly-AE-April-2025.csv"


def add(folder: Path, rows: list[list[str]], name: str = APRIL) -> Store:
    store = Store(folder / "store")
    add_one(store, write_file(folder, name, as_csv(rows)))
    return store


def test_a_provider_as_it_is_stored(tmp_path: Path) -> None:
    stored = stored_rows(add(tmp_path, make_rows()), "ae_monthly", "attendances")
    assert stored[0] == {
        "month": datetime.date(2025, 4, 1),
        "printed_period": "MSitAE-APRIL-2025",
        "organisation_type": "nhs_trust",
        "provider": "R0A",
        "provider_name": "MANCHESTER UNIVERSITY NHS FOUNDATION TRUST",
        "printed_region": "NHS ENGLAND NORTH WEST ",
        "region": "Y62",
        "type_1": 9000,
        "type_2": 500,
        "other_types": 3000,
        "type_1_booked": 200,
        "type_2_booked": 10,
        "other_types_booked": 90,
        "over_4_hours_type_1": 4000,
        "over_4_hours_type_2": 20,
        "over_4_hours_other_types": 60,
        "over_4_hours_type_1_booked": 50,
        "over_4_hours_type_2_booked": 1,
        "over_4_hours_other_types_booked": 9,
        "from_4_to_12_hours_to_admission": 700,
        "over_12_hours_to_admission": 300,
        "admissions_type_1": 3000,
        "admissions_type_2": 10,
        "admissions_other_types": 20,
        "other_admissions": 800,
        # 9,200 came to the major department and 4,050 of them stayed longer; 12,800 and 4,140 to all.
        "within_4_hours_type_1": 5150,
        "within_4_hours": 8660,
    }
    kinds = [(one["provider"], one["organisation_type"], one["month"].month, one["region"]) for one in stored]
    assert kinds == [
        ("R0A", "nhs_trust", 4, "Y62"),
        ("NDJ", "independent_provider", 4, "Y59"),
        ("RYX", "nhs_trust", 4, "Y56"),
        ("TOTAL", "england", 4, None),
    ]


def test_the_shares_of_a_provider_and_of_england_as_printed(tmp_path: Path) -> None:
    store = add(tmp_path, make_rows())
    built = build(store, load_catalogue(), Settings(store.folder))

    def observed(indicator: str) -> dict[str, tuple[int | None, int | None, str | None]]:
        return {
            one["organisation"]: (one["numerator"], one["denominator"], one["reason"])
            for one in read_observations(built, indicator).to_pylist()
        }

    every = observed("ae_within_4_hours_share")
    assert every["R0A"] == (8660, 12800, None)
    assert every["NDJ"] == (2359, 2363, None)
    # As the row of totals says: the attendances of the three less those that were longer.
    assert every["ENG"] == (8660 + 2359 + 970, 12800 + 2363 + 1000, None)
    major = observed("ae_type_1_within_4_hours_share")
    assert major["R0A"] == major["ENG"] == (5150, 9200, None)
    assert major["RYX"][2] is not None  # without a major department there is no figure
    waits = observed("ae_over_12_hours_to_admission_share")
    assert waits["R0A"] == (300, 3030, None)
    assert waits["ENG"] == (300, 3032, None)
    assert set(read_members(built, "nhs_region", "Y62", "nhs_trust")) == {"R0A"}


def test_stray_columns_on_the_right_are_passed_over(tmp_path: Path) -> None:
    rows = [[*row, "", ""] for row in make_rows()]
    assert len(stored_rows(add(tmp_path, rows), "ae_monthly", "attendances")) == 4
    named = [[*row, "Column1" if number == 0 else "7"] for number, row in enumerate(make_rows())]
    assert len(stored_rows(add(tmp_path / "named", named), "ae_monthly", "attendances")) == 4


def test_a_revised_issue_stands_before_the_first_one(tmp_path: Path) -> None:
    store = add(tmp_path, make_rows())
    revised = {**COUNTS, "RYX": [0, 0, 1100, *COUNTS["RYX"][3:]]}
    file = write_file(tmp_path, "Monthly-AE-April-2025-revised.csv", as_csv(make_rows(counts=revised)))
    (result,) = add_paths(store, load_catalogue(), [file], published=datetime.date(2025, 10, 9))
    assert result.outcome is Outcome.ADDED
    issued = [(file.published, file.published_basis) for file in store.manifest().files]
    assert issued == [("2025-05-31", PublishedBasis.NAME), ("2025-10-09", PublishedBasis.GIVEN)]
    stored = stored_rows(store, "ae_monthly", "attendances", "provider", "other_types")
    assert {one["provider"]: one["other_types"] for one in stored}["RYX"] == 1100


def changed(row: int, column: int | str, cell: str) -> list[list[str]]:
    rows = [list(one) for one in make_rows()]
    rows[row][HEADER.index(column) if isinstance(column, str) else column] = cell
    return rows


WAITED = "Patients who have waited 12+ hrs from DTA to admission"


@pytest.mark.parametrize(
    ("rows", "what", "where"),
    [
        (changed(0, "Org Code", "Provider"), "no column 'Org Code'", "row 1"),
        ([row[:-1] for row in make_rows()], "no column 'Other emergency admissions'", "row 1"),
        ([["", *row] for row in make_rows()], "", ""),
        (changed(1, 4, "many"), "found 'many'", "row 2, column 'A&E attendances Type 1'"),
        (changed(1, 4, "9,000".replace(",", ".")), "found '9.000'", "row 2"),
        (changed(1, 4, "-"), "found '-'", "row 2"),
        (changed(1, 4, "9001"), "sum to 9,001, the row 'TOTAL' has 9,000", "column 'A&E attendances Type 1'"),
        (make_rows()[:-1], "no row 'TOTAL'", APRIL),
        ([*make_rows(), make_rows()[-1]], "twice", "rows 5 and 6"),
        ([*make_rows()[:2], *make_rows()[1:]], "twice", "rows 2 and 3"),
        (changed(1, 10, "9300"), "a whole number, zero or more", APRIL),
        (changed(2, 0, "MSitAE-MAY-2025"), "about 2 months (2025-04, 2025-05)", APRIL),
        (changed(2, 0, "April 2025"), "the first day of a month", APRIL),
        (changed(2, 0, "MSitAE-APRIL-2205"), "the first day of a month", APRIL),
        (changed(2, 1, "N DJ "), "an organisation code", "row 3"),
        ([HEADER], "", APRIL),
    ],
    ids=[
        "a renamed column", "a missing column", "shifted by one", "text in numbers", "decimals", "a dash",
        "another total", "no total", "two totals", "a provider twice", "more longer stays than attendances",
        "two months", "another spelling", "a month to come", "no code", "nothing below the header",
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_place(
    tmp_path: Path, rows: list[list[str]], what: str, where: str
) -> None:
    store = Store(tmp_path / "store")
    if where == "":
        # A column without a heading stands on the left: nothing moves, the headings still say what is what.
        add_one(store, write_file(tmp_path, APRIL, as_csv(rows)))
        assert stored_rows(store, "ae_monthly", "attendances", "type_1")[0] == {"type_1": 9000}
        return
    with pytest.raises(FileRefusedError) as refusal:
        add_one(store, write_file(tmp_path, APRIL, as_csv(rows)))
    assert what in refusal.value.what
    assert where in str(refusal.value.where)
    assert refusal.value.next_step
    assert store.manifest().files == ()


def test_more_waiting_for_admission_than_were_admitted_is_refused(tmp_path: Path) -> None:
    counts = {**COUNTS, "RYX": [*COUNTS["RYX"][:13], 3, *COUNTS["RYX"][14:]]}
    with pytest.raises(
        FileRefusedError, match=r"RYX: 3 waited more than twelve hours .* 2 were admitted"
    ) as refusal:
        add(tmp_path, make_rows(counts=counts))
    assert str(refusal.value.where).endswith(f"{APRIL}, row 4")


ROWS = make_rows()
TOKENS = (
    "",
    " ",
    "-",
    "*",
    "NA",
    "0",
    "-1",
    "1e3",
    "9999999999999999999",
    "TOTAL",
    "²",
    '"',
    "\x00",
    "'; --",
    "R0A",
)


def add_or_refuse(folder: Path, content: bytes) -> tuple[Store, UserError | None]:
    """The store after the file was offered, and why it was refused."""
    store = Store(folder / "store")
    try:
        add_paths(store, load_catalogue(), [write_file(folder, APRIL, content)])
    except UserError as error:
        return store, error
    return store, None


@settings(max_examples=40, deadline=None)
@given(
    row=st.integers(0, len(ROWS) - 1),
    column=st.integers(0, len(HEADER) - 1),
    cell=st.one_of(st.sampled_from(TOKENS), st.text(max_size=8)),
)
def test_a_spoilt_cell_is_taken_in_whole_or_refused(row: int, column: int, cell: str) -> None:
    rows = [list(one) for one in ROWS]
    rows[row][column] = cell
    with tempfile.TemporaryDirectory() as folder:
        store, refusal = add_or_refuse(Path(folder), as_csv(rows).encode("utf-8", errors="replace"))
        if refusal is not None:
            assert refusal.next_step
            assert store.manifest().files == ()
        else:
            assert len(stored_rows(store, "ae_monthly", "attendances")) == len(ROWS) - 1


@settings(max_examples=25, deadline=None)
@given(place=st.integers(0, len(as_csv(ROWS)) - 1), byte=st.integers(0, 255))
def test_a_spoilt_byte_gives_no_other_error(place: int, byte: int) -> None:
    content = bytearray(as_csv(ROWS).encode())
    content[place] = byte
    with tempfile.TemporaryDirectory() as folder:
        _, refusal = add_or_refuse(Path(folder), bytes(content))
        assert refusal is None or refusal.next_step
