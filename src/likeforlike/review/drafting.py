"""A plan to fill in: the indicators that have figures, the window that they share, thresholds as they are."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from likeforlike.catalogue import Catalogue, Indicator, KnownBreak, Polarity, Purpose
from likeforlike.catalogue.indicators import LIST_NOBODY, Status
from likeforlike.comparison.areas import Area, list_members
from likeforlike.comparison.panel import Panel, read_panel
from likeforlike.errors import NotFoundError, SettingsError
from likeforlike.measures.build import Build
from likeforlike.review.plan import LONGEST_WINDOW, Gates, Window
from likeforlike.statistics.drift import LEAST_PERIODS
from likeforlike.store import Manifest

NO_FIGURES = "no file has figures of it"
NO_JUDGEMENT = (
    "its definition makes no judgement: name it with --indicator, then say in the plan which direction is `better` "
    "and the `reason`"
)
# So many indicators with one reason are named, more are counted: those that a choice would put in are all named.
MOST_NAMED = 5
# What each gate is for, as the plan's writer is told; in the order of `Gates`.
WHY_GATES = {
    "least_patients": "On smaller lists a handful of patients decides.",
    "most_months_missing": "The share of an indicator's months that may have no figure.",
    "most_months_gated": "The share of its months that may fail the definition's own checks of data quality.",
    "largest_list_jump": "By how much of itself a list may change from a month to the next.",
    "breaks": "Whether months before the last known change in recording are left out.",
    "mergers": "Whether one that took over another within the window is left out.",
    "supplier_change": "Whether a change of its system's supplier within the window keeps its figures out.",
    "least_under_5": "A list with a smaller share of patients under 5 is no typical one.",
    "most_aged_85": "A list with a larger share of patients aged 85 and over is that of care homes.",
}


@dataclass(frozen=True)
class Draft:
    """The text of a plan, and which indicators it leaves out, each with its reason."""

    text: str
    indicators: tuple[str, ...]
    left_out: Mapping[str, str]

    def say_left_out(self) -> Iterator[str]:
        """A line for each reason, with those that it leaves out."""
        for reason in dict.fromkeys(self.left_out.values()):
            its = [name for name, why in self.left_out.items() if why == reason]
            named = its if reason == NO_JUDGEMENT else its[:MOST_NAMED]
            more = f" and {len(its) - len(named)} more" if len(its) > len(named) else ""
            yield f"without {', '.join(named)}{more}: {reason}"


def draft_plan(
    build: Build,
    catalogue: Catalogue,
    manifest: Manifest,
    *,
    area: Area,
    organisation_type: str,
    wanted: Sequence[str],
    last: datetime.date | None,
    months: int,
) -> Draft:
    """A plan of equal weights over the wanted indicators, or all about access, outcome and experience that can list.

    Raises:
        NotFoundError: an indicator that is not there, or nothing in the build that could list anybody.
    """
    if not 1 <= months <= LONGEST_WINDOW:
        raise SettingsError(f"1 to {LONGEST_WINDOW} months were expected, found {months}.", where="--months")
    catalogue.organisation_type(organisation_type)
    for name in wanted:
        catalogue.indicator(name)
    members = list_members(build, area, organisation_type)
    left_out: dict[str, str] = {}
    chosen: list[tuple[Indicator, Panel]] = []
    for indicator in _candidates(catalogue, organisation_type, wanted):
        try:
            panel = read_panel(build, indicator, organisation_type, restricted=True).select(set(members))
        except NotFoundError:
            if _is_judged(indicator) or wanted:
                left_out[indicator.id] = NO_FIGURES
            continue
        reason = _why_not(indicator, panel) or ("" if _is_judged(indicator) or wanted else NO_JUDGEMENT)
        if reason:
            left_out[indicator.id] = reason
        else:
            chosen.append((indicator, panel))
    if not chosen:
        raise NotFoundError(
            f"no indicator has four periods of figures in {area.name}: there is nothing to review.",
            next_step="Add more months and build again; `likeforlike show` lists what there is.",
        )
    window = last or max(_last_month(panel) for _, panel in chosen)
    packs = sorted(
        {
            Path(file.name).name
            for file in manifest.files
            if file.source == "data_pack" and any(file.edition in panel.editions for _, panel in chosen)
        }
    )
    indicators = [one for one, _ in chosen]
    lines = [
        *_lines(area, organisation_type, window, months, indicators, packs),
        *_lines_of_gates(indicators, Window(last=window, months=months), catalogue.known_breaks),
    ]
    return Draft("\n".join(lines) + "\n", tuple(one.id for one, _ in chosen), left_out)


def _candidates(catalogue: Catalogue, organisation_type: str, wanted: Sequence[str]) -> Iterator[Indicator]:
    if wanted:
        yield from (catalogue.indicators[name] for name in dict.fromkeys(wanted))
        return
    for indicator in catalogue.indicators.values():
        if (
            indicator.status is Status.ACTIVE
            and organisation_type in indicator.organisation_types
            and indicator.purpose not in LIST_NOBODY
        ):
            yield indicator


def _is_judged(indicator: Indicator) -> bool:
    return indicator.polarity is not Polarity.NO_JUDGEMENT


def _why_not(indicator: Indicator, panel: Panel) -> str:
    if indicator.purpose in LIST_NOBODY:
        return f"it is about {indicator.purpose.value}, by which nobody is listed"
    if indicator.smallest_difference is None:
        return "it has no smallest difference that matters, so nobody can be listed by it"
    covered = int((~np.isnan(panel.numerator)).any(axis=0).sum())
    if covered < LEAST_PERIODS:
        return f"it has {covered} period(s) with figures here, and four are needed"
    return ""


def _last_month(panel: Panel) -> datetime.date:
    covered = np.flatnonzero((~np.isnan(panel.numerator)).any(axis=0))
    return panel.months[int(covered[-1])]


def _lines(
    area: Area,
    organisation_type: str,
    last: datetime.date,
    months: int,
    indicators: Sequence[Indicator],
    packs: Sequence[str],
) -> Iterator[str]:
    yield "# The plan of an access review: nothing but this file and the store's figures influences the result."
    yield f'title = "Access in {_plain(area.name)} up to {last:%B %Y}"'
    yield f'area = "{area.code}"'
    yield f'organisation_type = "{organisation_type}"'
    yield f"window = {{ last = {last:%Y-%m-%d}, months = {months} }}"
    yield "# Any whole number: the same one gives the same result."
    yield f"seed = {last:%Y%m%d}"
    if packs or any(one.visibility == "restricted" for one in indicators):
        yield "# Figures that not everybody may see are among them: then the whole result is restricted."
        yield "restricted = true"
    if packs:
        yield f"data_packs = [{', '.join(chr(34) + name + chr(34) for name in packs)}]"
    yield ""
    yield "# Weights count against each other. Equal ones are a choice too: say why you make another."
    for indicator in indicators:
        yield ""
        yield f"# {indicator.question}"
        yield "[[indicators]]"
        yield f'id = "{indicator.id}"'
        yield "weight = 1.0"
        if indicator.polarity is Polarity.NO_JUDGEMENT:
            about = (
                "supply or demand" if indicator.purpose is not Purpose.DELIVERY_MODEL else "how care is given"
            )
            yield f"# It is about {about} and makes no judgement: say which direction is better, and why."
            yield 'better = "higher"'
            yield 'reason = ""'


def _lines_of_gates(
    indicators: Sequence[Indicator], window: Window, breaks: Sequence[KnownBreak]
) -> Iterator[str]:
    """Every gate as it is by default, with what it is for; beside `breaks` those that this plan meets."""
    yield ""
    yield "# Which figures count against nobody. Each organisation that one stops is told so, with the figure."
    yield "[gates]"
    for name, value in Gates().model_dump().items():
        yield f"# {WHY_GATES[name]}"
        if name == "breaks":
            yield from _lines_of_breaks(indicators, window, breaks)
        yield f"{name} = {str(value).lower() if isinstance(value, bool) else value}"


def _lines_of_breaks(
    indicators: Sequence[Indicator], window: Window, breaks: Sequence[KnownBreak]
) -> Iterator[str]:
    for one in sorted(breaks, key=lambda known: (known.month, known.id)):
        met = [its.id for its in indicators if its.id in one.indicators]
        if met and window.first < one.month <= window.last:
            yield f"# {one.month:%Y-%m}, {', '.join(met)}: {one.what}"


def _plain(text: str) -> str:
    return text.replace("\\", " ").replace('"', "'")


def write_plan(path: Path, text: str) -> None:
    """Write a plan's text.

    Raises:
        SettingsError: something of that name is there, or it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise SettingsError(
            "there is something of that name already; a plan is never overwritten.",
            where=str(path),
            next_step="Name another file.",
        ) from None
    except OSError as error:
        raise SettingsError(
            f"the plan cannot be written ({error.strerror or error}).",
            where=str(path),
            next_step="Name a file in a folder that is there and that you may write to.",
        ) from None
