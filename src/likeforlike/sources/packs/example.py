"""A data pack to fill in: a header that explains itself, and a CSV with a row for each organisation."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Mapping, Sequence

from likeforlike.sources.packs.header import FORM
from likeforlike.sources.packs.rules import Rule
from likeforlike.sources.packs.writing import OPTIONAL, REQUIRED, toml_text
from likeforlike.sources.reading.months import last_day

# Not shaped as any code: a row that nobody filled in is refused.
PLACEHOLDER = "CODE"


def example_figures(rules: Sequence[Rule], organisations: Mapping[str, str], month: datetime.date) -> str:
    """A CSV with a row for each indicator and organisation, its numerator to be filled in.

    `organisations` are codes with their names, which stand in the note; without any there is a row to copy.
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow((*REQUIRED, *OPTIONAL))
    period = (month.isoformat(), last_day(month).isoformat())
    for rule in rules:
        for code, name in (organisations or {PLACEHOLDER: ""}).items():
            writer.writerow((code, *period, rule.name, "", "", "", name))
    return target.getvalue()


def example_header(
    rules: Sequence[Rule], words: Mapping[str, str], area: str, today: datetime.date, csv_name: str
) -> str:
    """A TOML header that says of every key what it is for, and of the CSV what goes into it."""
    columns = "\n".join(f"# {line}" for line in _explain_columns(rules, words))
    return f"""# The header of a data pack: it says whose the figures in {csv_name} are.
# Check both with `likeforlike data-pack check`, then take them in with `likeforlike add`.

# The version of this form. Leave it.
data_pack = {FORM}

# A few words for the whole pack.
title = ""

# What was counted, by whom, from which system, in which hours, and what to know before using it. How an expected
# figure was made belongs here too. No names of people.
about = \"\"\"
\"\"\"

# The organisation and team that answers for the figures. Not a person.
provider = ""

# The day on which the pack is issued. A pack with a later date replaces an earlier one for the same indicator,
# period and area.
published = {today.isoformat()}

# The code of the area whose organisations the figures are about, such as an ICB's.
area = {toml_text(area)}

# What kind of organisation the codes are of.
organisation_type = "gp_practice"

# Whether the figures are for local use only. Only `restricted = false` together with a licence makes them public.
restricted = true
licence = ""

# Whether every period is one or several whole months.
whole_months = true

# The columns of {csv_name}:
{columns}
"""


def _explain_columns(rules: Sequence[Rule], words: Mapping[str, str]) -> list[str]:
    lines = [
        "organisation_code  one code a row; no row twice for an indicator and period",
        "period_start       the first day, such as 2025-11-01",
        "period_end         the last day, such as 2025-11-30",
        "indicator          one of:",
    ]
    lines += [f"                     {rule.name}: {rule.title}" for rule in rules]
    lines += [
        f"numerator          a whole number, or why there is none: {', '.join(words)}",
        "denominator        a whole number above zero:",
    ]
    lines += [f"                     {rule.name}: {_explain_denominator(rule)}" for rule in rules]
    lines += ["expected           how many there would have been by a model or rate, above zero:"]
    lines += [f"                     {rule.name}: {_explain_expected(rule)}" for rule in rules]
    return [*lines, "note               anything to know about a single figure; nothing about people"]


def _explain_denominator(rule: Rule) -> str:
    if rule.needs_denominator:
        return "needed"
    return (
        "the pack's own, or empty: then the list size is taken"
        if rule.takes_denominator
        else "leave it empty"
    )


def _explain_expected(rule: Rule) -> str:
    if rule.needs_expected:
        return "needed"
    return "where there is one" if rule.takes_expected else "leave it empty"
