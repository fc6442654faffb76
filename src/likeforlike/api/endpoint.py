"""Makes an address of the API from a plain function of a release: parameters, formats, cursors, ETags and all."""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field, TypeAdapter, create_model

import likeforlike
from likeforlike.api.cursors import make_cursor, read_cursor
from likeforlike.api.parameters import Cursor, Format, Parameter
from likeforlike.api.refusals import RefusalAnswer, Refused
from likeforlike.api.tables import write_csv, write_parquet
from likeforlike.release.reading import Release

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
# Of the current release: a new one is seen after so many seconds. Under its own address a release never changes.
FRESH = 300
FOR_EVER = 31_536_000
REFUSALS = dict.fromkeys((404, 405, 406, 422, 429, 500, 503), RefusalAnswer)


@dataclass(frozen=True)
class Listing:
    """What a function answers that gives a page: its rows, and the code behind which there is more."""

    rows: Sequence[object]
    after: str | None = None


@dataclass(frozen=True)
class _Question:
    """A request, as far as its answer depends on it."""

    path: str
    parameters: str
    release: str
    fictional: bool
    format: str

    @property
    def asked(self) -> str:
        """All but the cursor: what a cursor is sealed for."""
        return "\n".join((self.release, self.path, self.parameters))

    def etag(self, cursor: str | None) -> str:
        """Of a release that never changes, by software that is this version: known before the answer is."""
        parts = (self.asked, self.format, cursor or "", likeforlike.__version__)
        digest = hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()
        return f'"{digest}"'


def endpoint(
    router: Router, path: str, *, one: type | None = None, many: type | None = None, lasting: bool = True
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Answers a path with a function `(release, …) -> view object`, or `-> Listing` where it gives `many`.

    The function's parameters are those of the path and of the query; `after` is given as `cursor`. Its docstring is
    the description. What is not `lasting` may change while the release stays.
    """
    view = one or many
    assert view is not None

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        signature = _public_signature(path, function)
        paged = "cursor" in signature.parameters

        def answer(request: HttpRequest, **given: Any) -> HttpResponse:
            release = _release_of(request)
            _check_parameters(request, signature)
            question = _read_question(request, release, given.pop("format"))
            cursor = given.pop("cursor", None)
            etag = question.etag(cursor)
            if lasting and _has(request, etag):
                return _finish(HttpResponse(status=304), question, etag, lasting=lasting)
            if paged:
                given["after"] = read_cursor(cursor, question.asked) if cursor else ""
            found = function(release, **given)
            listing = found if isinstance(found, Listing) else Listing([found])
            following = None if listing.after is None else make_cursor(listing.after, question.asked)
            body = _write(listing.rows, view, question, following, single=one is not None)
            if not lasting:
                etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
                if _has(request, etag):
                    return _finish(HttpResponse(status=304), question, etag, lasting=lasting)
            response = HttpResponse(body, content_type=_content_type(question.format))
            if following:
                query = request.GET.copy()
                query["cursor"] = following
                response["Link"] = f'<{question.path}?{query.urlencode()}>; rel="next"'
            if question.format != "json":
                name = f"{function.__name__.replace('_', '-')}.{question.format}"
                response["Content-Disposition"] = f'attachment; filename="{name}"'
            return _finish(response, question, etag, lasting=lasting)

        functools.update_wrapper(answer, function)
        del answer.__wrapped__  # type: ignore[attr-defined]  # mypy does not know what update_wrapper sets
        answer.__signature__ = signature  # type: ignore[attr-defined]  # likewise what inspect reads
        summary, _, description = inspect.cleandoc(function.__doc__ or "").partition("\n\n")
        router.get(
            path,
            response={200: view if one else _page_of(view), **REFUSALS},
            operation_id=function.__name__,
            summary=summary.rstrip("."),
            description=description,
            openapi_extra={"responses": _other_formats()},
        )(answer)
        return function

    return decorate


def _release_of(request: HttpRequest) -> Release:
    release: Release | None = getattr(request, "release", None)
    if release is None:
        raise Refused(
            503,
            "no_release",
            "There is no release to read yet.",
            "`likeforlike release` makes one from a store.",
            {"Retry-After": "60"},
        )
    return release


def _public_signature(path: str, function: Callable[..., Any]) -> inspect.Signature:
    """What the framework reads: the function's parameters, each with its place, description and limits."""
    hints = get_type_hints(function, include_extras=True)
    own = list(inspect.signature(function).parameters.values())[1:]
    given: list[tuple[str, Any, Any]] = [
        ("cursor", Cursor, None) if one.name == "after" else (one.name, hints[one.name], one.default)
        for one in own
    ]
    keyword = inspect.Parameter.KEYWORD_ONLY
    request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest)
    parameters = [request]
    for name, annotation, default in [*given, ("format", Format, None)]:
        kind, parameter = get_args(annotation)
        assert isinstance(parameter, Parameter)
        source: Any = Path if f"{{{name}}}" in path else Query
        wanted = ... if default is inspect.Parameter.empty else default
        place = source(wanted, description=parameter.words, **parameter.limits)
        parameters.append(inspect.Parameter(name, keyword, annotation=kind, default=place))
    return inspect.Signature(parameters)


