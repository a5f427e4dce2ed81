"""The example: its people, policies and services, loaded into an empty desk. Loading twice changes nothing."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from decisions import journal, people
from decisions.assessment import policies
from decisions.domain import service_file
from decisions.domain.actors import DESK, Area, Role
from decisions.domain.versions import Outcome
from decisions.models import Person, Service
from decisions.registry import deployments, services, splits, versions
from rollback_site import env

FOLDER = Path(__file__).resolve().parents[2] / "examples"
SERVICE_FILES = ("digits/service-amounts.yaml", "digits/service-cheques.yaml")
POLICY_FILES = ("policies/default.yaml", "digits/policy-low.yaml")
WRITTEN_FOR = "http://127.0.0.1:8101"
# Longer than any tier asks for, so that v1 counts as known good on a fresh start.
HEALTHY_BEFORE = timedelta(days=10)

CAST: tuple[tuple[str, str, tuple[Role, ...], tuple[tuple[Area, str], ...]], ...] = (
    ("ana", "responder", (Role.RESPONDER,), ()),
    ("ben", "approver for product", (Role.APPROVER,), ((Area.PRODUCT, "*"),)),
    ("dora", "approver for risk", (Role.APPROVER,), ((Area.RISK, "*"),)),
    ("cleo", "viewer", (Role.VIEWER,), ()),
    ("paul", "policy owner", (Role.POLICY_OWNER,), ()),
    ("petra", "policy owner", (Role.POLICY_OWNER,), ()),
    ("olga", "auditor", (Role.AUDITOR,), ()),
    ("adam", "administrator", (Role.ADMINISTRATOR,), ()),
)


def load(at: datetime) -> dict[str, Any]:
    """Load whatever of the example is not there yet. Trains its two versions first, once; that takes some seconds."""
    trained = _trained()
    with journal.act(DESK, at=at):
        password = _people(at)
        for file in POLICY_FILES:
            policies.install((FOLDER / file).read_text(), at=at)
        for file in SERVICE_FILES:
            _service(FOLDER / file, trained, at)
    return {
        "address": settings.PUBLIC_URL,
        "password": password,
        "people": [{"name": name, "is": part} for name, part, _, _ in CAST],
    }


def password_file() -> Path:
    return Path(settings.DATA_DIR, "demo-password")


def control_token() -> str:
    """The token with which the desk and `demo` control the example; made on first use, kept beside its data."""
    given = os.environ.get("DIGITS_CONTROL_TOKEN", "")
    return given or env.kept_secret(Path(settings.DATA_DIR, "example", "control-token"), 32)


def _trained() -> list[dict[str, Any]]:
    from examples.digits import shelf

    return shelf.listed(Path(settings.DATA_DIR, "example"))


def _people(at: datetime) -> str:
    """Add the cast where it is missing; answers the password they all share, which only this data folder knows."""
    password = env.kept_secret(password_file(), 9)
    known = set(Person.objects.values_list("user__username", flat=True))
    for name, _, roles, scopes in CAST:
        if name not in known:
            people.add(name, name=name.title(), roles=roles, scopes=scopes, password=password, by=DESK, at=at)
    return password


def _service(path: Path, trained: list[dict[str, Any]], at: datetime) -> None:
    text = path.read_text().replace(WRITTEN_FOR, settings.EXAMPLE_URL.rstrip("/"))
    is_new = not Service.objects.filter(name=service_file.parse(text)["name"]).exists()
    service, _ = services.apply(service_file.parse(text), actor=DESK, at=at)
    versions.register(service, trained, actor=DESK, at=at)
    if is_new:
        _history(service, [each["name"] for each in trained], at)


def _history(service: Service, names: list[str], at: datetime) -> None:
    """The example begins with a past: the older version was healthy for ten days, the newer one serves since now."""
    before, now = names[0], names[-1]
    earlier = at - HEALTHY_BEFORE
    reason = "Example: how it stood before the desk was set up"
    deployments.record(service, {before: 1.0}, actor=DESK, at=earlier, reason=reason)
    deployments.settle(service, actor=DESK, at=at)
    deployments.record(
        service, {now: 1.0}, actor=DESK, at=at, reason="Example: the newest version", outcome=Outcome.HEALTHY
    )
    wanted = {"split": {now: 1.0}, "behaviour": "serve", "settings": {}}
    splits.record_desired(service, wanted, actor=DESK, epoch=0, at=at)
