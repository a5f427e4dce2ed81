"""The life of a run: the carrying out of one plan."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    PREPARING = "preparing"
    SWITCHING = "switching"
    WATCHING = "watching"
    SUCCEEDED = "succeeded"
    COMPENSATING = "compensating"
    COMPENSATED = "compensated"
    NEEDS_HUMAN = "needs_human"
    CANCELLED = "cancelled"


_ALARMS = frozenset({State.COMPENSATING, State.NEEDS_HUMAN})

NEXT: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.CLAIMED, State.CANCELLED, State.NEEDS_HUMAN}),
    State.CLAIMED: frozenset({State.PREPARING, State.CANCELLED, State.NEEDS_HUMAN}),
    State.PREPARING: frozenset({State.SWITCHING, State.CANCELLED, State.NEEDS_HUMAN}),
    State.SWITCHING: frozenset({State.WATCHING, State.SUCCEEDED}) | _ALARMS,
    State.WATCHING: frozenset({State.SUCCEEDED, State.CANCELLED}) | _ALARMS,
    State.COMPENSATING: frozenset({State.COMPENSATED, State.NEEDS_HUMAN}),
    State.SUCCEEDED: frozenset(),
    State.COMPENSATED: frozenset(),
    State.NEEDS_HUMAN: frozenset(),
    State.CANCELLED: frozenset(),
}

RANK: dict[State, int] = {
    State.QUEUED: 0,
    State.CLAIMED: 1,
    State.PREPARING: 2,
    State.SWITCHING: 3,
    State.WATCHING: 4,
    State.COMPENSATING: 5,
    State.SUCCEEDED: 6,
    State.COMPENSATED: 6,
    State.NEEDS_HUMAN: 6,
    State.CANCELLED: 6,
}

# At most one run of a service may be in these at a time; a watching one does not block, a newer run supersedes it.
EXCLUSIVE = frozenset({State.CLAIMED, State.PREPARING, State.SWITCHING, State.COMPENSATING})
ENDED = frozenset(state for state, following in NEXT.items() if not following)
ACTIVE = frozenset(State) - ENDED
ATTEMPT_CAP = 3
