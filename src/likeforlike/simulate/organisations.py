"""Writes the directories of organisations: `epraccur` a year before the first month and in the last, and `ePCN`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from likeforlike.simulate.county import County
from likeforlike.simulate.months import NAMES, month_after
from likeforlike.simulate.workbook import new_book

FOLDER = "organisations"
COLUMNS = 27
OPENED, NETWORKS_BEGAN = "19740401", "20190701"
GP_PRACTICE, COMMUNITY_SERVICE = "4", "9"
CLINICS = 5  # cost centres that prescribe and are no practices; in England there are as many as practices
# Numbers that Ofcom keeps free for fiction.
TELEPHONE = "01632 960{number:03d}"
LINE_END = "\n"
DETAILS_SHEET, PARTNERS_SHEET = "PCNDetails", "PCN Core Partner Details"
DETAILS_HEADER = (
    "PCN Code", "PCN Name", "Current Sub ICB Loc Code", "Sub ICB Location", "Open Date", "Close Date",
    "Address Line 1", "Address Line 2", "Address Line 3", "Address Line 4", "Address Line 5", "Postcode",
)  # fmt: skip
PARTNERS_HEADER = (
    "Partner\nOrganisation\nCode", "Partner\nName", "Practice\nParent\nSub ICB Loc Code",
    "Practice\nParent\nSub ICB Loc Name", "PCN Code", "PCN Name", "PCN Parent\nSub ICB Loc Code",
    "PCN Parent\nSub ICB Loc Name", "Practice to PCN\nRelationship\nStart Date",
    "Practice to PCN\nRelationship\nEnd Date", "Practice Sub ICB Loc and PCN Sub ICB Loc Match ",
)  # fmt: skip


def area_merger(county: County) -> date:
    """The first of April in the year before the first month: then two areas became the first sub-ICB."""
    first = county.months[0]
    return date(first.year if first.month >= 4 else first.year - 1, 4, 1)


def old_area(county: County, practice: int) -> str:
    """The area of a practice a year before the first month: the first sub-ICB was two."""
    area = int(county.sub_icb_of[practice])
    if area:
        return county.sub_icbs[area].code
    return "XS901" if practice % 2 == 0 else "XS902"


def write_organisations(county: County, directory: Path) -> list[Path]:
    """Write both issues of epraccur and one of ePCN."""
    folder = directory / FOLDER
    folder.mkdir(parents=True)
    earlier = month_after(county.months[0], -12)
    return [
        _write_epraccur(county, earlier, folder),
        _write_epraccur(county, county.months[-1], folder),
        _write_epcn(county, folder),
    ]


def _short_name(month: date) -> str:
    return f"{NAMES[month.month - 1][:3]}{month.year}"


def _plain(day: date) -> str:
    return f"{day:%Y%m%d}"


def _write_epraccur(county: County, month: date, folder: Path) -> Path:
    path = folder / f"epraccur_{_short_name(month)}.csv"
    lines = [
        ",".join(f'"{fields.get(place, "")}"' for place in range(1, COLUMNS + 1)) + LINE_END
        for fields in _prescribers(county, month)
    ]
    path.write_bytes("".join(lines).encode())
    return path


def _prescribers(county: County, month: date) -> Iterator[dict[int, str]]:
    """The filled columns of each row, by their position from 1."""
    merged = {merger.closing: merger for merger in county.events.mergers}
    for practice, code in enumerate(county.codes):
        closed = merged.get(practice)
        is_closed = closed is not None and county.months[closed.month] <= month
        last_day = _plain(county.months[closed.month] - timedelta(1)) if closed and is_closed else ""
        yield _row(
            county, month, practice, code, county.practice_names[practice], county.postcodes[practice],
            "C" if is_closed else "A", last_day, GP_PRACTICE,
        )  # fmt: skip
    for number in range(CLINICS):
        yield _row(
            county, month, number, f"X9{number + 1:04d}", f"CLINIC {number + 1} (FICTIONAL)",
            county.postcodes[number], "A", "", COMMUNITY_SERVICE,
        )  # fmt: skip


def _row(
    county: County,
    month: date,
    practice: int,
    code: str,
    name: str,
    postcode: str,
    status: str,
    last_day: str,
    setting: str,
) -> dict[int, str]:
    area = county.sub_icbs[county.sub_icb_of[practice]]
    icb = county.icbs[area.parent]
    merged_on = area_merger(county)
    is_merged = month >= merged_on
    commissioner = area.code if is_merged else old_area(county, practice)
    began = is_merged and old_area(county, practice) != area.code
    return {
        1: code,
        2: name,
        3: county.regions[icb.parent].code,
        4: icb.code,
        5: "THE SURGERY",
        6: f"{practice + 1} FICTION ROAD",
        10: postcode,
        11: OPENED,
        12: last_day,
        13: status,
        14: "B",
        15: commissioner,
        16: _plain(merged_on) if began else "20130401",
        17: last_day,
        18: TELEPHONE.format(number=practice % 1000),
        22: "0",
        24: commissioner,
        26: setting,
    }


def moved_between_networks(county: County) -> tuple[int, int, date]:
    """The practice that had been in another network of its sub-ICB, that network, and its first day in its own."""
    merging = {place for merger in county.events.mergers for place in (merger.closing, merger.successor)}
    for practice, pcn in enumerate(county.pcn_of):
        for other, network in enumerate(county.pcns):
            near = network.parent == county.sub_icb_of[practice]
            if pcn >= 0 and other != pcn and near and practice not in merging:
                return practice, other, area_merger(county)
    return -1, -1, area_merger(county)


def _write_epcn(county: County, folder: Path) -> Path:
    path = folder / f"ePCN_{_short_name(county.months[-1])}.xlsx"
    with new_book(path) as book:
        details = book.sheet(DETAILS_SHEET)
        details.write_row(1, DETAILS_HEADER)
        for row, network in enumerate(county.pcns, start=2):
            area = county.sub_icbs[network.parent]
            first = next((place for place, pcn in enumerate(county.pcn_of) if pcn == row - 2), 0)
            details.write_row(
                row,
                (
                    network.code, network.name, area.code, area.name, NETWORKS_BEGAN, "", "THE SURGERY", "", "",
                    "", "", county.postcodes[first],
                ),
            )  # fmt: skip
        partners = book.sheet(PARTNERS_SHEET)
        partners.write_row(1, PARTNERS_HEADER)
        for row, (practice, pcn, since, until) in enumerate(_memberships(county), start=2):
            area, network = county.sub_icbs[county.sub_icb_of[practice]], county.pcns[pcn]
            its_area = county.sub_icbs[network.parent]
            partners.write_row(
                row,
                (
                    county.codes[practice], county.practice_names[practice], area.code, area.name, network.code,
                    network.name, its_area.code, its_area.name, since, until,
                ),
            )  # fmt: skip
            partners.worksheet.write_boolean(row - 1, len(PARTNERS_HEADER) - 1, area.code == its_area.code)
    return path


def _memberships(county: County) -> Iterator[tuple[int, int, str, str]]:
    """Practice, network, first and last day of each membership."""
    closed = {merger.closing: county.months[merger.month] for merger in county.events.mergers}
    moved, other, day = moved_between_networks(county)
    for practice, pcn in enumerate(county.pcn_of):
        if practice == moved:
            yield practice, other, NETWORKS_BEGAN, _plain(day - timedelta(1))
        if pcn >= 0:
            since = _plain(day) if practice == moved else NETWORKS_BEGAN
            until = _plain(closed[practice] - timedelta(1)) if practice in closed else ""
            yield practice, int(pcn), since, until
