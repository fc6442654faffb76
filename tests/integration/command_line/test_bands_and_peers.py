"""Bands in every way out: the terminal, JSON and export say where a figure stands and where that comes from."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from answers import Command

# Ten trusts of which one lies far out: observed, expected. A tenth is trimmed at each end.
TRUSTS = [(980 + 4 * number, 1000.0) for number in range(9)] + [(1400, 1000.0)]
CODES = ["RRK", *(f"RZ{number}" for number in range(8)), "RJ1"]
HEADER = "INDICATOR_CODE,PROVIDER,PROVIDER_NAME,DENOMINATOR,OBSERVED,EXPECTED,VALUE,PO_LL,PO_UL,OD_LL,OD_UL,OD_BANDING"
SHMI = ("compare", "--type", "nhs_trust", "--area", "England", "--indicator", "shmi")


def shmi_file(folder: Path, trusts: list[tuple[int, float]] = TRUSTS) -> Path:
    """An issue in which no band is higher or lower than what the wide limits beside it say."""
    lines = [HEADER]
    for code, (observed, expected) in zip(CODES, trusts, strict=False):
        numbers = [f"{observed}", f"{expected}", f"{observed / expected:.4f}"]
        lines.append(",".join(["I00699", code, f"{code} TRUST", "30000", *numbers, "0.9,1.1,0.5,1.9,2"]))
    path = folder / "shmi-2012-october.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def built(command: Command, tmp_path: Path) -> Command:
    command("add", shmi_file(tmp_path))
    command("build")
    return command


def test_the_table_says_observed_expected_and_band(built: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    answer = built(*SHMI)
    assert all(len(line) <= 80 for line in answer.out.splitlines() if line.startswith("R"))
    text = " ".join(answer.out.split())
    assert "RJ1 RJ1 TRUST 1.40 1.33 to 1.48 1,400 1,000.0 higher than" in text
    assert "RRK RRK TRUST 0.98 0.92 to 1.04 980 1,000.0 as expected" in text
    assert "Band: against limits of 95% that allow for over-dispersion as the SHMI's do" in text
    assert "As expected is 1.00." in text
    assert "worst" not in text


def test_json_has_the_limits_too(built: Command) -> None:
    told = built(*SHMI, "--json").json
    assert isinstance(told, dict)
    by_code = {figure["organisation"]: figure for figure in told["figures"]}
    assert by_code["RJ1"]["band"] == "higher than expected"
    assert by_code["RJ1"]["band_lower"] < 1 < by_code["RJ1"]["band_upper"] < by_code["RJ1"]["value"]
    assert by_code["RJ1"]["expected"] == 1000.0
    assert told["band"].startswith("Band: against limits of 95%")
    assert told["peers"] is None


def test_peers(built: Command) -> None:
    told = built(*SHMI, "--peers", "acute_teaching", "--json").json
    assert isinstance(told, dict)
    assert told["peers"] == "acute_teaching"
    assert {figure["organisation"]: figure["band"] for figure in told["figures"]} == {
        "RRK": "as expected",
        "RJ1": "higher than expected",
    }
    assert "Peers: Acute trusts: teaching." in built(*SHMI, "--peers", "acute_teaching").out
    refused = built(*SHMI, "--peers", "teaching")
    assert refused.code == 7
    assert "there is no peer group 'teaching'" in refused.err


def test_two_trusts_cannot_be_told(command: Command, tmp_path: Path) -> None:
    command("add", shmi_file(tmp_path, TRUSTS[:2]))
    command("build")
    text = " ".join(command(*SHMI).out.split())
    assert "in the period: cannot be told here." in text
    assert "higher than expected" not in text


def test_the_export_carries_the_band(built: Command, tmp_path: Path) -> None:
    built("export", "shmi", "--to", tmp_path / "figures")
    with (tmp_path / "figures" / "shmi.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["organisation"]: row for row in csv.DictReader(file)}
    assert (rows["RJ1"]["band"], rows["RRK"]["band"]) == ("higher than expected", "as expected")
    assert rows["RJ1"]["published_band"] == ""
    said = (tmp_path / "figures" / "ATTRIBUTION.txt").read_text(encoding="utf-8")
    assert "Band: against limits of 95% that allow for over-dispersion" in said


def test_an_indicator_without_bands_has_no_such_column(
    command: Command, street: Path, tmp_path: Path
) -> None:
    command("export", "list_size", "--to", tmp_path / "figures", "--store", street)
    header = (tmp_path / "figures" / "list_size.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert "band" not in header
    words = ("compare", "--type", "gp_practice", "--area", "XI01", "--indicator", "same_day_share")
    told = command(*words, "--store", street, "--json").json
    assert isinstance(told, dict)
    assert told["band"] is None
    assert json.dumps(told["figures"][0]["band"]) == "null"
