"""What is served is no longer what was asked for: the incident that was thought mended opens again."""

from __future__ import annotations

from datetime import datetime, timedelta

from decisions import journal
from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.domain.incidents import State
from decisions.domain.refusals import Refused
from decisions.models import Incident, Service
from decisions.monitoring import incidents

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
