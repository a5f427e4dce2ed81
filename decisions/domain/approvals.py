"""The life of an approval, and who may answer one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from decisions.domain.actors import Actor, Area, Role


class State(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CONSUMED = "consumed"


NEXT: dict[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.APPROVED, State.REJECTED, State.EXPIRED, State.WITHDRAWN}),
    State.APPROVED: frozenset({State.CONSUMED, State.EXPIRED, State.WITHDRAWN, State.REJECTED}),
    State.REJECTED: frozenset(),
    State.EXPIRED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.CONSUMED: frozenset(),
}

RANK: dict[State, int] = {
    State.REQUESTED: 0,
    State.APPROVED: 1,
    State.REJECTED: 2,
    State.EXPIRED: 2,
    State.WITHDRAWN: 2,
    State.CONSUMED: 2,
}

STANDING = frozenset({State.REQUESTED, State.APPROVED})


@dataclass(frozen=True)
class Given:
    """One approving answer that stands: who gave it, and for which area."""

    person: str
    area: Area


def areas_open(needed: Iterable[Area], given: Iterable[Given]) -> frozenset[Area]:
    """The areas still without an approving answer."""
    return frozenset(needed) - {answer.area for answer in given}


def answer_refusal(
    actor: Actor,
    *,
    state: State,
    service: str,
    requested_by: str,
    needed: Iterable[Area],
    given: Iterable[Given],
    expires_at: datetime,
    at: datetime,
) -> str | None:
    """Why this actor may not answer now, as a sentence to show; None when they may.

    The area an answer counts for is `area_of`; one person never counts for two areas.
    """
    if not actor.is_person:
        return "A machine cannot approve. A person with the approver role has to."
    if not actor.may(Role.APPROVER):
        return "Only an approver can answer this request."
    if actor.key == requested_by:
        return "You asked for this one yourself. Somebody else must approve it."
    if state is not State.REQUESTED:
        return f"This request is already {state}."
    if at >= expires_at:
        return f"This request expired at {expires_at:%H:%M:%S} UTC. Ask again."
    given = tuple(given)
    if any(answer.person == actor.key for answer in given):
        return "You have answered already. A different person has to give the other approval."
    if area_of(actor, service=service, needed=needed, given=given) is None:
        areas = " and ".join(sorted(areas_open(needed, given)))
        return f"This request waits for an approver for {areas} on {service}, which you are not."
    return None


def area_of(actor: Actor, *, service: str, needed: Iterable[Area], given: Iterable[Given]) -> Area | None:
    """The area for which this actor's answer would count: the first open one they hold, by name."""
    mine = actor.areas_for(service) & areas_open(needed, given)
    return min(mine, default=None)


def withdrawal_refusal(actor: Actor, *, state: State, requested_by: str) -> str | None:
    """Why this actor may not withdraw the request, or None when they may."""
    if state not in STANDING:
        return f"This request is already {state}."
    if actor.key != requested_by:
        return "Only the person who asked can withdraw this request. An approver can reject it."
    return None
