"""Creating and changing services from their files. Applying the same file twice changes nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from decisions import journal
from decisions.domain import changes
from decisions.domain.actors import Actor
from decisions.domain.events import Event
from decisions.models import Indicator, Service, ServiceLevel, Source, Stakeholder
from decisions.registry import versions


def apply(document: dict[str, Any], *, actor: Actor, at: datetime) -> tuple[Service, list[str]]:
    """Bring a service in step with its document; answers it with what changed, a line each, nothing when in step.

    Indicators and sources that the document no longer names are removed with their samples; history in the journal
    and the incidents stays.
    """
    name = document["name"]
    with journal.act(actor, at=at) as act:
        service = Service.objects.filter(name=name).first()
        lines = changes.between(service.document if service else {}, document)
        if service is not None and not lines:
            return service, []
        service = _write(service, document, at)
        _set_stakeholders(service, document)
        _set_sources(service, document, at)
        _set_indicators(service, document)
        if isinstance(document.get("versions"), list):
            versions.register(service, document["versions"], actor=actor, at=at)
        # Values stay out: a file names people, and the journal holds keys and no names.
        act.note(Event.SERVICE_APPLIED, about=service, changes=[line.partition(":")[0] for line in lines[:100]])
    return service, lines


def _write(service: Service | None, document: dict[str, Any], at: datetime) -> Service:
    service = service or Service(name=document["name"], created_at=at)
    service.title, service.tier = document["title"], document["tier"]
    service.target, service.components = document["target"], document.get("components", [])
    service.document = document
    service.save()
    return service


def _set_stakeholders(service: Service, document: dict[str, Any]) -> None:
    service.stakeholders.all().delete()
    Stakeholder.objects.bulk_create(
        Stakeholder(service=service, person=stake["person"], role=stake["role"])
        for stake in document.get("stakeholders", [])
    )


def _set_sources(service: Service, document: dict[str, Any], at: datetime) -> None:
    service.sources.exclude(name__in=[source["name"] for source in document["sources"]]).delete()
    for source in document["sources"]:
        # The counters of another address say nothing about how far this one's have grown.
        service.sources.filter(name=source["name"]).exclude(url=source["url"]).update(reading={}, due_at=at)
        Source.objects.update_or_create(
            service=service,
            name=source["name"],
            defaults={
                "kind": source.get("kind", "prometheus"),
                "url": source["url"],
                "every_seconds": source.get("every_seconds", 15),
            },
            create_defaults={
                "kind": source.get("kind", "prometheus"),
                "url": source["url"],
                "every_seconds": source.get("every_seconds", 15),
                "due_at": at,
            },
        )


def _set_indicators(service: Service, document: dict[str, Any]) -> None:
    named = [indicator["name"] for indicator in document["indicators"]]
    service.indicators.exclude(name__in=named).delete()
    for position, wanted in enumerate(document["indicators"]):
        indicator, _ = Indicator.objects.update_or_create(
            service=service,
            name=wanted["name"],
            defaults={
                "title": wanted["title"],
                "unit": wanted.get("unit", ""),
                "direction": wanted["direction"],
                "query": wanted["query"],
                "category": wanted.get("category", ""),
                "position": position,
            },
        )
        _set_levels(indicator, wanted.get("levels", []))


def _set_levels(indicator: Indicator, wanted: list[dict[str, Any]]) -> None:
    indicator.levels.exclude(bound__in=[level["bound"] for level in wanted]).delete()
    for level in wanted:
        review_on = date.fromisoformat(level["review_on"]) if "review_on" in level else None
        stated = {name: level.get(name, silent) for name, silent in _LEVEL_FIELDS.items()}
        ServiceLevel.objects.update_or_create(
            indicator=indicator, bound=level["bound"], defaults=stated | {"review_on": review_on}
        )


# What holds where the file is silent: a line that is taken out of it must not go on holding. None: as the policy says.
_LEVEL_FIELDS = {
    "target": None,
    "margin": 0.0,
    "release": None,
    "window_seconds": 300.0,
    "for_seconds": None,
    "clear_seconds": None,
    "minimum_n": 0.0,
    "objective": None,
    "owner": "",
    "reason": "",
}
