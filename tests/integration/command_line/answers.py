"""What a command answers, and what all tests of the command line know of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent.parent.parent / "src"
OFFICIAL = ("gp_appointments_practice", "registered_patients", "cloud_telephony", "online_consultations")


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> object:
        """Standard output as JSON; `NaN`, which no other program reads, is refused."""
        return json.loads(self.out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


Command = Callable[..., Answer]
