"""Writes the truth beside the official files: what each practice is really like, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from likeforlike.simulate.appointment_cells import Habits, unknown_mode_share
from likeforlike.simulate.area_indicators import AreaIndicators
from likeforlike.simulate.county import County
from likeforlike.simulate.own_access import write_own_access
from likeforlike.simulate.practice_kinds import CONTRACTS, RATINGS, PracticeKinds
from likeforlike.simulate.telephony_calls import OWN, PhoneSystems
from likeforlike.simulate.text_columns import chosen, decimal, decimals, numbers, quoted, write_columns
from likeforlike.simulate.truth import ThemeTruth, Truth

FOLDER = "truth"
LINE_END = "\n"


def write_truth(
    county: County,
    kinds: PracticeKinds,
    truth: Truth,
    habits: Habits,
    systems: PhoneSystems,
    directory: Path,
) -> Path:
    """Write every file of the truth into its folder and return the folder."""
    folder = directory / FOLDER
    folder.mkdir()
    _write_practices(county, systems, folder / "practices.csv")
    _write_kinds(county, kinds, folder / "kinds.csv")
    _write_themes(truth, folder / "themes.csv")
    _write_levels(county, truth, folder / "levels.csv")
    _write_effects(county, truth, folder / "effects.csv")
    by_month = {"value": "expected.csv", "drift": "drift.csv"}
    for part, name in by_month.items():
        _write_by_month(county, habits, {one: getattr(truth[one], part) for one in truth}, folder / name)
    _write_events(county, folder / "events.csv")
    write_own_access(county, truth, habits, folder)
    return folder


def write_area_indicators(county: County, indicators: AreaIndicators, folder: Path) -> None:
    """Write what is expected of each practice's smokers and children, and how deprived its patients are."""
    rows = [
        (
            county.codes[practice],
            f"{indicators.year}-04-01",
            decimal(indicators.score[practice]),
            decimal(indicators.smoking_share[practice]),
            decimal(1000 * indicators.attendance_rate[practice]),
        )
        for practice in indicators.open_practices
    ]
    header = (
        "practice_code",
        "year_from",
        "deprivation_score",
        "smoking_share",
        "attendances_per_1000_children",
    )
    _write_rows(folder / "area_indicators.csv", header, rows)


def _write_practices(county: County, systems: PhoneSystems, path: Path) -> None:
    rows = []
    closed = {merger.closing: merger for merger in county.events.mergers}
    for practice, code in enumerate(county.codes):
        area = county.sub_icbs[county.sub_icb_of[practice]]
        icb = county.icbs[area.parent]
        pcn = county.pcn_of[practice]
        merger = closed.get(practice)
        rows.append(
            (
                code,
                county.practice_names[practice],
                county.pcns[pcn].code if pcn >= 0 else "U",
                area.code,
                icb.code,
                county.regions[icb.parent].code,
                county.supplier(practice, 0),
                "care_home" if practice == county.events.care_home else "ordinary",
                county.months[merger.month].isoformat() if merger else "",
                county.codes[merger.successor] if merger else "",
                "own" if systems.account[practice] == OWN else "shared",
                str(county.populations.list_size[practice, 0]),
                decimal(county.populations.older[practice, 0]),
                decimal(county.populations.youngest[practice, 0]),
            )
        )
    header = (
        "practice_code",
        "practice_name",
        "pcn_code",
        "sub_icb_code",
        "icb_code",
        "region_code",
        "supplier",
        "kind",
        "closed_from",
        "successor_code",
        "telephone_account",
        "first_list_size",
        "older_patients",
        "youngest_patients",
    )
    _write_rows(path, header, rows)


def _write_kinds(county: County, kinds: PracticeKinds, path: Path) -> None:
    header = (
        "practice_code",
        "rurality",
        "dispensing",
        "contract",
        "weight",
        *(f"{role}_fte_per_1000_weighted" for role in kinds.staff),
        "cqc_overall_rating",
        "rating_inherited",
    )
    rows = [
        (
            code,
            "rural" if kinds.rural[practice] else "urban",
            "yes" if kinds.dispensing[practice] else "no",
            CONTRACTS[kinds.contract[practice]],
            decimal(kinds.weight[practice]),
            *(decimal(rates[practice]) for rates in kinds.staff.values()),
            RATINGS[kinds.rating[practice]],
            "yes" if kinds.inherited[practice] else "no",
        )
        for practice, code in enumerate(county.codes)
    ]
    _write_rows(path, header, rows)


