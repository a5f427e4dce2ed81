"""The desk that `bench pages` looks at: services with a past, filled by plain inserts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from decisions import journal, people
from decisions.assessment import assessments, choices, gate, policies
from decisions.domain import service_file
from decisions.domain.actors import DESK, Actor, Role
from decisions.domain.events import Event
from decisions.models import (
    Assessment,
    Deployment,
    Head,
    Incident,
    Indicator,
    Person,
    Sample,
    Series,
    Service,
    ServiceLevel,
    Split,
    Version,
    clock,
)
from decisions.registry import services as registry

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
HURT = {"misread_share": 0.7, "accepted_share": 0.5, "latency_p99": 0.004, "requests": 1200.0, "misreads": 400.0}
PAST_INCIDENTS, ENTRIES, CHUNK = 300, 5_000, 20_000
SCRAPE_SECONDS = 2


@dataclass(frozen=True)
class Desk:
    """Who looks, at which pages (name, arguments, query), and how much there is."""

    user: User
    pages: list[tuple[str, list[Any], str]]
    held: dict[str, int]


def fill(*, services: int, samples: int, versions: int) -> Desk:
    """A desk with open and past incidents, an assessment, a request, a run, a long journal, versions and samples."""
    at = clock.now()
    person = people.add("ana", name="Ana", roles=[Role.RESPONDER], by=DESK, at=at)
    add_policies(at)
    made = [add_service(number, at) for number in range(services)]
    add_versions(versions)
    add_samples(samples, at)
    incident = _incidents(made, at)
    approval, run = _chosen(incident, person, at)
    _journal(made[0], at)
    return Desk(person.user, _pages(incident, approval, run), _held())


def add_policies(at: datetime) -> None:
    for file in ("policies/default.yaml", "digits/policy-low.yaml"):
        policies.install((EXAMPLES / file).read_text(), at=at - timedelta(days=30))


def add_service(number: int, at: datetime) -> Service:
    name = "amounts" if number == 0 else f"service-{number}"
    tier = "high" if number == 1 else "low"
    document = service_file.parse((EXAMPLES / "digits/service-amounts.yaml").read_text().replace("amounts", name))
    document |= {"tier": tier, "target": {"kind": "simulated"}}
    service, _ = registry.apply(document, actor=DESK, at=at - timedelta(days=30))
    service.sources.update(state="healthy", scraped_at=at)
    _history(service, at)
    return service


def _history(service: Service, at: datetime) -> None:
    changed = at - timedelta(minutes=20)
    old = Version.objects.create(service=service, name="v1", status="superseded", registered_at=at, sha256="1" * 64)
    new = Version.objects.create(service=service, name="v2", status="live", registered_at=at, sha256="2" * 64)
    Deployment.objects.create(
        service=service, version=old, started_at=at - timedelta(days=20), ended_at=changed, share=1, outcome="healthy"
    )
    Deployment.objects.create(service=service, version=new, started_at=changed, share=1)
    evidence = {"versions": {"v1": True, "v2": True}}
    for kind in ("desired", "served"):
        fields = {"shares": {"v2": 1.0}, "evidence": evidence, "seen_at": at}
        Split.objects.create(service=service, kind=kind, at=changed, **fields)


def add_versions(count: int) -> None:
    """So many more versions: half of them of the first service, the rest spread over all."""
    known = Version.objects.count()
    listed = list(Service.objects.order_by("pk"))
    oldest = clock.now() - timedelta(days=900)
    Version.objects.bulk_create(
        Version(
            service=listed[0] if place % 2 else listed[place // 2 % len(listed)],
            name=f"c{known + place}",
            registered_at=oldest + timedelta(seconds=known + place),
            training_metrics={"accuracy_held_out": 0.97},
            sha256=f"{place:064x}",
        )
        for place in range(count)
    )


def add_samples(count: int, at: datetime) -> None:
    """Samples each two seconds, up to now: most of the first service, the same number for each of its series."""
    Series.objects.bulk_create(_series())
    listed = list(Series.objects.select_related("indicator").order_by("pk"))
    each = count // len(listed)
    statement = (
        "INSERT INTO decisions_sample (series_id, at, seconds, value, n, buckets) VALUES (%s, %s, %s, %s, %s, %s)"
    )
    chunk: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for row in _rows(listed, each, at):
            chunk.append(row)
            if len(chunk) == CHUNK:
                cursor.executemany(statement, chunk)
                chunk = []
        cursor.executemany(statement, chunk)


def _series() -> Iterator[Series]:
    for indicator in Indicator.objects.select_related("service").prefetch_related("service__sources"):
        source = indicator.service.sources.all()[0]
        for version, mode in (("v2", "live"), ("v1", "shadow")):
            yield Series(service=indicator.service, indicator=indicator, source=source, version=version, mode=mode)


def _rows(listed: list[Series], each: int, at: datetime) -> Iterator[tuple[Any, ...]]:
    moments = [
        connection.ops.adapt_datetimefield_value(at - timedelta(seconds=SCRAPE_SECONDS * n)) for n in range(each)
    ]
    for series in listed:
        value = HURT.get(series.indicator.name, 0.01)
        is_histogram = series.indicator.query["kind"] == "quantile"
        buckets = '[[0.005, 30], [0.05, 39], [0.5, 40], ["+Inf", 40]]' if is_histogram else None
        for when in moments:
            yield (series.pk, when, 2.0, value, 40.0, buckets)


def _incidents(made: list[Service], at: datetime) -> Incident:
    """Every tenth service hurts; the first one's incident is assessed."""
    Incident.objects.bulk_create(
        Incident(
            service=made[number % len(made)],
            title="It was slow",
            state="resolved",
            opened_at=at - timedelta(hours=number + 1),
            resolved_at=at - timedelta(hours=number + 1) + timedelta(minutes=9),
        )
        for number in range(PAST_INCIDENTS)
    )
    for service in made[::10]:
        incident = Incident.objects.create(service=service, title="It misreads", opened_at=at - timedelta(minutes=2))
        ServiceLevel.objects.filter(indicator__service=service).update(state="broken", value=0.7, measured_at=at)
        assessments.assess(incident.pk, at=at)
    return Incident.objects.get(service=made[0], state="open")


