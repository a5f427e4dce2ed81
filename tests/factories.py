"""Records for tests, each with the least that makes it true. Models have names one remembers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group, User

from decisions.assessment import policies
from decisions.domain import service_file
from decisions.domain.actors import DESK, Actor
from decisions.domain.versions import Outcome, Status
from decisions.models import (
    ApproverScope,
    Deployment,
    Incident,
    Indicator,
    Person,
    Sample,
    Series,
    Service,
    ServiceLevel,
    Source,
    Split,
    Version,
)
from decisions.registry import services

AT = datetime(2026, 11, 18, 3, 4, 0, tzinfo=UTC)


def make_person(actor: Actor, *, password: str = "correct horse battery") -> User:
    """A user who signs in as this actor, with the same key, roles and scopes."""
    user = User.objects.create_user(username=actor.key, first_name=actor.name, password=password)
    person = Person.objects.create(user=user, key=actor.key)
    user.groups.set([Group.objects.get_or_create(name=role)[0] for role in actor.roles])
    ApproverScope.objects.bulk_create(
        ApproverScope(person=person, area=area, service=service) for area, service in actor.areas
    )
    return user


def make_service(name: str = "amounts", *, tier: str = "low", **fields: Any) -> Service:
    return Service.objects.create(name=name, title=name.title(), tier=tier, created_at=AT, **fields)


def make_version(service: Service, name: str = "v1", *, status: str = Status.REGISTERED, **fields: Any) -> Version:
    fields.setdefault("registered_at", AT - timedelta(days=30))
    fields.setdefault("sha256", sha256(name.encode()).hexdigest())
    return Version.objects.create(service=service, name=name, status=status, **fields)


def make_deployment(version: Version, *, days: float = 1, share: float = 1.0, **fields: Any) -> Deployment:
    fields.setdefault("started_at", AT - timedelta(days=days))
    return Deployment.objects.create(service=version.service, version=version, share=share, **fields)


def make_split(service: Service, shares: dict[str, float], *, kind: str = "served", **fields: Any) -> Split:
    fields.setdefault("at", AT - timedelta(hours=1))
    fields.setdefault("seen_at", AT)
    return Split.objects.create(service=service, kind=kind, shares=shares, **fields)


def make_live_pair(name: str = "amounts", *, tier: str = "low") -> Service:
    """A service that serves v2 since an hour, with v1 healthy before it."""
    service = make_service(name, tier=tier)
    good = make_version(service, "v1", status=Status.SUPERSEDED)
    make_deployment(good, days=20, ended_at=AT - timedelta(hours=1), outcome=Outcome.HEALTHY)
    live = make_version(service, "v2", status=Status.LIVE, registered_at=AT - timedelta(days=2))
    make_deployment(live, days=1 / 24)
    for kind in ("desired", "served"):
        make_split(service, {"v2": 1.0}, kind=kind)
    return service


def make_source(service: Service, **fields: Any) -> Source:
    fields.setdefault("name", "metrics")
    fields.setdefault("url", "http://127.0.0.1:9/metrics")
    return Source.objects.create(service=service, due_at=AT, **fields)


def make_indicator(service: Service, name: str = "misread_share", **fields: Any) -> Indicator:
    fields.setdefault("title", name.replace("_", " "))
    fields.setdefault("direction", "higher_is_worse")
    return Indicator.objects.create(service=service, name=name, **fields)


def make_level(indicator: Indicator, *, target: float = 0.04, margin: float = 0.25, **fields: Any) -> ServiceLevel:
    fields.setdefault("bound", "at_most")
    return ServiceLevel.objects.create(indicator=indicator, target=target, margin=margin, **fields)


def make_incident(service: Service, **fields: Any) -> Incident:
    fields.setdefault("title", f"{service.name} misreads amounts")
    fields.setdefault("opened_at", AT)
    return Incident.objects.create(service=service, **fields)


EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def make_policies() -> None:
    """The example's policies in force: the desk's, and the looser one of tier low."""
    for file in ("policies/default.yaml", "digits/policy-low.yaml"):
        policies.install((EXAMPLES / file).read_text(), at=AT - timedelta(days=30))


def make_example_service(name: str = "amounts") -> Service:
    """A service of the example as its file says, with v1 healthy for three weeks and v2 live since an hour."""
    document = service_file.parse((EXAMPLES / f"digits/service-{name}.yaml").read_text())
    service, _ = services.apply(document, actor=DESK, at=AT - timedelta(days=30))
    good = make_version(service, "v1", status=Status.SUPERSEDED)
    make_deployment(good, days=20, ended_at=AT - timedelta(hours=1), outcome=Outcome.HEALTHY)
    live = make_version(service, "v2", status=Status.LIVE, registered_at=AT - timedelta(days=2))
    make_deployment(live, days=1 / 24)
    evidence = {"versions": {"v1": True, "v2": True}, "recorded_settings": {"accept_threshold": "0.6"}}
    make_split(service, {"v2": 1.0}, kind="desired")
    make_split(service, {"v2": 1.0}, settings={"accept_threshold": "0.6"}, evidence=evidence)
    service.sources.update(state=Source.HEALTHY, scraped_at=AT)
    return service


# What v2 of the example shows when it is well, and when it reads its images transposed (examples/digits/README.md).
WELL = {"misread_share": 0.002, "accepted_share": 0.77, "latency_p99": 0.004, "error_rate": 0.0, "requests": 1200.0}
WELL |= {"confidence_mean": 0.73, "misreads": 2.0, "keyed": 280.0, "customers_touched": 2.0}
TRANSPOSED = WELL | {"misread_share": 0.75, "accepted_share": 0.05, "misreads": 45.0, "keyed": 1140.0}


def make_samples(
    service: Service, version: str, values: dict[str, float], *, mode: str = "live", seconds: int = 40
) -> None:
    """Samples of a version each two seconds, up to now."""
    source = service.sources.get()
    for indicator in service.indicators.filter(name__in=values):
        series, _ = Series.objects.get_or_create(
            service=service, indicator=indicator, source=source, version=version, mode=mode
        )
        value = values[indicator.name]
        kind = indicator.query["kind"]
        n = value / 30 if kind == "rate" else 40.0
        buckets = [[0.0025, 0.0], [0.005, n], ["+Inf", n]] if kind == "quantile" else None
        Sample.objects.bulk_create(
            Sample(series=series, at=AT - timedelta(seconds=back), seconds=2, value=value, n=n, buckets=buckets)
            for back in range(0, seconds, 2)
        )


def make_hurt_service(name: str = "amounts", *, everybody: bool = False) -> Incident:
    """A service whose v2 misreads since a minute, with v1 in shadow beside it; its incident is open and unassessed."""
    make_policies()
    service = make_example_service(name)
    make_samples(service, "v2", TRANSPOSED)
    make_samples(service, "v1", TRANSPOSED if everybody else WELL, mode="shadow")
    level = {"indicator": "misread_share", "title": "Misread, of accepted", "unit": "fraction", "bound": "at_most"}
    level |= {"target": 0.04, "breaks_at": 0.05, "value": 0.9, "n": 36, "window_seconds": 16}
    trigger = {"at": AT.isoformat(), "levels": [level], "served": {"shares": {"v2": 1.0}, "behaviour": "serve"}}
    return make_incident(service, trigger=trigger, opened_at=AT - timedelta(seconds=50))
