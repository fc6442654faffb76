"""Fingertips for councils and NHS areas, in five files: figures by code, and what codes, indicators and ages mean."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import replace

from likeforlike.catalogue import Source, Table
from likeforlike.sources.fingertips_areas_checks import (
    check_codes_declared_alike,
    check_declared_alike,
    check_known,
    check_values_within_limits,
)
from likeforlike.sources.format import Staged, Staging
from likeforlike.sources.reading.conversion import identifier, quote
from likeforlike.sources.reading.delimited import (
    DelimitedFormat,
    choose_table,
    stage_delimited,
    unknown_layout,
)
from likeforlike.sources.reading.headers import LayoutMatch, match_layout
from likeforlike.sources.reading.probing import Probe

# The first letters of an ONS code say what it is of. The simulated region's codes begin with X.
KINDS = {
    "council": "[EX](06|08|09|10)[0-9]{6}",
    "sub_icb": "[EX]38[0-9]{6}",
    "icb": "[EX]54[0-9]{6}",
    "nhs_region": "[EX]40[0-9]{6}",
    "england": "E92000001|XENG",
}
# The names of sub-ICBs and ICBs end in their code of the NHS: 'South Yorkshire ICB - 02P'.
NAMED_BY_THE_NHS, CODE_IN_NAME = "E(38|54)[0-9]{6}", " - ([A-Z0-9]{3,5})$"
# In which month what a figure calls its year begins, by the kind of year.
FIRST_MONTHS = {
    "calendar": "01",
    "financial": "04",
    "financial, several": "04",
    "financial, at its end": "04",
    "academic": "09",
    "from November": "11",
}
# Several years together are named after the first.
LASTS = {"one": 1, "three": 3}
# The printed column behind a made one: there an error is looked for.
MADE_FROM = {"series": "indicator_id", "period": "year", "period_end": "year", "organisation": "area_code"}
# What one row may say beside another of the same area and year, and the other not.
SAYINGS = ("value", "lower_95", "upper_95", "count", "denominator", "trend")
FREQUENCIES, PERIOD_TYPES, YEARS = "frequency", "period_type", "years"
QUARTERLY = "quarterly"


class FingertipsAreasFormat(DelimitedFormat):
    """Five tables known by their headers; of figures it is worked out which period and kind of area they are about."""

    def stage(self, probe: Probe, source: Source, staging: Staging) -> Staged:
        """Convert, check, write."""
        match = match_layout(list(probe.header), [source], probe.sample)
        if not isinstance(match, LayoutMatch):
            raise unknown_layout(probe, match)
        match = choose_table(probe, match)
        if match.table.id != "values":
            made = _made_of_lists(staging.published, match.source.table("values"))
            staged = stage_delimited(probe, match, staging, made)
            if match.table.id == "indicators":
                check_declared_alike(probe, match, staging, staged)
            if match.table.id == "areas":
                check_codes_declared_alike(probe, match, staging, staged)
            return staged
        check_known(probe, match, staging)
        positions = {name: match.positions[printed] for name, printed in MADE_FROM.items()}
        match = replace(match, positions={**match.positions, **positions})
        staged = stage_delimited(probe, match, staging, _made_of_values(match.table), choose=_choose)
        check_values_within_limits(probe, match, staging, staged)
        return staged


def _made_of_lists(published: datetime.date | None, values: Table) -> dict[str, str]:
    """Columns of the lists: they print no date, and hold for the month in which they were issued."""
    known = _nhs_codes(values)
    regions = " ".join(
        f"WHEN area_code = {quote(ons)} THEN {quote(known[ons])}"
        for ons in known
        if re.fullmatch(KINDS["nhs_region"], ons)
    )
    month = (published or datetime.datetime.now(datetime.UTC).date()).replace(day=1)
    return {
        "listed": quote(month.isoformat()),
        # The names of regions have no code in them: without one they would be seven regions more.
        "organisation": (
            f"CASE {regions} WHEN regexp_full_match(area_code, {quote(NAMED_BY_THE_NHS)}) "
            f"THEN coalesce(nullif(regexp_extract(organisation_name, {quote(CODE_IN_NAME)}, 1), ''), area_code) "
            "ELSE area_code END"
        ),
        "organisation_type": _kind("area_code"),
    }


def _made_of_values(table: Table) -> dict[str, str]:
    """Columns of the figures that follow from others, as SQL over the stored columns of a row."""
    period = f"concat(year, '-', {_by_indicator(table, PERIOD_TYPES, FIRST_MONTHS)}, '-01')"
    # A year that is none is found where it is converted.
    period_end = (
        f"strftime(TRY_CAST({period} AS DATE) + to_years(CAST({_by_indicator(table, YEARS, LASTS)} AS INTEGER)) "
        "- INTERVAL 1 DAY, '%Y-%m-%d')"
    )
    known = _nhs_codes(table)
    with_code = ", ".join(quote(ons) for ons in known)
    codes = " ".join(f"WHEN {quote(ons)} THEN {quote(code)}" for ons, code in known.items())
    return {
        "nhs_code": f"CASE WHEN area_code IN ({with_code}) THEN area_code ELSE 'none' END",
        "organisation": f"CASE area_code {codes} ELSE area_code END",
        "series": "concat_ws(' ', indicator_id, sex, age)",
        # A category is a part of an area, which nobody compares with whole ones.
        "organisation_type": f"CASE WHEN category_type IS NOT NULL THEN 'other' ELSE {_kind('area_code')} END",
        # The number of an indicator is one of the spellings of what its year is, how long it lasts, and how often.
        PERIOD_TYPES: "indicator_id",
        FREQUENCIES: "indicator_id",
        YEARS: "indicator_id",
        "period": period,
        "period_end": period_end,
        "count": _summable("count_as_published"),
        "denominator": _summable("denominator_as_published"),
        # Known only when all rows are: `_choose` puts them in.
        "stands": "'alone'",
        "occurrence": "'1'",
    }


def _by_indicator(table: Table, column: str, meaning: Mapping[str, object]) -> str:
    """SQL for what the label of a column means, of the indicator that stands under it."""
    cases = " ".join(
        f"WHEN indicator_id IN ({', '.join(map(quote, numbers))}) THEN {quote(str(meaning[label]))}"
        for label, numbers in table.column(column).labels.items()
        if numbers
    )
    return f"CASE {cases} END"


def _nhs_codes(values: Table) -> dict[str, str]:
    """Code of the Office for National Statistics → code of the NHS."""
    return {ons: code for code, spellings in values.column("nhs_code").labels.items() for ons in spellings}


def _kind(column: str) -> str:
    whens = " ".join(
        f"WHEN regexp_full_match({column}, {quote(code)}) THEN {quote(kind)}" for kind, code in KINDS.items()
    )
    return f"CASE {whens} ELSE 'other' END"


def _summable(column: str) -> str:
    return f"coalesce(CAST(CAST({column} AS DECIMAL(18, 6)) AS VARCHAR), '')"


def _choose(query: str, table: Table) -> str:
    """Of rows that are copies one each, of two of which one says less the fuller; what is left is numbered.

    Areas whose borders changed stand in an extract once for each list of areas. Quarters that are not named are
    all kept: two may well have the same figures.
    """
    key = [name for name in table.key if name != "occurrence"]
    same_key = " AND ".join(f"fuller.{name} IS NOT DISTINCT FROM less.{name}" for name in key)
    says_no_other = " AND ".join(f"(less.{name} IS NULL OR less.{name} = fuller.{name})" for name in SAYINGS)
    by_key = ", ".join(identifier(name) for name in key)
    return f"""
        WITH read AS MATERIALIZED (SELECT *, row_number() OVER () AS line FROM ({query})),
        once AS MATERIALIZED (
            SELECT * EXCLUDE (line), min(line) AS line FROM read WHERE {FREQUENCIES} <> '{QUARTERLY}' GROUP BY ALL
            UNION ALL SELECT * FROM read WHERE {FREQUENCIES} = '{QUARTERLY}'
        ),
        fullest AS (
            SELECT * FROM once AS less WHERE {FREQUENCIES} = '{QUARTERLY}' OR NOT EXISTS (
                SELECT 1 FROM once AS fuller WHERE fuller.line <> less.line AND {same_key} AND {says_no_other}
            )
        )
        SELECT * EXCLUDE (line) REPLACE (
            CASE WHEN {FREQUENCIES} = '{QUARTERLY}' THEN 'with quarters'
                WHEN count(*) OVER (PARTITION BY {by_key}) > 1 THEN 'against another' ELSE 'alone' END AS stands,
            row_number() OVER (PARTITION BY {by_key} ORDER BY line) AS occurrence
        )
        FROM fullest ORDER BY {by_key}, occurrence
    """


FORMAT = FingertipsAreasFormat()
