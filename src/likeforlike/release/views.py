"""What a release tells of organisations and indicators: the objects that pages and API show, words included."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """An organisation, named."""

    kind: str
    code: str
    name: str


@dataclass(frozen=True)
class KindView:
    """A kind of organisation in this release."""

    id: str
    title: str
    plural: str
    organisations: int
    """Open ones."""
    area_kinds: tuple[str, ...]
    """Kinds of areas that they can be listed by, nearest first; none where they belong to England only."""


@dataclass(frozen=True)
class OrganisationView:
    """Who an organisation is."""

    kind: str
    kind_title: str
    code: str
    name: str
    postcode: str | None
    latitude: float | None
    longitude: float | None
    parents: tuple[Place, ...]
    """What it belongs to as it is now, nearest first; England left out."""
    size: str | None
    """In words: '9,820 patients'."""
    closed: str | None
    """The day, ISO, since which it is no more."""
    successors: tuple[Place, ...]
    history: tuple[str, ...]
    """What happened to it, in sentences, newest first."""
    fictional: bool


@dataclass(frozen=True)
class Found:
    """An organisation that a search found."""

    kind: str
    kind_title: str
    code: str
    name: str
    where: str
    """The area that it belongs to, and its postcode."""
    closed: bool
    kilometres: float | None = None
    """From the place that was asked for."""


@dataclass(frozen=True)
class Spot:
    """A place that a search found: of a postcode, an outward code or a town."""

    label: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class IndicatorView:
    """An indicator's definition."""

    id: str
    title: str
    question: str
    why_it_matters: str
    does_not_tell: str
    caveats: tuple[str, ...]
    kind: str
    """Of figure: proportion, rate, …"""
    unit: str
    decimals: int
    polarity: str
    purpose: str
    smallest_difference: float | None
    smallest_difference_reason: str | None
    definition: tuple[tuple[str, str], ...]
    """Label and words: what is counted, out of what, over which rows, how large at least."""
    expected: str | None
    """What is expected of an organisation and from what, in words."""
    breaks: tuple[str, ...]
    """Known changes of recording."""
    levels: tuple[str, ...]
    """Of a rating, the best first or last as published."""
    sources: tuple[str, ...]
    """Ids of the sources."""
    kinds: tuple[str, ...]
    """Kinds of organisation that have figures in this release."""
    written_by: str
    checked_by: str


@dataclass(frozen=True)
class Coefficient:
    """What a population characteristic goes with: the effect of one standard deviation more, on the link scale."""

    covariate: str
    estimate: float
    standard_error: float


@dataclass(frozen=True)
class ComparisonView:
    """One indicator over all organisations of a kind: window, nation, and whether it can tell them apart."""

    indicator: str
    kind: str
    window: str
    """In words: '12 months to November 2025'."""
    first: str
    """Of the window, ISO."""
    last: str
    organisations: int
    """With a figure in the window."""
    states: tuple[tuple[str, int], ...]
    """State → how many, in the order of the states."""
    ranked: bool
    """Whether organisations have states and positions here."""
    why_not_ranked: str | None
    """Why there are none: one period only, a rating, no direction that is good, …"""
    state_basis: str | None
    """What the states rest on: our prediction, or the publisher's own bands."""
    nation: str | None
    """England's newest figure in one sentence, and which England is meant."""
    nation_value: float | None
    can_tell: str | None
    """Whether and over how many months it tells organisations apart, in words."""
    reliability: float | None
    months_needed: int | None
    model: tuple[Coefficient, ...]
    """Of the expected model, where there is one."""
    model_fit: str | None
    """How well it predicts boards that it has not seen, in words."""
    charts: tuple[str, ...]
    """Keys of its charts, in the order of the page."""
    interval_basis: str | None = None
    """What the intervals of its figures are, in words."""


