"""A data pack down the street: its two files go in as one, whole or not at all, and come out again."""

from __future__ import annotations

import datetime
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from made_packs import NOVEMBER, OCTOBER, ROWS, figures_text, header_text, write_pack_files
from street import add_one, stored_rows, write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import FileRefusedError, NotFoundError
from likeforlike.sources.adding import Outcome, add_paths, rebuild, unpack_original
from likeforlike.store import AddedFile, Store, select_editions


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_what_is_stored_of_a_pack(store: Store, tmp_path: Path) -> None:
    file = add_one(store, write_pack_files(tmp_path / "packs"))
    assert (file.source, file.name, file.published) == ("data_pack", "packs/pack.csv", "2025-12-05")
    assert (file.restricted, file.licence, str(file.published_basis)) == (
        True, "none: for local use only", "content",
    )  # fmt: skip
    october = datetime.date(2025, 10, 1), datetime.date(2025, 10, 31)
    common = {"organisation_type": "gp_practice", "area": "QHM"}
    common |= dict(zip(("period_start", "period_end"), october, strict=True))  # type: ignore[arg-type]  # days beside texts
    calls = {"indicator": "nhs_111_calls_per_1000", "denominator": None, "denominator_reason": "no_denominator",
             "expected": None, "expected_reason": "no_expected", "note": None, "numerator_reason": None}  # fmt: skip
    visits = {"indicator": "ae_attendances_per_1000", "denominator_reason": None, "expected_reason": None}
    assert stored_rows(store, "data_pack", "figures") == [
        common | calls | {"organisation": "A81001", "numerator": 41},
        common | calls | {"organisation": "A81002", "numerator": 0},
        common | visits | {"organisation": "A81001", "numerator": 300, "numerator_reason": None,
                           "denominator": 9000, "expected": Decimal("250.5"), "note": "counted anew"},
        common | visits | {"organisation": "A81002", "numerator": None, "numerator_reason": "suppressed",
                           "denominator": 4000, "expected": Decimal(101), "note": None},
    ]  # fmt: skip
    assert file.tables[0].coverage == {
        "2025-10-01": ("QHM|ae_attendances_per_1000", "QHM|nhs_111_calls_per_1000")
    }
    assert file.notes == (
        "Calls and attendances, given by NHS Example ICB, analytics",
        "restricted: its figures are for local use only",
        "denominator left empty, list sizes are taken: nhs_111_calls_per_1000",
    )
    assert store.verify() == []


def test_the_original_is_both_files_byte_for_byte(store: Store, tmp_path: Path) -> None:
    # Line ends, byte order mark and all that a spreadsheet leaves behind.
    figures = "\ufeff" + figures_text(*ROWS, ",,,,,,,").replace("\n", "\r\n")
    header = header_text(about='"""\nShares, "quoted",\n"and unbalanced\n"""')
    path = write_pack_files(tmp_path, figures=figures, header=header)
    file = add_one(store, path)
    unpack_original(store.path(file.original), tmp_path / "plain")
    content = (tmp_path / "plain").read_bytes()
    assert content == b"#likeforlike data pack, header of %d bytes\n" % len(header.encode()) + (
        header.encode() + path.read_bytes()
    )


@pytest.mark.parametrize(
    "named", [["pack.csv"], ["pack.toml"], ["pack.csv", "pack.toml"], ["pack.toml", "pack.csv"], ["."]]
)
def test_a_pack_is_one_file_however_it_is_named(store: Store, tmp_path: Path, named: list[str]) -> None:
    folder = write_pack_files(tmp_path / "packs").parent
    paths = [folder / name for name in named]
    (result,) = add_paths(store, load_catalogue(), paths)
    assert (result.outcome, result.error) == (Outcome.ADDED, None)
    assert result.name == str(folder / "pack.csv")
    (again,) = add_paths(store, load_catalogue(), paths)
    assert again.outcome is Outcome.ALREADY_THERE


def test_packs_and_other_files_in_one_folder(store: Store, tmp_path: Path) -> None:
    write_pack_files(tmp_path / "all", "b")
    write_pack_files(tmp_path / "all/below", "b", header=header_text(area='"QMJ"'))
    write_file(tmp_path, "all/settings.toml", "colour = 'red'\n")
    write_file(tmp_path, "all/notes.csv", "ward,beds\nRose,12\n")
    # Of one name, and no half of a pack, either of them.
    write_file(tmp_path, "all/c.csv", "ward,beds\nRose,12\n")
    write_file(tmp_path, "all/c.toml", "colour = 'red'\n")
    results = add_paths(store, load_catalogue(), [tmp_path / "all"])
    assert {Path(one.name).relative_to(tmp_path / "all").as_posix(): str(one.outcome) for one in results} == {
        "b.csv": "added", "below/b.csv": "added", "c.csv": "unknown", "c.toml": "unknown", "notes.csv": "unknown",
        "settings.toml": "unknown",
    }  # fmt: skip


