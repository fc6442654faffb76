"""Writes the overall ratings of general practice locations, as a third party took them from the CQC's directory."""

from __future__ import annotations

from pathlib import Path

from likeforlike.simulate.county import County
from likeforlike.simulate.months import short_month
from likeforlike.simulate.practice_kinds import RATINGS, PracticeKinds

FOLDER = "cqc"
LINE_END = "\n"
HEADER = (
    "Practice.Code", "Year", "location_name", "service_population_group", "domain", "latest_rating",
    "inherited_rating_y_n", "IMD", "IMD_quintile", "ICB_NAME",
)  # fmt: skip


def write_ratings(county: County, kinds: PracticeKinds, directory: Path) -> Path:
    """Write the directory of the last month: every open practice, and what a reader must not take for one.

    The first practice that was rated itself has a second location, whose rating is newer, lower and inherited, and
    a branch; the last row's location bears no code of a practice.
    """
    month = len(county.months) - 1
    folder = directory / FOLDER
    folder.mkdir()
    path = folder / f"gp_overall_ratings_{short_month(county.months[month], '')}.csv"
    newest = county.months[month].year
    lines = [",".join(f'"{name}"' for name in HEADER)]
    practices = county.open_practices(month)
    with_more = next((int(practice) for practice in practices if not kinds.inherited[practice]), -1)
    for practice in practices:
        code, name = f'"{county.codes[practice]}"', county.practice_names[practice]
        icb = f'"{county.icbs[county.sub_icbs[county.sub_icb_of[practice]].parent].name}"'
        year = newest - int(kinds.rating_age[practice])
        inherited = "Y" if kinds.inherited[practice] else "N"
        lines.append(_row(code, year, name, RATINGS[kinds.rating[practice]], inherited, icb))
        if practice == with_more:
            lines.append(_row(code, newest + 1, f"{name}, SECOND SITE", RATINGS[0], "Y", icb))
            lines.append(_row(f'{code[:-1]}001"', newest, f"{name}, BRANCH", RATINGS[0], "N", "NA"))
    lines.append(_row("NA", newest, "EXTENDED HOURS SERVICE (FICTIONAL)", RATINGS[2], "N", "NA"))
    path.write_bytes((LINE_END.join(lines) + LINE_END).encode())
    return path


def _row(code: str, year: int, name: str, rating: str, inherited: str, icb: str) -> str:
    return f'{code},{year},"{name}","Overall","Overall","{rating}","{inherited}",NA,NA,{icb}'
