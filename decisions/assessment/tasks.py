"""The assessment room's doorbells."""

from __future__ import annotations

import logging
from datetime import datetime

from celery import shared_task

from decisions.assessment import approvals, assessments, calibration, following, settling, starting, thinning
from decisions.domain.canonical import BadDocument
from decisions.domain.events import Event
from decisions.domain.refusals import Refused
from decisions.journal import bells
from decisions.models import Entry, Incident, clock

logger = logging.getLogger("decisions.assessment")

# A person asked: what was made a moment ago is not what they wait for.
_ASKED_FOR = (Event.VERSION_PICKED, Event.ASSESSMENT_ASKED)


@bells.answers("assessment.incident_opened")
def incident_opened(entry: Entry, at: datetime) -> None:
    _assess(entry, at)


@bells.answers("assessment.level_broken")
def level_broken(entry: Entry, at: datetime) -> None:
    _assess(entry, at)


@bells.answers("assessment.version_compared")
def version_compared(entry: Entry, at: datetime) -> None:
    _assess(entry, at)


@bells.answers("assessment.version_picked")
def version_picked(entry: Entry, at: datetime) -> None:
    _assess(entry, at)


@bells.answers("assessment.assessment_asked")
def assessment_asked(entry: Entry, at: datetime) -> None:
    _assess(entry, at)


@bells.answers("assessment.run_moved")
def run_moved(entry: Entry, at: datetime) -> None:
    following.run_moved(int(entry.about_id), at)


@bells.answers("assessment.incident_resolved")
def incident_resolved(entry: Entry, at: datetime) -> None:
    incident = Incident.objects.filter(pk=entry.incident).first() if entry.incident is not None else None
    if incident is not None and not incident.is_active:
        calibration.settle(incident, at)


@shared_task(name="assessment.sweep")
def sweep() -> None:
    """Expire and queue what is due, assess open incidents whose evidence aged, start what the desk may.

    Safe to deliver twice.
    """
    at = clock.now()
    approvals.expire_due(at)
    approvals.queue_due(at)
    for incident in Incident.objects.filter(state="open"):
        if assessments.is_stale(incident, at):
            _try(incident.pk, at)
    starting.start_due(at)
    settling.settle_due(at)


@shared_task(name="assessment.retain")
def retain() -> None:
    """Thin old assessments. Safe to deliver twice."""
    thinning.thin(clock.now())


def _assess(entry: Entry, at: datetime) -> None:
    """Assess the entry's incident, unless that was done since the entry was written."""
    incident = Incident.objects.filter(pk=entry.incident).first() if entry.incident is not None else None
    if incident is None or not incident.is_active:
        return
    if entry.event == Event.LEVEL_BROKEN and entry.at == incident.opened_at:
        # The level that opened it; the opening rings for itself.
        return
    if incident.assessments.filter(at__gte=entry.at).exists() and entry.event not in _ASKED_FOR:
        return
    _try(incident.pk, at)


def _try(incident_id: int, at: datetime) -> None:
    try:
        assessments.assess(incident_id, at=at)
    except (Refused, BadDocument) as reason:
        # Shown on the page as "not assessed"; the next sweep tries again.
        logger.warning("Not assessed: %s", reason, extra={"incident": incident_id})
    except Exception:
        # One incident that cannot be assessed must not keep the others from it.
        logger.exception("Not assessed.", extra={"incident": incident_id})
