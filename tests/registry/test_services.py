"""A service follows its file."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.models import Source
from decisions.registry import services
from tests.factories import make_example_service

pytestmark = pytest.mark.django_db

OLD = {"at": "2026-11-18T03:04:00+00:00", "series": [["misread_total", [], "7.0"]]}


@pytest.mark.parametrize(
    ("changes", "kept"), [({"url": "http://127.0.0.1:9/metrics"}, {}), ({"every_seconds": 5}, OLD)]
)
def test_the_counters_of_another_address_are_forgotten(adam, at, changes, kept):
    service = make_example_service()
    service.sources.update(reading=OLD, due_at=at + timedelta(minutes=1))
    sources = [source | changes for source in service.document["sources"]]

    services.apply(service.document | {"sources": sources}, actor=adam, at=at)

    assert Source.objects.get().reading == kept
