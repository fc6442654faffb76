"""Specifications as SVG and PNG, without a network and without the clock."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import vl_convert

# Of Vega-Lite; a specification of Altair names its own and vl-convert has several.
VERSION = "6.4"
_CLIP = re.compile(r"\bclip(\d+)\b")
_DESCRIBED = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


def render_svg(specification: dict[str, Any]) -> str:
    """A specification as SVG, scalable to the width of its page.

    Vega describes every mark to screen readers, thousands of times "image": the document that shows the figure names
    it once and has its table beside it, so these are taken out.
    """
    svg = _DESCRIBED.sub("", vl_convert.vegalite_to_svg(specification, vl_version=VERSION))
    # Vega numbers what it clips through the life of a process. Named after its chart, the same chart is the same
    # bytes, and two on one page do not clip each other.
    own = hashlib.sha256(json.dumps(specification, sort_keys=True).encode()).hexdigest()[:8]
    numbers: dict[str, int] = {}
    return _CLIP.sub(lambda found: f"clip-{own}-{numbers.setdefault(found[1], len(numbers))}", svg)


def render_png(specification: dict[str, Any], scale: float = 2.0) -> bytes:
    """A specification as PNG."""
    png: bytes = vl_convert.vegalite_to_png(specification, vl_version=VERSION, scale=scale)
    return png
