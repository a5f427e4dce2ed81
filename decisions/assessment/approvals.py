"""Asking for an out-of-bounds plan to be run, and answering."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from decisions import journal
from decisions.domain import approvals as rules
from decisions.domain.actors import DESK, Actor, Area
from decisions.domain.approvals import Given, State
from decisions.domain.events import Event
from decisions.domain.refusals import Refused, refuse
from decisions.execution import approved, runs
from decisions.models import Answer, Approval, Run

LONGEST_REASON = 500


def refusal(actor: Actor, approval: Approval, at: datetime) -> str | None:
    """Why this actor may not answer this request now; None when they may. Act, button and tooltip ask it."""
    return rules.answer_refusal(
        actor,
        state=State(approval.state),
        service=approval.service.name,
        requested_by=approval.requested_by,
        needed=needed(approval),
        given=given(approval.answers.all()),
        expires_at=approval.expires_at,
        at=at,
    )


def needed(approval: Approval) -> tuple[Area, ...]:
    return tuple(Area(area) for area in approval.needed)


def given(answers: Iterable[Answer]) -> tuple[Given, ...]:
    """The approving answers that stand."""
    return tuple(Given(answer.person, Area(answer.area)) for answer in answers if answer.verdict == "approve")


def approve(approval_id: int, *, actor: Actor, digest_seen: str, reason: str = "", at: datetime) -> Approval:
    """Give one approval; the last one that is needed queues the run, or lets it wait for one that has to end first.

    The answer, the state, the journal entry and the queued run are one transaction.

    Raises:
        Refused: the actor may not, the request moved on, or the plan is not the one they saw.
    """
    with journal.act(actor, at=at) as act:
        approval = _locked(approval_id)
        area = _answer(approval, actor, "approve", digest_seen, reason, at)
        act.note(Event.APPROVAL_ANSWERED, about=approval, verdict="approve", area=str(area), digest=digest_seen)
        if not rules.areas_open(needed(approval), given(approval.answers.all())):
            approval.move(State.REQUESTED, State.APPROVED, decided_at=at)
            act.note(Event.APPROVAL_APPROVED, about=approval, digest=approval.plan_digest)
            _queue_unless_busy(approval, at)
    return approval


def reject(approval_id: int, *, actor: Actor, digest_seen: str, reason: str, at: datetime) -> Approval:
    """Reject a request; the first rejection ends it.

    Raises:
        Refused: the actor may not, there is no reason, or the request moved on.
    """
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise Refused("Say in a sentence why you reject it; the person who asked has to know.")
    with journal.act(actor, at=at) as act:
        approval = _locked(approval_id)
        area = _answer(approval, actor, "reject", digest_seen, reason, at)
        approval.move(State.REQUESTED, State.REJECTED, decided_at=at)
        act.note(Event.APPROVAL_ANSWERED, about=approval, verdict="reject", area=str(area), reason=reason)
        act.note(Event.APPROVAL_REJECTED, about=approval, reason=reason)
    return approval


def withdraw(approval_id: int, *, actor: Actor, at: datetime) -> Approval:
    """Take a request back.

    Raises:
        Refused: somebody else asked, or it moved on.
    """
    with journal.act(actor, at=at) as act:
        approval = _locked(approval_id)
        state = State(approval.state)
        refuse(rules.withdrawal_refusal(actor, state=state, requested_by=approval.requested_by))
        approval.move(state, State.WITHDRAWN, decided_at=at)
        act.note(Event.APPROVAL_WITHDRAWN, about=approval)
    return approval


def expire_due(at: datetime) -> int:
    """Expire the requests whose time has passed; answers how many. Safe to run twice."""
    expired = 0
    for approval in Approval.objects.filter(state__in=sorted(rules.STANDING), expires_at__lte=at):
        try:
            with journal.act(DESK, at=at) as act:
                why = f"It was good until {approval.expires_at:%H:%M:%S} UTC."
                approval.move(State(approval.state), State.EXPIRED, decided_at=at, outcome=why)
                act.note(Event.APPROVAL_EXPIRED, about=approval, sentence=why)
            expired += 1
        except Refused:
            continue
    return expired


def queue_due(at: datetime) -> int:
    """Queue the approved plans whose turn has come; answers how many. Safe to run twice.

    One that may not run any more ends with the reason.
    """
    queued = 0
    for approval in Approval.objects.without_run().select_related("service", "incident", "assessment"):
        with journal.act(DESK, at=at) as act:
            try:
                queued += _queue_unless_busy(approval, at) is not None
            except Refused as refused:
                approved.end(act, approval, refused.sentence, at)
    return queued


def waits_for(approval: Approval) -> str | None:
    """What an approved plan waits for before it is queued, as a sentence; None when it does not wait."""
    if approval.state != State.APPROVED or Run.objects.filter(approval=approval).exists():
        return None
    busy = runs.busy(approval.service)
    return f"{busy} This plan is queued as soon as that has ended." if busy else "It is queued within seconds."


def _locked(approval_id: int) -> Approval:
    # Two approvers at once must see each other's answers, so that one of them is the last.
    approvals = Approval.objects.select_for_update(of=("self",)).select_related("service", "incident", "assessment")
    return approvals.get(pk=approval_id)


def _answer(approval: Approval, actor: Actor, verdict: str, digest_seen: str, reason: str, at: datetime) -> Area:
    refuse(refusal(actor, approval, at))
    if digest_seen != approval.plan_digest:
        raise Refused("The plan changed after you opened this page. Look at it again before you answer.")
    area = rules.area_of(
        actor, service=approval.service.name, needed=needed(approval), given=given(approval.answers.all())
    )
    assert area is not None
    Answer.objects.create(
        approval=approval,
        person=actor.key,
        area=area,
        verdict=verdict,
        reason=reason.strip()[:LONGEST_REASON],
        digest_seen=digest_seen,
        at=at,
    )
    return area


def _queue_unless_busy(approval: Approval, at: datetime) -> Run | None:
    """None when another run of the service has to end first; the sweep queues the plan then."""
    try:
        return _queue(approval, at)
    except Refused:
        if runs.busy(approval.service) is None:
            raise
        return None


def _queue(approval: Approval, at: datetime) -> Run:
    requester = Actor(key=approval.requested_by, name="")
    return runs.queue(
        service=approval.service,
        incident=approval.incident,
        assessment=approval.assessment,
        approval=approval,
        plan=approval.plan,
        title=approval.title,
        actor=requester,
        reason=approval.reason,
        at=at,
    )
