"""A pack written from a table: what stands in the two files, in what order, and what is never overwritten."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path

import pyarrow
import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import UserError
from likeforlike.sources.packs.faults import Faults
from likeforlike.sources.packs.header import PackHeader, load_header
from likeforlike.sources.packs.writing import header_text, write_pack

HEADER = PackHeader(
    title='Calls to "111"',
    about="Calls while the practice is open.\nFrom the provider's records.\x7f",
    provider="NHS Example ICB, analytics",
    published=datetime.date(2025, 12, 1),
    area="QHM",
    organisation_type="gp_practice",
)
MONTHS = [datetime.date(2025, 11, 1), datetime.date(2025, 10, 1), datetime.date(2025, 10, 1)]
ENDS = [datetime.date(2025, 11, 30), datetime.date(2025, 10, 31), datetime.date(2025, 10, 31)]
FIGURES = pyarrow.table(
    {
        "organisation_code": ["A81001", "A81002", "A81001"],
        "period_start": pyarrow.array(MONTHS),
        "period_end": pyarrow.array(ENDS),
        "indicator": ["nhs_111_calls_per_1000"] * 3,
        "numerator": pyarrow.array([41, 0, 38], type=pyarrow.int64()),
        "denominator": pyarrow.array([None, None, None], type=pyarrow.int64()),
        "note": ["moved, twice", None, None],
    }
)


def test_the_two_files_of_a_pack(tmp_path: Path) -> None:
    figures, header = write_pack(tmp_path / "packs", "calls", HEADER, FIGURES)
    assert figures.read_text(encoding="utf-8") == (
        "organisation_code,period_start,period_end,indicator,numerator,denominator,note\n"
        "A81001,2025-10-01,2025-10-31,nhs_111_calls_per_1000,38,,\n"
        "A81002,2025-10-01,2025-10-31,nhs_111_calls_per_1000,0,,\n"
        'A81001,2025-11-01,2025-11-30,nhs_111_calls_per_1000,41,,"moved, twice"\n'
    )
    assert tomllib.loads(header.read_text(encoding="utf-8"))["published"] == datetime.date(2025, 12, 1)


def test_a_written_header_reads_back_as_it_was() -> None:
    faults = Faults()
    read = load_header(header_text(HEADER).encode(), "h.toml", load_catalogue().organisation_types, faults)
    assert (faults.kept, read) == ([], HEADER)


@pytest.mark.parametrize("there", ["calls.csv", "calls.toml"])
def test_a_pack_is_never_overwritten(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="is there already") as refusal:
        write_pack(tmp_path, "calls", HEADER, FIGURES)
    assert refusal.value.where == str(tmp_path / there)
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text(encoding="utf-8") == "mine"


def test_a_table_without_a_column(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no column denominator"):
        write_pack(tmp_path, "calls", HEADER, FIGURES.drop_columns(["denominator"]))
    assert list(tmp_path.iterdir()) == []
