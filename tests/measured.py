"""The example's services as they would have been measured: healthy for a while, then with a fault.

The shares are those of tests/domain/snapshots.py, so that the assessment has the answers that hold there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from decisions.assessment import assessments, policies
from decisions.domain import levels as rules
from decisions.domain import service_file
from decisions.domain.actors import DESK, Actor
from decisions.domain.versions import Outcome, Status
from decisions.models import Assessment, Incident, Indicator, PolicyVersion, Sample, Series, Service, ServiceLevel
from decisions.monitoring import incidents
from decisions.registry import services
from tests.domain.snapshots import FAULTS
from tests.factories import AT, make_deployment, make_incident, make_person, make_split, make_version

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
STEP_SECONDS = 10.0
FAULT_SECONDS = 120.0
PER_MINUTE = {"live": 1200.0, "shadow": 600.0}
Triple = tuple[float, float, float]


def make_cast(actors: Iterable[Actor]) -> None:
    """The people of the cast as users who can sign in."""
    for actor in actors:
        make_person(actor)


def make_policy(file: str = "policies/default.yaml", *, at: datetime = AT) -> PolicyVersion:
    """One of the policies in `examples/`, in force."""
    version = policies.install((EXAMPLES / file).read_text(), at=at - timedelta(days=30))
    assert version is not None
    return version


def make_measured_service(
    name: str = "amounts", *, fault: str = "none", tier: str = "low", at: datetime = AT, minutes: float = 30
) -> Service:
    """The example's service with what it would have been measured: healthy on v2, then `fault` for two minutes."""
    document = service_file.parse((EXAMPLES / "digits/service-amounts.yaml").read_text().replace("amounts", name))
    document |= {"title": f"{name.title()} on paying-in slips", "tier": tier, "target": {"kind": "simulated"}}
    service, _ = services.apply(document, actor=DESK, at=at - timedelta(days=30))
    _give_history(service, at)
    service.sources.update(state="healthy", scraped_at=at - timedelta(seconds=2))
    store(service, fault, at=at, minutes=minutes)
    return service


def _give_history(service: Service, at: datetime) -> None:
    changed = at - timedelta(hours=1)
    good = make_version(service, "v1", status=Status.SUPERSEDED, registered_at=at - timedelta(days=30))
    make_deployment(good, started_at=at - timedelta(days=20), ended_at=changed, outcome=Outcome.HEALTHY)
    live = make_version(service, "v2", status=Status.LIVE, registered_at=at - timedelta(days=2))
    make_deployment(live, started_at=changed, reason="Announced by the training pipeline")
    evidence = {"versions": {"v1": True, "v2": True}, "recorded_settings": {"accept_threshold": "0.6"}}
    for kind in ("desired", "served"):
        settings = {"accept_threshold": "0.6"} if kind == "served" else {}
        make_split(service, {"v2": 1.0}, kind=kind, at=changed, seen_at=at, evidence=evidence, settings=settings)


def make_broken_incident(service: Service, *, at: datetime = AT, **fields: Any) -> Incident:
    """An incident as monitoring opens it: the worst level in its title, the trigger frozen."""
    levels = broken_levels(service)
    fields.setdefault("title", incidents.title(levels[0]) if levels else f"{service.name} is slow")
    fields.setdefault("trigger", incidents.trigger(service, levels, at))
    fields.setdefault("opened_at", at - timedelta(seconds=90))
    return make_incident(service, **fields)


def make_assessment(incident: Incident, *, at: datetime = AT) -> Assessment:
    """Evidence taken and scored for real, as the desk does it."""
    return assessments.assess(incident.pk, at=at)


def store(service: Service, fault: str, *, at: datetime, minutes: float) -> None:
    """Samples of v2 live and v1 in shadow, one each ten seconds, and every level as it stands at `at`."""
    source = service.sources.get()
    rows: list[Sample] = []
    for indicator in service.indicators.all():
        for place, (version, mode) in enumerate((("v2", "live"), ("v1", "shadow"))):
            series = Series.objects.create(
                service=service, indicator=indicator, source=source, version=version, mode=mode
            )
            rows += _samples(series, place, fault, at, minutes)
    Sample.objects.bulk_create(rows, batch_size=5000)
    for level in ServiceLevel.objects.filter(indicator__service=service).select_related("indicator"):
        _settle(level, FAULTS[fault][0], at, minutes)


