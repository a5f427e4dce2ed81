"""An incident ends when all is well, and opens again when what was done did not last."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.domain.refusals import Refused
from decisions.models import Entry, Incident, ServiceLevel, Split
from decisions.monitoring import closing
from tests.factories import make_incident, make_indicator, make_level, make_live_pair

pytestmark = pytest.mark.django_db

# The level's window, and then its time to clear and half a minute on top, have passed after an hour.
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def watched(at) -> Incident:
    """Something was done an hour ago, and the level that broke is measured and still broken."""
    service = make_live_pair()
    broken = {"state": "broken", "value": 0.3, "n": 50, "measured_at": at, "since": at - HOUR}
    make_level(make_indicator(service), window_seconds=60, clear_seconds=10, **broken)
    return make_incident(service, state="watching", opened_at=at - 2 * HOUR, last_action_at=at - HOUR)


def settle(incident: Incident, at) -> str:
    closing.follow_up([incident.service_id], at)
    incident.refresh_from_db()
    return incident.state


def test_what_did_not_last_opens_the_incident_again(watched, at):
    assert settle(watched, at) == "open"
    assert "misread share is 0.3" in Entry.objects.get(event="incident_reopened").facts()["outcome"]


def test_an_action_is_given_its_time(watched, at):
    Incident.objects.update(last_action_at=at - MINUTE)

    assert settle(watched, at) == "watching"


def test_a_fallback_is_not_held_against_levels_that_only_a_model_keeps(watched, at):
    Split.objects.filter(kind="served").update(behaviour="people")

    assert settle(watched, at) == "watching"


def test_a_level_that_is_not_measured_opens_nothing(watched, at):
    ServiceLevel.objects.update(measured_at=at - MINUTE)

    assert settle(watched, at) == "watching"


def test_what_a_person_reported_a_person_closes(watched, ana, cleo, at):
    Incident.objects.update(kind="report")
    ServiceLevel.objects.update(state="ok")
    watched.refresh_from_db()

    assert settle(watched, at) == "watching"
    with pytest.raises(Refused, match="responder"):
        closing.close(watched, actor=cleo, at=at)
    closing.close(watched, actor=ana, at=at)
    assert Incident.objects.get().state == "resolved"


def test_nobody_closes_what_the_levels_end(watched, ana, at):
    with pytest.raises(Refused, match="by itself"):
        closing.close(watched, actor=ana, at=at)


def test_nobody_closes_what_is_still_broken(watched, ana, at):
    Incident.objects.update(kind="report")
    watched.refresh_from_db()

    with pytest.raises(Refused, match="still broken"):
        closing.close(watched, actor=ana, at=at)


def test_a_level_about_to_break_keeps_the_incident_of_another(watched, at):
    ServiceLevel.objects.update(state="ok")
    other = make_level(make_indicator(watched.service, "latency"), state="pending")

    assert settle(watched, at) == "watching"
    ServiceLevel.objects.filter(pk=other.pk).update(state="no_data")
    assert settle(watched, at) == "resolved"


def test_where_no_level_is_kept_none_is_waited_for(watched, at):
    ServiceLevel.objects.all().delete()

    assert settle(watched, at) == "resolved"


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"state": "ok"}, "resolved"),
        ({"state": "clearing"}, "watching"),
        ({"state": "no_data"}, "watching"),
        ({"state": "pending"}, "watching"),
        ({"state": "ok", "is_burning": True}, "watching"),
    ],
)
def test_all_must_be_well_before_it_is_over(watched, at, changes, state):
    ServiceLevel.objects.update(**changes)

    assert settle(watched, at) == state
