"""The shipped definitions load, hold together, cannot be changed, and say what the project promises to say."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path

import pydantic
import pytest
from definition_folders import change, copy_definitions

from likeforlike.catalogue import DEFINITIONS, Catalogue, Kind, OrganisationType, Purpose, load_catalogue
from likeforlike.errors import NotFoundError

INDICATORS_OF_ISSUE_2 = {
    "appointments_per_1000",
    "appointments_per_working_day",
    "calls_answered_share",
    "calls_answered_within_2_minutes_share",
    "calls_ended_in_menu_share",
    "calls_per_1000",
    "did_not_attend_share",
    "face_to_face_share",
    "gp_share",
    "list_size",
    "online_clinical_share",
    "online_submissions_per_1000",
    "same_day_share",
    "within_14_days_share",
}
KINDS_OF_ISSUE_2 = {
    "gp_practice",
    "pcn",
    "sub_icb",
    "icb",
    "nhs_region",
    "nhs_trust",
    "hospital",
    "care_home",
    "social_care_provider",
    "council",
    "independent_provider",
    "england",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_every_file_is_loaded(catalogue: Catalogue) -> None:
    assert set(catalogue.indicators) == {path.stem for path in (DEFINITIONS / "indicators").glob("*.toml")}
    assert set(catalogue.sources) == {path.stem for path in (DEFINITIONS / "sources").glob("*.toml")}
    assert set(catalogue.indicators) >= INDICATORS_OF_ISSUE_2
    assert set(catalogue.organisation_types) >= KINDS_OF_ISSUE_2


def test_kinds_stand_from_small_to_large_and_belong_to_larger_ones(catalogue: Catalogue) -> None:
    kinds = list(catalogue.organisation_types.values())
    assert [kind.rank for kind in kinds] == sorted(kind.rank for kind in kinds)
    for kind in kinds:
        ranks = [catalogue.organisation_type(parent).rank for parent in kind.parents]
        assert all(rank > kind.rank for rank in ranks)
        assert ranks == sorted(ranks), f"{kind.id}: parents stand nearest first"
        assert (kind.id == "england") == (not kind.parents)


def test_only_a_judged_access_indicator_says_which_direction_is_good(catalogue: Catalogue) -> None:
    # Supply, demand and the delivery model default to no judgement (methods.md §6.2); missed appointments are the
    # one delivery indicator of which nobody wants more, and a regulator's rating is a judgement. Of the figures that
    # data packs bring, calls to 111 while the practice is open are about access, and people asked say themselves what
    # is good. Of attendances of small children at A&E the publisher itself says that fewer is better. Of the outcomes
    # of social care the framework itself says what is good: those whom it is for were asked, or stayed at home.
    # Deaths beyond those expected are what its publisher calls higher than expected. Of ambulances, talking therapies
    # and NHS 111 national standards say what is good; patients asked say it themselves.
    # Waits for treatment, cancer care and tests are measured against standards, and nobody wants longer ones. Of the
    # figures of two sources the publisher's own list or words say which direction is good: the tests of published
    # figures hold them against these.
    waits = ("referral_", "cancer_", "diagnostics_")
    assert all(
        one.polarity.value != "no_judgement" and one.purpose is Purpose.ACCESS
        for one in catalogue.indicators.values()
        if one.id.startswith(waits)
    )
    judged = {
        one.id
        for one in catalogue.indicators.values()
        if one.polarity.value != "no_judgement"
        and not one.id.startswith(waits)
        and one.inputs[0].source not in ("fingertips_areas", "mynhs_2014")
    }
    assert judged == {
        "ae_attendances_0_to_4",
        "ae_over_12_hours_to_admission_share",
        "ae_type_1_within_4_hours_share",
        "ae_within_4_hours_share",
        "ambulance_category_1_90th_centile",
        "ambulance_category_1_mean",
        "ambulance_category_2_90th_centile",
        "ambulance_category_2_mean",
        "ambulance_category_3_90th_centile",
        "ambulance_category_3_mean",
        "ambulance_category_4_90th_centile",
        "ambulance_category_4_mean",
        "calls_answered_share",
        "calls_answered_within_2_minutes_share",
        "care_home_admissions_18_to_64",
        "care_home_admissions_65_and_over",
        "care_information_easy_to_find",
        "care_services_make_safe",
        "care_users_control",
        "care_users_feel_safe",
        "care_users_quality_of_life",
        "care_users_quality_of_life_adjusted",
        "care_users_satisfaction",
        "care_users_social_contact",
        "carers_information_easy_to_find",
        "carers_quality_of_life",
        "cqc_caring_rating",
        "cqc_effective_rating",
        "cqc_overall_rating",
        "cqc_responsive_rating",
        "cqc_safe_rating",
        "cqc_well_led_rating",
        "did_not_attend_share",
        "gpps_app_access",
        "gpps_contact_experience",
        "gpps_phone_access",
        "gpps_website_access",
        "learning_disability_paid_work_share",
        "learning_disability_settled_home_share",
        "local_survey_easy_contact_share",
        "nhs_111_abandoned_share",
        "nhs_111_calls_per_1000",
        "reablement_still_at_home_share",
        "shmi",
        "short_term_care_success",
        "short_term_care_success_share",
        "talking_therapies_recovery_share",
        "talking_therapies_reliable_improvement_share",
        "talking_therapies_reliable_recovery_share",
        "talking_therapies_within_18_weeks_share",
        "talking_therapies_within_6_weeks_share",
        "within_14_days_share",
    }
    assert catalogue.indicator("face_to_face_share").purpose is Purpose.DELIVERY_MODEL


def test_a_share_says_per_cent_and_has_a_smallest_difference(catalogue: Catalogue) -> None:
    for one in catalogue.indicators.values():
        if one.kind is Kind.PROPORTION:
            assert (one.unit, one.multiplier) == ("per cent", 100.0)
        if one.kind in (Kind.COUNT, Kind.SCORE):
            assert one.smallest_difference is None, f"{one.id}: a size or score judges nobody"
        elif one.kind is Kind.ORDINAL:
            assert one.smallest_difference is None, f"{one.id}: the distance of two levels has no size"
        else:
            assert one.smallest_difference is not None
            assert one.minimum_denominator > 0


def test_every_question_is_one_and_every_text_is_a_sentence(catalogue: Catalogue) -> None:
    for one in catalogue.indicators.values():
        assert one.question.endswith("?")
        for text in (one.why_it_matters, one.does_not_tell, one.smallest_difference_reason, *one.caveats):
            assert text[0].isupper() or text[0].isdigit()
            assert text.endswith("."), f"{one.id}: {text}"


def test_every_indicator_is_due_for_another_reading(catalogue: Catalogue) -> None:
    for one in catalogue.indicators.values():
        assert one.written_by != one.checked_by
        assert one.next_review > datetime.date(2026, 1, 1)


def test_every_source_can_be_quoted(catalogue: Catalogue) -> None:
    for source in catalogue.sources.values():
        if source.id == "data_pack":
            # Nobody publishes it: each pack says whose it is and who may use it.
            assert "its header" in source.attribution
            continue
        assert source.landing_page.startswith("https://")
        # What was published before 2015, and never again, stands under the licence of its day.
        version = "2.0" if source.id == "mynhs_2014" else "3.0"
        assert source.licence == f"OGL-UK-{version}"
        assert f"Open Government Licence v{version}" in source.attribution
        assert source.publisher in source.attribution


def test_a_gate_judges_the_same_table_as_an_input(catalogue: Catalogue) -> None:
    for one in catalogue.indicators.values():
        inputs = {(given.source, given.table) for given in one.inputs}
        gates = [(gate.id, gate.source, gate.table) for gate in one.quality_gates]
        assert len(set(gates)) == len(gates)
        assert {(source, table) for _, source, table in gates} <= inputs
        assert len({gate.title for gate in one.quality_gates}) == len({gate.id for gate in one.quality_gates})


def test_definitions_cannot_be_changed(catalogue: Catalogue) -> None:
    indicator = catalogue.indicator("gp_share")
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        indicator.multiplier = 1.0  # type: ignore[misc]  # that it is refused is what is tested
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        indicator.inputs[0].numerator.sum = ()  # type: ignore[misc]  # as above
    with pytest.raises(AttributeError):
        catalogue.digest = ""  # type: ignore[misc]  # as above
    with pytest.raises(TypeError):
        catalogue.indicators["mine"] = indicator  # type: ignore[index]  # as above


@pytest.mark.parametrize(
    ("ask", "wanted", "named"),
    [
        ("indicator", "gp_shares", "gp_share"),
        ("source", "cloud_telephones", "cloud_telephony"),
        ("organisation_type", "surgery", "gp_practice"),
    ],
)
def test_what_is_not_there_is_answered_with_what_is(
    catalogue: Catalogue, ask: str, wanted: str, named: str
) -> None:
    with pytest.raises(NotFoundError, match=f"there is no {ask.replace('_', ' ')} '{wanted}'") as caught:
        getattr(catalogue, ask)(wanted)
    assert named in caught.value.next_step
    assert getattr(catalogue, ask)(named).id == named


def test_a_reason_has_a_word_for_people(catalogue: Catalogue) -> None:
    assert catalogue.methods.reason("not_participating").title == "not taking part"
    for reason in catalogue.methods.reasons:
        assert catalogue.methods.reason(reason.id) is reason
    assert (
        catalogue.methods.confidence_level.value,
        catalogue.methods.minimum_population_coverage.value,
    ) == (0.95, 0.90)


def test_codes_stay_text(tmp_path: Path) -> None:
    # 00E1 is a number to YAML and to spreadsheets, 07 loses its nought, and E54 is no exponent.
    definitions = change(
        tmp_path,
        "sources/gp_appointments_regional.toml",
        'codes = ["A3A8R",',
        'codes = ["00E1", "07", "1E5", "A3A8R",',
    )
    repeats = [
        layout.repeats
        for layout in load_catalogue(definitions)
        .source("gp_appointments_regional")
        .table("appointments")
        .layouts
        if layout.repeats
    ]
    assert repeats[0].codes[:3] == ("00E1", "07", "1E5")


def test_a_code_written_as_a_number_is_refused(tmp_path: Path) -> None:
    definitions = change(
        tmp_path, "sources/gp_appointments_regional.toml", 'codes = ["A3A8R",', 'codes = [1e5, "A3A8R",'
    )
    with pytest.raises(Exception, match=r"repeats.codes.0': Input should be a valid string, found 100000.0"):
        load_catalogue(definitions)


def test_a_kind_knows_its_codes() -> None:
    kind = OrganisationType(
        id="sub_icb",
        title="Sub-ICB",
        plural="sub-ICBs",
        code_pattern=r"\d{2}[A-Z]",
        fictional_pattern=r"XS\d{3}",
        rank=1,
    )
    assert [code for code in ("00L", "00LL", "x00L", "XS001", "") if kind.accepts(code)] == ["00L", "XS001"]
    assert [code for code in ("00L", "XS001", "XS0011") if kind.is_fictional(code)] == ["XS001"]
    without = kind.model_copy(update={"fictional_pattern": None})
    assert not without.is_fictional("XS001")


def test_the_digest_follows_every_definition_and_no_line_end(tmp_path: Path) -> None:
    definitions = copy_definitions(tmp_path)
    digests = [load_catalogue(definitions).digest]
    # Files of one folder are read alike: the first and the last of each stand for all.
    folders = sorted({path.parent for path in definitions.rglob("*.toml")})
    some = {path for folder in folders for path in (min(folder.glob("*.toml")), max(folder.glob("*.toml")))}
    for path in sorted(some):
        path.write_bytes(path.read_bytes() + b"# read again\n")
        load_catalogue.cache_clear()
        digests.append(load_catalogue(definitions).digest)
    assert len(set(digests)) == len(digests) == len(some) + 1
    for path in definitions.rglob("*.toml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    load_catalogue.cache_clear()
    assert load_catalogue(definitions).digest == digests[-1]


def test_the_digest_is_the_same_wherever_the_definitions_lie(tmp_path: Path) -> None:
    assert load_catalogue(copy_definitions(tmp_path)).digest == load_catalogue().digest


def test_shipped_files_say_nothing_that_the_models_leave_unread() -> None:
    """What stands in a file comes back out of its object: nothing is dropped on the way."""
    for path in (DEFINITIONS / "indicators").glob("*.toml"):
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        loaded = load_catalogue().indicator(path.stem).model_dump(exclude_unset=True)
        assert set(loaded) == set(written)
        assert loaded["unit"] == written["unit"]
        assert [dict(one)["source"] for one in loaded["inputs"]] == [
            one["source"] for one in written["inputs"]
        ]
