"""Choosing an option: run it at once when it is inside its bounds, ask for approval when it is not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from decisions import journal
from decisions.assessment import assessments, gate
from decisions.domain import incidents as incident_rules
from decisions.domain import plans
from decisions.domain.actors import Actor, response_refusal
from decisions.domain.approvals import STANDING
from decisions.domain.events import Event
from decisions.domain.plans import Plan
from decisions.domain.refusals import Refused, refuse
from decisions.execution import runs
from decisions.models import Approval, Assessment, Incident, Run

# A plan that may run at once must be claimed within this time; after that the world has moved on.
RUN_WITHIN = timedelta(minutes=5)


def plan_for(ground: gate.Ground, option: dict[str, Any], actor: Actor, at: datetime) -> Plan:
    """The exact plan that running this option now would carry out.

    The page shows its steps before the press; the approval binds to its digest.
    """
    checks = gate.of(ground, option, actor).checks
    return plans.build(
        option,
        ground.snapshot,
        ground.policy,
        number=ground.assessment.policy.number,
        requester=actor.key,
        not_after=ground.assessment.at + RUN_WITHIN,
        checks=checks,
    )


def run(incident_id: int, *, assessment_id: int, option: str, reason: str = "", actor: Actor, at: datetime) -> Run:
    """Run an option that is inside its bounds.

    Raises:
        Refused: it is out of bounds, the actor may not, a reason is missing, or something runs already.
    """
    with journal.act(actor, at=at) as act:
        ground = _ground(incident_id, assessment_id, at)
        chosen = _chosen(ground, option)
        standing = gate.of(ground, chosen, actor)
        refuse(standing.run_refusal)
        refuse(reason_refusal(ground.result, option, reason))
        plan = plan_for(ground, chosen, actor, at)
        _note_choice(act, ground, chosen, reason)
        return runs.queue(
            service=ground.incident.service,
            incident=ground.incident,
            assessment=ground.assessment,
            approval=None,
            plan=dict(plan.document),
            title=chosen["title"],
            actor=actor,
            reason=reason.strip(),
            at=at,
        )


def request(
    incident_id: int, *, assessment_id: int, option: str, reason: str = "", actor: Actor, at: datetime
) -> Approval:
    """Ask for approval of an option that is outside its bounds.

    Raises:
        Refused: the actor may not, it needs no approval, a reason is missing, or it has been asked for already.
    """
    with journal.act(actor, at=at) as act:
        ground = _ground(incident_id, assessment_id, at)
        chosen = _chosen(ground, option)
        standing = gate.of(ground, chosen, actor)
        refuse(standing.request_refusal)
        if standing.in_bounds:
            raise Refused("This option lies inside its bounds; run it, nobody has to approve.")
        refuse(reason_refusal(ground.result, option, reason))
        _note_choice(act, ground, chosen, reason)
        approval = _create(ground, chosen, standing, reason, actor, at)
        act.note(
            Event.APPROVAL_REQUESTED,
            about=approval,
            option=option,
            digest=approval.plan_digest,
            needed=approval.needed,
            broken=[check["name"] for check in approval.broken],
        )
    return approval


def pick_version(incident_id: int, *, version: str, actor: Actor, at: datetime) -> None:
    """Have one more earlier version assessed like the rest.

    Raises:
        Refused: the actor may not, the service has no such version, or it is among the options already.
    """
    with journal.act(actor, at=at) as act:
        incident = Incident.objects.select_for_update(of=("self",)).select_related("service").get(pk=incident_id)
        refuse(response_refusal(actor))
        refuse(incident_rules.action_refusal(incident_rules.State(incident.state)))
        if not incident.service.versions.filter(name=version).exists():
            raise Refused(f"{incident.service} has no version called {version}.")
        if version in incident.picked:
            raise Refused(f"{version} is among the options already.")
        incident.picked = [*incident.picked, version]
        incident.save(update_fields=["picked"])
        act.note(Event.VERSION_PICKED, about=incident, version=version)


def assess_again(incident_id: int, *, actor: Actor, at: datetime) -> None:
    """Ask for fresh evidence now instead of at the next turn; a worker takes it.

    Raises:
        Refused: the actor may not, or the incident is closed.
    """
    refuse(response_refusal(actor))
    with journal.act(actor, at=at) as act:
        incident = Incident.objects.select_related("service").get(pk=incident_id)
        refuse(incident_rules.action_refusal(incident_rules.State(incident.state)))
        act.note(Event.ASSESSMENT_ASKED, about=incident)


def reason_refusal(result: dict[str, Any], option: str, reason: str) -> str | None:
    """Why a sentence of reason is missing, or None: anything but the recommendation asks for one."""
    if option == result["recommendation"]["option"] or len(reason.strip()) >= 10:
        return None
    return "This is not the recommended option. Say in one sentence why you choose it."


def _ground(incident_id: int, assessment_id: int, at: datetime) -> gate.Ground:
    # The incident's row is held, so that two presses of a button follow one another.
    incident = Incident.objects.select_for_update(of=("self",)).select_related("service").get(pk=incident_id)
    found = Assessment.objects.select_related("policy", "snapshot").filter(pk=assessment_id, incident=incident)
    assessment = found.first()
    if assessment is None:
        raise Refused("This assessment does not belong to this incident. Load the page again.")
    assessment.incident = incident
    return gate.ground(assessment, at)


def _chosen(ground: gate.Ground, option: str) -> dict[str, Any]:
    chosen = assessments.option_of(ground.result, option)
    if chosen is None:
        raise Refused("This option is not among the assessed ones any more. Look at the newest assessment.")
    if chosen["kind"] == "hold":
        raise Refused("Holding needs no run: nothing is changed, and the desk keeps watching.")
    return chosen


def _note_choice(act: journal.Act, ground: gate.Ground, chosen: dict[str, Any], reason: str) -> None:
    act.note(
        Event.OPTION_CHOSEN,
        about=ground.incident,
        option=chosen["key"],
        recommended=ground.result["recommendation"]["option"],
        assessment=ground.assessment.pk,
        reason=reason.strip(),
    )


def _create(
    ground: gate.Ground, chosen: dict[str, Any], standing: gate.Gate, reason: str, actor: Actor, at: datetime
) -> Approval:
    lives = timedelta(seconds=ground.policy.tier(ground.snapshot.tier).approvals.lives_seconds)
    plan = plans.build(
        chosen,
        ground.snapshot,
        ground.policy,
        number=ground.assessment.policy.number,
        requester=actor.key,
        not_after=at + lives,
        checks=standing.checks,
    )
    mine = Approval.objects.filter(incident=ground.incident, option=chosen["key"])
    fields = {
        "service": ground.incident.service,
        "incident": ground.incident,
        "assessment": ground.assessment,
        "option": chosen["key"],
        "title": chosen["title"],
        "plan": plan.document,
        "plan_digest": plan.digest,
        "needed": [str(area) for area in standing.needed],
        "broken": gate.broken(standing.checks),
        "reason": reason.strip()[:500],
        "requested_by": actor.key,
        "requested_at": at,
        "expires_at": at + lives,
        "follows": mine.first(),
    }
    try:
        with transaction.atomic():
            return Approval.objects.create(**fields)
    except IntegrityError:
        standing_one = mine.get(state__in=sorted(STANDING))
        raise Refused(f"{standing_one} asks for this already; it is {standing_one.state}.") from None
