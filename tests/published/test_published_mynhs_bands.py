"""What MyNHS called 211 CCGs and 326 councils in 2014, counted again from the file in plain Python."""

from __future__ import annotations

import gzip
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from likeforlike.catalogue import load_catalogue
from likeforlike.comparison.band_contrast import BandContrast, contrast_bands
from likeforlike.measures.build import build
from likeforlike.measures.reading import read_observations
from likeforlike.present.mynhs import summarise_bands, view_bands
from likeforlike.settings import Settings
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

FOLDER, FILE = "mynhs_2014", "AccountabilityIndicatorsClinicalCommissioningGroup.csv.gz"
WORST = "In the worst 25% of CCGs"
CATALOGUE = load_catalogue()
METRICS = {one.id: one for one in CATALOGUE.indicators.values() if one.inputs[0].source == FOLDER}


@pytest.fixture(scope="module")
def contrasts(published_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, BandContrast]:
    """All metrics by the id of their indicator."""
    store = Store(tmp_path_factory.mktemp("mynhs") / "store")
    add_paths(store, CATALOGUE, [published_data / FOLDER])
    built = build(store, replace(CATALOGUE, indicators=METRICS), Settings(store.folder))
    return {
        name: contrast_bands(
            indicator,
            read_observations(built, name, organisation_type=indicator.organisation_types[0]).to_pylist(),
        )
        for name, indicator in METRICS.items()
    }


@pytest.fixture(scope="module")
def printed(published_data: Path) -> dict[str, list[tuple[str, str, str]]]:
    """Metric → code, figure and words of each CCG."""
    text = gzip.decompress((published_data / FOLDER / FILE).read_bytes()).decode("cp1252")
    header, *lines = (line.split("¬") for line in text.split("\r\n") if line)
    metrics = defaultdict(list)
    for line in lines:
        row = dict(zip(header, line, strict=True))
        words = row["Text"].split(" (")[0]
        metrics[row["MetricName"]].append((row["OrganisationCode"], row["Value"], words))
    return dict(metrics)


def metric_of(contrast: BandContrast) -> str:
    value = contrast.indicator.inputs[0].value
    assert value is not None
    return value.where["metric"][0]


def of_ccgs(contrasts: dict[str, BandContrast]) -> list[BandContrast]:
    return [one for one in contrasts.values() if one.indicator.organisation_types == ("sub_icb",)]


def test_each_ccg_has_the_words_that_were_shown(
    contrasts: dict[str, BandContrast], printed: dict[str, list[tuple[str, str, str]]]
) -> None:
    assert len(of_ccgs(contrasts)) == len(printed) == 17
    for contrast in of_ccgs(contrasts):
        shown = {code: words for code, _, words in printed[metric_of(contrast)] if words.startswith("In the")}
        assert {one.organisation: one.published for one in contrast.rows if one.published} == shown


def test_how_many_were_called_so_and_of_none_can_it_be_told(
    contrasts: dict[str, BandContrast], printed: dict[str, list[tuple[str, str, str]]]
) -> None:
    for contrast in of_ccgs(contrasts):
        rows = printed[metric_of(contrast)]
        assert contrast.called_worst == sum(words == WORST for _, _, words in rows)
        assert (contrast.told_apart, contrast.without_interval) == (0, contrast.called_worst)
        elsewhere = {value for _, value, words in rows if words != WORST and value}
        assert contrast.tied_with_middle == sum(
            words == WORST and value in elsewhere for _, value, words in rows
        )
    calls = sum(words == WORST for rows in printed.values() for _, _, words in rows)
    # What docs/methods/ratings.md says.
    assert calls == 853
    assert sum(one.differ for one in of_ccgs(contrasts)) == 31
    assert sum(one.tied_with_middle for one in of_ccgs(contrasts)) == 45
    assert summarise_bands(list(contrasts.values())).sentence == (
        f"On 17 metrics somebody was called so {calls:,} times; no interval was published with any of them: of none "
        "can it be told."
    )


def test_twelve_metrics_are_derived_again_and_five_were_parted_within_ties(
    contrasts: dict[str, BandContrast],
) -> None:
    whole = {one.indicator.id for one in of_ccgs(contrasts) if one.differ == 0 and one.tied_with_middle == 0}
    assert len(whole) == 12
    parted = [one for one in of_ccgs(contrasts) if one.indicator.id not in whole]
    assert {one.indicator.id for one in parted} == {
        "mynhs_ccg_health_gain_groin_hernia",
        "mynhs_ccg_health_gain_hip_replacement",
        "mynhs_ccg_health_gain_knee_replacement",
        "mynhs_ccg_health_gain_varicose_veins",
        "mynhs_ccg_readmissions_30_days",
    }
    assert all(one.tied_with_middle > 0 or one.differ > 0 for one in parted)


def test_darlington_as_the_public_saw_it(contrasts: dict[str, BandContrast]) -> None:
    view = view_bands(
        contrasts["mynhs_ccg_deaths_under_75_cancer"], {"00C": "NHS Darlington CCG"}, CATALOGUE.methods
    )
    assert view.sentence == (
        "52 were called “In the worst 25% of CCGs”. No interval was published: of none of them can it be told."
    )
    darlington = next(row for row in view.rows if row.code == "00C")
    assert (darlington.value, darlington.quotation) == ("138.48", "“In the worst 25% of CCGs”")
    assert darlington.derived == "highest quarter"


def test_councils_words_are_counted(contrasts: dict[str, BandContrast]) -> None:
    stroke = contrasts["mynhs_council_stroke_deaths_30_days"]
    assert Counter(dict(stroke.words)) == {"About average": 297, "Above average": 14, "Below average": 11}
    assert stroke.called_worst == 0
    # The texts of these are a figure alone: '15.7% deaths from breast cancer at home'.
    cancers = ("bladder", "breast", "cervical", "lung", "oesophageal", "prostate", "stomach")
    assert {one.indicator.id for one in contrasts.values() if not one.words} == {
        "mynhs_council_skin_other_incidence",
        *(f"mynhs_council_{cancer}_deaths_at_home" for cancer in cancers),
    }
    deaths = view_bands(contrasts["mynhs_council_bladder_deaths_at_home"], {}, CATALOGUE.methods)
    assert deaths.sentence == "Figures were shown without words."
    assert len(stroke.rows) == 326
