"""The life of an incident."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    MITIGATING = "mitigating"
    WATCHING = "watching"
    RESOLVED = "resolved"
    REVIEWED = "reviewed"


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


NEXT: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.MITIGATING, State.WATCHING, State.RESOLVED}),
    State.MITIGATING: frozenset({State.OPEN, State.WATCHING}),
    State.WATCHING: frozenset({State.OPEN, State.MITIGATING, State.RESOLVED}),
    State.RESOLVED: frozenset({State.OPEN, State.REVIEWED}),
    State.REVIEWED: frozenset(),
}

ACTIVE = frozenset({State.OPEN, State.MITIGATING, State.WATCHING})


def action_refusal(state: State) -> str | None:
    """Why nothing can be run for an incident in this state, or None when something can."""
    if state in (State.RESOLVED, State.REVIEWED):
        return f"This incident is already {state}. Open the service page to change what it serves."
    return None


def cause_refusal(state: State) -> str | None:
    """Why nobody can say yet what the cause was, or None when it is over and somebody can."""
    return "The cause is written down when the incident is over." if state in ACTIVE else None
