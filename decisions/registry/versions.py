"""Registering versions, and taking one out of use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from decisions import journal
from decisions.domain.actors import Actor
from decisions.domain.events import Event
from decisions.domain.refusals import Refused
from decisions.domain.versions import Status
from decisions.models import Service, Version


def register(service: Service, described: Iterable[dict[str, Any]], *, actor: Actor, at: datetime) -> list[Version]:
    """Register the versions that the service does not have yet; answers the new ones. Known names stay as they are.

    Args:
        described: each with `name` and optionally model, artifact_uri, sha256, trained_at, training_metrics, lineage.
    """
    fresh = []
    with journal.act(actor, at=at) as act:
        for described_one in described:
            version, is_new = Version.objects.get_or_create(
                service=service,
                name=described_one["name"],
                defaults={"registered_at": at, **_fields(described_one)},
            )
            if is_new:
                act.note(Event.VERSION_REGISTERED, about=version, version=version.name, sha256=version.sha256)
                fresh.append(version)
    return fresh


def _fields(described: dict[str, Any]) -> dict[str, Any]:
    wanted = ("model", "artifact_uri", "sha256", "trained_at", "training_metrics", "lineage")
    found = {key: described[key] for key in wanted if described.get(key)}
    if isinstance(found.get("trained_at"), str):
        found["trained_at"] = datetime.fromisoformat(found["trained_at"])
    return found


def quarantine(version: Version, *, reason: str, actor: Actor, at: datetime) -> None:
    """Take a version out of use: nothing rolls back to it any more.

    Raises:
        Refused: it is live, or in quarantine already.
    """
    with journal.act(actor, at=at) as act:
        moved = (
            Version.objects.filter(pk=version.pk)
            .exclude(status__in=[Status.LIVE, Status.DEPLOYING, Status.QUARANTINED])
            .update(status=Status.QUARANTINED, status_reason=reason[:300])
        )
        if not moved:
            version.refresh_from_db()
            raise Refused(f"{version} is {version.status}; only a version that is not served can be quarantined.")
        act.note(Event.VERSION_QUARANTINED, about=version, version=version.name, reason=reason)
