"""Kinds of events that can be simulated: their columns, how often each word stands there, and what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Counted:
    """An indicator made of the events: column → the words that count; no denominator leaves it to the list size."""

    indicator: str
    numerator: Mapping[str, tuple[str, ...]]
    has_denominator: bool = False


@dataclass(frozen=True)
class EventKind:
    """One kind of event, as a provider's extract has it."""

    title: str
    about: str
    organisation: str
    date: str
    labels: Mapping[str, Mapping[str, float]]
    """Column → word → how often it stands there, on average over practices."""
    counted: tuple[Counted, ...]
    yearly_rate: float
    """Events a patient and year: how many practices the rows are shared among."""
    ignored: tuple[str, ...] = field(default=())
    """A column of numbers that nothing needs."""


KINDS = {
    "appointments": EventKind(
        title="Appointments in general practice (fictional)",
        about="One row an appointment, fictional.",
        organisation="GP_CODE",
        date="APPOINTMENT_DATE",
        labels={
            "APPT_STATUS": {"Attended": 0.90, "DNA": 0.05, "Unknown": 0.05},
            "APPT_MODE": {"Face-to-Face": 0.64, "Telephone": 0.28, "Video/Online": 0.05, "Home Visit": 0.03},
            "HCP_TYPE": {"GP": 0.45, "Other Practice staff": 0.52, "Unknown": 0.03},
        },
        counted=(
            Counted("did_not_attend_share", {"APPT_STATUS": ("DNA",)}, has_denominator=True),
            Counted("face_to_face_share", {"APPT_MODE": ("Face-to-Face",)}, has_denominator=True),
            Counted("gp_share", {"HCP_TYPE": ("GP",)}, has_denominator=True),
        ),
        yearly_rate=6.0,
        ignored=("BOOKED_MINUTES",),
    ),
    "ae_attendances": EventKind(
        title="A&E attendances (fictional)",
        about="One row an attendance of a registered patient, fictional; planned ones do not count.",
        organisation="PRACTICE_CODE",
        date="ARRIVAL_DATE",
        labels={
            "DEPARTMENT_TYPE": {"01": 0.66, "02": 0.03, "03": 0.29, "04": 0.02},
            "ATTENDANCE_CATEGORY": {"Unplanned first": 0.91, "Unplanned follow-up": 0.05, "Planned": 0.04},
        },
        counted=(
            Counted(
                "ae_attendances_per_1000",
                {
                    "DEPARTMENT_TYPE": ("01", "02", "03"),
                    "ATTENDANCE_CATEGORY": ("Unplanned first", "Unplanned follow-up"),
                },
            ),
        ),
        yearly_rate=0.4,
        ignored=("MINUTES_IN_DEPARTMENT",),
    ),
    "nhs_111_calls": EventKind(
        title="NHS 111 calls in GP hours (fictional)",
        about="One row a call of a registered patient, fictional; GP hours are weekdays from 8 am to 6:30 pm.",
        organisation="GP_PRACTICE",
        date="CALL_DATE",
        labels={
            "IN_GP_HOURS": {"Y": 0.35, "N": 0.65},
            "TRIAGED": {"Y": 0.86, "N": 0.14},
        },
        counted=(Counted("nhs_111_calls_per_1000", {"IN_GP_HOURS": ("Y",)}),),
        yearly_rate=0.3,
        ignored=("SECONDS_TO_ANSWER",),
    ),
}
