"""The facts of this moment, for whoever asks the gate: what is served, which versions stand, what was done last."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from decisions.domain import evidence, plans
from decisions.domain.bound_checks import SLICED_WITHIN
from decisions.domain.clearance import Now
from decisions.models import Incident, Run, Service, Version
from decisions.registry import splits


def present(service: Service, incident: Incident | None, snapshot: evidence.Snapshot, at: datetime) -> Now:
    """The snapshot's facts, and where the world moved on since it was taken, the newer ones."""
    seen = splits.latest(service)
    split = seen.served or seen.desired
    names = {version.name for version in snapshot.versions} | set(split.shares if split else ())
    standing = Version.objects.filter(service=service, name__in=names)
    now = replace(
        Now.of(snapshot, at),
        statuses=dict(standing.values_list("name", "status")),
        reversals=incident.reversals if incident else 0,
        last_action_at=last_action(service),
        moved=moved(service, at),
    )
    if split is None:
        return now
    loads = split.evidence.get("versions", {})
    return replace(
        now,
        split=split.shares,
        behaviour=split.behaviour,
        epoch=split.epoch,
        settings={name: str(value) for name, value in split.settings.items()},
        loads={name: loads.get(name) for name in now.statuses},
    )


def moved(service: Service, at: datetime) -> dict[str, float]:
    """The share of the traffic that runs nobody approved have moved lately, by kind: small moves count together."""
    found: dict[str, float] = {}
    lately = Run.objects.filter(service=service, approval=None, requested_at__gt=at - SLICED_WITHIN).exclude(before={})
    for kind, plan in lately.values_list("kind", "plan"):
        found[kind] = found.get(kind, 0.0) + plans.share_moved(plan)
    return found


def last_action(service: Service) -> datetime | None:
    """When a run of the service last changed something. The cooldown counts from here, across incidents."""
    changed = Run.objects.filter(service=service, ended_at__isnull=False).exclude(before={})
    return changed.order_by("-ended_at").values_list("ended_at", flat=True).first()
