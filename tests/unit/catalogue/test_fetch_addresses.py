"""Fixed addresses of files in a definition: https, on a host that it names, in one reading only."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from likeforlike.catalogue import Fetch


def fetch(name: str, address: str) -> Fetch:
    return Fetch.model_validate(
        {"files": {name: address}, "hosts": ["fingertips.phe.org.uk"], "most_megabytes": 1}
    )


def test_an_address_with_a_query() -> None:
    address = "https://fingertips.phe.org.uk/api/all_data/csv/for_one_indicator?indicator_id=93930"
    assert fetch("indicator_93930.csv", address).files == {"indicator_93930.csv": address}


@pytest.mark.parametrize(
    "address",
    [
        "http://fingertips.phe.org.uk/a.csv",
        "https://fingertips.phe.org.uk.evil.example/a.csv",
        "https://evil@fingertips.phe.org.uk/a.csv",
        "https://fingertips.phe.org.uk:8443/a.csv",
        "https://fingertips.phe.org.uk\\@evil.example/a.csv",
        "https://fingertips.phe.org.uk/a b.csv",
        "https://fingertips.phe.org.uk",
    ],
)
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="no https address on one of the hosts"):
        fetch("a.csv", address)


@pytest.mark.parametrize("name", ["../a.csv", "a/b.csv", ".a.csv", "a", "a.csv ", "C:a.csv"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(ValidationError, match="String should match pattern"):
        fetch(name, "https://fingertips.phe.org.uk/a.csv")
