"""What appointments are like: which kinds a practice offers, and the probabilities of wait and status.

A kind is a category by a sort of staff in a mode. Prevalence (share of practices that record any) and weight
(per cent of all appointments) are rounded from one month of the published crosstab.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

GP, OTHER, UNKNOWN_STAFF = "GP", "Other Practice staff", "Unknown"
FACE, HOME, PHONE, VIDEO, UNKNOWN_MODE = (
    "Face-to-Face",
    "Home Visit",
    "Telephone",
    "Video Conference/Online",
    "Unknown",
)
STAFF = (GP, OTHER, UNKNOWN_STAFF)
MODES = (FACE, HOME, PHONE, VIDEO, UNKNOWN_MODE)
# The publisher's labels, double spaces included.
WAITS = (
    "Same Day",
    "1 Day",
    "2 to 7 Days",
    "8  to 14 Days",
    "15  to 21 Days",
    "22  to 28 Days",
    "More than 28 Days",
    "Unknown / Data Issue",
)
STATUSES = ("Attended", "DNA", "Unknown")

ROUTINE, ACUTE, TRIAGE = "General Consultation Routine", "General Consultation Acute", "Clinical Triage"
CLINICS, PROCEDURE = "Planned Clinics", "Planned Clinical Procedure"
INCONSISTENT, UNMAPPED = "Inconsistent Mapping", "Unmapped"
UNPLANNED, REVIEW = "Unplanned Clinical Activity", "Structured Medication Review"
VISIT, ROUND, CARE_HOME = "Home Visit", "Patient contact during Care Home Round", "Care Home Visit"
PLAN = "Care Home Needs Assessment & Personalised Care and Support Planning"
RELATED = "Care Related Encounter but does not fit into any other category"
SOCIAL, EXTERNAL = "Social Prescribing Service", "Service provided by organisation external to the practice"
WALK_IN, GROUP, CHARGEABLE = (
    "Walk-in",
    "Group Consultation and Group Education",
    "Non-contractual chargeable work",
)
CARE_HOME_CATEGORIES = (VISIT, ROUND, CARE_HOME, PLAN)

# Category → share on the day it was booked, and by how much longer (positive) other waits are than usual.
CATEGORIES = {
    ROUTINE: (0.26, 0.0),
    ACUTE: (0.71, -0.3),
    TRIAGE: (0.83, -0.3),
    CLINICS: (0.13, 0.15),
    PROCEDURE: (0.07, 0.1),
    INCONSISTENT: (0.57, 0.0),
    UNMAPPED: (0.55, 0.0),
    UNPLANNED: (0.74, -0.3),
    REVIEW: (0.20, 0.0),
    VISIT: (0.47, -0.2),
    ROUND: (0.53, -0.2),
    CARE_HOME: (0.51, -0.2),
    PLAN: (0.51, 0.0),
    RELATED: (0.47, 0.0),
    SOCIAL: (0.45, 0.0),
    EXTERNAL: (0.18, 0.1),
    WALK_IN: (0.72, -0.2),
    GROUP: (0.21, 0.1),
    CHARGEABLE: (0.10, 0.1),
}


@dataclass(frozen=True)
class Kind:
    """One kind of appointment with the share of practices that have it and its weight in per cent."""

    category: str
    staff: str
    mode: str
    prevalence: float
    weight: float


# The first nine, one for each kind of staff known or not by mode face-to-face, remote or unknown, are in
# every practice, so that any share of GPs and of face-to-face contacts can be met.
KINDS = tuple(
    Kind(*row)
    for row in (
        (ROUTINE, GP, FACE, 1.0, 8.4),
        (ROUTINE, OTHER, FACE, 1.0, 7.4),
        (INCONSISTENT, UNKNOWN_STAFF, FACE, 1.0, 0.1),
        (ROUTINE, GP, PHONE, 1.0, 4.2),
        (ROUTINE, OTHER, PHONE, 1.0, 2.4),
        (ROUTINE, UNKNOWN_STAFF, PHONE, 1.0, 0.05),
        (INCONSISTENT, GP, UNKNOWN_MODE, 1.0, 0.2),
        (INCONSISTENT, OTHER, UNKNOWN_MODE, 1.0, 0.4),
        (UNMAPPED, UNKNOWN_STAFF, UNKNOWN_MODE, 1.0, 1.5),
        (PROCEDURE, OTHER, FACE, 0.89, 15.5),
        (CLINICS, OTHER, FACE, 0.91, 11.7),
        (ACUTE, GP, FACE, 0.88, 6.5),
        (ACUTE, OTHER, FACE, 0.80, 3.2),
        (TRIAGE, GP, PHONE, 0.49, 3.1),
        (CLINICS, GP, FACE, 0.74, 3.1),
        (ACUTE, GP, PHONE, 0.70, 3.1),
        (TRIAGE, OTHER, VIDEO, 0.20, 2.2),
        (INCONSISTENT, OTHER, FACE, 0.74, 2.1),
        (TRIAGE, GP, VIDEO, 0.23, 2.0),
        (PROCEDURE, GP, FACE, 0.67, 2.0),
        (CLINICS, OTHER, PHONE, 0.61, 1.6),
        (INCONSISTENT, OTHER, VIDEO, 0.41, 1.6),
        (TRIAGE, OTHER, PHONE, 0.40, 1.4),
        (ACUTE, OTHER, PHONE, 0.55, 1.4),
        (TRIAGE, GP, FACE, 0.27, 1.4),
        (INCONSISTENT, OTHER, PHONE, 0.47, 1.3),
        (INCONSISTENT, GP, VIDEO, 0.34, 1.3),
        (INCONSISTENT, GP, FACE, 0.61, 1.2),
        (INCONSISTENT, GP, PHONE, 0.36, 1.0),
        (CLINICS, GP, PHONE, 0.37, 1.0),
        (TRIAGE, OTHER, FACE, 0.25, 0.7),
        (REVIEW, OTHER, PHONE, 0.24, 0.35),
        (VISIT, OTHER, HOME, 0.45, 0.34),
        (ACUTE, GP, VIDEO, 0.05, 0.28),
        (RELATED, OTHER, FACE, 0.18, 0.27),
        (REVIEW, OTHER, FACE, 0.16, 0.24),
        (EXTERNAL, OTHER, FACE, 0.18, 0.22),
        (UNPLANNED, GP, FACE, 0.13, 0.21),
        (UNPLANNED, OTHER, FACE, 0.16, 0.20),
        (ROUTINE, GP, VIDEO, 0.07, 0.19),
        (ROUND, GP, FACE, 0.13, 0.18),
        (VISIT, GP, HOME, 0.50, 0.18),
        (SOCIAL, OTHER, FACE, 0.20, 0.17),
        (SOCIAL, OTHER, PHONE, 0.16, 0.17),
        (UNPLANNED, GP, PHONE, 0.10, 0.17),
        (RELATED, GP, FACE, 0.09, 0.15),
        (CLINICS, OTHER, VIDEO, 0.05, 0.13),
        (ROUTINE, OTHER, VIDEO, 0.06, 0.13),
        (RELATED, OTHER, PHONE, 0.12, 0.13),
        (VISIT, OTHER, FACE, 0.17, 0.13),
        (WALK_IN, OTHER, FACE, 0.04, 0.13),
        (ACUTE, OTHER, VIDEO, 0.04, 0.12),
        (ROUND, OTHER, FACE, 0.09, 0.11),
        (ROUND, GP, HOME, 0.09, 0.11),
        (RELATED, GP, PHONE, 0.06, 0.11),
        (PROCEDURE, OTHER, PHONE, 0.09, 0.10),
        (CARE_HOME, GP, FACE, 0.08, 0.09),
        (UNPLANNED, GP, VIDEO, 0.03, 0.09),
        (TRIAGE, GP, UNKNOWN_MODE, 0.03, 0.09),
        (CARE_HOME, GP, HOME, 0.09, 0.08),
        (ROUND, OTHER, HOME, 0.05, 0.08),
        (CARE_HOME, OTHER, HOME, 0.06, 0.07),
        (PROCEDURE, GP, PHONE, 0.04, 0.06),
        (UNMAPPED, OTHER, FACE, 0.04, 0.06),
        (VISIT, GP, FACE, 0.18, 0.06),
        (UNPLANNED, OTHER, PHONE, 0.07, 0.06),
        (EXTERNAL, OTHER, PHONE, 0.07, 0.05),
        (PLAN, OTHER, FACE, 0.03, 0.04),
        (ACUTE, UNKNOWN_STAFF, FACE, 0.02, 0.04),
        (TRIAGE, UNKNOWN_STAFF, VIDEO, 0.01, 0.06),
        (CHARGEABLE, GP, FACE, 0.23, 0.03),
        (CLINICS, OTHER, HOME, 0.04, 0.03),
        (PLAN, GP, HOME, 0.02, 0.02),
        (GROUP, OTHER, FACE, 0.03, 0.02),
        (WALK_IN, GP, FACE, 0.02, 0.04),
    )
)

KIND_STAFF = np.array([STAFF.index(kind.staff) for kind in KINDS])
KIND_MODE = np.array([MODES.index(kind.mode) for kind in KINDS])
# 0 face-to-face or home visit, 1 remote, 2 unknown.
MODE_STATE = np.array([0, 0, 1, 1, 2])
KIND_GROUP = KIND_STAFF * 3 + MODE_STATE[KIND_MODE]
KIND_SAME_DAY_LOGIT = np.array(
    [np.log(share / (1 - share)) for share, _ in (CATEGORIES[kind.category] for kind in KINDS)]
)
KIND_LONGER = np.array([CATEGORIES[kind.category][1] for kind in KINDS])
IS_CARE_HOME_KIND = np.array([kind.category in CARE_HOME_CATEGORIES for kind in KINDS])
IS_HOME_VISIT = np.array([kind.mode == HOME for kind in KINDS])
IS_POORLY_MAPPED = np.array([kind.category in (INCONSISTENT, UNMAPPED) for kind in KINDS])

# Waits other than the same day, as shares of those not on the same day (one day … more than 28 days).
LATER_WAITS = np.array([0.107, 0.262, 0.203, 0.134, 0.107, 0.187])
# Logits of not attending by mode and by wait, before the practice's own level is added.
DID_NOT_ATTEND_BY_MODE = np.array([0.0, -0.7, -0.8, -2.5, -0.9])
DID_NOT_ATTEND_BY_WAIT = np.array([-1.3, -0.4, 0.0, 0.2, 0.3, 0.4, 0.5, -1.0])
# GPs see fewer of their patients face to face: the odds are 0.44 times those of other staff.
GP_FACE_TO_FACE_ODDS = 0.44
