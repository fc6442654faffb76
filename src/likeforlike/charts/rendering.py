"""Specifications as SVG and PNG, without a network and without the clock."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import vl_convert

# Of Vega-Lite; a specification of Altair names its own and vl-convert has several.
VERSION = "6.4"
_COUNTED = re.compile(r'(id="|url\(#)([a-z]+)(\d+)')
_DESCRIBED = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


def render_svg(specification: dict[str, Any]) -> str:
    """A specification as SVG, scalable to the width of its page.

    Vega describes every mark to screen readers, thousands of times "image": the document that shows the figure names
    it once and has its table beside it, so these are taken out.
    """
    svg = vl_convert.vegalite_to_svg(specification, vl_version=VERSION)
    return _name_by_content(_DESCRIBED.sub("", svg))


def _name_by_content(svg: str) -> str:
    """Names of clips after what is drawn.

    Vega numbers them from when its process began: the same chart would differ from run to run, and two charts on one
    page would take each other's clips.
    """
    numbers: dict[str, int] = {}
    counted = _COUNTED.sub(
        lambda found: f"{found[1]}{found[2]}{numbers.setdefault(found[3], len(numbers))}", svg
    )
    digest = hashlib.sha256(counted.encode()).hexdigest()[:10]
    return _COUNTED.sub(rf"\1\2-{digest}-\3", counted)


def render_png(specification: dict[str, Any], scale: float = 2.0) -> bytes:
    """A specification as PNG."""
    png: bytes = vl_convert.vegalite_to_png(specification, vl_version=VERSION, scale=scale)
    return png
