"""Who may see a figure: one restricted file under it is enough, and nobody sees it who does not ask by name."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pyarrow.parquet
import pytest
from official_files import write_crosstab, write_lists, write_map
from pack_files import write_pack
from whole_street import Street

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.areas import find_area
from likeforlike.comparison.comparing import compare_organisations
from likeforlike.comparison.same_month import compare_with_baseline
from likeforlike.errors import NotFoundError
from likeforlike.measures.build import Build
from likeforlike.measures.reading import count_available, read_members, read_names, read_observations
from likeforlike.sources.adding import add_paths

CALLS, VISITS = "nhs_111_calls_per_1000", "ae_attendances_per_1000"
# Two ICBs with two practices each.
PLACES = """
practice, practice_name, pcn,    sub_icb, icb
X00001,   ALDER,         XP0001, XS001,   XI01
X00002,   BIRCH,         XP0001, XS001,   XI01
X00003,   CEDAR,         XP0003, XS003,   XI02
X00004,   DOGWOOD,       XP0003, XS003,   XI02
"""
LISTS = """
practice, sub_icb, patients
X00001,   XS001,   2000
X00002,   XS001,   2000
X00003,   XS003,   2000
X00004,   XS003,   2000
"""
# Numbers and words that occur nowhere else.
SECRET_ROWS = (
    f"practice, indicator, numerator, note\nX00001, {CALLS}, 4711, windfall\nX00002, {CALLS}, 4713, windfall"
)
OPEN_ROWS = f"practice, indicator, numerator\nX00003, {CALLS}, 20\nX00004, {CALLS}, 30"


@pytest.fixture
def built(street: Street) -> Build:
    """Calls of XI01 are restricted, those of XI02 are for everybody."""
    street.add(write_lists(street.folder, "2025-10", LISTS), write_map(street.folder, "2025-10", PLACES))
    street.add(
        write_pack(street.folder, SECRET_ROWS), write_pack(street.folder, OPEN_ROWS, public=True, area="XI02")
    )
    return street.build([CALLS])


def seen(build: Build, indicator: str = CALLS, *, restricted: bool = False) -> dict[str, set[str]]:
    """Kind of organisation → those that have an observation."""
    rows = read_observations(build, indicator, restricted=restricted).to_pylist()
    return {
        kind: {row["organisation"] for row in rows if row["organisation_type"] == kind}
        for kind in sorted({row["organisation_type"] for row in rows})
    }


def test_by_default_nobody_sees_a_restricted_figure_or_a_sum_that_holds_one(built: Build) -> None:
    assert seen(built) == {
        "gp_practice": {"X00003", "X00004"},
        "icb": {"XI02"},
        "pcn": {"XP0003"},
        "sub_icb": {"XS003"},
    }
    everything = seen(built, restricted=True)
    assert everything["gp_practice"] == {"X00001", "X00002", "X00003", "X00004"}
    assert everything["icb"] == {"XI01", "XI02"}
    # The region and England are sums over both ICBs.
    assert everything["nhs_region"] == {"XR1"}
    assert everything["england"] == {"ENG"}


@pytest.mark.parametrize("kind", ["gp_practice", "pcn", "sub_icb", "icb", "nhs_region", "england"])
def test_every_way_of_reading_leaves_them_out(built: Build, kind: str) -> None:
    october = read_observations(built, CALLS, restricted=True)["period_start"][0].as_py()
    for table in (
        read_observations(built, CALLS, organisation_type=kind),
        read_observations(built, CALLS, period=october),
        read_observations(built, CALLS, organisation_type=kind, period=october),
    ):
        assert not any(table["restricted"].to_pylist())
        # 4711 and 4713 alone, together, or with the 20 and 30 of the others.
        assert not {4711, 4713, 9424, 9474} & set(table["numerator"].to_pylist())


def test_what_is_available_is_counted_without_them(built: Build) -> None:
    assert {kind: facts["organisations"] for kind, facts in count_available(built, CALLS).items()} == {
        "gp_practice": 2, "icb": 1, "pcn": 1, "sub_icb": 1,
    }  # fmt: skip
    practices = count_available(built, CALLS, restricted=True)["gp_practice"]
    assert (practices["organisations"], practices["restricted"]) == (4, 2)


def test_a_comparison_is_made_without_them(built: Build) -> None:
    catalogue = load_catalogue()
    indicator = catalogue.indicator(CALLS)
    england = find_area(built, catalogue, "England")
    public = compare_organisations(built, catalogue, indicator, organisation_type="gp_practice", area=england)
    assert [figure.organisation for figure in public.figures] == ["X00003", "X00004"]
    assert public.reference is None, "England's sum holds restricted figures"
    area = find_area(built, catalogue, "XI01")
    with pytest.raises(NotFoundError):
        compare_organisations(built, catalogue, indicator, organisation_type="gp_practice", area=area)
    local = compare_organisations(
        built, catalogue, indicator, organisation_type="gp_practice", area=england, restricted=True
    )
    assert {figure.organisation: figure.restricted for figure in local.figures} == {
        "X00001": True, "X00002": True, "X00003": False, "X00004": False,
    }  # fmt: skip
    assert local.reference is not None
    assert local.reference.restricted


def test_months_are_held_against_a_baseline_without_them(street: Street) -> None:
    street.add(write_lists(street.folder, "2025-10", LISTS), write_map(street.folder, "2025-10", PLACES))
    for year, secret, open_to_all in ((2024, 50, 50), (2025, 40, 40)):
        period = f"{year}-10-01, {year}-10-31"
        rows = "practice, indicator, period_start, period_end, numerator, denominator\n{}"
        street.add(
            write_pack(street.folder / str(year), rows.format(f"X00001, {CALLS}, {period}, {secret}, 2000")),
            write_pack(street.folder / str(year), rows.format(f"X00003, {CALLS}, {period}, {open_to_all}, 2000"),
                       public=True, area="XI02"),
        )  # fmt: skip
    made = street.build([CALLS])
    (public,) = compare_with_baseline(made, CALLS, "gp_practice", 2024)
    assert (public.organisations, public.fewer, public.restricted) == (1, 1, False)
    (local,) = compare_with_baseline(made, CALLS, "gp_practice", 2024, restricted=True)
    assert (local.organisations, local.fewer, local.restricted) == (2, 2, True)


def test_a_restricted_denominator_restricts_the_figure(street: Street) -> None:
    # Lists that somebody holds for himself, under appointments that everybody has.
    catalogue = load_catalogue()
    own = catalogue.sources["registered_patients"].model_copy(update={"restricted": True})
    changed = replace(catalogue, sources={**catalogue.sources, "registered_patients": own})
    add_paths(street.store, changed, [write_lists(street.folder, "2025-10", LISTS)])
    street.add(write_crosstab(street.folder, "2025-10", "practice, appointments\nX00001, 2300"))
    made = street.build(["appointments_per_1000", "appointments_per_working_day"])
    assert seen(made, "appointments_per_1000") == {}
    assert seen(made, "appointments_per_1000", restricted=True)["gp_practice"] == {"X00001"}
    assert seen(made, "appointments_per_working_day")["gp_practice"] == {"X00001"}
    assert seen(made, "list_size") == {}


def test_a_restricted_list_does_not_restrict_what_has_a_denominator_of_its_own(street: Street) -> None:
    rows = f"practice, indicator, numerator, denominator\nX00001, {CALLS}, 20, 2000"
    street.add(write_pack(street.folder, rows, public=True))
    assert seen(street.build([CALLS]))["gp_practice"] == {"X00001"}


def test_every_file_of_a_build_says_of_every_row_whether_it_is_restricted(
    street: Street, built: Build
) -> None:
    del built
    street.add(write_pack(street.folder, f"practice, indicator, numerator\nX00001, {VISITS}, 9", public=True))
    made = street.build([CALLS, VISITS])
    editions = {file.edition: file.restricted for file in street.store.manifest().files}
    assert set(editions.values()) == {True, False}
    paths = sorted((made.folder / "observations").glob("*.parquet"))
    assert {path.stem for path in paths} == {CALLS, VISITS, "list_size"}
    for path in paths:
        for row in pyarrow.parquet.read_table(path).to_pylist():
            withheld = any(editions[edition] for edition in (row["editions"] or "").split(",") if edition)
            assert row["restricted"] is withheld, row


def test_what_places_and_names_organisations_holds_nothing_of_a_pack(built: Build) -> None:
    assert read_names(built)["gp_practice", "X00001"] == "ALDER"
    assert set(read_members(built, "icb", "XI01", "gp_practice")) == {"X00001", "X00002"}
    for path in built.folder.rglob("*"):
        if path.is_file():
            assert b"windfall" not in path.read_bytes()
        if path.suffix == ".parquet":
            assert "note" not in pyarrow.parquet.read_schema(path).names


def test_a_pack_that_turns_restricted_makes_another_build(street: Street, built: Build) -> None:
    # The same rows anew, no longer for everybody.
    street.add(write_pack(street.folder, OPEN_ROWS, area="XI02", published="2025-12-09"))
    made = street.build([CALLS])
    assert made.key != built.key
    assert seen(made) == {}


def test_an_older_day_sees_what_was_public_then(street: Street, built: Build) -> None:
    street.add(write_pack(street.folder, OPEN_ROWS, area="XI02", published="2025-12-09"))
    then = street.build([CALLS], datetime.date(2025, 12, 5))
    assert seen(then) == seen(built) != {}
