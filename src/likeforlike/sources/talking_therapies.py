"""NHS Talking Therapies, annual measures: one row a figure, made into one row an organisation and year."""

from __future__ import annotations

from likeforlike.catalogue import Source
from likeforlike.sources.format import Staged, StagedTable, Staging
from likeforlike.sources.reading.conversion import identifier, quote
from likeforlike.sources.reading.delimited import unknown_layout
from likeforlike.sources.reading.headers import LayoutMatch, match_layout
from likeforlike.sources.reading.parquet_rows import copy_text, text_of
from likeforlike.sources.reading.people import check_no_people
from likeforlike.sources.reading.probing import FileKind, Probe
from likeforlike.sources.reading.providers import TRUST
from likeforlike.sources.reading.text_rows import PLACE, TextRows, stage_text_rows
from likeforlike.sources.talking_therapies_checks import (
    check_breakdowns,
    check_copies,
    check_percentages,
    check_sums,
)
from likeforlike.sources.talking_therapies_figures import FIGURES, SUPPRESSED, Figure

# NHS England's own commissioning, of prisons and the armed forces, stands among the commissioning groups.
# A code of five characters that begins with a trust's is a site or service of that trust, unless letters and digits
# take turns: those codes the Organisation Data Service has given to anybody since 2021.
SITE = "[RTX][A-Z0-9]{4}"
OF_ANYBODY = "[A-Z][0-9][A-Z][0-9][A-Z]"

KIND = (
    "CASE WHEN organisation = 'UNKNOWN' OR contains(organisation_name, 'COMMISSIONING HUB') THEN 'other' "
    "WHEN printed_type = 'England' THEN 'england' "
    "WHEN printed_type = 'Commissioning Region' THEN 'nhs_region' "
    "WHEN printed_type IN ('ICB', 'STP') THEN 'icb' "
    "WHEN printed_type IN ('SubICB', 'CCG') THEN 'sub_icb' "
    "WHEN printed_type <> 'Provider' THEN printed_type "
    f"WHEN regexp_full_match(organisation, {quote(TRUST)}) THEN 'nhs_trust' "
    f"WHEN regexp_full_match(organisation, {quote(SITE)}) "
    f"AND NOT regexp_full_match(organisation, {quote(OF_ANYBODY)}) THEN 'hospital' "
    "ELSE 'independent_provider' END"
)
# Nobody knows whose the rows of an unknown commissioner are; each level of commissioners has one.
CODE = (
    "CASE WHEN printed_type = 'England' THEN 'ENG' "
    "WHEN organisation = 'UNKNOWN' AND printed_type = 'Commissioning Region' THEN 'UNKNOWN region' "
    "WHEN organisation = 'UNKNOWN' THEN 'UNKNOWN ' || printed_type ELSE organisation END"
)
STARTED_AT_CASENESS = (
    "CASE WHEN regexp_full_match(finished, '[0-9]{1,12}') AND regexp_full_match(not_at_caseness, '[0-9]{1,12}') "
    "AND CAST(finished AS BIGINT) >= CAST(not_at_caseness AS BIGINT) "
    "THEN CAST(CAST(finished AS BIGINT) - CAST(not_at_caseness AS BIGINT) AS VARCHAR) "
    f"WHEN {quote(SUPPRESSED)} IN (finished, not_at_caseness) THEN {quote(SUPPRESSED)} END"
)


class TalkingTherapiesFormat:
    """Known by its columns; of the 4.5 million rows those about whole organisations are stored."""

    def recognises(self, probe: Probe, source: Source) -> bool:
        """Whether the columns are those of the publication."""
        if probe.kind is not FileKind.PARQUET:
            return False
        return isinstance(match_layout(list(probe.header), [source]), LayoutMatch)

    def stage(self, probe: Probe, source: Source, staging: Staging) -> Staged:
        """Convert, check, write."""
        match = match_layout(list(probe.header), [source])
        if not isinstance(match, LayoutMatch):
            raise unknown_layout(probe, match)
        check_no_people(probe.header, (), probe.name)
        connection = staging.connection
        long = _keep_text(probe, match, staging)
        check_breakdowns(connection, long, probe.name)
        kept = f"(FROM {long} WHERE figure <> '')"
        notes = check_copies(connection, kept, probe.name)
        rows = TextRows(
            probe.name,
            _wide(kept),
            match.layout.headers,
            {
                "organisation_type": KIND,
                "organisation": CODE,
                "started_at_caseness": STARTED_AT_CASENESS,
            },
        )
        staged: StagedTable = stage_text_rows(rows, source, match.table, staging)
        check_percentages(connection, staged, probe.name)
        check_sums(connection, staged, probe.name)
        return Staged(match.layout.name, (staged,), notes=notes)


def _keep_text(probe: Probe, match: LayoutMatch, staging: Staging) -> str:
    """The rows of a kind of breakdown that is looked at, as text beside the staged table, each with its figure.

    Of the breakdowns by patients' age, ethnic group and so on one row is kept: that the kind of it is there.
    """
    header = {text: f"c{place}" for place, text in enumerate(probe.header)}
    names = {name: f"c{place}" for name, place in match.positions.items()}
    cases = " ".join(f"WHEN {_is(figure, header)} THEN {quote(name)}" for name, figure in FIGURES.items())
    figure = f"CASE {cases} ELSE '' END"
    items = ", ".join(f"{place} AS {identifier(name)}" for name, place in names.items())
    others = ", ".join(
        f"{header[text]} AS {text}"
        for text in ("variable_type", "measure_name", "measure_statistic", "value")
    )
    target = staging.folder / "long.parquet"
    rows = f"SELECT {items}, {others}, {figure} AS figure FROM {text_of(probe.path, probe.header)}"
    kept = (
        f"SELECT * FROM ({rows}) WHERE figure <> '' OR variable_type = 'Total' UNION ALL BY NAME "
        f"SELECT DISTINCT variable_type, '' AS figure FROM ({rows}) WHERE figure = ''"
    )
    copy_text(staging.connection, f"COPY ({kept}) TO {quote(str(target))} (FORMAT parquet)", probe.name)
    return f"read_parquet({quote(str(target))})"


def _is(figure: Figure, header: dict[str, str]) -> str:
    """SQL that says whether a row prints a figure."""
    cells = {
        "variable_type": (figure.breakdown,),
        "variable_a": figure.of,
        "variable_b": (figure.within,),
        "measure_name": (figure.measure,),
        "measure_statistic": (figure.statistic,),
    }
    return " AND ".join(
        f"{header[text]} IN ({', '.join(quote(word) for word in words)})" for text, words in cells.items()
    )


def _wide(kept: str) -> str:
    """A row an organisation and year, with a column of text for each figure; the empty text where it is not there."""
    figures = ", ".join(
        f"coalesce(max(value) FILTER (WHERE figure = {quote(name)}), '') AS {identifier(name)}"
        for name in FIGURES
    )
    return (
        "(SELECT year, starts, ends, printed_type, organisation, min(organisation_name) AS organisation_name, "
        f"{figures}, concat_ws(' ', 'the rows of', printed_type, organisation, year) AS {PLACE} "
        f"FROM {kept} GROUP BY year, starts, ends, printed_type, organisation)"
    )


FORMAT = TalkingTherapiesFormat()