def test_a_zip_with_both_files(store: Store, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as archive:
        archive.writestr("2025/calls.csv", figures_text(*ROWS))
        archive.writestr("2025/calls.toml", header_text())
    (result,) = add_paths(store, load_catalogue(), [tmp_path / "pack.zip"])
    assert (result.outcome, result.name) == (Outcome.ADDED, f"{tmp_path / 'pack.zip'}/2025/calls.csv")
    (again,) = add_paths(store, load_catalogue(), [tmp_path / "pack.zip"])
    assert again.outcome is Outcome.ALREADY_THERE
    # The same two files unpacked are the same pack.
    loose = write_pack_files(tmp_path / "loose")
    assert [one.outcome for one in add_paths(store, load_catalogue(), [loose])] == [Outcome.ALREADY_THERE]


def test_figures_without_their_header(store: Store, tmp_path: Path) -> None:
    path = write_file(tmp_path, "calls.csv", figures_text(*ROWS))
    with pytest.raises(
        FileRefusedError, match=r"without their header: there is no calls.toml beside it"
    ) as refusal:
        add_paths(store, load_catalogue(), [path])
    assert refusal.value.where == str(path)


def test_a_header_without_figures(store: Store, tmp_path: Path) -> None:
    path = write_file(tmp_path, "packs/calls.toml", header_text())
    with pytest.raises(FileRefusedError, match=r"header without figures: there is no calls.csv beside it"):
        add_paths(store, load_catalogue(), [path])
    (result,) = add_paths(store, load_catalogue(), [path.parent])
    assert result.outcome is Outcome.REFUSED


def test_a_lone_half_in_a_zip(store: Store, tmp_path: Path) -> None:
    # What lies beside the zip is not in it.
    write_pack_files(tmp_path, "calls")
    with zipfile.ZipFile(tmp_path / "calls.zip", "w") as archive:
        archive.writestr("calls.csv", figures_text(*ROWS))
    (result,) = add_paths(store, load_catalogue(), [tmp_path / "calls.zip"])
    assert "there is no calls.toml beside it" in str(result.error)


@pytest.mark.parametrize(
    ("header", "figures", "words"),
    [
        (header_text(area=None), figures_text(*ROWS), "key 'area': is missing"),
        (header_text(), figures_text(*ROWS, ROWS[0]), "the same period twice"),
        ("title = 'no form'\n", figures_text(*ROWS), "key 'data_pack': found nothing, expected 1"),
        (header_text(), figures_text(*ROWS).replace("numerator", "patients"), "no column 'numerator'"),
        (header_text(), "<!DOCTYPE html>\n<html>not found</html>\n", "no column 'organisation_code'"),
        (header_text(), figures_text(*ROWS).replace("counted", "größer").encode("cp1252"), "byte 0xf6 is not UTF-8"),
    ],
)  # fmt: skip
def test_a_faulty_pack_leaves_nothing_behind(
    store: Store, tmp_path: Path, header: str, figures: str, words: str
) -> None:
    path = write_pack_files(tmp_path / "packs", header=header, figures=figures)
    with pytest.raises(FileRefusedError) as refusal:
        add_paths(store, load_catalogue(), [path])
    assert words in str(refusal.value)
    assert "Traceback" not in str(refusal.value)
    assert str(tmp_path / "packs" / "pack.") in refusal.value.where
    assert store.manifest().files == ()
    assert [one for one in store.folder.rglob("*") if one.is_file() and one.name != "lock"] == []


def test_the_first_fault_says_how_many_more_there_are(store: Store, tmp_path: Path) -> None:
    path = write_pack_files(tmp_path, figures=figures_text(*ROWS).replace("A81001", "a81001"))
    with pytest.raises(FileRefusedError) as refusal:
        add_paths(store, load_catalogue(), [path])
    assert "row 2, column 'organisation_code'" in refusal.value.where
    assert "found 'a81001', expected a code shaped as a GP practice's is" in refusal.value.what
    assert "(1 more fault: `likeforlike data-pack check` lists them.)" in refusal.value.next_step


def winners(store: Store, as_at: datetime.date | None = None) -> dict[tuple[str, str], str]:
    """(period, area and indicator) → the name of the file that stands for it."""
    selection = select_editions(store.manifest(), "data_pack", "figures", as_at=as_at)
    return {
        (period, part): file.name
        for file in selection.files
        for period, parts in file.tables[0].coverage.items()
        for part in parts
        if (file.edition, period, part) not in selection.superseded
    }


def add_pack(
    store: Store, folder: Path, name: str, published: str, *rows: str, area: str = "QHM"
) -> AddedFile:
    header = header_text(published=published, area=f'"{area}"')
    return add_one(store, write_pack_files(folder, name, header=header, figures=figures_text(*rows)))


def test_a_newer_pack_replaces_the_same_indicator_period_and_area_only(store: Store, tmp_path: Path) -> None:
    calls, later = (f"A81001,{months},nhs_111_calls_per_1000,41,,," for months in (OCTOBER, NOVEMBER))
    add_pack(store, tmp_path, "first", "2025-12-01", calls, later, ROWS[2])
    # Issued later though added before the next: October's calls anew, of this area.
    add_pack(store, tmp_path, "newest", "2025-12-20", calls.replace("41", "44"))
    add_pack(store, tmp_path, "between", "2025-12-10", calls.replace("41", "43"))
    add_pack(store, tmp_path, "elsewhere", "2025-12-20", calls.replace("A81001", "B81001"), area="QMJ")
    assert winners(store) == {
        ("2025-10-01", "QHM|nhs_111_calls_per_1000"): f"{tmp_path.name}/newest.csv",
        ("2025-11-01", "QHM|nhs_111_calls_per_1000"): f"{tmp_path.name}/first.csv",
        ("2025-10-01", "QHM|ae_attendances_per_1000"): f"{tmp_path.name}/first.csv",
        ("2025-10-01", "QMJ|nhs_111_calls_per_1000"): f"{tmp_path.name}/elsewhere.csv",
    }
    known_then = winners(store, datetime.date(2025, 12, 15))
    assert known_then["2025-10-01", "QHM|nhs_111_calls_per_1000"] == f"{tmp_path.name}/between.csv"


def test_other_figures_under_the_same_date_are_refused(store: Store, tmp_path: Path) -> None:
    add_pack(store, tmp_path, "first", "2025-12-01", ROWS[0])
    with pytest.raises(FileRefusedError, match="is in the store already with other bytes"):
        add_pack(store, tmp_path, "second", "2025-12-01", ROWS[0].replace("41", "42"))
    # Another indicator of the same day is no contradiction.
    add_pack(store, tmp_path, "third", "2025-12-01", ROWS[2])


def test_another_header_over_the_same_figures_is_another_pack(store: Store, tmp_path: Path) -> None:
    one = add_pack(store, tmp_path, "one", "2025-12-01", ROWS[0])
    other = add_pack(store, tmp_path, "other", "2025-12-02", ROWS[0])
    assert one.content_sha256 != other.content_sha256


def test_withdrawing_a_pack_erases_its_bytes(store: Store, tmp_path: Path) -> None:
    path = write_pack_files(tmp_path / "packs")
    file = add_one(store, path)
    kept = [store.path(file.original), store.path(file.tables[0].parquet)]
    assert all(one.is_file() for one in kept)
    store.withdraw(file.edition, "sent by mistake")
    assert not any(one.exists() for one in kept)
    (again,) = add_paths(store, load_catalogue(), [tmp_path / "packs"])
    assert "was withdrawn on" in str(again.error)
    assert add_one(store, path).notes[-1].endswith("sent by mistake")


def test_rebuild_makes_the_table_again_from_the_kept_bundle(store: Store, tmp_path: Path) -> None:
    file = add_one(store, write_pack_files(tmp_path / "packs"))
    before = stored_rows(store, "data_pack", "figures")
    catalogue = load_catalogue()
    newer = catalogue.sources["data_pack"].model_copy(update={"importer_version": 99})
    changed = replace(catalogue, sources={**catalogue.sources, "data_pack": newer})
    assert rebuild(store, changed) == ["packs/pack.csv"]
    (remade,) = store.manifest().files
    assert (remade.importer_version, remade.restricted, remade.content_sha256) == (
        99,
        True,
        file.content_sha256,
    )
    assert stored_rows(store, "data_pack", "figures") == before
    assert store.verify() == []


def test_a_pack_whose_header_changes_while_it_is_added(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from likeforlike.sources import adding

    path = write_pack_files(tmp_path)
    pack = adding._pack_original

    def pack_and_touch(unpacked: adding.Unpacked, folder: Path) -> Path:
        kept = pack(unpacked, folder)
        path.with_suffix(".toml").write_text(header_text(restricted="false"), encoding="utf-8")
        return kept

    monkeypatch.setattr(adding, "_pack_original", pack_and_touch)
    with pytest.raises(FileRefusedError, match="changed while it was read"):
        add_paths(store, load_catalogue(), [path])


def test_public_only_with_a_word_and_a_licence(store: Store, tmp_path: Path) -> None:
    public = header_text(restricted="false", licence='"OGL-UK-3.0"')
    file = add_one(store, write_pack_files(tmp_path, "public", header=public))
    assert (file.restricted, file.licence) == (False, "OGL-UK-3.0")
    licensed = header_text(licence='"OGL-UK-3.0"', published="2025-12-06")
    file = add_one(store, write_pack_files(tmp_path, "licensed", header=licensed))
    assert file.restricted


def test_a_pack_too_large_to_be_figures(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from likeforlike.sources.packs import bundle

    monkeypatch.setattr(bundle, "LARGEST_FIGURES", 100)
    with pytest.raises(FileRefusedError, match="at most 100 are taken"):
        add_one(store, write_pack_files(tmp_path))


def test_a_path_that_is_not_there(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        add_paths(store, load_catalogue(), [tmp_path / "nowhere.csv"])