@functools.cache
def _page_of(view: type) -> Any:
    """The shape of a page of these, for the schema."""
    return create_model(
        f"PageOf{view.__name__}",
        items=(list[view], ...),  # type: ignore[valid-type]  # a class that is known when it runs
        next_cursor=(
            str | None,
            Field(description="For the parameter `cursor` of the next question; null at the end."),
        ),
        release=(str, Field(description="Which release says so.")),
        fictional=(bool, Field(description="Whether it is of a county that does not exist.")),
    )


def _check_parameters(request: HttpRequest, signature: inspect.Signature) -> None:
    """A parameter that is misspelt and left out in silence gives an answer to another question."""
    known = set(signature.parameters) - {"request"} - set(request.resolver_match.kwargs)
    for name, values in request.GET.lists():
        if name not in known:
            raise Refused(
                422,
                "unknown_parameter",
                f"{name}: there is no such parameter here.",
                f"Known: {', '.join(sorted(known))}.",
            )
        if len(values) > 1 and "list" not in str(signature.parameters[name].annotation):
            raise Refused(
                422, "repeated_parameter", f"{name}: it was given {len(values)} times; once is meant."
            )


def _read_question(request: HttpRequest, release: Release, asked_format: str | None) -> _Question:
    about = release.about()
    query = request.GET.copy()
    for name in ("cursor", "format"):
        query.pop(name, None)
    form = asked_format or _preferred(request)
    return _Question(request.path, query.urlencode(), about.id, about.fictional, form)


def _preferred(request: HttpRequest) -> str:
    if not request.headers.get("Accept", "").strip():
        return "json"
    preferred = request.get_preferred_type(list(MEDIA_TYPES.values()))
    for form, media_type in MEDIA_TYPES.items():
        if media_type == preferred:
            return form
    raise Refused(
        406,
        "not_acceptable",
        "Accept: none of these kinds of content is given here.",
        f"Accept one of {', '.join(MEDIA_TYPES.values())}, or say ?format=json, csv or parquet.",
    )


def _has(request: HttpRequest, etag: str) -> bool:
    """Whether the asker has this answer; what a proxy made weak by compressing it is the same answer."""
    given = request.headers.get("If-None-Match", "")
    return etag in {one.strip().removeprefix("W/") for one in given.split(",")}


def _write(
    rows: Sequence[object], view: type, question: _Question, following: str | None, *, single: bool
) -> bytes:
    if question.format == "csv":
        return write_csv(rows, view)
    if question.format == "parquet":
        about = {"release": question.release, "fictional": str(question.fictional).lower()}
        return write_parquet(rows, view, about)
    if single:
        return _adapter(view).dump_json(rows[0])
    # Put together here: to check 6,000 objects once more takes longer than to read them.
    about_page = {"next_cursor": following, "release": question.release, "fictional": question.fictional}
    rest = json.dumps(about_page)[1:]
    return b'{"items": ' + _adapter(list[view]).dump_json(list(rows)) + b", " + rest.encode()  # type: ignore[valid-type]  # as above


@functools.cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _content_type(form: str) -> str:
    return f"{MEDIA_TYPES[form]}; charset=utf-8" if form == "csv" else MEDIA_TYPES[form]


def _finish(response: HttpResponse, question: _Question, etag: str, *, lasting: bool) -> HttpResponse:
    own_address = lasting and f"/releases/{question.release}/" in question.path
    response["ETag"] = etag
    response["Cache-Control"] = (
        f"public, max-age={FOR_EVER}, immutable" if own_address else f"public, max-age={FRESH}"
    )
    response["Vary"] = "Accept"
    response["LikeForLike-Release"] = question.release
    response["LikeForLike-Fictional"] = str(question.fictional).lower()
    return response


def _other_formats() -> dict[Any, Any]:
    text = {"schema": {"type": "string"}}
    etag = {"ETag": {"description": "Of this answer, for If-None-Match.", "schema": {"type": "string"}}}
    return {
        200: {"headers": etag, "content": {MEDIA_TYPES["csv"]: text, MEDIA_TYPES["parquet"]: text}},
        304: {"description": "Not Modified: what you have is the answer.", "headers": etag},
    }
