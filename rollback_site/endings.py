"""Ctrl-C at every moment of a start: one quiet line, and nothing of it is lost.

While the desk is prepared it ends the process at once. A handler that raised would not do: what is raised inside a
finalizer is dropped. From then on it waits until supervisord listens.
"""

from __future__ import annotations

import os
import signal
from types import FrameType

# What a shell says of a program that Ctrl-C stopped.
STOPPED_BY_HAND = 130
_ENDINGS = (signal.SIGINT, signal.SIGTERM)


def stop_at_once() -> None:
    """From now on Ctrl-C ends this process. What it wrote is whole: databases by their logs, files by renaming."""
    signal.signal(signal.SIGINT, _stop)


def hold() -> None:
    """Keep what is pressed for whoever this process turns into; `foreground.py` lets it through."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)


def end_silently() -> None:
    """For a child made after `hold`: it ends with the rest, and says nothing."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)


def _stop(number: int, frame: FrameType | None) -> None:
    os.write(2, b"Stopped.\n")
    os._exit(STOPPED_BY_HAND)
