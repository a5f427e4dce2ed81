"""A rollback that somebody undid is noticed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.models import Entry, Incident
from decisions.monitoring import drift
from tests.factories import make_incident, make_live_pair

pytestmark = pytest.mark.django_db

SENTENCE = "amounts serves v2, and was told to serve v1."


@pytest.mark.parametrize("state", ["watching", "resolved"])
def test_an_undone_rollback_opens_its_incident_again(at, state):
    resolved = at if state == "resolved" else None
    incident = make_incident(make_live_pair(), state=state, resolved_at=resolved)

    drift.found(incident.service, SENTENCE, at + timedelta(seconds=9))

    incident.refresh_from_db()
    assert incident.state == "open"
    assert Entry.objects.get().facts()["outcome"] == SENTENCE


def test_drift_of_a_quiet_service_is_an_incident_of_its_own(at):
    drift.found(make_live_pair(), SENTENCE, at)

    assert Incident.objects.get().title == SENTENCE


def test_drift_found_twice_opens_one_incident(at):
    service = make_live_pair()
    for _ in range(2):
        drift.found(service, SENTENCE, at)

    assert Incident.objects.count() == 1
