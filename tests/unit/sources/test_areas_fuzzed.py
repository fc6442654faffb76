"""Files of Fingertips for areas and of MyNHS spoilt at random: taken in, or refused in words; never anything else."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from street import write_file

from likeforlike.catalogue import load_catalogue
from likeforlike.errors import UserError
from likeforlike.sources.adding import connect
from likeforlike.sources.format import Staging
from likeforlike.sources.reading.opening import Given, unpack
from likeforlike.sources.reading.people import check_no_people
from likeforlike.sources.reading.probing import FileKind, probe_file
from likeforlike.sources.registry import recognise

# Rows as they were published, a few of each kind.
VALUES = (
    "\ufeffIndicatorId,Category,CategoryType,Age,Sex,Trend,Denominator,CategoryTypeId,UpperCI,Value,Count,AreaCode,"
    "SexID,AgeID,Year,LowerCI,CategoryId\n"
    '241,"","",17+ yrs,Persons,"",47886072,,6.93878531830596,6.93158962798202,3319266,E92000001,4,187,2018,'
    "6.92439909041205,\n"
    "91040,,,40-74 yrs,Persons,No significant change,16010180,,6.09438559804638,6.08266740286493,973846,E92000001,4,"
    "219,2024,6.07097028259758,\n"
    '20401,Most deprived decile (IMD2019),"""Deciles (IMD2019, 4/21)""",<18 yrs,Female,,91451,146,21.40758,20.45904,'
    "1871,E92000001,2,173,2019,19.5424,1\n"
)
METRICS = (
    "OrganisationID¬OrganisationCode¬OrganisationName¬MetricName¬TreatmentName¬ConditionName¬ServiceName¬Value¬"
    "Text\r\n"
    "462865¬00C¬NHS Darlington CCG¬Health gains reported by patients after groin hernia¬¬¬¬0.05¬In the worst 25% of "
    "CCGs (0.05 average health gain per 100,000 people)\r\n"
    "979004¬45UB¬Adur District Council¬Cervical cancer: deaths at home¬¬Cervical cancer¬¬-¬-% deaths from cervical "
    "cancer at home\r\n"
)
INDICATORS = (
    "\ufeffIndicatorID,Polarity,BenchmarkComparisonMethod,ValueType,IndicatorName,PeriodType,Frequency,"
    "RequiresGeoAggregation\n"
    "41101,Low is good,Confidence intervals overlapping reference value (95.0),Indirectly standardised proportion,"
    "Emergency readmissions within 30 days of discharge from hospital,Financial,annually,False\n"
    "383,No judgement,Quintiles,Proportion,People reporting Alzheimer's disease or dementia,Calendar,annually,False\n"
)
AREAS = (
    "\ufeffChildren,AreaCode,AreaName,Level,HierarchyType,AreaType,AreaTypeCode\n"
    '"",A81002,Queens Park Medical Centre,5,NHS,GPs,gps\n'
    '"",A81004,Acklam Medical Centre,5,NHS,GPs,gps\n'
)
HOSPITALS = (
    "OrganisationID¬OrganisationCode¬OrganisationType¬SubType¬Sector¬OrganisationStatus¬IsPimsManaged¬OrganisationName¬"
    "Address1¬Address2¬Address3¬City¬County¬Postcode¬Latitude¬Longitude¬ParentODSCode¬ParentName¬Phone¬Email¬Website¬"
    "Fax\r\n"
    "668¬5MV02¬Hospital¬Hospital¬NHS Sector¬Visible¬False¬West Park Hospital¬Park Road West¬¬¬Wolverhampton¬"
    "West Midlands¬WV1 4PW¬52.586921691894531¬-2.1416373252868652¬RL4¬The Royal Wolverhampton NHS Trust¬¬¬¬\r\n"
)
FILES = {
    "values": ("fingertips_areas/healthdata.csv", VALUES.encode()),
    "indicators": ("fingertips_areas/indicators.csv", INDICATORS.encode()),
    "areas": ("fingertips_areas/areas.csv", AREAS.encode()),
    "metrics": ("mynhs_2014/metrics.csv", METRICS.encode("cp1252")),
    "hospitals": ("mynhs_2014/Hospital.csv", HOSPITALS.encode("cp1252")),
}
PIECES = st.one_of(
    st.sampled_from(
        [b"", b",", b'"', b"\n", b"\r", b"\xac", b"\xc2\xac", b"\x81", b"\x00", b"-", b"NaN", b"1e999", b"'"]
    ),
    st.binary(max_size=4),
)


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    """One query engine for all examples."""
    return connect()


@pytest.mark.parametrize("kind", list(FILES))
def test_what_is_spoilt_here_is_taken_when_whole(
    engine: duckdb.DuckDBPyConnection, tmp_path: Path, kind: str
) -> None:
    assert take_in(engine, tmp_path, *FILES[kind]) is None
    assert list((tmp_path / "staging").rglob("*.parquet"))


@pytest.mark.parametrize("kind", list(FILES))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_spoilt_bytes_are_taken_in_or_refused_in_words(
    engine: duckdb.DuckDBPyConnection, kind: str, data: st.DataObject
) -> None:
    name, content = FILES[kind]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(len(content), start + 6)))
        content = content[:start] + data.draw(PIECES) + content[end:]
    with tempfile.TemporaryDirectory() as folder:
        error = take_in(engine, Path(folder), name, content)
    assert error is None or (error.what and error.next_step)


def take_in(engine: duckdb.DuckDBPyConnection, folder: Path, name: str, content: bytes) -> UserError | None:
    """Read a file as `add` does; why it is refused, where it is."""
    path, staging = write_file(folder, name, content), folder / "staging"
    staging.mkdir()
    try:
        probe = probe_file(unpack(Given(str(path), path), staging))
        if probe.kind is FileKind.DELIMITED:
            check_no_people(probe.header, probe.sample, probe.name)
        found = recognise(probe, load_catalogue())
        if found is not None and probe.fault is None:
            source, importer = found
            importer.stage(probe, source, Staging(staging, "edition", engine))
    except UserError as error:
        return error
    return None
