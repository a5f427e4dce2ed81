"""The fleet's rows: bad ones on top and loud, healthy ones quiet. More services cost no more queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from decisions.domain.runs import ACTIVE
from decisions.models import Incident, Run, Service, ServiceLevel, Source, Split
from decisions.monitoring.wording import in_unit
from decisions.web import sparks
from decisions.web.words import lasting

SILENT_AFTER = timedelta(seconds=60)
RANK = {"open": 0, "mitigating": 1, "watching": 2, "broken": 3, "missing": 4, "warn": 5, "ok": 6}
LEVEL_RANK = {"broken": 0, "clearing": 1, "pending": 2, "no_data": 3, "ok": 4}


def fleet(at: datetime) -> dict[str, Any]:
    """Every service as a row, what needs somebody first."""
    services = list(Service.objects.all())
    incidents = {each.service_id: each for each in Incident.objects.active()}
    running = {each.service_id: each for each in Run.objects.filter(state__in=sorted(ACTIVE))}
    served, desired = _splits(Split.SERVED), _splits(Split.DESIRED)
    levels, sources = _levels(), _sources()
    rows = [
        _row(
            service,
            incidents.get(service.pk),
            running.get(service.pk),
            served.get(service.pk) or desired.get(service.pk),
            levels.get(service.pk, []),
            sources.get(service.pk, []),
            at,
        )
        for service in services
    ]
    rows.sort(key=lambda row: (RANK.get(row["state"], 9), row["name"]))
    bad = sum(row["state"] in ("open", "mitigating", "broken") for row in rows)
    return {"rows": rows, "bad": bad, "well": len(rows) - bad}


def _splits(kind: str) -> dict[int, Split]:
    newest: QuerySet[Split] = Split.objects.filter(service=OuterRef("pk"), kind=kind).order_by("-at", "-pk")
    wanted = Service.objects.annotate(newest=Subquery(newest.values("pk")[:1])).values_list("newest", flat=True)
    return {split.service_id: split for split in Split.objects.filter(pk__in=[pk for pk in wanted if pk])}


def _levels() -> dict[int, list[ServiceLevel]]:
    found: dict[int, list[ServiceLevel]] = defaultdict(list)
    for level in ServiceLevel.objects.select_related("indicator"):
        found[level.indicator.service_id].append(level)
    for many in found.values():
        many.sort(key=lambda level: (LEVEL_RANK[level.state], level.indicator.position))
    return found


def _sources() -> dict[int, list[Source]]:
    found: dict[int, list[Source]] = defaultdict(list)
    for source in Source.objects.all():
        found[source.service_id].append(source)
    return found


def _row(
    service: Service,
    incident: Incident | None,
    run: Run | None,
    split: Split | None,
    levels: list[ServiceLevel],
    sources: list[Source],
    at: datetime,
) -> dict[str, Any]:
    worst = levels[0] if levels else None
    silence = _silence(sources, at)
    state, word = _state(incident, worst, silence)
    return {
        "name": service.name,
        "title": service.title,
        "tier": service.tier,
        "url": reverse("service-detail", args=[service.name]),
        "state": state,
        "word": word,
        "incident": incident,
        "incident_url": reverse("incident-detail", args=[incident.pk]) if incident else "",
        "run": run,
        "run_url": reverse("run-detail", args=[run.pk]) if run else "",
        "served": split.words if split else "nothing seen yet",
        "parts": split_parts(split) if split else [],
        "level": level_words(worst) if worst else "nothing is measured",
        "silence": silence,
        "spark": sparks.line(worst) if worst else None,
        "faults": [f"{source.name} {source.reason}" for source in sources if source.state == Source.UNHEALTHY],
    }


def _silence(sources: Iterable[Source], at: datetime) -> str:
    """How long nothing was heard, in words; empty while data comes in."""
    heard = [source.scraped_at for source in sources if source.scraped_at]
    if not heard:
        return "No data yet"
    age = at - max(heard)
    return f"No data for {lasting(age)}" if age > SILENT_AFTER else ""


def _state(incident: Incident | None, worst: ServiceLevel | None, silence: str) -> tuple[str, str]:
    if incident is not None:
        return incident.state, f"Incident {incident.state}"
    if worst is not None and worst.is_broken:
        return "broken", "Level broken"
    if silence:
        return "missing", silence
    if worst is not None and worst.state == "pending":
        return "warn", "Beyond its margin"
    return "ok", "Healthy"


def level_words(level: ServiceLevel) -> str:
    """A level in one line: what it is, and what it may be."""
    unit = level.indicator.unit
    allowed = "at most" if level.bound == "at_most" else "at least"
    return f"{level.indicator.title}: {in_unit(level.value, unit)}, {allowed} {in_unit(level.target, unit)}"


def split_parts(split: Split) -> list[dict[str, Any]]:
    """A split as parts of a bar: the largest share first."""
    if split.behaviour != "serve":
        return [{"name": split.behaviour, "word": "100\u00a0%", "start": 0.0, "share": 100.0, "series": "off"}]
    parts, start = [], 0.0
    ranked = sorted(((name, share) for name, share in split.shares.items() if share > 0), key=lambda part: -part[1])
    for place, (name, share) in enumerate(ranked):
        series = "new" if place == 0 else "old"
        word = f"{share * 100:.0f}\u00a0%"
        parts.append({"name": name, "word": word, "start": start, "share": share * 100, "series": series})
        start += share * 100
    return parts
