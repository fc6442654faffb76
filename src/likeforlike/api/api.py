"""The API as a whole: its addresses, and how errors become the one shape."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

import likeforlike
from likeforlike.api import indicators, organisations, releases
from likeforlike.api.refusals import NEXT_STEP, Refused
from likeforlike.errors import UserError

DESCRIPTION = (
    "Compares health and care organisations like for like, from the files that the NHS publishes. Read only, without "
    "a key. Every answer is of one release, which never changes; a position is always a range. JSON unless CSV or "
    "Parquet is asked for."
)

api = NinjaAPI(
    title="LikeForLike",
    version=likeforlike.__version__,
    description=DESCRIPTION,
    urls_namespace="likeforlike-api-v1",
    # Both are made by modules of our own: schema.py and reference.py.
    openapi_url=None,
    docs_url=None,
    openapi_extra={"info": {"license": {"name": "MIT"}}},
)
api.add_router("", organisations.router)
api.add_router("", indicators.router)
api.add_router("", releases.router)


@api.exception_handler(Refused)
def _refused(_request: HttpRequest, refused: Refused) -> HttpResponse:
    return refused.answer()


@api.exception_handler(UserError)
def _user_error(_request: HttpRequest, error: UserError) -> HttpResponse:
    next_step = (
        error.next_step or "/api/v1/kinds, /api/v1/organisations and /api/v1/indicators list what there is."
    )
    message = f"{error.where}: {error.what}" if error.where else error.what
    return Refused(error.http_status, error.code, message, next_step).answer()


@api.exception_handler(ValidationError)
def _not_valid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    said = [f"{one['loc'][-1]}: {one['msg'][:1].lower()}{one['msg'][1:]}" for one in error.errors]
    return Refused(422, "invalid_parameter", "; ".join(said) + ".", NEXT_STEP).answer()


@api.exception_handler(Exception)
def _anything_else(_request: HttpRequest, error: Exception) -> HttpResponse:
    # The guard around the view answers it, in one place for what happens within and without the framework.
    raise error
