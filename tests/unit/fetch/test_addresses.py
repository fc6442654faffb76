"""Addresses that hostile or careless pages hold, and the names that files get."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

import pytest

from likeforlike.errors import FetchError
from likeforlike.fetch.addresses import check_address, file_name_of

HOSTS = ("digital.nhs.uk", "files.digital.nhs.uk")


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("https://digital.nhs.uk/list", "https://digital.nhs.uk/list"),
        ("https://DIGITAL.nhs.uk:443/list#part", "https://digital.nhs.uk:443/list"),
        ("https://files.digital.nhs.uk/a b.csv?x=1", "https://files.digital.nhs.uk/a%20b.csv?x=1"),
    ],
)
def test_addresses_that_are_asked(address: str, asked: str) -> None:
    assert check_address(address, HOSTS) == asked


@pytest.mark.parametrize(
    "address",
    [
        "http://digital.nhs.uk/list",
        "ftp://digital.nhs.uk/list",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//digital.nhs.uk/list",
        "https://evil.example/digital.nhs.uk/list",
        "https://digital.nhs.uk.evil.example/list",
        "https://evil.digital.nhs.uk/list",
        "https://digital.nhs.uk@evil.example/list",
        "https://user:secret@digital.nhs.uk/list",
        "https://digital.nhs.uk:8443/list",
        # One reader of addresses sees the first host here, another one the second.
        "https://evil.example\\@digital.nhs.uk/list",
        "https://digital.nhs.uk\\@evil.example/list",
        "https://127.0.0.1/list",
        "https://[::1]/list",
        "https:///list",
        "https://digital.nhs.uk:port/list",
        "",
    ],
)
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(FetchError):
        check_address(address, HOSTS)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://h/1F/Cloud%20Based%20Telephony%20(v2).xlsx", "Cloud Based Telephony (v2).xlsx"),
        ("https://h/all.csv?download=1", "all.csv"),
        ("https://h/x/..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("https://h/x/..%5C..%5Cwindows%5Csystem.ini", "system.ini"),
        ("https://h/C:%5Ctemp%5Ca.csv", "a.csv"),
        ("https://h/%2E%2Ebashrc", "bashrc"),
        ("https://h/.fetched.jsonl", "fetched.jsonl"),
        ("https://h/a.csv:hidden", "a.csv_hidden"),
        ("https://h/a%00b%1B%5B2J.csv", "a_b__2J.csv"),
        ("https://h/CON.csv", "_CON.csv"),
        ("https://h/lpt1", "_lpt1"),
        ("https://h/a.csv.%20.", "a.csv"),
        (f"https://h/{'long' * 100}.csv", "long" * 29 + ".csv"),
    ],
)
def test_names_on_disk(address: str, name: str) -> None:
    found = file_name_of(address)
    assert found == name
    assert PurePosixPath(found).name == PureWindowsPath(found).name == found


@pytest.mark.parametrize(
    "address", ["https://h/", "https://h/x/", "https://h/..", "https://h/x/%2E%2E", "https://h"]
)
def test_addresses_without_a_name(address: str) -> None:
    with pytest.raises(FetchError, match="without the name of a file"):
        file_name_of(address)
