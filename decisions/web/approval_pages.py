"""What approvers see: the inbox, and one request with the plan, the bounds it breaks and what it costs either way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from decisions import people
from decisions.assessment import approvals, assessments
from decisions.domain import approvals as rules
from decisions.domain.actors import Actor
from decisions.models import Answer, Approval, Run
from decisions.web.check_rows import with_unit
from decisions.web.intervals import Scale
from decisions.web.words import amount, clock, lasting, short_digest

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
        "past": [_row(approval, named, "", at) for approval in past],
    }


def _row(approval: Approval, named: dict[str, str], refusal: str | None, at: datetime) -> dict[str, Any]:
    given = {answer.area for answer in approval.answers.all() if answer.verdict == "approve"}
    return {
        "approval": approval,
        "url": reverse("approval-detail", args=[approval.pk]),
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
    result = approval.assessment.document()
    option = assessments.option_of(result, approval.option)
    run = Run.objects.filter(approval=approval).first()
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
        "steps": [{"step": step["step"], "says": step["says"]} for step in approval.plan["steps"]],
        "broken": [_broken(check) for check in approval.broken],
        "people": _people(approval, answers, named),
        "interval": Scale.over(result).tall(option, result, result["currency"]) if option else None,
        "option": option,
        "expected": amount(option["expected"], result["currency"]) if option else "",
        "nothing": amount(result["do_nothing"]["expected"], result["currency"]),
        "left": lasting(approval.expires_at - at) if approval.expires_at > at else "",
        "answer_refusal": refusal,
        "approve": None if refusal else _approve_form(approval),
        "may_withdraw": may_withdraw,
        "run": run,
        "facts": _facts(approval),
        "stale": _stale(approval),
    }


def _broken(check: dict[str, Any]) -> dict[str, Any]:
    return {
        "state": "broken",
        "name": check["label"],
        "number": with_unit(check["number"], check["unit"]),
        "bound": with_unit(check["bound"], check["unit"]),
    }


def _people(approval: Approval, answers: list[Answer], named: dict[str, str]) -> list[dict[str, Any]]:
    rows = [
        {
            "name": named[approval.requested_by],
            "when": f"{clock(approval.requested_at)} UTC",
            "text": f"Asked. {approval.reason}",
        }
    ]
    for answer in answers:
        state = "approved" if answer.verdict == "approve" else "rejected"
        rows.append(
            {
                "name": named[answer.person],
                "when": f"{clock(answer.at)} UTC",
                "text": f"For {answer.area}. {answer.reason}",
                "state": state,
                "word": state.capitalize(),
            }
        )
    given = {answer.area for answer in answers if answer.verdict == "approve"}
    if approval.state == "requested":
        rows += [
            {"name": f"An approver for {area}", "text": "Waited for.", "state": "requested", "word": "Waiting"}
            for area in approval.needed
            if area not in given
        ]
    return rows


def _approve_form(approval: Approval) -> dict[str, Any]:
    title = f"{approval.title[0].lower()}{approval.title[1:]}"
    return {
        "id": f"confirm-{approval.plan_digest[7:15]}",
        "word": f"Approve: {title}",
        "yes": f"Yes, approve: {title}",
        "action": reverse("approval-approve", args=[approval.pk]),
        "kind": "primary",
        "size": "big",
        "icon": "check",
        "strong": "You approve exactly these steps:",
        "text": "; ".join(step["says"] for step in approval.plan["steps"]) + ".",
        "note": f"Plan {short_digest(approval.plan_digest)}. When the last approval is given, it runs at once.",
        "hidden": {"digest": approval.plan_digest},
        "fields": [
            {
                "name": "reason",
                "id": "approve-reason",
                "label": "Remark (may stay empty)",
                "kind": "text",
                "maxlength": 500,
            }
        ],
        "target": "state",
    }


def _facts(approval: Approval) -> list[dict[str, Any]]:
    policy = approval.assessment.policy
    return [
        {"name": "Plan", "value": approval.plan_digest, "code": True},
        {"name": "Evidence", "value": approval.plan["evidence"], "code": True},
        {"name": "Policy", "value": f"{policy.scope_name or policy.scope} {policy.number}"},
        {"name": "Runs by", "value": f"{clock(approval.expires_at)} UTC"},
    ]


def _stale(approval: Approval) -> str:
    """What changed since the plan was made, in a sentence; empty while nothing did."""
    newest = assessments.newest(approval.incident)
    if approval.state != "requested" or newest is None or newest.pk == approval.assessment_id:
        return ""
    changed = newest.recommended != approval.assessment.recommended
    said = f"The incident was assessed again at {clock(newest.at)} UTC"
    return f"{said}; the recommendation is now {newest.recommended}." if changed else ""
