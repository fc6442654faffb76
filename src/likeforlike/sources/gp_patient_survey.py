"""GP Patient Survey by integrated care board: what patients answered, weighted, with the publisher's intervals."""

from likeforlike.errors import FileRefusedError
from likeforlike.sources.format import StagedTable, Staging
from likeforlike.sources.reading.conversion import quote
from likeforlike.sources.reading.json_files import JsonFormat

QUESTIONS = ("phone", "website", "app", "reception", "continuity", "contact", "listening", "care")
# Forms that the boards' add up to England's; so do the answers to each question.
SUMMED = ("sent", "returned", *(f"{question}_answers" for question in QUESTIONS))


def check_figures(staging: Staging, staged: StagedTable, name: str) -> None:
    """Raise FileRefusedError where a percentage lies outside its interval, or the boards do not sum to England."""
    rows = f"read_parquet({quote(str(staged.path))})"
    for question in QUESTIONS:
        found = staging.connection.execute(
            f"SELECT organisation, {question}, {question}_lower, {question}_upper FROM {rows} "
            f"WHERE NOT ({question}_lower <= {question} AND {question} <= {question}_upper "
            f"AND {question}_upper <= 100) OR {question}_answers > returned OR returned > sent "
            "ORDER BY ALL LIMIT 1"
        ).fetchone()
        if found:
            raise FileRefusedError(
                f"'{question}' of {found[0]} is {found[1]} with an interval from {found[2]} to {found[3]}: outside "
                "its own interval, above 100, or of more answers than forms.",
                where=name,
                next_step="Download it again, or ask the publisher.",
            )
    items = ", ".join(
        f"sum({column}) FILTER (WHERE organisation_type = 'icb'), "
        f"any_value({column}) FILTER (WHERE organisation_type = 'england')"
        for column in SUMMED
    )
    (sums,) = staging.connection.execute(f"SELECT {items} FROM {rows}").fetchall()
    for column, boards, england in zip(SUMMED, sums[::2], sums[1::2], strict=True):
        if boards != england:
            raise FileRefusedError(
                f"the boards' {column} sum to {boards}, England's figure is {england}.",
                where=name,
                next_step="It was cut short or changed by hand; download it again.",
            )


FORMAT = JsonFormat(
    publication=r"GP Patient Survey \d{4}",
    records=("england", "icbs"),
    counted={"icbs": "icb_count"},
    made={
        "year": "regexp_extract(survey, '^([0-9]{4}) survey$', 1)",
        "organisation": "CASE printed_type WHEN 'National' THEN 'ENG' ELSE code END",
        "organisation_type": "CASE printed_type WHEN 'National' THEN 'england' WHEN 'ICB' THEN 'icb' "
        "ELSE printed_type END",
    },
    check=check_figures,
)
