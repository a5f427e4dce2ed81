"""Holding what came against what was forecast, once an incident is over, and counting how often the interval held."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime
from typing import Any

from decisions import journal
from decisions.assessment import costs, policies
from decisions.domain import evidence
from decisions.domain.actors import DESK
from decisions.domain.amounts import text
from decisions.domain.canonical import BadDocument
from decisions.domain.events import Event
from decisions.domain.runs import State
from decisions.models import Incident, Run

logger = logging.getLogger("decisions.assessment")

MOST_CASES = 400
_OUTCOMES = (State.SUCCEEDED, State.COMPENSATED, State.NEEDS_HUMAN)


def settle(incident: Incident, at: datetime) -> int:
    """Settle the runs of an incident that is over; answers for how many. Safe to run twice: a run is settled once."""
    over = incident.levels_healed_at or incident.resolved_at
    if over is None:
        return 0
    runs = Run.objects.filter(incident=incident, state__in=_OUTCOMES, assessment__isnull=False, forecast__isnull=True)
    return sum(_settle(run, incident, over, at) for run in runs.select_related("assessment__policy"))


def of_past(at: datetime) -> list[dict[str, Any]]:
    """For each kind of option how many of the newest forecasts, of all services, held. Drills are left out."""
    settled = Run.objects.filter(forecast__isnull=False, ended_at__lte=at).exclude(incident__kind="drill")
    known = list(settled.order_by("-ended_at", "-pk").only("kind", "forecast")[:MOST_CASES])
    cases = Counter(run.kind for run in known)
    hits = Counter(run.kind for run in known if run.forecast and run.forecast["held"])
    return [{"kind": kind, "n": n, "hits": hits[kind]} for kind, n in sorted(cases.items())]


def _settle(run: Run, incident: Incident, over: datetime, at: datetime) -> bool:
    try:
        found = _held_against(run, incident, over)
    except BadDocument as bad:
        logger.warning("Not settled: %s", bad, extra={"run": run.pk})
        return False
    if found is None:
        return False
    with journal.act(DESK, at=at) as act:
        if not Run.objects.filter(pk=run.pk, forecast__isnull=True).update(forecast=found):
            return False
        act.note(Event.FORECAST_SETTLED, about=run, **found)
    return True


def _held_against(run: Run, incident: Incident, over: datetime) -> dict[str, Any] | None:
    # Imported when asked for: scoring brings numpy and scipy, which the pages do without until then.
    from decisions.domain import forecasts

    assert run.assessment is not None
    snapshot = evidence.read(bytes(run.assessment.snapshot.body))
    forecast = forecasts.until_over(snapshot, policies.parsed(run.assessment.policy), run.option)
    actual = _cost_between(incident, run.requested_at, over)
    if forecast is None or actual is None:
        return None
    amounts = {"low": text(forecast.low), "high": text(forecast.high), "actual": text(actual)}
    return {**amounts, "currency": forecast.currency, "held": forecast.held(actual)}


def _cost_between(incident: Incident, decided_at: datetime, over: datetime) -> float | None:
    """What the incident cost from a decision until it was over, at the rates of its assessments.

    None where the currency changed in between: two sums of money that cannot be compared.
    """
    first, last = (incident.assessments.filter(at__lte=moment).first() for moment in (decided_at, over))
    if first is None or last is None or first.document()["currency"] != last.document()["currency"]:
        return None
    spent = [costs.so_far(incident, each, moment).expected for each, moment in ((first, decided_at), (last, over))]
    return max(spent[1] - spent[0], 0.0)
