"""A service's versions, newest first, by keyset: the ten-thousandth costs what the first costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from decisions.assessment import policies
from decisions.domain.refusals import Refused
from decisions.models import Service, Version
from decisions.registry import deployments
from decisions.web.words import lasting, moment, short_digest

PAGE = 25
WORDS = {
    "registered": "Registered",
    "deploying": "Deploying",
    "live": "Live",
    "superseded": "Superseded",
    "quarantined": "Quarantined",
}


def versions(service: Service, query: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """A page of versions, and where the next one begins."""
    found = Version.objects.filter(service=service).order_by("-registered_at", "-pk").prefetch_related("deployments")
    before = _cursor(query.get("before", ""))
    if before is not None:
        when, pk = before
        found = found.filter(Q(registered_at__lt=when) | Q(registered_at=when, pk__lt=pk))
    rows = list(found[: PAGE + 1])
    good = last_known_good(service, at)
    url = reverse("service-versions", args=[service.name])
    return {
        "service": service,
        "versions": [_row(version, good, at) for version in rows[:PAGE]],
        "older": f"?before={_place(rows[PAGE - 1])}" if len(rows) > PAGE else "",
        "is_later": before is not None,
        "versions_url": url,
    }


def last_known_good(service: Service, at: datetime) -> Version | None:
    """The newest version that could be gone back to, by the bake time of the policy in force."""
    try:
        _, policy = policies.in_force(service, at)
    except Refused:
        return None
    bake = policy.tier(service.tier).bounds.known_good_seconds
    return deployments.last_known_good(service, bake_seconds=bake, at=at)


def _cursor(text: str) -> tuple[datetime, int] | None:
    micros, _, pk = text.partition("-")
    if not (text.isascii() and micros.isdecimal() and pk.isdecimal() and len(text) < 40):
        return None
    try:
        return datetime.fromtimestamp(int(micros) / 1_000_000, UTC), min(int(pk), 2**62)
    except (OverflowError, ValueError, OSError):
        return None


def _place(version: Version) -> str:
    return f"{round(version.registered_at.timestamp() * 1_000_000)}-{version.pk}"


def _row(version: Version, good: Version | None, at: datetime) -> dict[str, Any]:
    healthy = deployments.healthy_seconds(version, at)
    is_good = good is not None and good.pk == version.pk
    return {
        "name": version.name,
        "model": version.model,
        "state": version.status,
        "word": WORDS[version.status] + (", last known good" if is_good else ""),
        "reason": version.status_reason,
        "trained": moment(version.trained_at) if version.trained_at else "unknown",
        "metrics": _metrics(version),
        "healthy": lasting(healthy) if healthy else "not yet" if version.status == "live" else "never",
        "digest": short_digest(version.sha256) if version.is_attested else "",
    }


def _metrics(version: Version) -> list[str]:
    """What training said of it: accuracies first, three at most."""
    found = [(name, value) for name, value in sorted(version.training_metrics.items()) if _is_number(value)]
    return [f"{name.replace('_', ' ')} {value:.3g}" for name, value in found[:3]]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
