"""What each level is held against now: what its service file states, and what the policy in force says beside it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Max

from decisions.domain import allowances, policy
from decisions.domain.canonical import BadDocument
from decisions.domain.evidence_indicators import WORSE_SIDE
from decisions.domain.policy import Policy
from decisions.models import PolicyVersion, ServiceLevel, Source

logger = logging.getLogger("decisions.monitoring")


def renew(levels: Iterable[ServiceLevel], at: datetime) -> list[ServiceLevel]:
    """Bring `in_force` of these levels up to date; answers those where it changed, which are not saved yet.

    Two reads, however many levels there are; a policy's text is read once in the life of a process.
    """
    levels = list(levels)
    services = {level.indicator.service for level in levels}
    versions = PolicyVersion.objects.nearest(services, at)
    every = intervals(service.pk for service in services)
    changed = []
    for level in levels:
        service = level.indicator.service_id
        version = versions.get(service)
        held = in_force(level, parsed(version.digest) if version else None, every.get(service, 0.0))
        if held != level.in_force:
            level.in_force = held
            changed.append(level)
    return changed


def in_force(level: ServiceLevel, found: Policy | None, every_seconds: float) -> dict[str, Any]:
    """What holds for a level under a policy; empty without one, and then the service file alone holds.

    Args:
        every_seconds: between two measurements; the policy counts its patience in samples.
    """
    if found is None:
        return {}
    is_worse_side = level.bound == WORSE_SIDE[level.indicator.direction]
    margin = allowances.size(found, level.indicator.name, level.margin) if is_worse_side else level.margin
    band = found.hysteresis
    return {
        "margin": margin,
        "release": _stated(level.release, band.share),
        "for_seconds": _stated(level.for_seconds, _lasting(band.trigger_samples, every_seconds)),
        "clear_seconds": _stated(level.clear_seconds, _lasting(band.clear_samples, every_seconds)),
        "policy": found.digest,
    }


def intervals(services: Iterable[int]) -> dict[int, float]:
    """The longest interval between two scrapes of each service, in seconds."""
    rows = Source.objects.filter(service__in=list(services)).values("service").order_by("service")
    return dict(rows.annotate(longest=Max("every_seconds")).values_list("service", "longest"))


@lru_cache(maxsize=64)
def parsed(digest: str) -> Policy | None:
    """The policy of that digest; None when it cannot be read any more, so that the levels go on being held."""
    body = PolicyVersion.objects.filter(digest=digest).values_list("body", flat=True)[0]
    try:
        return policy.parse(body)
    except BadDocument as fault:
        logger.warning("Policy %s cannot be read: %s", digest, fault)
        return None


def _stated(stated: float | None, otherwise: float) -> float:
    return otherwise if stated is None else stated


def _lasting(samples: int, every_seconds: float) -> float:
    """Seconds from the first to the last of so many samples in a row; half an interval is left for late scrapes."""
    return max(samples - 1.5, 0.0) * every_seconds
