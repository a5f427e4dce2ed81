"""The form with which somebody approves: two presses, bound to the digest of the plan that was shown."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from decisions.models import Approval
from decisions.web.option_words import lowered
from decisions.web.words import short_digest


def approve(approval: Approval) -> dict[str, Any]:
    """A `confirm` whose id changes with the plan, so that an open sheet never approves another one."""
    title = lowered(approval.title)
    return {
        "id": f"confirm-{approval.plan_digest[7:15]}",
        "word": f"Approve: {title}",
        "yes": f"Yes, approve: {title}",
        "action": reverse("approval-approve", args=[approval.pk]),
        "kind": "primary",
        "size": "big",
        "wide": True,
        "icon": "check",
        "strong": "You approve exactly these steps:",
        "steps": [step["says"] for step in approval.plan["steps"]],
        "note": f"Plan {short_digest(approval.plan_digest)}. When the last approval is given, it runs at once.",
        "hidden": {"digest": approval.plan_digest},
        "fields": [
            {
                "name": "reason",
                "id": "approve-reason",
                "label": "Remark",
                "help": "May stay empty. The journal keeps it.",
                "kind": "text",
                "maxlength": 500,
                "autocomplete": "off",
            }
        ],
        "target": "state",
    }
