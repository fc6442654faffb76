"""Writes "NHS Payments to General Practice": a wide file a financial year, in the columns of 2022-23."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from likeforlike.simulate.county import County
from likeforlike.simulate.practice_kinds import CONTRACTS, FinancialYear, PracticeKinds
from likeforlike.simulate.randomness import random_stream
from likeforlike.simulate.text_columns import quoted

FOLDER = "nhs_payments"
# The publisher's files have a byte order mark since 2020-21, and lines that end as in Windows.
MARK, LINE_END = "\ufeff", "\r\n"
WHO = (
    "NHS England (Region) code", "NHS England (Region) Name", "CCG Code", "Sub ICB NAME", "Code", "CCG NAME",
    "Practice Code", "Practice Name", "Practice Address", "Practice Postcode", "Practice Open Date",
    "Practice Close Date", "Contract Type", "Dispensing Practice", "Practice type", "Practice Rurality",
    "Atypical characteristics", "Number of Registered Patients (Last Known Figure)",
    "Number of Weighted Patients (Last Known Figure)", "Average payments per registered patient",
    "Average payments per weighted patient",
)  # fmt: skip
LINES = (
    "Global Sum", "MPIG Correction factor", "Balance of PMS Expenditure", "Total QOF Payments",
    "Childhood Vaccination and Immunisation Scheme", "GP Extended Hours Access",
    "Influenza and Pneumococcal Immunisations", "Learning Disabilities", "Meningitis", "Minor Surgery",
    "Out Of Area in Hours Urgent Care", "Pertussis", "Rotavirus and Shingles Immunisation",
    "Services for Violent Patients", "Medical Assessment Reviews", "Weight Management Service",
    "Local Incentive Schemes", "Premises Payments", "Seniority", "Doctors Retainer Scheme Payments",
    "Total Locum Allowances", "Appraisal - Appraiser Costs in Respect of Locums", "Prolonged Study Leave",
    "PCO Admin Other", "Information Management and Technology",
    "Non DES Item Pneumococcal Vaccine, Childhood Immunisation Main Programme",
    "General Practice Transformation", "PCN Participation", "Prescribing Fee Payments", "Dispensing Fee Payments",
    "Reimbursement of Drugs", "winter Access Fund", "Other Payments",
)  # fmt: skip
TOTAL = "Total NHS Payments to General Practice"
AFTER = (
    TOTAL, "Deductions for Pensions, Levies and Prescription Charge Income", f"{TOTAL} Minus Deductions",
    f"{TOTAL} including covid vaccination, covid support and long covid payments",
    "Total NHS Payments including PCN Workforce, Leadership and Support",
    f"{TOTAL} including Covid and PCN payments",
    f"{TOTAL} including Covid and PCN payments minus deductions",
    "PCN Leadership", "PCN Support", "PCN Extended Hours Access", "PCN Workforce", "PCN Investment and impact Fund",
    "PCN Care Home Premium", "PCN Enhanced Access", "Covid Immunisation", "Covid Support and Expansion", "Long Covid",
    "Average payments per registered patient including PCN Workforce, Leadership and Support",
    "Average payments per weighted patient including PCN Workforce, Leadership and Support",
    "Average payments per registered patient including covid vaccination, covid support and long covid payments",
    "Average payments per weighted patient including covid vaccination, covid support and long covid payments",
)  # fmt: skip
# Pounds per weighted patient, with the spread of their logarithm; the first is paid by the contract's name.
CAPITATION = 99.7
PAID = {
    "Total QOF Payments": (12.4, 0.15),
    "Local Incentive Schemes": (9.0, 0.6),
    "Premises Payments": (13.6, 0.5),
    "PCN Participation": (1.9, 0.02),
    "Other Payments": (4.0, 0.8),
}
PAID_TO_DISPENSING = {"Dispensing Fee Payments": (14.0, 0.4), "Reimbursement of Drugs": (40.0, 0.4)}
DEDUCTED = Decimal("-0.08")
PENNY = Decimal("0.01")


def write_payments(county: County, kinds: PracticeKinds, year: FinancialYear, directory: Path) -> Path:
    """Write the file of a financial year; practices that had no patients in it are not listed."""
    folder = directory / FOLDER
    folder.mkdir(exist_ok=True)
    path = folder / f"nhspaymentsgp_{(year.end - 1) % 100:02d}-{year.end % 100:02d}.csv"
    rng = random_stream(county.plan.seed, "payments", year.end)
    paid = {**PAID, **PAID_TO_DISPENSING}
    noise = {name: rng.lognormal(0.0, spread, len(county.codes)) for name, (_, spread) in paid.items()}
    rows = [",".join(quoted(name) for name in (*WHO, *LINES, *AFTER))]
    for practice in (year.registered > 0).nonzero()[0]:
        weighted = Decimal(f"{year.weighted[practice]:.2f}")
        lines = dict.fromkeys(LINES, Decimal(0))
        capitation = (
            "Global Sum" if CONTRACTS[kinds.contract[practice]] == "GMS" else "Balance of PMS Expenditure"
        )
        lines[capitation] = _pounds(weighted * Decimal(str(CAPITATION)))
        for name, (each, _) in paid.items():
            if name in PAID or kinds.dispensing[practice]:
                lines[name] = _pounds(weighted * Decimal(f"{each * noise[name][practice]:.4f}"))
        fields = [*_who(county, kinds, year, int(practice)), *_money(lines, year, int(practice))]
        rows.append(",".join(quoted(field) for field in fields))
    path.write_bytes((MARK + LINE_END.join(rows) + LINE_END).encode())
    return path


def _who(county: County, kinds: PracticeKinds, year: FinancialYear, practice: int) -> tuple[str, ...]:
    area = county.sub_icbs[county.sub_icb_of[practice]]
    region = county.regions[county.icbs[area.parent].parent]
    pcn = county.pcn_of[practice]
    network = (county.pcns[pcn].code, county.pcns[pcn].name) if pcn >= 0 else ("Unknown or no PCN",) * 2
    closed = next(
        (
            (county.months[merger.month] - timedelta(days=1)).strftime("%d/%m/%Y")
            for merger in county.events.mergers
            if merger.closing == practice and county.months[merger.month] <= date(year.end, 4, 1)
        ),
        "",
    )
    return (
        region.code, region.name.upper(), area.code, area.name.upper(), *network,
        county.codes[practice], county.practice_names[practice], "FICTIONAL ROAD", county.postcodes[practice],
        "01/04/1974", closed, CONTRACTS[kinds.contract[practice]], "Yes" if kinds.dispensing[practice] else "No",
        "GP practice", "Rural" if kinds.rural[practice] else "Urban",
        "| Part year of data |" if year.part_of_year[practice] else "",
    )  # fmt: skip


def _money(lines: dict[str, Decimal], year: FinancialYear, practice: int) -> list[str]:
    """Patients, averages, payments, and totals of which all that begin with the same words are alike here."""
    registered = Decimal(f"{year.registered[practice]:.2f}")
    weighted = Decimal(f"{year.weighted[practice]:.2f}")
    total = sum(lines.values(), Decimal(0))
    averages = [_pounds(total / registered), _pounds(total / weighted)]
    deductions = _pounds(total * DEDUCTED)
    net = total + deductions
    nothing = [Decimal(0)] * 10  # of the networks' and the pandemic's payments
    figures = [
        registered, weighted, *averages, *lines.values(), total, deductions, net, total, total, total, net,
        *nothing, *averages, *averages,
    ]  # fmt: skip
    return [_plain(figure) for figure in figures]


def _pounds(amount: Decimal) -> Decimal:
    return amount.quantize(PENNY, ROUND_HALF_UP)


def _plain(amount: Decimal) -> str:
    """Without zeros at the end, as the publisher prints: 4029.25, 163110.5, 0."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
