"""Being told to end: a command then ends as by Ctrl-C, so that nothing half-written stays behind."""

from __future__ import annotations

import signal
import sys
from types import FrameType

# Those that would end the process without a word to what it is doing; Ctrl-C is Python's own.
SIGNALS = ("SIGTERM", "SIGHUP")
# What a shell says of a process that a signal ended.
ENDED_BY_SIGNAL = 128


def end_cleanly() -> None:
    """Let signals to end unwind the work: folders and locks beside a target are removed on the way.

    One that is ignored, as `nohup` asks for, stays ignored.
    """
    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    del frame
    sys.exit(ENDED_BY_SIGNAL + number)
