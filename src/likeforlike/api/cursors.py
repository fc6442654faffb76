"""Cursors: where a page ended, sealed so that one is good for its own question in its own release only."""

from __future__ import annotations

import base64
import binascii
import hashlib

from likeforlike.api.refusals import Refused

# Of the seal, in bytes: it finds mistakes. It keeps no secret, for a cursor says no more than the last code of a page.
SEAL = 8


def make_cursor(after: str, question: str) -> str:
    """A cursor behind this code, for this question (which names its release)."""
    code = after.encode()
    return base64.urlsafe_b64encode(_seal(code, question) + code).decode().rstrip("=")


def read_cursor(cursor: str, question: str) -> str:
    """The code behind which the next page begins.

    Raises:
        Refused: it is not one of ours, or of another question or release.
    """
    try:
        content = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        seal, code = content[:SEAL], content[SEAL:]
        if seal == _seal(code, question):
            return code.decode()
    except (binascii.Error, ValueError):
        # What is not a cursor at all is refused like one of another question.
        pass
    raise Refused(
        422,
        "cursor_not_usable",
        "cursor: it is not one of this question in this release.",
        "Ask without a cursor, and follow `next_cursor` from there. Cursors end with their release.",
    )


def _seal(code: bytes, question: str) -> bytes:
    return hashlib.blake2b(code, digest_size=SEAL, key=hashlib.sha256(question.encode()).digest()).digest()
