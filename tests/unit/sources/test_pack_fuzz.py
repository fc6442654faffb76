"""Packs damaged at random: each is read, or refused with what, where and what next; never a traceback."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_packs import COLUMNS, ROWS, figures_text, header_text, read, write_pack_files

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError
from likeforlike.sources.adding import add_paths
from likeforlike.sources.packs.cells import parse_amount, parse_count, parse_day
from likeforlike.store import Store

# Words that break parsers, and any text at all.
CELLS = st.one_of(
    st.sampled_from(
        [
            *("", " ", '"', "'", ",", ";", "\x00", "\ufeff", "\r", "\n", "[", "{", "\ud7ff"),
            *("-0", "0", "00", "1e9", "NaN", "inf", "١٢", "½", "𝟙", "9" * 30, "=1+1", "9990000018"),
            *("2025-10-01", "2025-02-30", "0000-00-00", "9999-12-31", "31/12/9999"),
            *("A81001", "suppressed", "nhs_111_calls_per_1000", "local_survey_easy_contact_share"),
        ]
    ),
    st.text(max_size=12),
)
WIDTH = COLUMNS.count(",") + 1


def check_told(header: bytes, figures: bytes) -> None:
    """The pack is read, or every fault of it can be printed."""
    pack, faults = read(header, figures)
    assert (pack is None) == bool(faults.count)
    for fault in faults.kept:
        error = fault.error()
        assert error.what
        assert error.next_step
        assert error.where.startswith(("pack.csv", "pack.toml"))
        assert str(error).isprintable()
    if pack is not None:
        for row in pack.rows:
            assert (row.numerator is None) == bool(row.word)
            assert row.start <= row.end <= pack.header.published
            assert row.denominator is None or row.denominator > 0
            assert row.expected is None or row.expected > 0


@settings(max_examples=300, deadline=None)
@given(
    changes=st.lists(
        st.tuples(st.integers(0, len(ROWS)), st.integers(0, WIDTH - 1), CELLS), min_size=1, max_size=5
    )
)
def test_cells_changed_at_random(changes: list[tuple[int, int, str]]) -> None:
    lines = [line.split(",") for line in (COLUMNS, *ROWS)]
    for line, place, text in changes:
        lines[line][place] = text
    figures = "\n".join(",".join(cells) for cells in lines) + "\n"
    check_told(header_text().encode(), figures.encode("utf-8", errors="surrogatepass"))


@settings(max_examples=200, deadline=None)
@given(
    damage=st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 6), st.binary(max_size=4)), min_size=1, max_size=4
    ),
    of_header=st.booleans(),
)
def test_bytes_cut_and_put_in_at_random(damage: list[tuple[int, int, bytes]], of_header: bool) -> None:
    texts = [header_text().encode(), figures_text(*ROWS).encode()]
    content = texts[0 if of_header else 1]
    for place, length, put in damage:
        content = content[:place] + put + content[place + length :]
    texts[0 if of_header else 1] = content
    check_told(*texts)


@settings(max_examples=200, deadline=None)
@given(
    key=st.sampled_from([*"abc", "title", "about", "published", "area", "organisation_type", "restricted", "licence",
                         "whole_months", "data_pack"]),
    value=st.one_of(
        st.sampled_from(["1", "true", '""', "[]", "{}", "1979-05-27", "07:32:00", "1.5", "nan", "[[1]]", '{a = "b"}',
                         "0001-01-01", "9999-12-31", '"""\n"""', "'ENG'", "1979-05-27T07:32:00Z"]),
        st.text(alphabet=st.characters(codec="utf-8"), max_size=12),
    ),
)  # fmt: skip
def test_header_values_changed_at_random(key: str, value: str) -> None:
    check_told(header_text(**{key: value}).encode(), figures_text(*ROWS).encode())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=st.binary(max_size=80), figures=st.binary(max_size=80), keep=st.integers(0, 200))
def test_any_two_files_go_in_whole_or_not_at_all(
    tmp_path: Path, header: bytes, figures: bytes, keep: int
) -> None:
    folder = tmp_path / "packs"
    path = write_pack_files(folder, figures=figures_text(*ROWS).encode()[: 2 * keep] + figures)
    path.with_suffix(".toml").write_bytes(header_text().encode()[:keep] + header)
    store = Store(tmp_path / "store")
    try:
        add_paths(store, load_catalogue(), [path])
    except FileRefusedError as error:
        assert error.what  # noqa: PT017 - either end is right: in whole, or refused with what is wrong
    assert store.verify() == []


@given(text=st.text(max_size=14))
def test_a_cell_converts_to_what_it_says_or_to_nothing(text: str) -> None:
    count, amount, day = parse_count(text), parse_amount(text), parse_day(text)
    assert count is None or text.lstrip("0") == ("" if count == 0 else str(count))
    assert amount is None or float(amount) == float(text)
    assert day is None or str(day.year) in text
