"""Structured logs on request: one JSON object a line, for those who run the command from a schedule."""

from __future__ import annotations

import datetime
import json
import logging
from pathlib import Path

from likeforlike.errors import SettingsError

_LOGGER = logging.getLogger("likeforlike")


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        when = datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(
            timespec="milliseconds"
        )
        facts = record.__dict__.get("facts", {})
        return json.dumps(
            {"time": when, "event": record.getMessage(), **facts}, ensure_ascii=False, default=str
        )


def start_log(path: Path) -> None:
    """Send events to a file.

    Raises:
        SettingsError: the file cannot be written.
    """
    try:
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"the log cannot be written ({error.strerror}).", where=str(path)) from None
    handler.setFormatter(_JsonLines())
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False


def log_event(event: str, **facts: object) -> None:
    """Note what happened; without `--log` it goes nowhere."""
    _LOGGER.info(event, extra={"facts": facts})
