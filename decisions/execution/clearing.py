"""The gate of the policy, asked once more at the claim with the facts of that moment: people, versions, bounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from decisions.domain import clearance, evidence
from decisions.domain import policy as policies
from decisions.domain.actors import DESK, NOBODY, Actor, Area, Role
from decisions.domain.policy import Policy
from decisions.execution.present import present
from decisions.models import Answer, Assessment, Person, Run
from decisions.people.actors import actor_for


@dataclass(frozen=True)
class Ground:
    """What a plan rests on and what never changes: read before the claim's transaction, so that it stays short."""

    assessment: Assessment
    snapshot: evidence.Snapshot
    policy: Policy
    option: Mapping[str, Any] | None


def ground(run_id: int) -> Ground | None:
    """What the plan of a run rests on; None for a plan that no assessment led to."""
    related = ("assessment__snapshot", "assessment__policy")
    assessment = Run.objects.select_related(*related).get(pk=run_id).assessment
    if assessment is None:
        return None
    option = Run.objects.values_list("option", flat=True).get(pk=run_id)
    options = assessment.document()["options"]
    return Ground(
        assessment,
        evidence.read(bytes(assessment.snapshot.body)),
        _policy(assessment.policy.digest, assessment.policy.body),
        next((each for each in options if each["key"] == option), None),
    )


@lru_cache(maxsize=16)
def _policy(digest: str, body: str) -> Policy:
    return policies.parse(body)


def refusal(ground: Ground, run: Run, at: datetime) -> str | None:
    """Why the policy does not let this run begin at `at`, as a sentence to show; None when it does."""
    plan, assessment = run.plan, ground.assessment
    if plan["evidence"] != assessment.snapshot_id or plan["policy"]["digest"] != ground.policy.digest:
        return "The plan rests on other evidence or on another policy than its assessment. Choose again."
    if ground.option is None or ground.option["to"] != plan["to"]:
        return "The plan is not what its assessment offers. Choose again."
    return clearance.refusal(
        ground.option,
        ground.snapshot,
        ground.policy,
        actor=_requester(run),
        now=present(run.service, run.incident, ground.snapshot, at),
        granted=_granted(run),
    )


def _requester(run: Run) -> Actor:
    return DESK if run.requested_by == DESK.key else _people([run.requested_by]).get(run.requested_by, NOBODY)


def _granted(run: Run) -> set[Area]:
    """The areas in which somebody approved this very plan who may still approve it."""
    given = Answer.objects.filter(approval=run.approval_id, verdict="approve", digest_seen=run.plan_digest)
    areas = {answer.person: Area(answer.area) for answer in given}
    approvers = _people(areas)
    return {
        area
        for key, area in areas.items()
        if key in approvers and approvers[key].may(Role.APPROVER) and area in approvers[key].areas_for(run.service.name)
    }


def _people(keys: Iterable[str]) -> dict[str, Actor]:
    """People with the rights they hold now, and not those they had when they pressed."""
    found = Person.objects.select_related("user").filter(key__in=list(keys))
    return {person.key: actor_for(person) for person in found}
