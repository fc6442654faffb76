"""The one shape of everything that the API refuses: a code for programs, a message, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import JsonResponse

NEXT_STEP = "/api/v1/docs lists every address with its parameters."


@dataclass(frozen=True)
class Refusal:
    """What is wrong and what to do next."""

    code: str
    """For programs: it stays when the words change."""
    message: str
    next_step: str


@dataclass(frozen=True)
class RefusalAnswer:
    """The body of every answer that is not a success."""

    error: Refusal


class Refused(Exception):  # noqa: N818 - it says what happened to the question, which may be nobody's error
    """A question that is not answered."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        next_step: str = NEXT_STEP,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.next_step = next_step
        self.headers = dict(headers or {})

    def answer(self) -> JsonResponse:
        """The refusal as a response; never kept, for it may be put right the next moment."""
        body = {"error": {"code": self.code, "message": self.message, "next_step": self.next_step}}
        return JsonResponse(body, status=self.status, headers=self.headers | {"Cache-Control": "no-store"})
