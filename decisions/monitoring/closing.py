"""What becomes of an incident once something was done: it is resolved when all is well, and opens again when it is not.

All is not well while something else is served than was asked for. What a person reported, a person closes: no level
knows whether it is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from decisions import journal
from decisions.domain.actors import DESK, Actor, response_refusal
from decisions.domain.events import Event
from decisions.domain.incidents import State
from decisions.domain.levels import State as LevelState
from decisions.domain.refusals import Refused, refuse
from decisions.domain.runs import ACTIVE as RUN_ACTIVE
from decisions.models import Incident, Run, ServiceLevel, Split
from decisions.monitoring import incidents
from decisions.registry import splits

# After an action a level gets its window, its time to clear, and this on top, before the action is said to have failed.
PATIENCE = timedelta(seconds=30)

_QUIET = frozenset({LevelState.OK, LevelState.NO_DATA})


def follow_up(services: Iterable[int], at: datetime) -> None:
    """Resolve the incidents whose service is well again, and open those again where what was done did not last.

    Nothing happens while a run acts.
    """
    waiting = Incident.objects.filter(service__in=services, state__in=[State.OPEN, State.WATCHING])
    for incident in waiting.exclude(kind=incidents.REPORT).select_related("service"):
        if Run.objects.filter(incident=incident, state__in=sorted(RUN_ACTIVE)).exists():
            continue
        levels = list(ServiceLevel.objects.filter(indicator__service=incident.service).select_related("indicator"))
        if _are_well(levels):
            if not splits.latest(incident.service).drifts:
                incidents.resolve(incident, actor=DESK, at=at)
        elif incident.state == State.WATCHING and (level := _broken_again(incident, levels, at)) is not None:
            _reopen(incident, level, at)


def close(incident: Incident, *, actor: Actor, at: datetime) -> None:
    """Say that what a person reported is over.

    Raises:
        Refused: the actor may only watch, the levels say when this one is over, or something is still wrong.
    """
    refuse(close_refusal(actor, incident))
    with journal.act(actor, at=at) as act:
        incident.move(State(incident.state), State.RESOLVED, resolved_at=at)
        act.note(Event.INCIDENT_RESOLVED, about=incident, open_seconds=(at - incident.opened_at).total_seconds())


def close_refusal(actor: Actor, incident: Incident) -> str | None:
    """Why this actor may not close the incident now, or None when they may."""
    if (said := response_refusal(actor)) is not None:
        return said
    if incident.kind != incidents.REPORT:
        return "This incident ends by itself when every level has healed and what is served is what was asked for."
    if incident.state not in (State.OPEN, State.WATCHING):
        return f"This incident is {incident.state}; only an open or watched one can be closed."
    levels = ServiceLevel.objects.filter(indicator__service=incident.service)
    if any(level.is_broken or level.is_burning for level in levels):
        return "A service level is still broken. The incident can be closed when it has healed."
    return None


def _are_well(levels: Iterable[ServiceLevel]) -> bool:
    """None is broken or about to break, and at least one is measured, if there is any: no data is not good data."""
    levels = list(levels)
    states = {LevelState(level.state) for level in levels}
    is_burning = any(level.is_burning for level in levels)
    return (LevelState.OK in states or not states) and states <= _QUIET and not is_burning


def _broken_again(incident: Incident, levels: Iterable[ServiceLevel], at: datetime) -> ServiceLevel | None:
    """A level that is measured and broken although the last action has had its time; None while a fallback answers."""
    served = Split.objects.last_before(incident.service, Split.SERVED, at)
    if incident.last_action_at is None or served is None or served.behaviour != "serve":
        return None
    for level in levels:
        due = incident.last_action_at + timedelta(seconds=level.window_seconds + level.rule().clear_seconds) + PATIENCE
        if level.state == LevelState.BROKEN and level.measured_at == at and at > due:
            return level
    return None


def _reopen(incident: Incident, level: ServiceLevel, at: datetime) -> None:
    try:
        with journal.act(DESK, at=at) as act:
            incident.move(State.WATCHING, State.OPEN)
            act.note(Event.INCIDENT_REOPENED, about=incident, outcome=f"{incidents.title(level)}.")
    except Refused:
        return
