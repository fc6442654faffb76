"""Cancer waiting times by provider: the 28-day, 31-day and 62-day standards, in which half patients occur."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from likeforlike.errors import FileRefusedError
from likeforlike.sources.reading.cells import Value
from likeforlike.sources.reading.expected import expected_events
from likeforlike.sources.reading.providers import provider_kind
from likeforlike.sources.reading.sheets import SheetTable
from likeforlike.sources.reading.workbooks import WorkbookFormat

STRATUM = ("month", "standard", "route", "treatment", "cancer")
NEXT_STEP = "The publisher's figures add up exactly; download the file again."


def check_standards(read: SheetTable) -> None:
    """Raise FileRefusedError where within and breaches are not all, or the two ways to count do not agree.

    The patients of a provider, standard and route stand by type of cancer (with all treatments together) and again
    by treatment (with all cancers together).
    """
    names = ("month", "standard", "provider", "route", "treatment", "cancer", "patients", "within")
    columns = [read.columns[name].values for name in (*names, "breaches")]
    sums: dict[tuple[Value, ...], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 4)
    first: dict[tuple[Value, ...], int] = {}
    for place, cells in enumerate(zip(*columns, strict=True)):
        *about, treatment, cancer, patients, within, breaches = cells
        # The cells were converted to amounts.
        assert isinstance(patients, Decimal)
        assert isinstance(within, Decimal)
        assert isinstance(breaches, Decimal)
        if within + breaches != patients:
            raise FileRefusedError(
                f"{within} within the standard and {breaches} breaches are not the {patients} patients.",
                where=read.at(read.rows[place], "patients"),
                next_step=NEXT_STEP,
            )
        if treatment is None:
            continue  # the 28-day standard, counted once
        by_cancer = 0 if treatment == "All" else 2
        if (cancer == "All") != bool(by_cancer):
            raise FileRefusedError(
                f"treatment '{treatment}' and cancer '{cancer}': one of the two is all of them, and only one.",
                where=read.at(read.rows[place], "cancer"),
                next_step=NEXT_STEP,
            )
        key = tuple(about)
        first.setdefault(key, place)
        sums[key][by_cancer] += patients
        sums[key][by_cancer + 1] += within
    for key, (patients, within, same_patients, same_within) in sums.items():
        if (patients, within) != (same_patients, same_within):
            _, standard, provider, route = key
            raise FileRefusedError(
                f"provider {provider}, {standard}, {route}: by type of cancer {within} of {patients} patients, "
                f"by treatment {same_within} of {same_patients}.",
                where=read.at(read.rows[first[key]], "patients"),
                next_step=NEXT_STEP,
            )


FORMAT = WorkbookFormat(
    check=check_standards,
    made={
        "organisation_type": provider_kind("provider"),
        "expected_breaches": expected_events("breaches", "patients", STRATUM),
    },
)
