"""How often the desk went to and fro: after so many reversals people decide."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Sum

from decisions.domain import canonical, oscillation
from decisions.domain.runs import State as RunState
from decisions.models import Incident, Run, Service, Split

DAY = timedelta(days=1)


def recount(incident: Incident, at: datetime) -> int:
    """Count, and store, how often a state that had been left came back since the incident opened. It never falls.

    Whoever brought it back counts: a compensation, a person, or the serving side by itself.
    """
    back = Run.objects.filter(incident=incident, state=RunState.COMPENSATED).count()
    found = max(oscillation.reversals(_states(incident, at)), back)
    Incident.objects.filter(pk=incident.pk, reversals__lt=found).update(reversals=found)
    incident.reversals = max(incident.reversals, found)
    return incident.reversals


def lately(service: Service, at: datetime) -> int:
    """Reversals in all incidents of the service within a day: a metric that jumps may open one after another."""
    incidents = Incident.objects.filter(service=service, opened_at__gt=at - DAY)
    return int(incidents.aggregate(sum=Sum("reversals", default=0))["sum"])


def _states(incident: Incident, at: datetime) -> list[str]:
    """What was served, one text for each state: first what the incident found, then each change."""
    found = Split.objects.last_before(incident.service, Split.SERVED, incident.opened_at)
    changes = Split.objects.filter(
        service=incident.service, kind=Split.SERVED, at__gt=incident.opened_at, at__lte=at
    ).order_by("at", "pk")
    return [_text(split) for split in ([found] if found else []) + list(changes)]


def _text(split: Split) -> str:
    shares = {name: share for name, share in split.shares.items() if share > 0}
    return canonical.digest([shares, split.behaviour, {name: str(value) for name, value in split.settings.items()}])
