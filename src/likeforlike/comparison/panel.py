"""One indicator over organisations and months as arrays: the form in which the statistics take it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow
from numpy.typing import NDArray

from likeforlike.catalogue import Indicator, Kind
from likeforlike.errors import NotFoundError
from likeforlike.measures.build import Build
from likeforlike.measures.reading import read_observations

FloatArray = NDArray[np.float64]
TextArray = NDArray[np.object_]

# Half an event on either side keeps nought and all finite on the log and logit scales (Haldane 1956; Anscombe 1956).
_HALF = 0.5


@dataclass(frozen=True)
class Panel:
    """Counts of one indicator: organisations × months, every month from the first to the last.

    `denominator` is what the counts are out of or per: trials, or patients × working days where the indicator is
    per working day. Both are NaN where there is no figure, and `withheld` then says why ('' where there is one):
    a reason of the catalogue, 'gate:<id>' where a check of data quality failed, or 'absent' where no file
    mentions the organisation.
    """

    indicator: Indicator
    organisations: tuple[str, ...]
    months: tuple[datetime.date, ...]
    numerator: FloatArray
    denominator: FloatArray
    withheld: TextArray
    editions: tuple[str, ...]
    """The editions under any of the figures."""

    def select(self, organisations: Collection[str]) -> Panel:
        """Only these organisations, in their order here."""
        kept = [place for place, code in enumerate(self.organisations) if code in organisations]
        return replace(
            self,
            organisations=tuple(self.organisations[place] for place in kept),
            numerator=self.numerator[kept],
            denominator=self.denominator[kept],
            withheld=self.withheld[kept],
        )

    def align(self, organisations: Sequence[str]) -> Panel:
        """These organisations in this order; one without any figure here is absent in every month."""
        place = {code: number for number, code in enumerate(self.organisations)}
        rows = np.array([place.get(code, -1) for code in organisations])
        missing = rows < 0
        blank = missing[:, None]
        return replace(
            self,
            organisations=tuple(organisations),
            numerator=np.where(blank, np.nan, self.numerator[rows]),
            denominator=np.where(blank, np.nan, self.denominator[rows]),
            withheld=np.where(blank, "absent", self.withheld[rows]),
        )

    def between(self, first: datetime.date, last: datetime.date) -> Panel:
        """Only the months from the first to the last, both included."""
        kept = [place for place, month in enumerate(self.months) if first <= month <= last]
        return replace(
            self,
            months=tuple(self.months[place] for place in kept),
            numerator=self.numerator[:, kept],
            denominator=self.denominator[:, kept],
            withheld=self.withheld[:, kept],
        )

    def without(self, organisations: NDArray[np.bool_]) -> Panel:
        """The same organisations and months, without the figures of those marked."""
        blank = organisations[:, None]
        return replace(
            self,
            numerator=np.where(blank, np.nan, self.numerator),
            denominator=np.where(blank, np.nan, self.denominator),
        )


def read_panel(
    build: Build, indicator: Indicator, organisation_type: str, *, restricted: bool = False
) -> Panel:
    """All figures of an indicator for one kind of organisation; a figure that fails a gate is withheld.

    Raises:
        NotFoundError: the build has none, or none for this kind of organisation.
    """
    observed = read_observations(
        build, indicator.id, organisation_type=organisation_type, restricted=restricted
    )
    if not observed.num_rows:
        raise NotFoundError(
            f"'{indicator.id}' has no figures for '{organisation_type}'.",
            next_step=f"It is measured for: {', '.join(indicator.organisation_types)}.",
        )
    codes, rows = np.unique(observed["organisation"].to_numpy(zero_copy_only=False), return_inverse=True)
    starts = _month_numbers(observed["period_start"])
    first, last = int(starts.min()), int(starts.max())
    shape = (codes.size, last - first + 1)
    columns = starts - first

    withheld = np.full(shape, "absent", dtype=object)
    withheld[rows, columns] = _why_withheld(observed)
    present = withheld == ""
    numerator = _filled(shape, rows, columns, observed["numerator"])
    denominator = _filled(shape, rows, columns, observed["denominator"])
    if indicator.per_working_day:
        denominator = denominator * _filled(shape, rows, columns, observed["exposure"])
    editions = {edition for text in observed["editions"].to_pylist() if text for edition in text.split(",")}
    return Panel(
        indicator=indicator,
        organisations=tuple(str(code) for code in codes),
        months=tuple(_month_of(number) for number in range(first, last + 1)),
        numerator=np.where(present, numerator, np.nan),
        denominator=np.where(present, denominator, np.nan),
        withheld=withheld,
        editions=tuple(sorted(editions)),
    )


def _month_numbers(starts: pyarrow.ChunkedArray) -> NDArray[np.int64]:
    dates = starts.to_numpy()
    return np.asarray(dates.astype("datetime64[M]").astype(np.int64))


def _month_of(number: int) -> datetime.date:
    return datetime.date(1970 + number // 12, number % 12 + 1, 1)


def _why_withheld(observed: pyarrow.Table) -> TextArray:
    reasons = observed["reason"].to_pylist()
    gates = observed["failed_gates"].to_pylist()
    return np.array(
        [
            reason or (f"gate:{gate.split(',')[0]}" if gate else "")
            for reason, gate in zip(reasons, gates, strict=True)
        ],
        dtype=object,
    )


def _filled(
    shape: tuple[int, int], rows: NDArray[np.int64], columns: NDArray[np.int64], values: pyarrow.ChunkedArray
) -> FloatArray:
    filled = np.full(shape, np.nan)
    filled[rows, columns] = values.cast("float64").to_numpy()
    return filled


def is_share(indicator: Indicator) -> bool:
    """Whether the indicator is a share of trials, seen on the logit scale, and not a rate, seen on the log scale."""
    return indicator.kind is Kind.PROPORTION


def link_values(panel: Panel, expected: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Each figure's distance from its expected count on the link scale, and its sampling variance.

    Shares: logit((y + ½)/(n + 1)) − logit(e/n), variance 1/(y + ½) + 1/(n − y + ½) (Gart & Zweifel 1967).
    Rates: log((y + ½)/e), variance 1/(y + ½). NaN where there is no figure, and where nothing, or everything, was
    expected of anybody: such a month tells nobody from anybody.
    """
    y, n = panel.numerator + _HALF, panel.denominator
    usable = expected > 0
    if is_share(panel.indicator):
        usable &= expected < n
    expected = np.where(usable, expected, np.nan)
    if not is_share(panel.indicator):
        return np.log(y / expected), 1 / y
    rest = n - panel.numerator + _HALF
    return np.log(y / rest) - np.log(expected / (n - expected)), 1 / y + 1 / rest
