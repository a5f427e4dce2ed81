"""Every address of the desk: which are pages, which are parts, which are acts, and what they need to be asked with."""

from __future__ import annotations

from typing import Any

from decisions.models import Approval, Assessment, Incident, PolicyVersion, Run, Service

PAGES = (
    "fleet",
    "service-detail",
    "service-playbook",
    "incidents",
    "incident-detail",
    "assessment-detail",
    "approvals",
    "approval-detail",
    "runs",
    "run-detail",
    "policies",
    "policy-new",
    "policy-detail",
    "playbooks",
    "journal",
    "journal-entry",
)
PARTS = (
    "rail",
    "fleet-rows",
    "service-standing",
    "service-versions",
    "service-verdicts",
    "service-was-live",
    "service-chart",
    "incident-standing",
    "incident-options",
    "incident-dock",
    "incident-trail",
    "assessment-rescore",
    "approval-state",
    "run-progress",
    "policy-backtest",
)
ACTS = (
    "incident-report",
    "incident-take",
    "incident-close",
    "incident-keep",
    "incident-note",
    "incident-cause",
    "incident-assess",
    "incident-pick",
    "option-run",
    "option-request",
    "approval-approve",
    "approval-reject",
    "approval-withdraw",
    "run-halt",
    "policy-check",
    "policy-propose",
    "policy-sign-off",
    "policy-drop",
    "policy-withdraw",
    "policy-withdrawal-sign-off",
    "policy-keep",
)
OUTSIDE = ("sign-in", "sign-out", "healthz", "readyz")

UNKNOWN: dict[str, list[Any]] = {
    "service": ["no-such-service"],
    "chart": ["amounts", "no-such-indicator"],
    "playbook": ["amounts", "no-such-kind"],
    "entry": [999_999],
    "number": [999_999],
}


def arguments(name: str) -> list[Any]:
    """What the address needs to name something that is there."""
    kind = _kind(name)
    if kind == "chart":
        return ["amounts", "misread_share"]
    if kind == "playbook":
        return ["amounts", "roll_back"]
    if kind == "service":
        return ["amounts"]
    if kind == "entry":
        return [0]
    if kind == "number":
        return [_records(name).objects.order_by("pk").values_list("pk", flat=True).first()]
    return []


def unknown(name: str) -> list[Any]:
    """What the address needs to name something that is not there; nothing where it names nothing."""
    return UNKNOWN.get(_kind(name), [])


def _kind(name: str) -> str:
    if name == "service-chart":
        return "chart"
    if name == "service-playbook":
        return "playbook"
    if name.startswith("service-") or name == "incident-report":
        return "service"
    if name == "journal-entry":
        return "entry"
    if name in ("policy-new", "policy-check") or "-" not in name or name == "fleet-rows":
        return ""
    return "number"


def _records(name: str) -> Any:
    noun = name.partition("-")[0]
    return {
        "incident": Incident,
        "option": Incident,
        "assessment": Assessment,
        "approval": Approval,
        "run": Run,
        "policy": PolicyVersion,
        "service": Service,
    }[noun]
