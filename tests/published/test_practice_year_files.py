"""Payments, workforce and ratings of practices as they were published: rows, totals, identities, what a year is.

Other means are the standard library's csv over the files themselves, exact decimals, and figures that NHS England
printed elsewhere.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.measures.build import Build, build
from likeforlike.settings import Settings
from likeforlike.sources.adding import Outcome, add_paths
from likeforlike.store import Store, select_editions

PAYMENTS = {2018: "nhspaymentsgp_18-19.csv.gz", 2022: "nhspaymentsgp_22-23.csv.gz"}
STAFF = "workforce_year_practice_fte.csv.gz"
RATINGS = "gp_overall_ratings_Apr24.csv"
REGISTERED = "Number of Registered Patients (Last Known Figure)"
WEIGHTED = "Number of Weighted Patients (Last Known Figure)"
TOTAL = "Total NHS Payments to General Practice"
DEDUCTIONS = "Deductions for Pensions, Levies and Prescription Charge Income"


@pytest.fixture(scope="module")
def store(published_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """These files, and the patients of January 2021, whose month lies nearest to the years of staff."""
    store = Store(tmp_path_factory.mktemp("years") / "store")
    paths = [
        published_data / "nhs_payments",
        published_data / "gp_workforce",
        published_data / "cqc" / RATINGS,
        published_data / "registered_patients" / "Jan21",
        published_data / "registered_patients" / "gp-reg-pat-prac-quin-age_Apr25_Nov25.csv.gz",
    ]
    results = add_paths(store, load_catalogue(), paths)
    assert {result.outcome for result in results} == {Outcome.ADDED}
    return store


@pytest.fixture(scope="module")
def made(store: Store) -> Build:
    """All observations of these files."""
    return build(store, load_catalogue(), Settings(store.folder))


def stored(store: Store, source: str, table: str) -> str:
    """SQL for the rows of a table."""
    paths = select_editions(store.manifest(), source, table).paths
    return f"read_parquet([{', '.join(repr(str(store.path(path))) for path in paths)}])"


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a published file, by the standard library."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))


@pytest.fixture(scope="module")
def payments(published_data: Path) -> dict[int, list[dict[str, str]]]:
    """First year of the financial year → rows."""
    return {year: list(rows_of(published_data / "nhs_payments" / name)) for year, name in PAYMENTS.items()}


@pytest.mark.parametrize(
    ("year", "rows", "registered", "weighted", "paid"),
    [
        (2018, 7279, "59824329.75", "59821275.06", "9261391489.85"),
        (2022, 6669, "62134644.75", "62130227.86", "10230094803.70"),
    ],
)
def test_payments_are_those_of_the_file(
    store: Store,
    payments: dict[int, list[dict[str, str]]],
    year: int,
    rows: int,
    registered: str,
    weighted: str,
    paid: str,
) -> None:
    found = duckdb.sql(
        "SELECT count(DISTINCT practice), sum(registered_patients), sum(weighted_patients), sum(total_payments) "
        f"FROM {stored(store, 'nhs_payments', 'practices')} WHERE year = '{year}-04-01'"
    ).fetchone()
    file = payments[year]
    by_hand = tuple(sum(Decimal(row[name]) for row in file) for name in (REGISTERED, WEIGHTED, TOTAL))
    assert found == (len(file), *by_hand)
    assert len(file) == rows
    # Lists of three quarters are thirds to some places: the sum is a third of a patient's thousandth off a quarter.
    assert abs(by_hand[0] - Decimal(registered)) < Decimal("0.001")
    assert by_hand[1:] == (Decimal(weighted), Decimal(paid))


@pytest.mark.parametrize("year", PAYMENTS)
def test_payments_add_up_line_by_line_in_every_practice(
    payments: dict[int, list[dict[str, str]]], year: int
) -> None:
    names = list(payments[year][0])
    lines = names[names.index("Global Sum") : names.index(TOTAL)]
    for row in payments[year]:
        assert sum(Decimal(row[name]) for name in lines) == Decimal(row[TOTAL])
        assert Decimal(row[TOTAL]) + Decimal(row[DEDUCTIONS]) == Decimal(row[f"{TOTAL} Minus Deductions"])


@pytest.mark.parametrize("year", PAYMENTS)
def test_england_has_as_many_weighted_patients_as_registered_ones(
    payments: dict[int, list[dict[str, str]]], year: int
) -> None:
    # The weights of the Carr-Hill formula are scaled to the national list: what is left is rounding and dates.
    registered, weighted = (
        sum(Decimal(row[name]) for row in payments[year]) for name in (REGISTERED, WEIGHTED)
    )
    assert abs(weighted / registered - 1) < Decimal("0.0001")


def test_lists_of_payments_are_close_to_the_published_lists(store: Store) -> None:
    # January 2021, the nearest month at hand, lies between the two years: practice by practice the list grew from
    # 2018-19 and on to 2022-23; the middle practice by two per cent each time.
    medians = duckdb.sql(
        "SELECT year(year), median(patients / registered_patients) "
        f"FROM {stored(store, 'nhs_payments', 'practices')} "
        f"JOIN {stored(store, 'registered_patients', 'totals')} USING (practice) "
        "WHERE registered_patients > 1000 AND month = '2021-01-01' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert [year for year, _ in medians] == [2018, 2022]
    assert 1.0 < medians[0][1] < 1.03
    assert 0.97 < medians[1][1] < 1.0


@pytest.fixture(scope="module")
def staff(published_data: Path) -> list[dict[str, str]]:
    return list(rows_of(published_data / "gp_workforce" / STAFF))


def test_staff_are_those_of_the_file(store: Store, staff: list[dict[str, str]]) -> None:
    columns = {
        "permanent_gp_fte": "TOTAL_GP_EXTGL_FTE",
        "locum_and_training_gp_fte": "TOTAL_LOCUUM_TRN_FTE",
        "nurse_fte": "TOTAL_NURSES_FTE",
        "other_direct_care_fte": "TOTAL_DPC_FTE",
        "administrative_fte": "TOTAL_ADMIN_FTE",
    }
    sums: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * len(columns))
    for row in staff:
        for place, name in enumerate(columns.values()):
            if row[name] != "NA":
                sums[int(row["Year"])][place] += Decimal(row[name])
    items = ", ".join(f"sum({name})" for name in columns)
    found = duckdb.sql(
        f"SELECT year(year) + 1, {items} FROM {stored(store, 'gp_workforce', 'staff')} GROUP BY 1"
    ).fetchall()
    assert {year: list(its) for year, *its in found} == dict(sums)
    rows = Counter(row["Year"] for row in staff)
    assert len(staff) == 62_673
    assert (rows["2016"], rows["2024"]) == (7623, 6392)


def test_a_year_of_staff_is_a_financial_year_named_after_its_end(staff: list[dict[str, str]]) -> None:
    # NHS England published one snapshot a year (September) until 2019; then September and December 2020, March and June
    # 2021, and every month since July 2021. A mean of patients over n snapshots is a multiple of 1/n, and these are the
    # snapshots of financial years, of 2023-24 those to January. Calendar years would have two in 2020, eight in 2021
    # and twelve in 2022.
    snapshots = dict.fromkeys(range(2016, 2021), 1) | {2021: 3, 2022: 10, 2023: 12, 2024: 10}
    for year, number in snapshots.items():
        patients = [float(row["TOTAL_PATIENTS"]) for row in staff if row["Year"] == str(year)]
        fitting = sum(abs(mean * number - round(mean * number)) < 1e-6 for mean in patients)
        # Practices that opened or closed within a year are in fewer snapshots.
        assert fitting == len(patients) if number == 1 else fitting > 0.98 * len(patients)
        fewer = range(1, number)
        assert all(
            sum(abs(mean * other - round(mean * other)) < 1e-6 for mean in patients) < 0.7 * len(patients)
            for other in fewer
        )


@pytest.mark.parametrize(
    ("column", "published", "within"),
    [
        # General Practice Workforce, 31 January 2022 (NHS Digital): full-time equivalents of England, with estimates
        # for practices that sent nothing; here the mean of June 2021 to March 2022, without them.
        ("permanent_gp_fte", 26_985, 0.01),
        ("nurse_fte", 16_501, 0.02),
        ("other_direct_care_fte", 14_993, 0.03),
        ("administrative_fte", 71_639, 0.02),
    ],
)
def test_staff_of_england_are_nearly_the_published_ones(
    store: Store, column: str, published: int, within: float
) -> None:
    (found,) = duckdb.sql(
        f"SELECT sum({column}) FROM {stored(store, 'gp_workforce', 'staff')} WHERE year = '2021-04-01'"
    ).fetchall()
    assert published * (1 - within) < float(found[0]) < published


def test_places_and_why_no_indicator_uses_their_headcounts(store: Store) -> None:
    (found,) = duckdb.sql(
        "SELECT count(DISTINCT practice), count(latitude), min(latitude), max(latitude), min(longitude), "
        "max(longitude), sum(printed_gps), sum(printed_other_direct_care) "
        f"FROM {stored(store, 'gp_workforce', 'places')}"
    ).fetchall()
    practices, placed, south, north, west, east, gps, direct_care = found
    assert practices == 6231
    assert practices - placed == 5
    assert 49.9 < south < north < 55.9  # from Scilly to Berwick
    assert -6.4 < west < east < 1.8  # from Scilly to Lowestoft
    assert (gps, direct_care) == (99_061, 46_908)
    # NHS England, May 2025: 48,701 GPs and 23,324 in direct patient care, heads.
    assert gps / 48_701 > 1.95
    assert direct_care / 23_324 > 1.95


@pytest.fixture(scope="module")
def ratings(published_data: Path) -> list[dict[str, str]]:
    return list(rows_of(published_data / "cqc" / RATINGS))


def test_ratings_are_those_of_the_file(store: Store, ratings: list[dict[str, str]]) -> None:
    (found,) = duckdb.sql(
        f"SELECT count(*), count(DISTINCT practice), count(*) FILTER (practice IS NULL) "
        f"FROM {stored(store, 'cqc_gp_ratings', 'locations')}"
    ).fetchall()
    assert found == (6229, 6185, 42)
    assert (len(ratings), len({row["Practice.Code"] for row in ratings})) == (6229, 6186)


def test_one_location_speaks_for_a_practice(store: Store, ratings: list[dict[str, str]]) -> None:
    own = [row for row in ratings if len(row["Practice.Code"]) == len("A81001")]
    # The rule in plain Python: rated itself first, then the newest.
    chosen: dict[str, dict[str, str]] = {}
    for row in sorted(own, key=lambda row: (row["inherited_rating_y_n"] == "Y", -int(row["Year"]))):
        chosen.setdefault(row["Practice.Code"], row)
    found = duckdb.sql(
        f"SELECT practice, rating, rating_year, inherited FROM {stored(store, 'cqc_gp_ratings', 'practices')}"
    ).fetchall()
    assert {practice: its for practice, *its in found} == {
        practice: [
            row["latest_rating"],
            int(row["Year"]),
            {"Y": "Yes", "N": "No"}[row["inherited_rating_y_n"]],
        ]
        for practice, row in chosen.items()
    }
    speaks = {practice: tuple(its) for practice, *its in found}
    assert speaks["C84005"] == ("Outstanding", 2018, "Yes")  # two sites, both inherited
    assert speaks["M84032"] == ("Good", 2019, "No")  # Outstanding at another site in 2016
    assert len(found) == 6167
    assert Counter(inherited for *_, inherited in found)["Yes"] == 298


def observed(made: Build, indicator: str, kind: str, year: str) -> list[tuple[object, ...]]:
    return duckdb.sql(
        "SELECT organisation, numerator, denominator, value, reason, failed_gates "
        f"FROM '{made.observations(indicator)}' "
        f"WHERE organisation_type = '{kind}' AND period_start = '{year}' ORDER BY organisation"
    ).fetchall()


def test_staff_per_1000_weighted_patients_of_every_practice(
    made: Build, staff: list[dict[str, str]], payments: dict[int, list[dict[str, str]]]
) -> None:
    weighted = {row["Practice Code"]: Decimal(row[WEIGHTED]) for row in payments[2022]}
    by_hand = {
        row["Practice.Code"]: 1000 * float(row["TOTAL_GP_EXTGL_FTE"]) / float(weighted[row["Practice.Code"]])
        for row in staff
        if row["Year"] == "2023"
        and row["TOTAL_GP_EXTGL_FTE"] != "NA"
        and weighted.get(row["Practice.Code"], 0) >= 1000
    }
    found = {
        practice: value
        for practice, _, _, value, *_ in observed(
            made, "gp_fte_per_1000_weighted", "gp_practice", "2022-04-01"
        )
        if value is not None
    }
    assert found == pytest.approx(by_hand, rel=1e-12)
    assert len(found) == 6391


def test_years_too_far_from_a_weighted_list_have_no_rate(made: Build) -> None:
    # Weighted lists of 2018-19 and 2022-23, a year on either side; 2020-21 lies two years from both.
    for year in range(2015, 2024):
        rows = observed(made, "gp_fte_per_1000_weighted", "gp_practice", f"{year}-04-01")
        with_value = sum(value is not None for *_, value, _, _ in rows)
        if year in (2017, 2018, 2019, 2021, 2022, 2023):
            assert with_value > 0.95 * len(rows)
        else:
            assert {reason for *_, reason, _ in rows} <= {"no_denominator", "not_submitted"}
            assert with_value == 0


def test_rates_of_england_that_the_definitions_state(made: Build) -> None:
    catalogue = load_catalogue()
    for indicator, stated in (
        ("gp_fte_per_1000_weighted", "England's 0.43 in 2022-23"),
        ("direct_care_staff_fte_per_1000_weighted", "England's 0.94 in 2022-23"),
    ):
        assert stated in catalogue.indicator(indicator).smallest_difference_reason
        rows = observed(made, indicator, "gp_practice", "2022-04-01")
        known = [
            (numerator, denominator) for _, numerator, denominator, value, *_ in rows if value is not None
        ]
        rate = 1000 * sum(one for one, _ in known) / sum(other for _, other in known)
        assert f"{rate:.2f}" == stated.split()[1]
    shares = {"age_under_5_share": 4.6, "age_65_and_over_share": 18.2, "age_85_and_over_share": 2.4}
    for indicator, share in shares.items():
        assert (
            f"England's {share}% in November 2025"
            in catalogue.indicator(indicator).smallest_difference_reason
        )
        ((_, _, _, value, *_),) = observed(made, indicator, "england", "2025-11-01")
        assert round(value, 1) == share
    caveat = catalogue.indicator("gp_fte_per_1000_weighted").caveats[-1]
    newest = observed(made, "gp_fte_per_1000_weighted", "gp_practice", "2023-04-01")
    assert f"{sum(numerator == 0 for _, numerator, *_ in newest)} of {len(newest):,}" in caveat


def test_nobody_in_direct_care_is_no_return(made: Build, staff: list[dict[str, str]]) -> None:
    direct = ("TOTAL_GP_EXTGL_FTE", "TOTAL_NURSES_FTE", "TOTAL_DPC_FTE")
    nobody = {
        row["Practice.Code"]
        for row in staff
        if row["Year"] == "2023" and all(row[name] == "0" for name in direct)
    }
    rows = observed(made, "direct_care_staff_fte_per_1000_weighted", "gp_practice", "2022-04-01")
    reasons = {practice: reason for practice, *_, reason, _ in rows}
    assert nobody
    assert {reasons[practice] for practice in nobody} == {"not_submitted"}


def test_an_inherited_rating_is_marked_and_no_rating_is_rolled_up(made: Build) -> None:
    rows = observed(made, "cqc_overall_rating", "gp_practice", "2024-04-01")
    assert Counter(value for *_, value, _, _ in rows) == {1.0: 55, 2.0: 289, 3.0: 5532, 4.0: 291}
    assert Counter(gates for *_, gates in rows) == {"": 5869, "inherited_rating": 298}
    kinds = duckdb.sql(
        f"SELECT DISTINCT organisation_type FROM '{made.observations('cqc_overall_rating')}'"
    ).fetchall()
    assert kinds == [("gp_practice",)]


def test_rural_patients(made: Build, payments: dict[int, list[dict[str, str]]]) -> None:
    rural = {row["Practice Code"] for row in payments[2022] if row["Practice Rurality"] == "Rural"}
    rows = observed(made, "rural_practice", "gp_practice", "2022-04-01")
    assert {practice for practice, *_, value, _, _ in rows if value == 100} <= rural
    assert {value for *_, value, _, _ in rows} == {0.0, 100.0, None}
    known = [
        row
        for row in observed(made, "rural_practice", "gp_practice", "2018-04-01")
        if row[4] == "not_submitted"
    ]
    assert len(known) == 58
    caveat = load_catalogue().indicator("rural_practice").caveats[1]
    assert "58 practices of 2018-19 have none" in caveat
