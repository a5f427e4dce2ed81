"""What a draft policy would have decided on the incidents and drills of the past."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from decisions.domain import evidence
from decisions.domain.policy import Policy
from decisions.models import Incident, PolicyVersion, Service, Snapshot

# The first assessment of each of the newest incidents: what the desk knew when somebody had to decide.
MOST_INCIDENTS = 40


def against(before: Policy, after: Policy, at: datetime) -> dict[str, Any]:
    """Compare two policies on the past incidents that the later one's scope covers.

    Returns:
        `{"cases": [...], "flips": n, ...}` as `domain.backtest.compare` answers.
    """
    # Imported when asked for: scoring brings numpy and scipy, which the pages do without until then.
    from decisions.domain import backtest

    return backtest.compare(list(_past(after, at)), before, after)


def _past(policy: Policy, at: datetime) -> Iterable[Any]:
    from decisions.domain.backtest import Past

    incidents = Incident.objects.filter(opened_at__lte=at, service__in=_covered(policy)).order_by("-opened_at")
    for incident in incidents[:MOST_INCIDENTS]:
        first = incident.assessments.order_by("at", "pk").values_list("snapshot_id", flat=True).first()
        if first is not None:
            body = Snapshot.objects.values_list("body", flat=True).get(pk=first)
            yield Past(incident.key, evidence.read(bytes(body)))


def _covered(policy: Policy) -> Any:
    """The services for which this policy would be the nearest one."""
    services = Service.objects.all()
    active = PolicyVersion.objects.filter(state="active")
    own = active.filter(scope="service").values_list("scope_name", flat=True)
    if policy.scope.kind == "service":
        return services.filter(name=policy.scope.name)
    if policy.scope.kind == "tier":
        return services.filter(tier=policy.scope.name).exclude(name__in=list(own))
    tiers = active.filter(scope="tier").values_list("scope_name", flat=True)
    return services.exclude(name__in=list(own)).exclude(tier__in=list(tiers))
