"""What an incident cost is held against the forecast, and the next assessment counts how often the interval held."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.assessment import assessments, calibration
from decisions.assessment.tasks import incident_resolved
from decisions.domain.actors import DESK
from decisions.domain.runs import State
from decisions.models import Bell, Entry, Incident, Run
from decisions.monitoring import incidents
from tests.assessment.test_past_uses import make_past_run
from tests.factories import make_hurt_service

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def incident(at) -> Incident:
    found = make_hurt_service()
    assessments.assess(found.pk, at=at)
    return found


def resolve(incident: Incident, at) -> None:
    incident.refresh_from_db()
    incidents.resolve(incident, actor=DESK, at=at)


def rate(incident: Incident) -> float:
    return float(incident.assessments.get().document()["harm"]["per_minute"])


def test_what_came_is_the_harm_from_the_decision_until_it_took_effect(incident, at):
    run = make_past_run(incident, State.SUCCEEDED, at + 2 * MINUTE)  # decided at + 1 min, in effect 30 s later
    resolve(incident, at + 20 * MINUTE)

    assert calibration.settle(incident, at + 20 * MINUTE) == 1

    run.refresh_from_db()
    assert float(run.forecast["actual"]) == pytest.approx(rate(incident) / 2)
    assert run.forecast["held"] is True


def test_where_it_failed_the_harm_counts_until_the_levels_had_healed(incident, at):
    run = make_past_run(incident, State.COMPENSATED, at + 2 * MINUTE)
    resolve(incident, at + 301 * MINUTE)

    calibration.settle(incident, at + 301 * MINUTE)

    run.refresh_from_db()
    assert float(run.forecast["actual"]) == pytest.approx(300 * rate(incident))
    assert run.forecast["held"] is False


def test_resolving_rings_for_it_and_ringing_twice_settles_once(incident, at):
    make_past_run(incident, State.SUCCEEDED, at + 2 * MINUTE)
    resolve(incident, at + 20 * MINUTE)
    bell = Bell.objects.get(task="assessment.incident_resolved")

    incident_resolved(bell.pk)
    Bell.objects.update(answered_at=None)
    incident_resolved(bell.pk)

    assert Entry.objects.filter(event="forecast_settled").count() == 1


def test_the_next_assessment_counts_how_many_held(incident, at):
    for number, held in enumerate([True, True, False]):
        run = make_past_run(incident, State.SUCCEEDED, at - number * MINUTE)
        Run.objects.filter(pk=run.pk).update(forecast={"held": held})

    snapshot = assessments.assess(incident.pk, at=at + MINUTE).snapshot.document()

    assert snapshot["calibration"] == [{"kind": "roll_back", "n": 3, "hits": 2}]


def test_drills_and_what_is_not_over_yet_count_for_nothing(incident, at):
    run = make_past_run(incident, State.SUCCEEDED, at)
    assert calibration.settle(incident, at) == 0

    Run.objects.filter(pk=run.pk).update(forecast={"held": True})
    Incident.objects.update(kind="drill")

    assert calibration.of_past(at) == []
