"""MyNHS 2014, in small: cells parted by ¬ in Windows-1252, figures beside the words that were shown, directories."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from street import add_one, stored_rows, write_file

from likeforlike.errors import FileRefusedError
from likeforlike.store import Store

SOURCE = "mynhs_2014"
YEAR = datetime.date(2014, 1, 1)
METRICS = (
    "OrganisationID¬OrganisationCode¬OrganisationName¬MetricName¬TreatmentName¬ConditionName¬ServiceName¬"
    "Value¬Text"
)
WORST = "4¬00C¬NHS Example CCG¬Hip gains¬¬¬¬0.42¬In the worst 25% of CCGs (0.42 average health gain)"
COUNCIL = (
    "4¬45UB¬Adur, the council¬Stroke: mortality¬¬Stroke¬¬42¬About average (42 deaths per 100,000 people)"
)
HOSPITALS = (
    "OrganisationID¬OrganisationCode¬OrganisationType¬SubType¬Sector¬OrganisationStatus¬IsPimsManaged¬OrganisationName¬"
    "Address1¬Address2¬Address3¬City¬County¬Postcode¬Latitude¬Longitude¬ParentODSCode¬ParentName¬Phone¬Email¬Website¬Fax"
)


def text_of(*rows: str, line_end: str = "\r\n", encoding: str = "cp1252") -> bytes:
    """A file as the site gave it."""
    return "".join(row + line_end for row in rows).encode(encoding)


def refusal(tmp_path: Path, *rows: str, name: str = "mynhs_2014/metrics.csv") -> FileRefusedError:
    """Why a file of these rows is refused."""
    with pytest.raises(FileRefusedError) as refused:
        add_one(Store(tmp_path / "store"), write_file(tmp_path, name, text_of(*rows)))
    return refused.value


def hospital(code: str, name: str, parent: str, phone: str = "") -> str:
    """A row of the directory of hospitals."""
    return (
        f"1¬{code}¬Hospital¬Hospital¬NHS Sector¬Visible¬True¬{name}¬High Street¬¬¬Town¬¬AB1 2CD¬52.5¬-2.14¬"
        f"{parent}¬The owner¬{phone}¬¬¬"
    )


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_figures_and_words_as_shown(tmp_path: Path, encoding: str) -> None:
    store = Store(tmp_path / "store")
    without = "4¬00D¬NHS Ex’ample “Two” CCG¬Hip gains¬¬¬¬¬Data not available ( average health gain)"
    rows = text_of(METRICS, WORST, without, COUNCIL, encoding=encoding)
    added = add_one(store, write_file(tmp_path, "mynhs_2014/metrics.csv", rows))
    columns = (
        "organisation",
        "organisation_type",
        "organisation_name",
        "value",
        "value_reason",
        "shown_band",
    )
    assert [
        tuple(row.values()) for row in stored_rows(store, SOURCE, "metrics", "year", *columns, "shown_band_reason")
    ] == [
        (YEAR, "00C", "sub_icb", "NHS Example CCG", 0.42, None, "In the worst 25% of CCGs", None),
        (YEAR, "00D", "sub_icb", "NHS Ex’ample “Two” CCG", None, "not_published", None, "not_published"),
        (YEAR, "45UB", "council", "Adur, the council", 42.0, None, "About average", None),
    ]  # fmt: skip
    assert added.published == "2014-12-31"


@pytest.mark.parametrize(
    ("shown", "value", "band", "scale"),
    [
        ("15.7% deaths from breast cancer at home", "15.7", None, "as printed"),
        ("0.244% deaths from prostate cancer at home", "0.244", None, "share as per cent"),
        ("As expected (0.09% readmissions)", "0.09", "As expected", "share as per cent"),
        (" (0.267 deaths per 100,000 people)", "0.267", None, "as printed"),
        ("-% deaths at home", "-", None, "as printed"),
        ("About average ( admissions per 100,000 people)", "", "About average", "as printed"),
        (
            "Higher than expected (2.67 deaths per 100,000 people)",
            "2.67",
            "Higher than expected",
            "as printed",
        ),
    ],
)
def test_words_as_they_come(tmp_path: Path, shown: str, value: str, band: str | None, scale: str) -> None:
    store = Store(tmp_path / "store")
    row = f"4¬45UB¬Adur¬A metric¬¬¬¬{value}¬{shown}"
    add_one(store, write_file(tmp_path, "mynhs_2014/x.csv", text_of(METRICS, row)))
    (stored,) = stored_rows(store, SOURCE, "metrics", "shown", "shown_band", "scale")
    assert stored == {"shown": shown, "shown_band": band, "scale": scale}


def test_a_hospital_is_kept_once_however_many_telephones_it_has(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    rows = (
        hospital("RV9HE", "East Hospital", "RV9", "01482 1"),
        hospital("RV9HE", "East Hospital", "RV9", "01482 2"),
        hospital("NT210 ", "The Grosvenor", "NT2"),
    )
    add_one(store, write_file(tmp_path, "mynhs_2014/Hospital.csv", text_of(HOSPITALS, *rows)))
    assert stored_rows(
        store, SOURCE, "hospitals", "hospital", "hospital_name", "latitude", "parent", "trust"
    ) == [
        {
            "hospital": "NT210",
            "hospital_name": "The Grosvenor",
            "latitude": 52.5,
            "parent": "NT2",
            "trust": None,
        },
        {
            "hospital": "RV9HE",
            "hospital_name": "East Hospital",
            "latitude": 52.5,
            "parent": "RV9",
            "trust": "RV9",
        },
    ]


def test_a_hospital_with_two_names_is_refused(tmp_path: Path) -> None:
    rows = hospital("RV9HE", "East Hospital", "RV9"), hospital("RV9HE", "West Hospital", "RV9")
    assert "occurs twice" in refusal(tmp_path, HOSPITALS, *rows).what


@pytest.mark.parametrize(
    ("rows", "what", "where"),
    [
        ((METRICS, WORST.replace("0.42¬", "0.41¬")), "another figure than the value beside them", "row 2"),
        ((METRICS, WORST, COUNCIL.replace("45UB", "E07000223")), "neither a CCG's", "row 3"),
        ((METRICS, WORST, COUNCIL.replace("¬42¬", "¬forty¬")), "found 'forty'", "row 3, column 'Value'"),
        ((METRICS, WORST, WORST.replace("0.42", "0.43")), "occurs twice", "metrics.csv"),
        ((METRICS.replace("MetricName", "Metric"), WORST), "no column 'MetricName'", "row 1"),
        ((METRICS, WORST, "4¬00D¬cut"), "3 cells, the header has 9", "row 3"),
        ((METRICS,), "a header and no rows", "metrics.csv"),
    ],
    ids=["figure", "code", "text in numbers", "twice", "renamed", "cut", "empty"],
)
def test_refused(tmp_path: Path, rows: tuple[str, ...], what: str, where: str) -> None:
    error = refusal(tmp_path, *rows)
    assert what in error.what
    assert where in error.where
    assert error.next_step


def test_words_that_nobody_has_read_are_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, METRICS, WORST.replace("In the worst 25% of CCGs", "Among the worst"))
    assert "a row says nothing of its shown band that can be read" in error.what
    assert "In the worst 25% of CCGs" in error.what


def test_a_name_without_a_year_is_refused_with_what_to_do(tmp_path: Path) -> None:
    error = refusal(tmp_path, METRICS, WORST, name="folder/metrics.csv")
    assert "do not say their year" in error.what
    assert "Name the file" in error.next_step


def test_a_byte_that_the_encoding_does_not_have_is_refused_with_its_row(tmp_path: Path) -> None:
    content = text_of(METRICS, WORST) + b"4\xac00D\xacNHS \x81\xacHip gains\xac\xac\xac\xac0.1\xacx\r\n"
    with pytest.raises(FileRefusedError) as refused:
        add_one(Store(tmp_path / "store"), write_file(tmp_path, "mynhs_2014/m.csv", content))
    assert refused.value.what == "byte 0x81 is not Windows-1252 text."
    assert refused.value.where.endswith("m.csv, row 3")


def test_lines_that_end_in_different_ways_are_refused(tmp_path: Path) -> None:
    content = text_of(METRICS) + WORST.encode("cp1252") + b"\r" + COUNCIL.encode("cp1252") + b"\r\n"
    with pytest.raises(FileRefusedError, match="a line ends within a line"):
        add_one(Store(tmp_path / "store"), write_file(tmp_path, "mynhs_2014/m.csv", content))


def test_a_comma_separated_file_with_the_sign_in_a_name_is_left_as_it_is(tmp_path: Path) -> None:
    content = "a¬b¬c,d\n1,2\n".encode("cp1252")
    with pytest.raises(FileRefusedError) as refused:
        add_one(Store(tmp_path / "store"), write_file(tmp_path, "mynhs_2014/m.csv", content))
    assert "no known format" in refused.value.what