def _chosen(incident: Incident, person: Person, at: datetime) -> tuple[int, int]:
    """A request for something outside its bounds, and a run of something inside them or of the request itself."""
    ana = Actor(key=person.key, name="Ana", roles=frozenset({Role.RESPONDER}))
    newest = assessments.newest(incident)
    assert newest is not None
    asked = choices.request(
        incident.pk,
        assessment_id=newest.pk,
        option=_outside(newest, ana, at),
        reason="Nobody is there tonight who could key the items in.",
        actor=ana,
        at=at,
    )
    started = choices.run(incident.pk, assessment_id=newest.pk, option=newest.recommended, actor=ana, at=at)
    return asked.pk, started.pk


def _outside(newest: Assessment, ana: Actor, at: datetime) -> str:
    ground = gate.ground(newest, at)
    found = [each for each in gate.all_of(ground, ana) if not each.in_bounds and not each.impossible]
    return str(found[0].option["key"])


def _journal(service: Service, at: datetime) -> None:
    with journal.act(DESK, at=at) as act:
        for number in range(ENTRIES):
            act.note(Event.SPLIT_CHANGED, about=service, kind="served", words=f"v2 100 %, look {number}")


def _pages(incident: Incident, approval: int, run: int) -> list[tuple[str, list[Any], str]]:
    policy = policies.in_force(incident.service, clock.now())[0]
    newest = assessments.newest(incident)
    assert newest is not None
    return [
        ("fleet", [], ""),
        ("fleet-rows", [], ""),
        ("rail", [], ""),
        ("service-detail", ["amounts"], ""),
        ("service-standing", ["amounts"], ""),
        ("service-versions", ["amounts"], ""),
        ("service-was-live", ["amounts"], "?at=2026-01-01T00:00"),
        ("service-chart 1 h", ["amounts", "misread_share"], ""),
        ("service-chart 1 h latency", ["amounts", "latency_p99"], ""),
        ("service-chart 7 d", ["amounts", "misread_share"], "?span=604800"),
        ("incidents", [], ""),
        ("incident-detail", [incident.pk], ""),
        ("incident-options", [incident.pk], ""),
        ("incident-standing", [incident.pk], ""),
        ("incident-dock", [incident.pk], ""),
        ("incident-trail", [incident.pk], ""),
        ("assessment-detail", [newest.pk], ""),
        ("approvals", [], ""),
        ("approval-detail", [approval], ""),
        ("runs", [], ""),
        ("run-detail", [run], ""),
        ("policies", [], ""),
        ("policy-detail", [policy.pk], ""),
        ("policy-new", [], ""),
        ("journal", [], ""),
        ("journal-entry", [3], ""),
    ]


def _held() -> dict[str, int]:
    return {
        "services": Service.objects.count(),
        "samples": Sample.objects.count(),
        "incidents": Incident.objects.count(),
        "journal": Head.objects.get(pk=1).size,
    }
