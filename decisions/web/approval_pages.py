"""What approvers see: the inbox, and one request with the plan, the bounds it breaks and what it costs either way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from decisions import people
from decisions.assessment import approvals, assessments
from decisions.domain import approvals as rules
from decisions.domain.actors import Actor
from decisions.models import Answer, Approval, Run
from decisions.web import approval_forms, approval_sides
from decisions.web.check_rows import stored_rows
from decisions.web.words import clock, lasting, short_digest

STATE_WORDS = {
    "requested": "Waiting",
    "approved": "Approved",
    "rejected": "Rejected",
    "expired": "Expired",
    "withdrawn": "Withdrawn",
    "consumed": "Approved and used",
}
MOST_PAST = 30


def inbox(actor: Actor, at: datetime) -> dict[str, Any]:
    """Waiting requests first, the ones this person can answer on top; then what was decided lately."""
    found = Approval.objects.select_related("service", "incident").prefetch_related("answers")
    waiting = list(found.waiting())
    past = list(found.exclude(state="requested")[:MOST_PAST])
    named = people.names({approval.requested_by for approval in [*waiting, *past]})
    rows = [_row(approval, named, approvals.refusal(actor, approval, at), at) for approval in waiting]
    return {
        "waiting": sorted(rows, key=lambda row: not row["can_answer"]),
        "mine": sum(row["can_answer"] for row in rows),
        "past": [_row(approval, named, "", at) for approval in past],
    }


def _row(approval: Approval, named: Mapping[str, str], refusal: str | None, at: datetime) -> dict[str, Any]:
    given = {answer.area for answer in approval.answers.all() if answer.verdict == "approve"}
    return {
        "approval": approval,
        "url": reverse("approval-detail", args=[approval.pk]),
        "incident_url": reverse("incident-detail", args=[approval.incident_id]),
        "word": STATE_WORDS[approval.state],
        "who": named[approval.requested_by],
        "needs": " and ".join(area for area in approval.needed if area not in given) or "nobody",
        "left": lasting(approval.expires_at - at) if approval.expires_at > at else "none",
        "can_answer": refusal is None,
        "refusal": refusal or "",
    }


def request_page(approval: Approval, actor: Actor, at: datetime) -> dict[str, Any]:
    """One request: who asks for what and why, the exact steps, the broken bounds, the answers, and the forms."""
    answers = list(approval.answers.all())
    named = people.names({approval.requested_by, *(answer.person for answer in answers)})
    bounds = stored_rows(approval.plan["bounds"])
    refusal = approvals.refusal(actor, approval, at)
    state = rules.State(approval.state)
    may_withdraw = rules.withdrawal_refusal(actor, state=state, requested_by=approval.requested_by) is None
    return {
        "approval": approval,
        "word": STATE_WORDS[approval.state],
        "where": [
            {"word": "Approvals", "url": reverse("approvals")},
            {"word": approval.incident.key, "url": reverse("incident-detail", args=[approval.incident_id])},
            {"word": str(approval)},
        ],
        "who": named[approval.requested_by],
        "steps": [{"name": _step_name(step["step"]), "says": step["says"]} for step in approval.plan["steps"]],
        "digest": short_digest(approval.plan_digest),
        "broken": [row for row in bounds if row["state"] == "broken"],
        "kept": [row for row in bounds if row["state"] == "kept"],
        "bounds_count": len(bounds),
        "people": _people(approval, answers, named),
        "answer_refusal": refusal or "",
        "approve": None if refusal else approval_forms.approve(approval),
        "may_withdraw": may_withdraw,
        "run": Run.objects.filter(approval=approval).first(),
        "facts": _facts(approval),
        "waits_for": approvals.waits_for(approval),
        "stale": _stale(approval),
        **approval_sides.either_way(approval, answers, at),
    }


def _step_name(step: str) -> str:
    return step.replace("_", " ").capitalize()


def _people(approval: Approval, answers: Iterable[Answer], named: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = [{"name": named[approval.requested_by], "text": f"Asked at {clock(approval.requested_at)} UTC."}]
    rows += [_answer(answer, named) for answer in answers]
    if approval.state != "requested":
        return rows
    given = {answer.area for answer in answers if answer.verdict == "approve"}
    return rows + [
        {
            "name": area.capitalize(),
            "text": f"An approver for {area} has to answer.",
            "state": "wait",
            "word": "Waiting",
        }
        for area in approval.needed
        if area not in given
    ]


def _answer(answer: Answer, named: Mapping[str, str]) -> dict[str, Any]:
    state = "approved" if answer.verdict == "approve" else "rejected"
    said = f" “{answer.reason}”" if answer.reason else ""
    text = f"For {answer.area}, at {clock(answer.at)} UTC.{said}"
    return {"name": named[answer.person], "text": text, "state": state, "word": state.capitalize()}


def _facts(approval: Approval) -> list[dict[str, Any]]:
    policy = approval.assessment.policy
    return [
        {"name": "Plan", "value": short_digest(approval.plan_digest), "code": True},
        {"name": "Evidence", "value": short_digest(approval.plan["evidence"]), "code": True},
        {
            "name": "Assessment",
            "value": f"{clock(approval.assessment.at)} UTC",
            "url": reverse("assessment-detail", args=[approval.assessment_id]),
        },
        {
            "name": "Policy",
            "value": f"{policy.scope_name or policy.scope} {policy.number}",
            "url": reverse("policy-detail", args=[policy.pk]),
        },
        {"name": "Good until", "value": f"{clock(approval.expires_at)} UTC"},
    ]


def _stale(approval: Approval) -> str:
    """What changed since the plan was made, in a sentence; empty while nothing did."""
    newest = assessments.newest(approval.incident)
    if approval.state != "requested" or newest is None or newest.pk == approval.assessment_id:
        return ""
    if newest.recommended == approval.assessment.recommended:
        return ""
    title = assessments.option_of(newest.document(), newest.recommended)
    named = f"“{title['title']}”" if title else "nothing"
    return f"The incident was assessed again at {clock(newest.at)} UTC, and now {named} is recommended."
