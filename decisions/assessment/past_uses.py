"""What became of earlier runs, as evidence for the next decision: of this service, and of the desk's others."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from decisions.assessment.costs import TOOK_EFFECT
from decisions.domain.runs import State
from decisions.domain.times import stamp
from decisions.models import Incident, Run, Service

MOST_OWN, MOST_ELSEWHERE, MOST_CAUSES = 150, 50, 200
_ENDED = {State.SUCCEEDED: True, State.COMPENSATED: False, State.NEEDS_HUMAN: False}
_SHORTEST = 1 / 600
_READ = ["pk", "kind", "state", "requested_at", "ended_at", "took_effect_at"]
_READ += ["service__name", "incident__kind", "incident__cause", "assessment__causes"]


def of(service: Service, at: datetime) -> list[dict[str, Any]]:
    """The newest past uses that ended before `at`, each with the evidence that it was chosen on."""
    runs = _runs(at)
    own, others = runs.filter(service=service)[:MOST_OWN], runs.exclude(service=service)[:MOST_ELSEWHERE]
    return [_use(run) for run in [*own, *others]]


def causes(service: Service, at: datetime) -> list[dict[str, Any]]:
    """What the causes of the newest incidents turned out to be. A drill's cause was chosen, so it says nothing here."""
    known = Incident.objects.filter(service=service, opened_at__lte=at).exclude(cause="").exclude(kind="drill")
    return [{"cause": each.cause, "at": stamp(each.opened_at), "key": each.key} for each in known[:MOST_CAUSES]]


def _runs(at: datetime) -> QuerySet[Run, dict[str, Any]]:
    """Runs that ended, and those that another one took over from once they had acted: nobody knows of these."""
    acted = Run.objects.annotate(took_effect_at=TOOK_EFFECT).filter(ended_at__lte=at, assessment__isnull=False)
    known = Q(state__in=sorted(_ENDED)) | Q(state=State.CANCELLED, took_effect_at__isnull=False)
    return acted.filter(known).exclude(assessment__causes={}).order_by("-ended_at", "-pk").values(*_READ)


def _use(run: dict[str, Any]) -> dict[str, Any]:
    worked = _ENDED.get(State(run["state"]))
    return {
        "kind": run["kind"],
        **_causes(run),
        "seen": run["assessment__causes"]["seen"],
        "success": bool(worked),
        "resolved": worked is not None,
        "minutes": None if worked is False else round(_minutes(run), 6),
        "at": stamp(run["ended_at"]),
        "source": "drill" if run["incident__kind"] == "drill" else "journal",
        "service": run["service__name"],
        "key": f"R-{run['pk']}",
    }


def _causes(run: dict[str, Any]) -> dict[str, Any]:
    """The cause that somebody established afterwards, else how likely each was when the option was chosen."""
    if run["incident__cause"]:
        return {"hypothesis": run["incident__cause"]}
    return {"causes": run["assessment__causes"]["posterior"]}


def _minutes(run: dict[str, Any]) -> float:
    """How long the option took to act: until it was read back, where that was done."""
    acted = run["took_effect_at"] or run["ended_at"]
    return max((acted - run["requested_at"]) / timedelta(minutes=1), _SHORTEST)
