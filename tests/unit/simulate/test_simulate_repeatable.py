"""The same plan gives the same bytes, however many processes write it; another seed gives others."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from county_files import SMALL

from likeforlike.simulate import CountyPlan, Simulated, simulate_county

TINY = CountyPlan(icbs=1, practices=14, months=6, seed=3)


def hashes(directory: Path) -> dict[str, str]:
    """Relative path → SHA-256 of every file."""
    return {
        str(path.relative_to(directory)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def test_the_same_plan_gives_the_same_bytes_with_two_processes_as_with_one(tmp_path: Path) -> None:
    simulate_county(TINY, tmp_path / "one", processes=1)
    simulate_county(TINY, tmp_path / "two", processes=2)
    one, two = hashes(tmp_path / "one"), hashes(tmp_path / "two")
    assert one == two
    # A month has a crosstab, totals, a map and two workbooks; bands in June (the first) and October; ratings at the
    # end, and the Fingertips export. No financial year ends, and there is no April. The board has a data pack of two
    # files. Two directories of practices, one each of networks, trusts and sites; four SHMI issues; A&E each month;
    # boundaries of three kinds; six months of referrals, two extracts of cancer waits, three months of diagnostics;
    # one each of ambulances, talking therapies, the patient survey and NHS 111; five files of Fingertips for areas and
    # five of MyNHS; care homes, hospitals and other social care of the Commission, ASCOF and Oflog; ten files of the
    # truth, the README.
    assert len(one) == 6 * 5 + 2 + 1 + 1 + 2 + 5 + 4 + 6 + 3 + (6 + 2 + 3) + 4 + (5 + 5) + (3 + 2) + 10 + 1


def test_another_seed_changes_every_file_with_figures(tmp_path: Path) -> None:
    simulate_county(TINY, tmp_path / "one")
    simulate_county(replace(TINY, seed=4), tmp_path / "other")
    one, other = hashes(tmp_path / "one"), hashes(tmp_path / "other")
    assert one.keys() == other.keys()
    # The parameters of the themes, the levels of the months, what a board says of its pack and who there was before
    # the first month are the same for every seed; so are trusts and their sites, where the county lies, the lists of
    # areas and indicators, and who is listed where.
    assert {name for name in one if one[name] == other[name]} == {
        "truth/themes.csv",
        "truth/levels.csv",
        "data_packs/XI01-local-figures.toml",
        "organisations/epraccur_Jun2024.csv",
        "organisations/etr_Nov2025.csv",
        "organisations/ets_Nov2025.csv",
        "boundaries/nhs_england_regions_2025.geojson",
        "boundaries/integrated_care_boards_2025.geojson",
        "boundaries/sub_icbs_2025.geojson",
        "fingertips_areas/agedata.csv",
        "fingertips_areas/areas.csv",
        "fingertips_areas/categories.csv",
        "fingertips_areas/indicators.csv",
        "mynhs_2014/CCG.csv",
        "mynhs_2014/Hospital.csv",
        "mynhs_2014/Trust.csv",
    }


def test_the_readme_says_that_it_is_fictional_with_plan_and_seed(small: Simulated) -> None:
    readme = (small.directory / "README.txt").read_text()
    assert "FICTIONAL" in readme
    assert f"{SMALL.practices} practices, {SMALL.months} months up to 2025-11-01" in readme
    assert f"seed {SMALL.seed}" in readme
