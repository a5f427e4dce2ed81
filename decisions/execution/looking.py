"""Looking at every target every few seconds: what it serves, and whether that is what it was told."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from decisions import journal
from decisions.domain.actors import DESK
from decisions.domain.refusals import Refused
from decisions.execution import adopting, seeing, targets
from decisions.execution.leases import Moment
from decisions.execution.targets import Served, Target, Unreachable
from decisions.models import Service

logger = logging.getLogger("decisions.execution")

# A target that hangs holds one of these for its time-out, never the look as a whole.
_AT_ONCE = 16


def look(at: datetime, services: Iterable[Service] | None = None) -> int:
    """Read every target, at once and outside any transaction, and write down what each serves; answers how many did.

    What differs from what was told is journalled as drift. Safe to run twice at the same time.
    """
    looked_at = list(Service.objects.all() if services is None else services)
    aims = [(service, target) for service in looked_at if (target := _target(service)) is not None]
    moment = Moment(at)
    with ThreadPoolExecutor(max_workers=min(_AT_ONCE, len(aims) or 1)) as pool:
        seen = list(pool.map(lambda aim: _read(aim[0], aim[1], moment), aims))
    found = [(service, served) for (service, _), served in zip(aims, seen, strict=True) if served is not None]
    return sum(_written_down(service, served, moment.now()) for service, served in found)


def _target(service: Service) -> Target | None:
    try:
        return targets.of(service)
    except Refused:
        return None


def _read(service: Service, target: Target, moment: Moment) -> Served | None:
    # Runs on a thread of its own: no database here.
    try:
        return target.read(at=moment.now())
    except Unreachable as reason:
        logger.warning("%s could not be looked at: %s", service, reason, extra={"service": service.name})
    except Exception:
        # Of a target that is not of our making, too: nobody else goes unseen for its sake.
        logger.exception("%s could not be looked at.", service, extra={"service": service.name})
    return None


def _written_down(service: Service, served: Served, at: datetime) -> bool:
    try:
        _write_down(service, served, at)
    except Exception:
        # What one target says it serves may not fit our records; the others' does.
        logger.exception("What %s serves could not be written down.", service, extra={"service": service.name})
        return False
    return True


def _write_down(service: Service, served: Served, at: datetime) -> None:
    with journal.act(DESK, at=at) as act:
        adopting.adopt(service, served)
        seeing.write_down(service, served)
        if seeing.follow(act, service):
            logger.warning("%s drifted.", service, extra={"service": service.name})