@dataclass(frozen=True)
class Standing:
    """One organisation on one indicator: never a position without its range."""

    indicator: str
    kind: str
    code: str
    name: str
    area: str | None
    """Code of the area in which its peers are counted; none where they are all of England's."""
    window: str
    value: float | None
    """Over the window, in the indicator's unit; of a rating its place among the levels."""
    lower: float | None
    upper: float | None
    expected: float | None
    numerator: float | None
    denominator: float | None
    level: str | None
    """Of a rating, quoted."""
    band: str | None
    """The publisher's or the recipe's band."""
    reason: str | None
    """Why there is no figure, in words."""
    state: str
    """better than expected, as expected, worse than expected, cannot tell, not assessed."""
    why: str | None
    """Why it cannot be told or is not assessed, in words."""
    least: int | None
    """Of the 95% interval of its position among its peers, 1 being best."""
    most: int | None
    peers: int | None
    """How many are placed, itself among them."""
    peer_words: str | None
    """Who they are: 'GP practices in NHS Devon ICB'."""
    position: str | None
    """In words: 'between 12th and 31st of 85'."""
    mean: float | None
    """Of the prediction for the next window, in units of the smallest difference that matters: 0 is what is
    expected, higher is better."""
    deviation: float | None
    """Standard deviation of that."""
    better: float | None
    """P(better by more than the smallest difference), likewise worse."""
    worse: float | None
    given: str | None = None
    """Of a rating the day, ISO, that it is of."""
    checks: tuple[str, ...] = ()
    """Checks of data quality that the figure fails, in words: it counts against nobody then."""


@dataclass(frozen=True)
class HistoryPoint:
    """One period of one organisation."""

    first: str
    last: str
    value: float | None
    reason: str | None
    """Why there is none, in words."""


@dataclass(frozen=True)
class Similar:
    """A peer with a similar population."""

    code: str
    name: str
    distance: float
    """In standard deviations of what is compared, on average."""


@dataclass(frozen=True)
class ChartView:
    """A chart as rendered, with its specification and its table."""

    key: str
    finding: str
    svg: str
    specification: str
    """Vega-Lite, JSON."""
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class EditionView:
    """A published file under the figures of a release."""

    edition: str
    source: str
    source_title: str
    publisher: str
    name: str
    issued: str
    """In words, with what the date rests on."""
    licence: str
    attribution: str
    address: str
    """The landing page of the source."""
    sha256: str


@dataclass(frozen=True)
class ChangeView:
    """What changed on one indicator since the release before, and why."""

    indicator: str
    title: str
    what: str
    """new indicator, withdrawn, new month, restated month, changed definition, changed method."""
    words: str
    figures: int
    """How many organisations' figures."""


@dataclass(frozen=True)
class ReleaseView:
    """A release itself."""

    id: str
    made: str
    """When, ISO; the newest issue date of its files, so that the same inputs give the same release."""
    software: str
    fictional: bool
    organisations: int
    indicators: int
    before: str | None
    """The release that `changes` are told against."""


@dataclass(frozen=True)
class RatedView:
    """What a rating rule says of one organisation."""

    rule: str
    kind: str
    code: str
    name: str
    shape: str
    word: str
    colour: str
    """blue, grey or orange; 'none' where there is not enough evidence."""
    sentence: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class RuleView:
    """A rating rule over one kind of organisation."""

    rule: str
    kind: str
    title: str
    question: str
    about: str
    does_not_tell: str
    is_flag: bool
    words: tuple[tuple[str, str, str, int], ...]
    """Shape, word and colour of each rating that is given, and to how many."""


@dataclass(frozen=True)
class BandsView:
    """What the public was told by bands of one indicator, quoted, and what its figures support."""

    indicator: str
    kind: str
    title: str
    sentence: str
    derivation: str
    words: tuple[tuple[str, int], ...]
    """Each quotation with how many it was said of."""
    how: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """As people read them; the first cell is the code."""


@dataclass(frozen=True)
class Listed:
    """An open organisation in a list: what it is sorted and filtered by, its standing being one lookup away."""

    code: str
    name: str
    state: str
    mean: float | None
    latitude: float | None
    longitude: float | None
    kilometres: float | None = None
    """From the place that was asked for."""
