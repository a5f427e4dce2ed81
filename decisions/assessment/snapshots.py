"""Taking evidence: all that an assessment may look at, read from the records at one moment and frozen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from decisions.assessment import calibration, comparing, costs, measurements, past_uses
from decisions.domain import evidence
from decisions.domain.evidence import SCHEMA
from decisions.domain.policy import Policy
from decisions.domain.times import stamp
from decisions.execution.present import last_action
from decisions.models import Deployment, Incident, Service, Snapshot, Split, Version
from decisions.monitoring import unusual
from decisions.registry import deployments, splits

MOST_VERSIONS = 50

_CAN = {"reference": ["disable", "restore", "shift", "switch"], "simulated": ["disable", "restore", "shift", "switch"]}


def take(incident: Incident, policy: Policy, at: datetime) -> evidence.Snapshot:
    """The evidence on an incident at `at`. Reads records only; no outside call, so a dead target cannot delay it.

    Raises:
        BadDocument: the records do not make a snapshot, for example when nothing was ever served.
    """
    service = incident.service
    live = splits.live_at(service, at)
    served = live.served or live.desired
    versions = _versions(service, policy, at)
    now_served = _served(served, {version["name"] for version in versions})
    order = {version["name"]: version["order"] for version in versions}
    document = {
        "schema": SCHEMA,
        "taken_at": stamp(at),
        "service": {
            "name": service.name,
            "tier": service.tier,
            "title": service.title,
            "components": service.components,
        },
        "incident": _incident(incident, last_action(service)),
        "versions": versions,
        "served": now_served,
        "target": {"name": service.target.get("service", service.name), "can": _CAN[service.target["kind"]]},
        "tokens": comparing.tokens(incident, now_served["split"], order),
        "past_uses": past_uses.of(service, at),
        "past_causes": past_uses.causes(service, at),
        "calibration": calibration.of_past(at),
        "picked": [name for name in incident.picked if any(version["name"] == name for version in versions)],
        **measurements.of(service, incident, at),
    }
    if spent := costs.to_carry(incident, at):
        document["spent"] = spent
    if notes := _notes(service, at):
        document["notes"] = notes
    return evidence.from_document(document)


def _notes(service: Service, at: datetime) -> list[str]:
    """What people should know beside the numbers; nothing is computed from it."""
    return [unusual.sentence(each) for each in unusual.of(service, since=at - unusual.TOLD_FOR)]


def keep(snapshot: evidence.Snapshot, at: datetime) -> Snapshot:
    """Store a snapshot under its digest, once however often it is taken."""
    kept, _ = Snapshot.objects.get_or_create(digest=snapshot.digest, defaults={"body": snapshot.canonical, "at": at})
    return kept


def _incident(incident: Incident, acted: datetime | None) -> dict[str, Any]:
    return {
        "key": incident.key,
        "kind": incident.kind,
        "opened_at": stamp(incident.opened_at),
        "reversals": incident.reversals,
        "last_action_at": stamp(acted) if acted else None,
        "trigger": [
            {"indicator": level["indicator"], "value": level["value"], "target": level["target"]}
            for level in incident.trigger.get("levels", [])
            if level["value"] is not None
        ],
    }


def _versions(service: Service, policy: Policy, at: datetime) -> list[dict[str, Any]]:
    bake = policy.tier(service.tier).bounds.known_good_seconds
    good = {version.pk for version in deployments.known_good(service, bake_seconds=bake, at=at)}
    newest = _worth_naming(service, good)
    since = dict(
        Deployment.objects.filter(service=service, ended_at__isnull=True).values_list("version_id", "started_at")
    )
    loads = _loads(service, at)
    return [
        {
            "name": version.name,
            "status": version.status,
            "known_good": version.pk in good,
            "attested": version.is_attested,
            "healthy_seconds": deployments.healthy_seconds(version, at),
            "loads": loads.get(version.name),
            "order": len(newest) - place,
            **({"live_since": stamp(since[version.pk])} if version.pk in since else {}),
        }
        for place, version in enumerate(newest)
    ]


def _worth_naming(service: Service, good: set[int]) -> list[Version]:
    """The newest versions, and whichever older ones could be gone back to; a registry may hold thousands."""
    newest = list(Version.objects.filter(service=service).prefetch_related("deployments")[:MOST_VERSIONS])
    older = good - {version.pk for version in newest}
    return newest + list(Version.objects.filter(pk__in=sorted(older)).prefetch_related("deployments")[:MOST_VERSIONS])


def _loads(service: Service, at: datetime) -> dict[str, bool]:
    seen = Split.objects.last_before(service, Split.SERVED, at)
    return dict(seen.evidence.get("versions", {})) if seen else {}


def _served(split: Split | None, known: set[str]) -> dict[str, Any]:
    if split is None:
        return {"split": {}, "behaviour": "serve"}
    recorded = split.evidence.get("recorded_settings", {})
    found: dict[str, Any] = {
        "split": {name: share for name, share in split.shares.items() if name in known and share > 0},
        "behaviour": split.behaviour,
        "epoch": split.epoch,
        "settings": [
            {"name": name, "now": str(value), "recorded": str(recorded.get(name, value))}
            for name, value in sorted(split.settings.items())
        ],
    }
    if split.seen_at is not None:
        found["seen_at"] = stamp(split.seen_at)
    return found
