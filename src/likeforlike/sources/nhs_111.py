"""NHS 111 and integrated urgent care by contract area: calls, answered, abandoned, assessed by clinicians."""

from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import StagedTable, Staging
from likeforlike.sources.reading.conversion import quote
from likeforlike.sources.reading.json_files import JsonFormat

# Counts that the areas' add up to: England's others are the publisher's estimates for the months that an area lacks.
SUMMED = ("triaged",)
# What is a part of what: more callers cannot have hung up than rang.
PARTS = {
    "answered": "calls",
    "abandoned": "calls",
    "assessed_by_clinician": "triaged",
    "sent_to_emergency_department": "final_dispositions",
}


def check_counts(staging: Staging, staged: StagedTable, name: str) -> None:
    """Raise FileRefusedError where the areas do not sum to England, or a part is more than its whole."""
    rows = f"read_parquet({quote(str(staged.path))})"
    for column in SUMMED:
        found = staging.connection.execute(
            f"SELECT sum({column}) FILTER (WHERE organisation_type = 'nhs_111_area'), "
            f"any_value({column}) FILTER (WHERE organisation_type = 'england') FROM {rows}"
        ).fetchone()
        areas, england = found or (None, None)
        if areas is None or england is None:
            raise FileRefusedError(
                f"there is no row of {'England' if england is None else 'an area'}.",
                where=name,
                next_step="Download the file again; it has England and every area.",
            )
        if areas != england:
            raise FileRefusedError(
                f"the areas' {column} sum to {areas:,}, England's figure is {england:,}.",
                where=name,
                next_step="It was cut short or changed by hand; download it again.",
            )
    for part, whole in PARTS.items():
        found = staging.connection.execute(
            f"SELECT organisation, {part}, {whole} FROM {rows} WHERE {part} > {whole} ORDER BY ALL LIMIT 1"
        ).fetchone()
        if found:
            raise FileRefusedError(
                f"{part} of {found[0]} is {found[1]:,}, more than {whole}, {found[2]:,}.",
                where=name,
                next_step="Download it again, or ask the publisher.",
            )


FORMAT = JsonFormat(
    publication="Integrated Urgent Care Aggregate Data Collection including NHS 111",
    records=("england", "areas"),
    counted={"areas": "contract_area_count"},
    made={
        "organisation_type": "CASE WHEN organisation = 'ENG' THEN 'england' "
        "WHEN regexp_full_match(organisation, '111[A-Z]{2}[0-9]|X111[A-Z][0-9]') THEN 'nhs_111_area' "
        "ELSE organisation END",
    },
    check=check_counts,
)
