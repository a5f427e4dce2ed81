"""The cost of an incident over its life: it grows at each look's own rate, stops, and goes on; it replays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions import journal
from decisions.assessment import assessments, costs, replays
from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.domain.runs import State
from decisions.models import Incident, Run, Sample
from tests.assessment.test_past_uses import make_past_run
from tests.factories import WELL, make_hurt_service, make_samples

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def incident(at) -> Incident:
    found = make_hurt_service()
    assessments.assess(found.pk, at=at)
    return found


def harm(incident: Incident) -> dict[str, str]:
    return incident.assessments.first().document()["harm"]


def cost(incident: Incident, at) -> float:
    incident.refresh_from_db()
    return costs.so_far(incident, incident.assessments.first(), at).expected


def test_when_the_rate_falls_what_was_spent_is_still_spent(incident, at):
    first = harm(incident)
    Sample.objects.all().delete()
    make_samples(incident.service, "v2", WELL | {"misread_share": 0.06})

    assessments.assess(incident.pk, at=at + timedelta(seconds=5))

    second = harm(incident)
    assert float(second["per_minute"]) < float(first["per_minute"]) / 2
    assert float(second["so_far"]) == pytest.approx(float(first["so_far"]) + float(first["per_minute"]) / 12)


def test_what_runs_on_the_page_is_what_the_next_assessment_carries_on(incident, at):
    shown = cost(incident, at + 3 * MINUTE)

    assessments.assess(incident.pk, at=at + 3 * MINUTE)

    assert float(harm(incident)["so_far"]) == pytest.approx(shown, rel=1e-8)


def test_a_carried_cost_replays_to_the_byte(incident, at):
    second = assessments.assess(incident.pk, at=at + MINUTE)

    assert "spent" in second.snapshot.document()
    assert replays.replay(second).is_same


def test_it_stops_when_a_run_takes_effect_and_counts_after_all_when_the_run_fails(incident, at):
    run = make_past_run(incident, State.WATCHING, at + MINUTE)  # took effect half a minute after the assessment
    rate, before = float(harm(incident)["per_minute"]), float(harm(incident)["so_far"])

    watched = cost(incident, at + 10 * MINUTE)
    Run.objects.filter(pk=run.pk).update(state=State.COMPENSATED)

    assert watched == pytest.approx(before + rate / 2)
    assert cost(incident, at + 10 * MINUTE) == pytest.approx(before + 10 * rate)


def test_after_a_reopening_it_goes_on_from_where_it_stopped(incident, at):
    make_past_run(incident, State.SUCCEEDED, at + MINUTE)
    stopped = cost(incident, at + 60 * MINUTE)

    with journal.act(DESK, at=at + 60 * MINUTE) as act:
        act.note(Event.INCIDENT_REOPENED, about=incident, outcome="It broke again.")

    rate = float(harm(incident)["per_minute"])
    assert cost(incident, at + 62 * MINUTE) == pytest.approx(stopped + 2 * rate)


def test_once_the_levels_have_healed_nothing_is_added(incident, at):
    Incident.objects.update(state="resolved", resolved_at=at + MINUTE, levels_healed_at=at + MINUTE)

    assert cost(incident, at + 2 * MINUTE) == cost(incident, at + 200 * MINUTE) > float(harm(incident)["so_far"])
