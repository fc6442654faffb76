"""From paths to single files: folders in order, zips entered, workbooks not, and hashes of what was given."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from pathlib import Path

import pytest
from street import write_file

from likeforlike.errors import FileRefusedError, NotFoundError
from likeforlike.sources.reading.opening import Given, check_archive, find_files, is_archive, unpack


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    """A zip of these members."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_folder_is_walked_in_order_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    for name in ("b.csv", "a/z.csv", "a/c.csv", ".DS_Store", ".git/config"):
        write_file(tmp_path / "month", name, "x")
    found = list(find_files([tmp_path / "month"]))
    assert [given.path.relative_to(tmp_path / "month").as_posix() for given in found] == [
        "a/c.csv",
        "a/z.csv",
        "b.csv",
    ]
    assert not any(given.named for given in found)


def test_a_hidden_folder_above_hides_nothing(tmp_path: Path) -> None:
    write_file(tmp_path / ".data/month", "a.csv", "x")
    assert len(list(find_files([tmp_path / ".data/month"]))) == 1


def test_a_file_that_is_named_says_so(tmp_path: Path) -> None:
    path = write_file(tmp_path, ".csv", "x")
    assert list(find_files([path])) == [Given(str(path), path, named=True)]


def test_a_zip_is_entered_in_the_order_of_its_members(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "two.zip", {"folder/b.csv": b"2", "a.csv": b"1", "folder/": b""})
    assert [(given.name, given.member, given.named) for given in find_files([path])] == [
        (f"{path}/a.csv", "a.csv", False),
        (f"{path}/folder/b.csv", "folder/b.csv", False),
    ]


def test_a_workbook_is_one_file_although_it_is_a_zip(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "any name", {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b""})
    assert not is_archive(path)
    assert list(find_files([path])) == [Given(str(path), path)]


@pytest.mark.parametrize(("name", "archive"), [("cut.xlsx", False), ("cut.zip", True)])
def test_a_damaged_zip_is_what_its_name_says(tmp_path: Path, name: str, archive: bool) -> None:
    assert is_archive(write_file(tmp_path, name, b"PK\x03\x04 and no more")) is archive


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"nowhere: there is no such file or folder"):
        list(find_files([tmp_path / "nowhere"]))


def test_plain_bytes_are_read_where_they_lie(tmp_path: Path) -> None:
    path = write_file(tmp_path, "a.csv", b"a,b\n1,2\n")
    unpacked = unpack(Given("a.csv", path), tmp_path / "staging")
    assert (unpacked.path, unpacked.bytes, unpacked.packed) == (path, 8, False)
    assert unpacked.sha256 == unpacked.content_sha256 == sha256(b"a,b\n1,2\n")


def test_a_gzip_has_a_hash_packed_and_another_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(b"a,b\n1,2\n")
    path = write_file(tmp_path, "misnamed.csv", packed)
    (tmp_path / "staging").mkdir()
    unpacked = unpack(Given("misnamed.csv", path), tmp_path / "staging")
    assert unpacked.path.read_bytes() == b"a,b\n1,2\n"
    assert (unpacked.sha256, unpacked.content_sha256) == (sha256(packed), sha256(b"a,b\n1,2\n"))
    assert unpacked.packed


def test_a_member_of_a_zip_is_unpacked_into_the_staging_folder_alone(tmp_path: Path) -> None:
    # A member's name may point anywhere: the file is written under a name of our own.
    path = make_zip(tmp_path / "sly.zip", {"../../outside.csv": b"1"})
    staging = tmp_path / "staging"
    staging.mkdir()
    (given,) = find_files([path])
    unpacked = unpack(given, staging)
    assert unpacked.path.parent == staging
    assert [entry.name for entry in tmp_path.iterdir()] != ["outside.csv"]
    assert not (tmp_path.parent / "outside.csv").exists()


def test_two_gzips_one_after_the_other_are_one_file(tmp_path: Path) -> None:
    path = write_file(tmp_path, "a.csv.gz", gzip.compress(b"a,b\n") + gzip.compress(b"1,2\n"))
    (tmp_path / "staging").mkdir()
    assert unpack(Given("a", path), tmp_path / "staging").path.read_bytes() == b"a,b\n1,2\n"


def test_a_file_that_goes_away_meanwhile(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="cannot be read"):
        unpack(Given("gone.csv", tmp_path / "gone.csv"), tmp_path)


@pytest.mark.parametrize(
    ("size", "packed", "refused"),
    [
        (400 << 20, 1 << 20, False),
        ((400 << 20) + 1, 1 << 20, True),
        # Small files of one repeated row pack better than that, and fill no disk.
        (10 << 20, 1, False),
        ((4 << 30) + 1, 1 << 30, True),
    ],
    ids=["at the ratio", "above the ratio", "small", "too large in itself"],
)
def test_the_limits_of_a_member(size: int, packed: int, refused: bool) -> None:
    member = zipfile.ZipInfo("a.csv")
    member.file_size, member.compress_size = size, packed
    if refused:
        with pytest.raises(FileRefusedError, match="unpacks to more than"):
            check_archive([member], "a.zip")
    else:
        check_archive([member], "a.zip")