def _write_themes(truth: Truth, path: Path) -> None:
    header = (
        "theme",
        "scale",
        "meaning",
        "level",
        "lasting_variance",
        "mean_drift_variance",
        "log_drift_variance_spread",
        "persistence",
        "correlation_with_pressure",
        "effect_of_older",
        "effect_of_youngest",
    )
    rows = []
    for one in truth.values():
        theme = one.theme
        figures = (
            theme.level,
            theme.lasting_variance,
            theme.drift_variance,
            theme.drift_spread,
            theme.persistence,
            theme.shared,
            theme.older,
            theme.youngest,
        )
        rows.append((theme.id, theme.scale, theme.meaning, *(decimal(figure) for figure in figures)))
    _write_rows(path, header, rows)


def _write_levels(county: County, truth: Truth, path: Path) -> None:
    rows = [
        (
            month.isoformat(),
            "published" if place < len(county.months) else "next_window",
            str(county.working_days[place]),
            *(decimal(one.level[place]) for one in truth.values()),
        )
        for place, month in enumerate(county.all_months)
    ]
    _write_rows(path, ("month", "window", "working_days", *truth), rows)


def _write_effects(county: County, truth: Truth, path: Path) -> None:
    """One row per practice and theme. The next window is the twelve months after the last published one."""
    published = len(county.months)
    closed = {merger.closing for merger in county.events.mergers}
    rows = [
        (
            code,
            theme,
            decimal(one.lasting[practice]),
            decimal(one.drift_variance[practice]),
            decimal(one.theme.persistence),
            *(("closed", "", "", "", "") if practice in closed else _next_window(one, practice, published)),
        )
        for theme, one in truth.items()
        for practice, code in enumerate(county.codes)
    ]
    header = (
        "practice_code",
        "theme",
        "lasting_effect",
        "drift_variance",
        "persistence",
        "next_window",
        "next_window_case_mix",
        "next_window_own",
        "next_window_link",
        "next_window_value",
    )
    _write_rows(path, header, rows)


def _next_window(one: ThemeTruth, practice: int, published: int) -> tuple[str, ...]:
    """Means over the window: case mix, the practice's own a + d, the link μ + c + a + d, and the value."""
    window = slice(published, None)
    own = one.lasting[practice] + one.drift[practice, window]
    means = (
        one.case_mix[practice, window],
        own,
        one.link[practice, window],
        one.value[practice, window],
    )
    return ("open", *(decimal(values.mean()) for values in means))


def _write_by_month(
    county: County, habits: Habits, by_theme: dict[str, npt.NDArray[np.float64]], path: Path
) -> None:
    """One row per open practice and published month, one column per theme, and what recording hides."""
    open_at = [county.open_practices(month) for month in range(len(county.months))]
    practice = np.concatenate(open_at)
    month = np.repeat(np.arange(len(open_at)), [len(practices) for practices in open_at])
    unknown = np.stack([unknown_mode_share(county, habits, place) for place in range(len(open_at))], axis=1)
    columns = [
        chosen(county.codes, practice),
        chosen([one.isoformat() for one in county.months], month),
        numbers(county.populations.list_size[practice, month]),
        decimals(unknown[practice, month]),
        *(decimals(values[practice, month]) for values in by_theme.values()),
    ]
    header = ("practice_code", "month", "list_size", "unknown_mode_share", *by_theme)
    write_columns(path, header, columns, LINE_END)


def _write_events(county: County, path: Path) -> None:
    events = county.events
    header = ("event", "month", "practice_code", "successor_code", "what_the_files_show")
    rows = [
        (
            "merger",
            county.months[merger.month].isoformat(),
            county.codes[merger.closing],
            county.codes[merger.successor],
            "the closing practice is absent from this month on; its patients are on the successor's list",
        )
        for merger in events.mergers
    ]
    if events.supplier_change >= 0:
        rows.append(
            (
                "supplier_change",
                county.months[events.supplier_change_month].isoformat(),
                county.codes[events.supplier_change],
                "",
                "another supplier; many more appointments without a mode or with a poorly mapped category",
            )
        )
        rows.append(
            (
                "stops_submitting",
                county.months[events.silent_month].isoformat(),
                county.codes[events.silent],
                "",
                "no appointments in the crosstab from this month on; the truth goes on",
            )
        )
    rows.append(
        (
            "care_home_practice",
            county.months[0].isoformat(),
            county.codes[events.care_home],
            "",
            "a tiny list with very many appointments per patient, mostly home visits, throughout",
        )
    )
    _write_rows(path, header, rows)


def _write_rows(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    lines = [",".join(header), *(",".join(quoted(cell) for cell in row) for row in rows)]
    path.write_bytes((LINE_END.join(lines) + LINE_END).encode())
