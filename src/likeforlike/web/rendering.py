"""Turns view objects into pages: the Jinja environment, the words that templates may say, and a page's answer."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from likeforlike import __version__
from likeforlike.present import wording
from likeforlike.release.views import IndicatorView, Standing

# Of a state in a class name and of its mark in the page.
MARKS = {
    "better than expected": "better",
    "as expected": "expected",
    "worse than expected": "worse",
    "cannot tell": "unclear",
    "not assessed": "none",
}


@cache
def environment() -> Environment:
    """The templates: everything is escaped, and a name that does not exist is an error."""
    made = Environment(
        loader=PackageLoader("likeforlike.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    made.globals |= {
        "marks": MARKS,
        "states": tuple(wording.SHAPES),
        "shapes": wording.SHAPES,
        "version": __version__,
        "headings": wording.HEADINGS,
        "count": wording.count,
        "state_meanings": wording.STATE_MEANINGS,
        "strip_key": wording.STRIP_KEY,
    }
    made.filters |= {
        "day": wording.day,
        "month": wording.month,
        "sentence": wording.sentence,
        "enumerated": wording.enumerate_words,
        "covariate": wording.covariate,
        "figure": say_figure,
        "interval": say_interval,
        "expected": say_expected,
        "grouped": "{:,}".format,
        "number": wording.number,
    }
    return made


def say_figure(standing: Standing, indicator: IndicatorView) -> str:
    """A figure with its unit, a rating's level as quoted, or nothing."""
    if standing.level is not None:
        return standing.level
    return wording.figure(standing.value, indicator.unit, indicator.decimals)


def say_interval(standing: Standing, indicator: IndicatorView) -> str:
    """Its interval in brackets, or nothing."""
    return wording.interval(standing.lower, standing.upper, indicator.unit, indicator.decimals)


def say_expected(standing: Standing, indicator: IndicatorView) -> str:
    """What is expected of it, or nothing."""
    if standing.expected is None:
        return ""
    return wording.figure(standing.expected, indicator.unit, indicator.decimals)


def make_page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page from its template, the release that is asked for, and its addresses."""
    opened = request.opened
    text = (
        environment()
        .get_template(template)
        .render(
            at=request.at,
            about=opened.about if opened else None,
            kinds=opened.kinds if opened else (),
            path=request.path_info,
            is_static=request.at.static,
            **context,
        )
    )
    return HttpResponse(text, status=status, content_type="text/html; charset=utf-8")
