"""What an incident has cost: one figure for the page, the next assessment and the review."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, Q

from decisions.domain.cost_so_far import CostSoFar, Quiet, carried, cost_so_far, stretches
from decisions.domain.events import Event
from decisions.domain.incidents import ACTIVE
from decisions.domain.runs import State
from decisions.models import Assessment, Entry, Incident, Run

# While a run is watched it is taken to hold: if it does not, the time counts after all.
_HOLDS = (State.WATCHING, State.SUCCEEDED)
TOOK_EFFECT = Max("attempts__ended_at", filter=Q(attempts__kind="read_back", attempts__outcome="done"))


def so_far(incident: Incident, assessment: Assessment, at: datetime) -> CostSoFar:
    """The cost at `at`, carried on from an assessment of this incident."""
    return cost_so_far(assessment.document()["harm"], assessment.at, quiet(incident), at)


def to_carry(incident: Incident, at: datetime) -> dict[str, str] | None:
    """What the snapshot taken at `at` says was spent before it; None before the first assessment."""
    last = incident.assessments.filter(at__lt=at).first()
    return carried(so_far(incident, last, at), last.document()["currency"]) if last else None


def quiet(incident: Incident) -> tuple[Quiet, ...]:
    """When it did no harm: since an option took effect or the levels healed, until it broke again."""
    reopened = Entry.objects.filter(incident=incident.pk, event=Event.INCIDENT_REOPENED).values_list("at", flat=True)
    return stretches(_ended(incident), reopened)


def _ended(incident: Incident) -> Iterable[datetime]:
    runs = Run.objects.filter(incident=incident, state__in=_HOLDS).annotate(took_effect_at=TOOK_EFFECT)
    yield from (run.took_effect_at for run in runs if run.took_effect_at is not None)
    over = incident.levels_healed_at or incident.resolved_at
    if incident.state not in ACTIVE and over is not None:
        yield over
