"""The gate in front of an option: what it would break, who would have to approve, and whether this person may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from decisions.assessment import assessments, policies
from decisions.domain import clearance, evidence, incidents
from decisions.domain.actors import DESK, Actor, Area, Role, response_refusal
from decisions.domain.bound_checks import Check
from decisions.domain.clearance import Now
from decisions.domain.policy import Policy
from decisions.execution.present import present
from decisions.models import Assessment, Incident


@dataclass(frozen=True)
class Ground:
    """An assessment with everything that judging its options needs, read once."""

    assessment: Assessment
    incident: Incident
    snapshot: evidence.Snapshot
    policy: Policy
    result: dict[str, Any]
    now: Now


@dataclass(frozen=True)
class Gate:
    """How one option stands for one person at one moment.

    impossible: why it cannot run at all, whoever approves. run_refusal: why this person may not run it now.
    request_refusal: why this person may not ask for it.
    """

    option: dict[str, Any]
    checks: tuple[Check, ...]
    in_bounds: bool
    needed: tuple[Area, ...]
    impossible: str | None
    run_refusal: str | None
    request_refusal: str | None


def ground(assessment: Assessment, at: datetime) -> Ground:
    """Read what stands behind an assessment, and the world as it is now."""
    incident = assessment.incident
    snapshot = _snapshot(assessment.snapshot_id, bytes(assessment.snapshot.body))
    return Ground(
        assessment=assessment,
        incident=incident,
        snapshot=snapshot,
        policy=policies.parsed(assessment.policy),
        result=assessment.document(),
        now=present(incident.service, incident, snapshot, at),
    )


@lru_cache(maxsize=64)
def _snapshot(digest: str, body: bytes) -> evidence.Snapshot:
    return evidence.read(body)


def of(ground: Ground, option: dict[str, Any], actor: Actor) -> Gate:
    """How the option stands for this actor."""
    checks = clearance.checks(option, ground.snapshot, ground.policy, ground.now)
    needed = clearance.needed_approvals(checks, ground.policy.tier(ground.snapshot.tier))
    impossible = incidents.action_refusal(incidents.State(ground.incident.state)) or clearance.impossible(
        option, ground.now
    )
    may_not = (None if actor == DESK else response_refusal(actor)) or impossible
    run = may_not or clearance.refusal(option, ground.snapshot, ground.policy, actor=actor, now=ground.now)
    return Gate(
        option=option,
        checks=checks,
        in_bounds=not needed,
        needed=needed,
        impossible=impossible,
        run_refusal=run,
        request_refusal=may_not,
    )


def all_of(ground: Ground, actor: Actor) -> list[Gate]:
    """Every option of the assessment, best first, as it stands for this actor."""
    return [of(ground, option, actor) for option in ground.result["options"]]


def is_responder(actor: Actor) -> bool:
    return actor.may(Role.RESPONDER)


def find(ground: Ground, key: str) -> dict[str, Any] | None:
    return assessments.option_of(ground.result, key)


def broken(checks: Iterable[Check]) -> list[dict[str, Any]]:
    """The bounds that are not kept, as they are stored with a request."""
    return [
        {"name": check.name, "label": check.label, "number": check.number, "bound": check.bound, "unit": check.unit}
        for check in checks
        if check.state == "fail"
    ]
