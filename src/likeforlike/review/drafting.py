"""A plan to fill in: the indicators that have figures, the window that they share, thresholds as they are."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from likeforlike.catalogue import Catalogue, Indicator, Polarity, Purpose
from likeforlike.catalogue.indicators import LIST_NOBODY, Status
from likeforlike.comparison.areas import Area, list_members
from likeforlike.comparison.panel import Panel, read_panel
from likeforlike.errors import NotFoundError, SettingsError
from likeforlike.measures.build import Build
from likeforlike.review.plan import LONGEST_WINDOW
from likeforlike.statistics.drift import LEAST_PERIODS
from likeforlike.store import Manifest


@dataclass(frozen=True)
class Draft:
    """The text of a plan, and which indicators it leaves out, each with its reason."""

    text: str
    indicators: tuple[str, ...]
    left_out: Mapping[str, str]


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
            left_out[indicator.id] = "no file has figures of it"
            continue
        reason = _why_not(indicator, panel)
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
    lines = list(_lines(area, organisation_type, window, months, [one for one, _ in chosen], packs))
    return Draft("\n".join(lines) + "\n", tuple(one.id for one, _ in chosen), left_out)


def _candidates(catalogue: Catalogue, organisation_type: str, wanted: Sequence[str]) -> Iterator[Indicator]:
    if wanted:
        yield from (catalogue.indicators[name] for name in dict.fromkeys(wanted))
        return
    for indicator in catalogue.indicators.values():
        judged = indicator.polarity is not Polarity.NO_JUDGEMENT
        if (
            judged
            and indicator.status is Status.ACTIVE
            and organisation_type in indicator.organisation_types
            and indicator.purpose not in LIST_NOBODY
        ):
            yield indicator


def _why_not(indicator: Indicator, panel: Panel) -> str:
    if indicator.purpose in LIST_NOBODY or indicator.smallest_difference is None:
        return f"it is about {indicator.purpose.value}, by which nobody is listed"
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
