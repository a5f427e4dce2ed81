"""Calling a deployment healthy: it was live for the policy's bake time and no incident said otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta

from decisions.assessment import policies
from decisions.domain.actors import DESK
from decisions.domain.refusals import Refused
from decisions.models import Deployment, Incident, Service
from decisions.registry import deployments


def settle_due(at: datetime) -> int:
    """Settle the open deployments that have baked; answers for how many services. Safe to run twice."""
    hurt = Incident.objects.active().values("service")
    young = Deployment.objects.filter(ended_at__isnull=True, outcome="").exclude(service__in=hurt)
    waiting = Service.objects.filter(pk__in=young.values("service"))
    return sum(_settle(service, at) for service in waiting)


def _settle(service: Service, at: datetime) -> bool:
    try:
        _, policy = policies.in_force(service, at)
    except Refused:
        return False
    bake = timedelta(seconds=policy.tier(service.tier).bounds.known_good_seconds)
    since = at - bake
    open_ones = Deployment.objects.filter(service=service, ended_at__isnull=True, outcome="")
    if open_ones.filter(started_at__gt=since).exists():
        return False
    if Incident.objects.filter(service=service, opened_at__gt=since).exists():
        return False
    deployments.settle(service, actor=DESK, at=at)
    return True
