"""What the serving side had before the desk came, or got by another hand: its versions and what it serves of them."""

from __future__ import annotations

import logging

from decisions.domain.actors import DESK
from decisions.domain.versions import is_name
from decisions.execution.targets import Served
from decisions.models import Deployment, Service, Split
from decisions.registry import deployments, splits, versions

logger = logging.getLogger("decisions.execution")
REASON = "Found at the serving side"


def adopt(service: Service, served: Served) -> None:
    """Register what the target knows, where the service's file leaves that to it, and take its split as the start.

    The first look at a service makes what it serves also what the desk wants; later differences are drift. Call
    inside an act; safe to repeat.
    """
    at = served.at
    if service.document.get("versions") == "from_target":
        known = set(service.versions.values_list("name", flat=True))
        fresh = sorted(served.versions.keys() - known)
        for name in (name for name in fresh if not is_name(name)):
            logger.warning("%s serves a version that cannot be registered: %r", service, name[:100])
        if named := [{"name": name} for name in fresh if is_name(name)]:
            versions.register(service, named, actor=DESK, at=at)
    if _is_new(service):
        splits.record_desired(service, served.state, actor=DESK, epoch=served.epoch, at=at)
        deployments.record(service, served.state["split"], actor=DESK, at=at, reason=REASON)


def _is_new(service: Service) -> bool:
    has_split = Split.objects.filter(service=service, kind=Split.DESIRED).exists()
    return not has_split and not Deployment.objects.filter(service=service).exists()
