"""Assessing an incident: evidence in, scored options and a recommendation out, stored to be replayed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from decisions import journal
from decisions.assessment import policies, snapshots
from decisions.domain import canonical
from decisions.domain.actors import DESK, Actor
from decisions.domain.events import Event
from decisions.domain.incidents import ACTIVE
from decisions.models import Assessment, Incident

logger = logging.getLogger("decisions.assessment")

# An open incident is assessed again when its evidence is this old, so that what is offered stays inside its bounds.
FRESH_FOR = timedelta(seconds=30)
# While it is young there is more to see at every look: which versions suffer shows within seconds.
YOUNG_FOR = timedelta(seconds=60)
FRESH_FOR_WHEN_YOUNG = timedelta(seconds=4)


def assess(incident_id: int, *, at: datetime, actor: Actor = DESK) -> Assessment:
    """Take evidence, score the options, store the result. The records are read and the scoring done before the act.

    Raises:
        Refused: no policy is in force for the service.
        BadDocument: the records do not make a snapshot.
    """
    # Imported when asked for: scoring brings numpy and scipy, which the pages do without until then.
    from decisions.domain import engine

    incident = Incident.objects.select_related("service").get(pk=incident_id)
    version, policy = policies.in_force(incident.service, at)
    snapshot = snapshots.take(incident, policy, at)
    result = engine.assess(snapshot, policy)
    with journal.act(actor, at=at) as act:
        assessment = Assessment.objects.create(
            incident=incident,
            snapshot=snapshots.keep(snapshot, at),
            policy=version,
            engine_version=result["engine"],
            result=canonical.canonical(result),
            result_digest=result["digest"],
            recommended=result["recommendation"]["option"] or "",
            causes=causes_of(result),
            at=at,
        )
        act.note(
            Event.ASSESSMENT_MADE,
            about=assessment,
            recommended=assessment.recommended,
            result=assessment.result_digest,
            evidence=snapshot.digest,
            policy=policy.digest,
        )
    logger.info("Assessed: %s", assessment.recommended, extra={"incident": incident.pk})
    return assessment


def causes_of(result: dict[str, Any]) -> dict[str, Any]:
    """What later assessments want to know of this one: how likely each cause was, and which named values were seen."""
    seen = {token["name"]: token["value"] for token in result["causes"]["tokens"] if isinstance(token["value"], str)}
    return {"posterior": result["causes"]["posterior"], "seen": seen}


def newest(incident: Incident) -> Assessment | None:
    return incident.assessments.select_related("policy", "snapshot").first()


def is_stale(incident: Incident, at: datetime) -> bool:
    """Whether an active incident's evidence is due to be taken again."""
    last = incident.assessments.values_list("at", flat=True).first()
    fresh_for = FRESH_FOR_WHEN_YOUNG if at - incident.opened_at < YOUNG_FOR else FRESH_FOR
    return incident.state in ACTIVE and (last is None or at - last >= fresh_for)


def option_of(result: dict[str, Any], key: str) -> dict[str, Any] | None:
    """The option with this key in a stored result."""
    return next((option for option in result["options"] if option["key"] == key), None)
