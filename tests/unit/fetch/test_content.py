"""What files begin with: those that are what their name says, and what servers send instead."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from likeforlike.errors import FetchError
from likeforlike.fetch.content import check_content


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        # Without a clock: processes that share the tests must collect the same ones.
        archive.writestr(zipfile.ZipInfo("a.csv", (2025, 1, 1, 0, 0, 0)), "a,b\n")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"a,b\n1,2\n"),
        ("a.csv", b"\xef\xbb\xbfa,b\n"),
        ("a.csv", "a,b\n£1,2\n".encode("cp1252")),
        ("a.txt", "a,b\n".encode("utf-16")),
        ("a.zip", zipped()),
        ("a.XLSX", zipped()),
        ("a.csv.gz", gzip.compress(b"a,b\n", mtime=0)),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    ],
)
def test_files_that_are_what_they_are_called(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(content)
    check_content(tmp_path / "part", name)


PAGE = "<!doctype html><html><title>Page not found</title></html>"


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.csv", PAGE.encode(), "a web page"),
        ("a.csv", b"\r\n\t " + PAGE.encode(), "a web page"),
        ("a.csv", PAGE.encode("utf-16"), "a web page"),
        ("a.zip", PAGE.encode(), "a web page"),
        ("a.csv", b'<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>', "a web page"),
        ("a.csv", b'{"error": 404}', "a web page"),
        ("a.csv", b"", "nothing"),
        ("a.csv", zipped(), "no text"),
        ("a.zip", zipped()[:-30], "no zip, or one that was cut short"),
        ("a.xlsx", b"a,b\n", "no zip, or one that was cut short"),
        ("a.csv.gz", b"a,b\n", "no .gz file"),
        ("a.xls", zipped(), "no .xls file"),
    ],
)
def test_what_comes_instead(name: str, content: bytes, found: str, tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(content)
    with pytest.raises(FetchError) as caught:
        check_content(tmp_path / "part", name)
    assert caught.value.what == f"{name}: {found} came instead of the file; it was not kept."
