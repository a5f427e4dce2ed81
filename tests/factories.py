"""Records for tests, each with the least that makes it true. Models have names one remembers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, User

from decisions.domain.actors import Actor
from decisions.domain.versions import Outcome, Status
from decisions.models import (
    ApproverScope,
    Deployment,
    Incident,
    Indicator,
    Person,
    Service,
    ServiceLevel,
    Source,
    Split,
    Version,
)

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
    fields.setdefault("sha256", name.ljust(64, "0"))
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
