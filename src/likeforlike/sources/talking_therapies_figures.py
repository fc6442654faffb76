"""Which row of the annual measures prints which figure of an organisation, and what its percentages divide."""

from __future__ import annotations

from typing import NamedTuple

# What stands for a count below five, and for a percentage of one.
SUPPRESSED = "*"
# The publisher rounds the counts of all but England to the nearest five.
ROUNDED_TO = 5

TOTAL = "Total"
WAITING = "Waiting Time"
NONE = "NULL"
# Until 2021-22 and since 2022-23: days from referral to the first treatment appointment.
FIRST_TREATMENT = ("First treatment", "Accessing services")
COUNT, PERCENTAGE = "count", "percentage"


class Figure(NamedTuple):
    """What the row of one figure says in the columns that are the same for every organisation."""

    measure: str
    statistic: str = COUNT
    breakdown: str = TOTAL
    of: tuple[str, ...] = (NONE,)
    within: str = NONE


FIGURES = {
    "referrals": Figure("referrals_received"),
    "finished": Figure("finished_course_treatment"),
    "at_caseness": Figure("at_caseness"),
    "not_at_caseness": Figure("not_at_caseness"),
    "improved": Figure("improvement"),
    "unchanged": Figure("no_reliable_change"),
    "deteriorated": Figure("deterioration"),
    "recovered": Figure("recovery"),
    "reliably_recovered": Figure("reliable_recovery"),
    "within_6_weeks": Figure("finished_course_treatment", COUNT, WAITING, FIRST_TREATMENT, "<6 weeks"),
    "within_18_weeks": Figure("finished_course_treatment", COUNT, WAITING, FIRST_TREATMENT, "<18 weeks"),
    "improved_percent": Figure("improvement", PERCENTAGE),
    "unchanged_percent": Figure("no_reliable_change", PERCENTAGE),
    "deteriorated_percent": Figure("deterioration", PERCENTAGE),
    "recovered_percent": Figure("recovery", PERCENTAGE),
    "reliably_recovered_percent": Figure("reliable_recovery", PERCENTAGE),
}

# What an organisation may be broken down by: by patients' characteristics, care and waits.
BREAKDOWNS = frozenset({
    TOTAL, WAITING, "Age Group", "Age Group / Gender", "BME Group", "Consultation Medium", "Disability",
    "Disability Type", "Ethnic Group", "Ethnic Group / Gender", "Ex-British Armed Forces and Dependants", "Gender",
    "Indices of Deprivation Decile", "Long Term Condition Status", "Mental Health Care Cluster",
    "Presenting Complaint", "Problem Descriptor", "Religion", "Sexual Orientation", "Sexual Orientation Type",
    "Stepped Care Pathway",
})  # fmt: skip

# Percentage → the count that it is of, and what that is divided by (the publisher's field definitions, 2024-25):
# recovery is of those who finished a course of treatment and did not start below caseness.
PERCENTAGES = {
    "improved_percent": ("improved", "finished"),
    "unchanged_percent": ("unchanged", "finished"),
    "deteriorated_percent": ("deteriorated", "finished"),
    "recovered_percent": ("recovered", "started_at_caseness"),
    "reliably_recovered_percent": ("reliably_recovered", "started_at_caseness"),
}
