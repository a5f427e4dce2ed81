"""What the comparison of two versions says about the cause of an incident: the token `version_verdict`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from decisions.models import Comparison, Deployment, Incident
from decisions.monitoring import pairs

TOKEN = "version_verdict"


def tokens(incident: Incident, served: Mapping[str, float], order: Mapping[str, int]) -> list[dict[str, Any]]:
    """The token, where the newest comparison concerns the version that carries the traffic, and this incident.

    Args:
        served: shares by version; order: how new each version is, a larger number for a newer one.
    """
    found = Comparison.objects.filter(service=incident.service_id).first()
    suspect = max(served, key=lambda name: (served[name], order.get(name, 0), name), default=None)
    if found is None or found.candidate != suspect or found.verdict == "unknown" or not _is_of(found, incident):
        return []
    if found.verdict == "worse" and not _concerns(found, incident):
        return []
    return [{"name": TOKEN, "value": found.verdict, "detail": found.sentence}]


def _is_of(found: Comparison, incident: Incident) -> bool:
    """Whether it is the one that this incident is compared by: of no time before the version went live, or was hurt."""
    running = Deployment.objects.filter(version__name=found.candidate, ended_at__isnull=True)
    live = running.filter(service=incident.service_id).first()
    if live is None:
        return False
    indicators = incident.service.indicators.prefetch_related("levels")
    return found.since == pairs.began(live.started_at, pairs.trouble(incident, indicators), found.row_seconds)


def _concerns(found: Comparison, incident: Incident) -> bool:
    """Whether an indicator that is worse is one that the incident is about.

    A version may have been worse than the one before it in something for weeks; that explains nothing that began today.
    """
    about = {level["indicator"] for level in incident.trigger.get("levels", [])}
    worse = {name for name, finding in found.findings.items() if finding["verdict"] == "worse"}
    return not about or bool(about & worse)
