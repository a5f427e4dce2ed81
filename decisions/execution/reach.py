"""The moments at which a process may die in the middle of a run, by name, so that tests can let it die there."""

from __future__ import annotations

from collections.abc import Callable

BOUNDARIES = (
    "claimed",
    "intent_committed",
    "request_sent",
    "response_read",
    "read_back_done",
    "journal_appended",
    "result_committed",
    "acknowledged",
)


def _go_on(boundary: str) -> None:
    return


# A test puts its own here: one that raises, waits at a barrier or ends the process.
on_reach: Callable[[str], None] = _go_on


def reach(boundary: str) -> None:
    """Say that a boundary was reached. Nothing happens in production."""
    on_reach(boundary)
