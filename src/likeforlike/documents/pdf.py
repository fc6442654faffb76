"""Documents as tagged PDF that screen readers can read (PDF/UA-1), without a clock: the same words, the same bytes."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import typst

from likeforlike.documents.columns import lay_out, sizes_of
from likeforlike.documents.content import Block, Document, Figure, Grid, Heading, Points, Text

# A drawing of so many pixels takes the whole width.
FULL_WIDTH = 740
_WIDTH = re.compile(r'<svg [^>]*width="([0-9.]+)"')
STANDARD: Final[Literal["ua-1"]] = "ua-1"


def render_pdf(document: Document) -> bytes:
    """One document as PDF/UA-1.

    Typst checks the standard itself: a figure without a description or a heading out of order is an error here.
    """
    made = _compiler().compile(
        _template(), format="pdf", pdf_standards=[STANDARD], sys_inputs={"document": _as_json(document)}
    )
    assert isinstance(made, bytes)
    return made


def render_pages(document: Document, ppi: float = 100.0) -> list[bytes]:
    """The pages as PNG, to be looked at."""
    made = _compiler().compile(
        _template(), format="png", ppi=ppi, sys_inputs={"document": _as_json(document)}
    )
    return [made] if isinstance(made, bytes) else list(made or ())


@cache
def _compiler() -> typst.Compiler:
    """One for each process: it keeps the fonts, which are what takes the time."""
    return typst.Compiler()


@cache
def _template() -> bytes:
    return files("likeforlike.documents").joinpath("document.typ").read_bytes()


def _as_json(document: Document) -> str:
    return json.dumps(
        {
            "title": document.title,
            "heading": document.heading,
            "marks": list(document.marks),
            "footer": document.footer,
            "dense": document.dense,
            "table-size": sizes_of(document.dense).letters,
            "blocks": [_block(one, document.dense) for one in document.blocks],
        },
        ensure_ascii=False,
    )


def _share(svg: str, dense: bool) -> float:
    """Of the width of the page: a small drawing is not blown up; those of a dense document are made for its width."""
    found = _WIDTH.search(svg)
    return 100.0 if dense or not found else min(100.0, 100 * float(found[1]) / FULL_WIDTH)


def _block(block: Block, dense: bool) -> dict[str, Any]:
    match block:
        case Heading(level, text):
            return {"kind": "heading", "level": level, "text": text}
        case Text(text, strong):
            return {"kind": "text", "text": text, "strong": strong}
        case Points(items):
            return {"kind": "points", "items": list(items)}
        case Figure(finding, source, svg):
            return {
                "kind": "figure",
                "finding": finding,
                "source": source,
                "svg": svg,
                "share": _share(svg, dense),
            }
        case Grid(table, widths):
            laid = lay_out(table, widths, sizes_of(dense))
            return {
                "kind": "table",
                "caption": table.caption,
                "headings": [one.heading for one in table.columns],
                "figures": [one.decimals is not None for one in table.columns],
                "widths": list(laid.widths),
                "hyphenate": laid.hyphenate,
                "rows": table.texts(),
            }
