"""What is served is no longer what was asked for: the incident that was thought mended opens again.

It stays open until the one is the other: a run brings back what was asked for, or a person says that what is served
may stay.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from decisions import journal
from decisions.domain.actors import DESK, Actor, response_refusal
from decisions.domain.events import Event
from decisions.domain.incidents import State, action_refusal
from decisions.domain.refusals import Refused, refuse
from decisions.models import Incident, Run, Service
from decisions.monitoring import incidents
from decisions.registry import splits

# An incident that was resolved less than this ago is the same one; after that a new one is opened.
SAME_INCIDENT = timedelta(minutes=30)


def found(service: Service, sentence: str, at: datetime) -> None:
    """Open the service's incident again, or a new one where none is near. Safe to repeat: an open one stays open."""
    incident = Incident.objects.filter(service=service).first()
    if incident is None or not _is_near(incident, at):
        trigger = incidents.trigger(service, [], at)
        incidents.open_for(service, trigger, title=sentence[:300], actor=DESK, at=at, kind="drift")
    elif incident.state in (State.WATCHING, State.RESOLVED):
        _reopen(incident, sentence, at)


def keep(incident: Incident, *, seen: int, actor: Actor, at: datetime) -> None:
    """Say that what is served now is what is wanted. Nothing changes at the serving side.

    Args:
        seen: the split that the person saw and means.

    Raises:
        Refused: not a responder, nothing to keep, a run is under way, or something else is served by now.
    """
    with journal.act(actor, at=at) as act:
        refuse(keep_refusal(actor, incident))
        served = splits.latest(incident.service).served
        if served is None or served.pk != seen:
            raise Refused("Something else is served by now. Look at it before you keep it.")
        state = splits.state_of(served)
        splits.record_desired(incident.service, state, actor=actor, epoch=served.epoch, at=at)
        act.note(Event.DRIFT_KEPT, about=incident, words=served.words)


def keep_refusal(actor: Actor, incident: Incident) -> str | None:
    """Why this actor may not keep what is served, or None when they may."""
    if (said := response_refusal(actor) or action_refusal(State(incident.state))) is not None:
        return said
    if not splits.latest(incident.service).drifts:
        return "What is served is what was asked for."
    run = Run.objects.active().filter(service=incident.service).first()
    return f"{run} is under way and says what is to be served." if run is not None else None


def _is_near(incident: Incident, at: datetime) -> bool:
    if incident.is_active:
        return True
    if incident.state != State.RESOLVED or incident.resolved_at is None:
        return False
    return at - incident.resolved_at < SAME_INCIDENT


def _reopen(incident: Incident, sentence: str, at: datetime) -> None:
    try:
        with journal.act(DESK, at=at) as act:
            incident.move(State(incident.state), State.OPEN, resolved_at=None)
            act.note(Event.INCIDENT_REOPENED, about=incident, outcome=sentence)
    except Refused:
        return
