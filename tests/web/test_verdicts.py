"""From samples to the page: a new version is compared, its incident shows the verdict and why, and the cause moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from decisions.assessment import assessments, tasks
from decisions.models import Bell, Comparison, Incident
from decisions.monitoring.tasks import compare
from tests.factories import AT, make_hurt_service
from tests.sampled import OLD, TRANSPOSED, measure

BEGAN = AT - timedelta(minutes=2, seconds=2.5)


@pytest.fixture
def incident(db) -> Incident:
    """v2 misreads since two minutes; v1, which nobody serves any more, reads the same items in shadow."""
    found = make_hurt_service()
    found.service.series.all().delete()
    Incident.objects.filter(pk=found.pk).update(opened_at=AT - timedelta(minutes=2))
    measure(found.service, "v2", TRANSPOSED, since=BEGAN, seconds=122)
    measure(found.service, "v1", OLD, mode="shadow", since=BEGAN, seconds=122)
    return found


def page(client, incident) -> str:
    return client.get(reverse("incident-detail", args=[incident.pk])).content.decode()


def test_the_room_shows_what_the_judge_found_and_what_it_is_evidence_for(incident, enter, ana):
    compare.run()
    tasks.version_compared.run(Bell.objects.get(task="assessment.version_compared").pk)

    shown = page(enter(ana), incident)

    assert "v2 against v1" in shown
    assert "v2 is worse than v1 on the same traffic. Misread, of accepted: " in shown
    assert "standard errors beyond the margin" in shown
    assert "worse from 200 (level 0.5" in shown
    assert "too few looks yet" in shown
    tokens = {each["name"]: each["value"] for each in assessments.newest(incident).document()["causes"]["tokens"]}
    assert tokens["version_verdict"] == "worse"


def test_the_interval_is_drawn_from_the_second_look_on(incident, enter, ana):
    for seconds in (60, 90, 122):
        incident.service.sources.update(scraped_at=BEGAN + timedelta(seconds=seconds))
        compare.run()

    assert "the interval of the difference after 3 looks, now +" in page(enter(ana), incident)


def test_an_incident_that_is_over_shows_what_was_compared_while_it_lasted(incident, enter, ana):
    compare.run()
    Incident.objects.filter(pk=incident.pk).update(state="resolved", resolved_at=AT + timedelta(seconds=1))
    Comparison.objects.create(
        service=incident.service, candidate="v3", baseline="v2", since=AT, looked_at=AT + timedelta(hours=1)
    )

    shown = page(enter(ana), incident)

    assert "v2 against v1" in shown
    assert "v3 against v2" not in shown


def test_a_service_without_a_comparison_says_when_there_will_be_one(incident, enter, ana):
    shown = enter(ana).get(reverse("service-verdicts", args=[incident.service.name])).content.decode()

    assert "No version was compared with another yet." in shown