def store_after(service: Service, version: str, *, at: datetime, minutes: float) -> None:
    """What is measured once `version` has taken over at `at`: all is well, and every level says so."""
    source = service.sources.get()
    rows: list[Sample] = []
    for indicator in service.indicators.all():
        series, _ = Series.objects.get_or_create(
            service=service, indicator=indicator, source=source, version=version, mode="live"
        )
        rows += _samples(series, 1, "none", at + timedelta(minutes=minutes), minutes)
    Sample.objects.bulk_create(rows, batch_size=5000)
    service.sources.update(scraped_at=at + timedelta(minutes=minutes))
    for level in ServiceLevel.objects.filter(indicator__service=service).select_related("indicator"):
        _settle(level, FAULTS["none"][1], at, minutes)


def broken_levels(service: Service) -> list[ServiceLevel]:
    return list(ServiceLevel.objects.filter(indicator__service=service, state=rules.State.BROKEN))


def _samples(series: Series, place: int, fault: str, at: datetime, minutes: float) -> Iterator[Sample]:
    count = int(minutes * 60 / STEP_SECONDS)
    for number in range(count):
        when = at - timedelta(seconds=STEP_SECONDS * (count - 1 - number))
        is_hurt = (at - when).total_seconds() < FAULT_SECONDS
        triple = FAULTS[fault if is_hurt else "none"][place]
        yield Sample(series=series, at=when, seconds=STEP_SECONDS, **_value(series, triple, number))


def _value(series: Series, triple: Triple, number: int) -> dict[str, Any]:
    value, n = _reading(series.indicator.name, triple, PER_MINUTE[series.mode])
    wobble = 1 + 0.06 * math.sin(0.9 * number) if 0 < value < 0.95 else 1.0
    if series.indicator.query["kind"] == "quantile":
        return {"value": value * wobble, "n": n, "buckets": _buckets(value * wobble, n)}
    return {"value": value * wobble, "n": n * wobble}


def _reading(name: str, triple: Triple, per_minute: float) -> tuple[float, float]:
    """The value of an indicator and the number of events it rests on in one step."""
    accepted, misread, latency = triple
    step = per_minute * STEP_SECONDS / 60
    rates = {
        "requests": per_minute,
        "keyed": per_minute * (1 - accepted),
        "misreads": per_minute * accepted * misread,
        "customers_touched": per_minute * accepted * misread,
    }
    if name in rates:
        return rates[name], rates[name] * STEP_SECONDS / 60
    shares = {
        "misread_share": (misread, step * accepted),
        "accepted_share": (accepted, step),
        "latency_p99": (latency, step),
        "error_rate": (0.0, step),
        "confidence_mean": (0.4 + 0.5 * accepted, step),
    }
    return shares[name]


def _buckets(p99: float, n: float) -> list[list[Any]]:
    return [[p99, 0.99 * n], [2 * p99, n], ["+Inf", n]]


def _settle(level: ServiceLevel, triple: Triple, at: datetime, minutes: float) -> None:
    value, n = _reading(level.indicator.name, triple, PER_MINUTE["live"])
    rule = level.rule()
    is_beyond = value > rule.breaks_at if level.bound == "at_most" else value < rule.breaks_at
    level.state = rules.State.BROKEN if is_beyond else rules.State.OK
    level.value, level.n, level.measured_at, level.since = value, n, at, at - timedelta(seconds=90)
    level.recent = list(_last_hour(level.indicator, value, at, minutes))
    level.save()


def _last_hour(indicator: Indicator, now: float, at: datetime, minutes: float) -> Iterator[list[float]]:
    usual, _ = _reading(indicator.name, FAULTS["none"][0], PER_MINUTE["live"])
    last = int(at.timestamp() // 60)
    for minute in range(last - int(min(minutes, 60)) + 1, last + 1):
        yield [minute, now if minute >= last - 1 else usual * (1 + 0.05 * math.sin(minute))]
