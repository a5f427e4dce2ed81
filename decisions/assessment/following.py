"""What runs mean for their incident: mitigating while one acts, watching when it worked, open again when it did not."""

from __future__ import annotations

from datetime import datetime

from decisions import journal
from decisions.assessment import reversals
from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.domain.incidents import ACTIVE, State
from decisions.domain.refusals import Refused
from decisions.domain.runs import ENDED
from decisions.domain.runs import State as RunState
from decisions.models import Incident, Run

_REACHED = {Event.INCIDENT_MITIGATING: State.MITIGATING, Event.INCIDENT_WATCHING: State.WATCHING}


def run_moved(run_id: int, at: datetime) -> None:
    """Bring the run's incident in step with the run. Safe to repeat: it looks at where both stand, not at a message."""
    run = Run.objects.select_related("incident").get(pk=run_id)
    incident = run.incident
    if incident is None or incident.state not in ACTIVE:
        return
    if run.state not in ENDED:
        _move(incident, State.MITIGATING, Event.INCIDENT_MITIGATING, run, at)
    elif run.state == RunState.SUCCEEDED:
        _act_counted(incident, run, at)
        _move(incident, State.WATCHING, Event.INCIDENT_WATCHING, run, at)
    elif not _is_superseded(run):
        _act_counted(incident, run, at)
        _move(incident, State.OPEN, Event.INCIDENT_REOPENED, run, at)


def _move(incident: Incident, to: State, event: Event, run: Run, at: datetime) -> None:
    if incident.state == to:
        return
    try:
        with journal.act(DESK, at=at) as act:
            incident.move(State(incident.state), to)
            act.note(event, about=incident, run=str(run), outcome=run.outcome)
    except (Refused, ValueError):
        return


def _is_superseded(run: Run) -> bool:
    """A newer run for the same service took over; this one says nothing about the incident any more."""
    later = Run.objects.filter(service=run.service_id, requested_at__gt=run.requested_at)
    return later.exclude(state=RunState.CANCELLED).exists()


def _act_counted(incident: Incident, run: Run, at: datetime) -> None:
    """Write on the incident when the last action was, and how often something that was left came back."""
    if not run.before or run.ended_at is None:
        return
    fresh = Incident.objects.filter(pk=incident.pk).exclude(last_action_at__gte=run.ended_at)
    fresh.update(last_action_at=run.ended_at)
    reversals.recount(incident, at)
