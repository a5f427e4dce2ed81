"""Starting what the policy lets the desk start: at once, or when nobody answered in time. Until then a person does."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from decisions.assessment import assessments, choices, gate, reversals
from decisions.domain import clearance
from decisions.domain.actors import DESK
from decisions.domain.refusals import Refused
from decisions.models import Incident, Run

logger = logging.getLogger("decisions.assessment")


def start_due(at: datetime) -> int:
    """Run the recommended option of each open incident whose policy says that the desk starts it now."""
    started = 0
    for incident in Incident.objects.filter(state="open").select_related("service"):
        try:
            started += _start(incident, at)
        except Exception:
            # One incident that cannot be judged must not keep the others waiting.
            logger.exception("Not started.", extra={"incident": incident.pk})
    return started


def _start(incident: Incident, at: datetime) -> bool:
    assessment = assessments.newest(incident)
    if assessment is None or Run.objects.active().filter(service=incident.service).exists():
        return False
    reversals.recount(incident, at)
    assessment.incident = incident
    ground = gate.ground(assessment, at)
    if reversals.lately(incident.service, at) >= max(ground.policy.after_action.reversals_at_most, 1):
        return False
    option = gate.find(ground, assessment.recommended)
    if option is None or option["kind"] == "hold":
        return False
    standing = gate.of(ground, option, DESK)
    starter = clearance.starter(option, ground.result, standing.checks, ground.policy.tier(ground.snapshot.tier))
    if not _is_time(starter.who, starter.seconds, incident, at):
        return False
    return _run(incident, assessment.pk, option["key"], at)


def _is_time(who: str, seconds: float, incident: Incident, at: datetime) -> bool:
    """Somebody who took the incident has answered; then the desk leaves the decision to them."""
    if who == "desk":
        return True
    waited = at - incident.opened_at >= timedelta(seconds=seconds)
    return who == "desk_after" and waited and not incident.taken_by


def _run(incident: Incident, assessment: int, option: str, at: datetime) -> bool:
    try:
        choices.run(incident.pk, assessment_id=assessment, option=option, actor=DESK, at=at)
    except Refused as refused:
        logger.info("Not started by the desk: %s", refused.sentence, extra={"incident": incident.pk})
        return False
    return True
