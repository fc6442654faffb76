"""How wide the columns of a table are on paper: as asked for, but no narrower than the words that stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from likeforlike.present.table import TableView

# How wide letters of bold type are, as shares of its size, in the widest of the fonts that machines have.
NARROW, HALF, WIDE, CAPITAL, LETTER = 0.38, 0.5, 1.05, 0.78, 0.7
# What a cell keeps free on its two sides, in points; as in document.typ.
SIDES = 6.0
# Longer words of cells, in sizes of type, may go on below within themselves: codes of files, web addresses.
LONGEST_WORD = 9.0
# Of the first column, of one of words and of one of figures, where nothing is asked for.
FIRST, WORDS, FIGURES = 2.6, 2.0, 1.0


@dataclass(frozen=True)
class Sizes:
    """Of a page, in points."""

    width: float
    """Of what is printed on A4."""
    letters: float
    """Of tables."""


@dataclass(frozen=True)
class Columns:
    """The columns of one table."""

    widths: tuple[float, ...]
    """Shares of the width."""
    hyphenate: bool
    """Whether words of the head must be broken, because even so they have no room."""


def sizes_of(dense: bool) -> Sizes:
    """180 or 174 mm of A4, as document.typ has them."""
    return Sizes(510.2, 7.0) if dense else Sizes(493.2, 7.5)


def lay_out(table: TableView, asked: Sequence[float], sizes: Sizes) -> Columns:
    """The shares that were asked for, changed as little as words need: those of the head first, then of the cells."""
    shares = asked or [
        FIRST if number == 0 else WORDS if column.decimals is None else FIGURES
        for number, column in enumerate(table.columns)
    ]
    texts = table.texts()
    heads = [_longest([column.heading]) for column in table.columns]
    cells = [
        min(LONGEST_WORD, _longest(row[number] for row in texts)) for number in range(len(table.columns))
    ]
    for words in ([max(pair) for pair in zip(heads, cells, strict=True)], heads):
        needs = [SIDES + sizes.letters * width for width in words]
        if sum(needs) <= sizes.width:
            return Columns(tuple(_widen(shares, needs, sizes.width)), hyphenate=False)
    return Columns(tuple(shares), hyphenate=True)


def _longest(texts: Iterable[str]) -> float:
    """The width of the widest word, in sizes of type."""
    return max((sum(map(_width, word)) for text in texts for word in text.split()), default=0.0)


def _width(letter: str) -> float:
    if letter in "ijlI.,:;'’|":
        return NARROW
    if letter in "rtf()-/":
        return HALF
    if letter in "mwMW@%":
        return WIDE
    return CAPITAL if letter.isupper() else LETTER


def _widen(shares: Sequence[float], needs: Sequence[float], width: float) -> list[float]:
    """Widths in points: each its share, those with too little what they need, at the others' cost."""
    fixed: set[int] = set()
    while True:
        free = width - sum(needs[k] for k in fixed)
        of = sum(share for k, share in enumerate(shares) if k not in fixed)
        widths = [needs[k] if k in fixed else share / of * free for k, share in enumerate(shares)]
        short = {k for k, its in enumerate(widths) if k not in fixed and its < needs[k]}
        if not short:
            return widths
        fixed |= short
