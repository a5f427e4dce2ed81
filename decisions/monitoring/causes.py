"""What an incident's cause turned out to be: a person says so once it is over, and the desk learns from it."""

from __future__ import annotations

from datetime import datetime

from decisions import journal
from decisions.domain.actors import Actor, Role
from decisions.domain.events import Event
from decisions.domain.hypotheses import Hypothesis
from decisions.domain.incidents import ACTIVE, State, cause_refusal
from decisions.domain.refusals import Refused, refuse
from decisions.models import Incident


def establish(incident: Incident, cause: str, *, actor: Actor, at: datetime) -> None:
    """Write down the cause of an incident that is over. Who knows better later says it again; the journal keeps both.

    Raises:
        Refused: the actor may only watch, the incident is not over, or the cause is none of the three.
    """
    refuse(establish_refusal(actor, incident))
    if cause not in set(Hypothesis):
        raise Refused("Choose which of the three causes it was.")
    with journal.act(actor, at=at) as act:
        over = Incident.objects.filter(pk=incident.pk).exclude(state__in=sorted(ACTIVE))
        if not over.update(cause=cause, cause_by=actor.key, cause_at=at):
            raise Refused("The incident is open again. The cause is written down when it is over.")
        incident.refresh_from_db(fields=["cause", "cause_by", "cause_at"])
        act.note(Event.CAUSE_ESTABLISHED, about=incident, cause=cause)


def establish_refusal(actor: Actor, incident: Incident) -> str | None:
    """Why this actor may not say what the cause was, or None when they may."""
    if not actor.may(Role.RESPONDER, Role.APPROVER):
        return "Only a responder or an approver can say what the cause was."
    return cause_refusal(State(incident.state))
