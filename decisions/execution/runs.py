"""The carrying out of plans: queueing one, claiming it, taking its steps, stopping it."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from decisions import journal, people
from decisions.domain import plans
from decisions.domain.actors import DESK, Actor, response_refusal
from decisions.domain.canonical import BadDocument
from decisions.domain.events import Event
from decisions.domain.refusals import Refused, refuse
from decisions.domain.runs import EXCLUSIVE, State
from decisions.execution import approved, clearing, endings, gate, leases, orders, steps
from decisions.execution.leases import Lost, Moment
from decisions.execution.reach import reach
from decisions.models import Approval, Assessment, Incident, Run, Service

logger = logging.getLogger("decisions.execution")

_STOPPABLE = (State.QUEUED, State.CLAIMED, State.PREPARING, State.WATCHING)


def queue(
    *,
    service: Service,
    incident: Incident | None = None,
    assessment: Assessment | None = None,
    approval: Approval | None = None,
    plan: dict[str, Any],
    title: str,
    actor: Actor,
    reason: str = "",
    at: datetime,
) -> Run:
    """Queue a plan. The row is its own outbox: once this is committed it will run, or end with a sentence.

    A run that only watches does not stand in the way; this one supersedes it when it is claimed.

    Raises:
        Refused: another run of the service is queued or changes it, or this plan may not run; with the sentence.
    """
    with journal.act(actor, at=at) as act:
        run = Run(
            service=service,
            incident=incident,
            assessment=assessment,
            approval=approval,
            option=str(plan.get("option", ""))[:120],
            kind=str(plan.get("kind", ""))[:16],
            title=title,
            plan=plan,
            plan_digest=_digest(plan, service),
            reason=reason,
            requested_by=actor.key,
            requested_at=at,
            epoch=plan["epoch"],
            due_at=at,
        )
        refuse(busy(service))
        refuse(gate.refusal(run, at))
        _insert(run)
        act.note(Event.RUN_QUEUED, about=run, **_facts(run))
    return run


def _digest(plan: dict[str, Any], service: Service) -> str:
    try:
        checked = plans.from_document(plan)
        if checked.service != service.name:
            raise BadDocument("$.service", f"is {checked.service}, not {service.name}")
        return checked.digest
    except BadDocument as fault:
        raise Refused(f"This plan cannot be run: {fault}.") from None


def _insert(run: Run) -> None:
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError:
        # Somebody else came first, between our look and now. Their row is committed: that is why ours was refused.
        refuse(busy(run.service))
        raise Refused(f"{run.approval} has its run already.") from None


def _facts(run: Run) -> dict[str, Any]:
    return {
        "option": run.option,
        "kind": run.kind,
        "title": run.title,
        "plan_digest": run.plan_digest,
        "approval": run.approval_id,
        "assessment": run.assessment_id,
        "reason": run.reason,
    }


def busy(service: Service) -> str | None:
    """Which run stands in the way of another one, as a sentence; None when none does."""
    run = Run.objects.filter(service=service, state__in=sorted(EXCLUSIVE | {State.QUEUED})).first()
    if run is None:
        return None
    who = people.names([run.requested_by])[run.requested_by]
    return f"{run} is already {saying(run)}, started by {who} at {run.requested_at:%H:%M:%S} UTC."


def saying(run: Run) -> str:
    """What a run does, in the middle of a sentence: "rolling amounts back to v1"."""
    service, goal = run.service, orders.words(run.plan["to"])
    says = {
        "roll_back": f"rolling {service} back to {goal}",
        "shift_traffic": f"shifting the traffic of {service} to {goal}",
        "stabilise": f"restoring the settings of {service}",
        "disable": f"handing {service} over to {goal}",
        "deploy": f"deploying {goal} on {service}",
    }
    return says.get(run.kind, f"changing {service}")


def claim(run_id: int, owner: str, at: datetime) -> bool:
    """Make a queued run ours, if its plan may still run; answers whether it is ours now.

    Everything is asked again here, in the transaction that claims: what was right when it was queued may not be now.
    A plan that may not run any more ends its run as cancelled, with the sentence. Safe to call twice, and by two.
    """
    moment = Moment(at)
    if not Run.objects.filter(pk=run_id, state=State.QUEUED).exists():
        return False
    ground, unreadable = _ground(run_id)
    with journal.act(DESK, at=at) as act:
        run = leases.held(run_id)
        if run.state != State.QUEUED:
            return False
        # Waiting for the row took its time, too: a right that ended meanwhile has ended.
        now = moment.now()
        why_not = gate.refusal(run, now) or unreadable or (clearing.refusal(ground, run, now) if ground else None)
        if why_not is not None:
            _cancel(act, run, State.QUEUED, why_not, now)
            return False
        _supersede(act, run, now)
        _claim(act, run, owner, now)
    reach("claimed")
    return True


def _ground(run_id: int) -> tuple[clearing.Ground | None, str | None]:
    """What the plan rests on, or why that cannot be read any more: a run must not wait for it for ever."""
    try:
        return clearing.ground(run_id), None
    except BadDocument as fault:
        return None, f"What the plan rests on cannot be read: {fault}. Look at the newest assessment and choose again."


def _claim(act: journal.Act, run: Run, owner: str, now: datetime) -> None:
    approved.consume(act, run)
    token = leases.next_token(run.service)
    run.move(State.QUEUED, State.CLAIMED, owner=owner, token=token, lease_until=leases.lease_end(now))
    act.note(Event.RUN_CLAIMED, about=run, token=token, requested_by=run.requested_by)


def _supersede(act: journal.Act, run: Run, now: datetime) -> None:
    for older in Run.objects.filter(service=run.service, state=State.WATCHING).exclude(pk=run.pk):
        try:
            act.note(Event.RUN_SUPERSEDED, about=older, by=str(run))
            _cancel(act, older, State.WATCHING, f"{run} took over before the watch ended.", now)
        except Refused:
            # It ended by itself in this very moment; its own sentence stands.
            act.notes.pop()


def _cancel(act: journal.Act, run: Run, origin: State, sentence: str, now: datetime) -> None:
    facts = endings.facts(run, State.CANCELLED, sentence)
    run.move(origin, State.CANCELLED, outcome=sentence[:300], ended_at=now, owner="", lease_until=None)
    act.note(Event.RUN_ENDED, about=run, **facts)
    if origin == State.QUEUED:
        approved.end(act, run.approval, sentence, now)


def take_next_step(run_id: int, *, owner: str, at: datetime) -> bool:
    """Take one turn of a run, if it is due and nobody else holds it; answers whether more is due now.

    Safe to call twice and by two workers at once: each save says what it rests on, and the one that came too late
    leaves no trace.
    """
    try:
        grip = leases.take(run_id, owner, at)
        return steps.take(grip) if grip is not None else claim(run_id, owner, at)
    except Lost as late:
        logger.warning("A worker came too late: %s.", late, extra={"run": run_id})
        return False
    except Refused as moved:
        logger.info("Not taken: %s", moved.sentence, extra={"run": run_id})
        return False


def let_go(run_id: int, *, owner: str) -> None:
    """Free the run for whoever is rung next. Nothing happens when it is not ours."""
    leases.let_go(run_id, owner)


def halt(run_id: int, *, actor: Actor, reason: str, at: datetime) -> Run:
    """Stop a run where it stands: no further step is taken, and nothing is undone.

    Raises:
        Refused: the actor may not, there is no reason, it ended, or it is in the middle of a change.
    """
    refuse(response_refusal(actor))
    if not reason.strip():
        raise Refused("Say in a sentence why it is halted.")
    with journal.act(actor, at=at) as act:
        run = leases.held(run_id)
        refuse(halt_refusal(run))
        _cancel(act, run, State(run.state), f"It was halted: {reason.strip()[:250]}", at)
    return run


def halt_refusal(run: Run) -> str | None:
    """Why this run cannot be halted now, as a sentence; None when it can."""
    if not run.is_active:
        return f"{run} ended already: {run.state}."
    if run.state not in _STOPPABLE:
        return f"{run} is in the middle of a change. It ends or comes to watching within seconds; halt it then."
    return None
