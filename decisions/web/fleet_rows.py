"""The fleet's rows: bad ones on top and loud, healthy ones quiet. More services cost no more queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from decisions.domain.runs import ACTIVE
from decisions.models import Incident, Run, Service, ServiceLevel, Source, Split, Version
from decisions.monitoring.wording import in_unit
from decisions.registry import splits
from decisions.web import gaps, sparks

RANK = ("open", "mitigating", "broken", "disabled", "drifting", "missing", "warn", "watching", "ok")
LEVEL_RANK = {"broken": 0, "clearing": 1, "pending": 2, "no_data": 3, "ok": 4}
EVERY_SECONDS = 15.0
INCIDENT_WORDS = {"open": "Incident open", "mitigating": "Mitigating", "watching": "Watching"}


@dataclass(frozen=True)
class Around:
    """What is known of one service, each kind of it read for all services at once."""

    incident: Incident | None
    run: Run | None
    live: splits.Live
    newest: str
    levels: Levels
    sources: list[Source]


@dataclass(frozen=True)
class Levels:
    """The levels of one service: the worst of them, how many there are, and how many of them nobody can measure."""

    worst: ServiceLevel | None = None
    count: int = 0
    unmeasured: int = 0


def rows(at: datetime) -> list[dict[str, Any]]:
    """Every service as a row, what needs somebody first."""
    services = list(Service.objects.only("name", "title", "tier"))
    incidents = {each.service_id: each for each in Incident.objects.active().only("service_id", "state")}
    running = {
        each.service_id: each for each in Run.objects.filter(state__in=sorted(ACTIVE)).only("service_id", "state")
    }
    served, desired = _splits(Split.SERVED), _splits(Split.DESIRED)
    newest = newest_versions([*served.values(), *desired.values()])
    levels, sources = _levels(), _sources()
    found = [
        _row(
            service,
            Around(
                incident=incidents.get(service.pk),
                run=running.get(service.pk),
                live=splits.Live(desired.get(service.pk), served.get(service.pk)),
                newest=newest.get(service.pk, ""),
                levels=levels.get(service.pk, Levels()),
                sources=sources.get(service.pk, []),
            ),
            at,
        )
        for service in services
    ]
    return sorted(found, key=lambda row: (RANK.index(row["state"]), row["name"]))


def _splits(kind: str) -> dict[int, Split]:
    last: QuerySet[Split] = Split.objects.filter(service=OuterRef("pk"), kind=kind).order_by("-at", "-pk")
    wanted = Service.objects.annotate(last=Subquery(last.values("pk")[:1])).values_list("last", flat=True)
    return {
        split.service_id: split for split in Split.objects.filter(pk__in=[pk for pk in wanted if pk]).defer("evidence")
    }


def newest_versions(found: Iterable[Split]) -> dict[int, str]:
    """For each service that serves several versions at once, the one that was registered last."""
    shared = [split for split in found if len(split.shares) > 1]
    names = {name for split in shared for name in split.shares}
    known = Version.objects.filter(service__in=[split.service_id for split in shared], name__in=names)
    newest: dict[int, str] = {}
    for service, name in known.order_by("registered_at", "pk").values_list("service_id", "name"):
        newest[service] = name
    return newest


def _levels() -> dict[int, Levels]:
    """The levels of each service. Only the worst one is read whole: of the others a row shows no more than a count."""
    ranked: dict[int, tuple[int, int, int]] = {}
    states: dict[int, list[str]] = defaultdict(list)
    columns = ("pk", "state", "indicator__position", "indicator__service_id")
    for pk, state, position, service in ServiceLevel.objects.order_by("pk").values_list(*columns):
        place = (LEVEL_RANK[state], position, pk)
        ranked[service] = min(place, ranked.get(service, place))
        states[service].append(state)
    worst = ServiceLevel.objects.filter(pk__in=[pk for _, _, pk in ranked.values()]).select_related("indicator")
    return {
        level.indicator.service_id: Levels(level, len(found), found.count("no_data"))
        for level in worst.defer("burn", "alarms", "indicator__query")
        for found in [states[level.indicator.service_id]]
    }


def _sources() -> dict[int, list[Source]]:
    found: dict[int, list[Source]] = defaultdict(list)
    for source in Source.objects.only("service_id", "name", "state", "reason", "scraped_at", "every_seconds"):
        found[source.service_id].append(source)
    return found


def _row(service: Service, around: Around, at: datetime) -> dict[str, Any]:
    worst = around.levels.worst
    state, word = _state(around, at)
    incident, run, split = around.incident, around.run, around.live.served or around.live.desired
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
        "parts": split_parts(split, around.newest) if split else [],
        "level": level_parts(worst) if worst else None,
        "spark": sparks.line(worst, at, _every(around.sources)) if worst else None,
        "notes": _notes(around, word, at),
    }


def _every(sources: Iterable[Source]) -> float:
    return max((source.every_seconds for source in sources), default=EVERY_SECONDS)


def _state(around: Around, at: datetime) -> tuple[str, str]:
    """The one state that the row shows. Healthy is only what is known to be."""
    worst, served = around.levels.worst, around.live.served
    if around.incident is not None:
        return around.incident.state, INCIDENT_WORDS[around.incident.state]
    if worst is not None and worst.is_broken:
        return "broken", "Level broken"
    if served is not None and served.behaviour != "serve":
        return "disabled", f"Disabled: {served.behaviour.replace('_', ' ')}"
    if around.live.drifts:
        return "drifting", "Drift"
    if silence := gaps.silence(around.sources, at):
        return "missing", silence
    if worst is not None and worst.state == "pending":
        return "warn", "Beyond its margin"
    if worst is None:
        return "missing", "Nothing measured"
    return ("missing", "Data missing") if _gaps(around, at) else ("ok", "Healthy")


def _notes(around: Around, word: str, at: datetime) -> list[str]:
    """What else is wrong beside the state that is shown."""
    silence = gaps.silence(around.sources, at)
    found = [silence] if silence and silence != word else []
    found += _gaps(around, at)
    if around.live.drifts and word != "Drift" and around.live.desired is not None:
        found.append(f"drifts from {around.live.desired.words}")
    return found


def _gaps(around: Around, at: datetime) -> list[str]:
    return gaps.of(around.sources, around.levels.count, around.levels.unmeasured, at)


def level_parts(level: ServiceLevel) -> dict[str, str]:
    """A level as a number and what it is held against."""
    unit = level.indicator.unit
    allowed = "at most" if level.bound == "at_most" else "at least"
    return {
        "value": "no data" if level.state == "no_data" else in_unit(level.value, unit),
        "words": f"{level.indicator.title}, {allowed} {in_unit(level.target, unit)}",
    }


def split_parts(split: Split, newest: str = "") -> list[dict[str, Any]]:
    """A split as parts of a bar, the largest share first. A version is drawn as new only beside another one."""
    if split.behaviour != "serve":
        name = split.behaviour.replace("_", " ")
        return [{"name": name, "word": "100\u00a0%", "start": 0.0, "share": 100.0, "series": "off"}]
    parts, start = [], 0.0
    ranked = sorted(((name, share) for name, share in split.shares.items() if share > 0), key=lambda part: -part[1])
    for name, share in ranked:
        series = "new" if name == newest and len(ranked) > 1 else "old"
        word = f"{share * 100:.3g}\u00a0%"
        parts.append({"name": name, "word": word, "start": start, "share": share * 100, "series": series})
        start += share * 100
    return parts


def counted(found: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many services are in each state."""
    counts: dict[str, int] = dict.fromkeys(RANK, 0)
    for row in found:
        counts[row["state"]] += 1
    return counts
