"""People at the desk, and a clock that stands still at one moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from decisions.domain.actors import Actor
from decisions.models import Person, clock
from tests.factories import AT, make_person

Enter = Callable[[Actor], Client]


@pytest.fixture(autouse=True)
def _the_clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    def now() -> datetime:
        return AT

    monkeypatch.setattr(clock, "now", now)


@pytest.fixture
def enter(db: None) -> Enter:
    """Sign somebody in; the same person twice is the same person."""

    def signed_in(actor: Actor) -> Client:
        person = Person.objects.filter(key=actor.key).select_related("user").first()
        client = Client()
        client.force_login(person.user if person else make_person(actor))
        return client

    return signed_in


@pytest.fixture
def nobody() -> Actor:
    """Has an account, and no role yet."""
    return Actor(key="nora", name="Nora")
