"""What a draft policy would have decided on the incidents and drills of the past."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from decisions.domain import evidence
from decisions.domain.policy import Policy
from decisions.models import Incident, PolicyVersion, Service, Snapshot
from decisions.models.policy_version import PolicyState

# The first assessment of each of the newest incidents: what the desk knew when somebody had to decide.
MOST_INCIDENTS = 40


def nearest(policy: Policy) -> PolicyVersion | None:
    """The policy that a draft would replace: the one of its scope, else its service's tier's, else the desk's."""
    active = PolicyVersion.objects.filter(state=PolicyState.ACTIVE)
    scope = policy.scope
    wanted = [(scope.kind, scope.name or "")]
    if scope.kind == "service":
        wanted += [("tier", tier) for tier in Service.objects.filter(name=scope.name).values_list("tier", flat=True)]
    for kind, name in [*wanted, ("desk", "")]:
        found = active.filter(scope=kind, scope_name=name).first()
        if found is not None:
            return found
    return None


def against(before: Policy, after: Policy, at: datetime, *, most: int = MOST_INCIDENTS) -> dict[str, Any]:
    """Compare two policies on the newest past incidents that the later one's scope covers.

    Returns:
        What `domain.backtest.compare` answers, and `incidents`: how many there are in all.
    """
    # Imported when asked for: scoring brings numpy and scipy, which the pages do without until then.
    from decisions.domain import backtest

    covered = _covered(after, at)
    compared = backtest.compare(list(_past(covered[:most])), before, after)
    return {**compared, "incidents": covered.count()}


def _past(incidents: Iterable[Incident]) -> Iterable[Any]:
    from decisions.domain.backtest import Past

    for incident in incidents:
        first = incident.assessments.order_by("at", "pk").values_list("snapshot_id", flat=True).first()
        if first is not None:
            body = Snapshot.objects.values_list("body", flat=True).get(pk=first)
            yield Past(incident.key, evidence.read(bytes(body)), is_drill=incident.kind == "drill")


def _covered(policy: Policy, at: datetime) -> QuerySet[Incident]:
    """The incidents, newest first, of the services for which this policy would be the nearest one."""
    past = Incident.objects.filter(opened_at__lte=at).order_by("-opened_at")
    active = PolicyVersion.objects.filter(state=PolicyState.ACTIVE)
    own = active.filter(scope="service").values("scope_name")
    if policy.scope.kind == "service":
        return past.filter(service__name=policy.scope.name)
    if policy.scope.kind == "tier":
        return past.filter(service__tier=policy.scope.name).exclude(service__name__in=own)
    tiers = active.filter(scope="tier").values("scope_name")
    return past.exclude(service__name__in=own).exclude(service__tier__in=tiers)
