"""Rating rules: a rule that could say more than its evidence is refused, with file and key."""

from __future__ import annotations

from pathlib import Path

import pytest
from definition_folders import change

from likeforlike.catalogue import RuleKind, Verdict, load_catalogue
from likeforlike.catalogue.indicators import Purpose
from likeforlike.errors import DefinitionError, NotFoundError

ACCESS = "rating_rules/gp_access.toml"
FLAG = "rating_rules/acute_trust_flag.toml"
CQC = "rating_rules/cqc_rating.toml"


def test_the_shipped_rules() -> None:
    catalogue = load_catalogue()
    assert {rule.id: (rule.kind, rule.organisation_types) for rule in catalogue.rating_rules.values()} == {
        "acute_trust_flag": (RuleKind.FLAG, ("nhs_trust",)),
        "cqc_rating": (
            RuleKind.TRAFFIC_LIGHT,
            ("gp_practice", "hospital", "care_home", "social_care_provider"),
        ),
        "gp_access": (RuleKind.TRAFFIC_LIGHT, ("gp_practice",)),
        "talking_therapies": (RuleKind.TRAFFIC_LIGHT, ("nhs_trust", "independent_provider")),
    }
    assert catalogue.rating_rule("gp_access").outcomes[0].rating is Verdict.WORSE
    with pytest.raises(NotFoundError, match="no rating rule 'red_flag'"):
        catalogue.rating_rule("red_flag")


def test_no_shipped_rule_judges_by_a_delivery_model() -> None:
    catalogue = load_catalogue()
    for rule in catalogue.rating_rules.values():
        assert Purpose.DELIVERY_MODEL not in {catalogue.indicators[one].purpose for one in rule.indicators}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (ACCESS, "title =", 'colour = "red"\ntitle =', "unknown key 'colour'"),
        (ACCESS, 'colour = "orange"', 'colour = "red"', "'outcomes.0.colour'"),
        (ACCESS, 'colour = "blue"', 'colour = "orange"', "no two have the same"),
        (ACCESS, "sure = 0.90\n", "", "sure: the least probability"),
        (ACCESS, "sure = 0.90", "sure = 0.5", "'sure'"),
        (ACCESS, "least_assessed = 2", "least_assessed = 4", "least_assessed: there are 3"),
        (ACCESS, "at_least = { worse = 2 }", "at_least = { expected = 2 }", "'worse' needs one that is worse"),
        (ACCESS, "at_least = { worse = 2 }", "at_least = { worse = 4 }", "more than there are"),
        (ACCESS, "at_least = { worse = 2 }", "at_least = { worse = 0 }", "something that speaks for it"),
        (ACCESS, "at_most = { worse = 0 }", "at_most = { worse = 1 }", "'better' allows nothing that is worse"),
        (ACCESS, "at_most = { worse = 0, better = 0 }", "", "'expected' allows nothing that is worse"),
        (ACCESS, "at_least = { expected = 2 }", "at_least = { better = 2 }", "'expected' needs one"),
        (ACCESS, '"calls_answered_share"', '"calls_answered"', "there is no 'calls_answered'"),
        (ACCESS, '"calls_answered_share"', '"within_14_days_share"', "one is named twice"),
        (ACCESS, '"calls_answered_share"', '"same_day_share"', "has no direction that is good"),
        (ACCESS, '"calls_answered_share"', '"shmi"', "no figures of such organisations"),
        (ACCESS, '"calls_answered_share"', '"unknown_mode_share"', "'unknown_mode_share'"),
        (ACCESS, '"calls_answered_share"', '"cqc_overall_rating"', "has no states"),
        (ACCESS, '"calls_answered_share"', '"cqc_complaints_per_10000"', "is restricted"),
        (ACCESS, 'organisation_types = ["gp_practice"]', 'organisation_types = ["surgery"]', "no 'surgery'"),
        (ACCESS, "checked_by", "# checked_by", "read by a second person"),
        (ACCESS, 'kind = "traffic_light"', 'kind = "flag"', "'better' belongs to a traffic_light"),
        (ACCESS, "sure = 0.90", "sure = 0.90\noldest_months = 3", "only levels grow old"),
        (FLAG, 'among = ["shmi"]', 'among = ["same_day_share"]', "none of the rule's indicators"),
        (FLAG, '"acute_general"', '"acute"', "there is no 'acute'"),
        (CQC, "oldest_months = 60\n", "", "from which age on"),
        (CQC, "oldest_months = 60", "oldest_months = 60\nsure = 0.9", "has no probability"),
        (CQC, '"cqc_overall_rating"', '"cqc_overall_rating", "cqc_safe_rating"', "levels are never put together"),
        (CQC, 'level = "Good"', 'level = "Fair"', "has other levels than those quoted"),
        (CQC, 'level = "Good"', 'level = "Inadequate"', "a level is named twice"),
        (CQC, 'id = "cqc_rating"', 'id = "cqc"', "the file's name"),
    ],
)  # fmt: skip
def test_refused(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_catalogue(change(tmp_path, file, old, new))
    assert said in str(caught.value)
    assert Path(file).name in str(caught.value)


def test_a_delivery_model_alone_is_no_rule(tmp_path: Path) -> None:
    """Appointments that nobody came to have a good direction, and are a matter of how a practice works."""
    text = '[[outcomes]]\nrating = "worse"\ncolour = "orange"\nat_least = { worse = 1 }\n'
    definitions = change(tmp_path, ACCESS, "least_assessed = 2", "least_assessed = 1")
    path = definitions / ACCESS
    whole = path.read_text(encoding="utf-8").split("[[outcomes]]")[0]
    names = '["calls_answered_share", "calls_answered_within_2_minutes_share", "within_14_days_share"]'
    path.write_text(whole.replace(names, '["did_not_attend_share"]') + text, encoding="utf-8")
    with pytest.raises(DefinitionError, match="a delivery model alone judges nobody"):
        load_catalogue(definitions)


def test_outcomes_and_levels_exclude_each_other(tmp_path: Path) -> None:
    outcome = '[[outcomes]]\nrating = "worse"\ncolour = "orange"\nat_least = { worse = 1 }\n\n'
    definitions = change(tmp_path, CQC, "[[levels]]", f"{outcome}[[levels]]")
    with pytest.raises(DefinitionError, match="outcomes or levels"):
        load_catalogue(definitions)
