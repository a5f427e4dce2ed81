"""What earlier runs are worth as evidence: with what was known when they were chosen, and what became of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from decisions.assessment import assessments, past_uses
from decisions.domain.runs import State
from decisions.models import Assessment, Incident, Run, Split
from tests.factories import make_hurt_service, make_incident, make_service
from tests.measured import make_assessment, make_broken_incident, make_measured_service, make_policy

pytestmark = pytest.mark.django_db
LIKELY = {"release": 0.95, "other": 0.04, "transient": 0.01}


@pytest.fixture
def incident(at) -> Incident:
    """An incident that was assessed, in which v2 alone suffers."""
    found = make_hurt_service()
    assessments.assess(found.pk, at=at)
    return found


def make_past_run(incident: Incident, state: str, at, *, took_effect: bool = True, **fields) -> Run:
    """A rollback that was asked for a minute before `at`, took effect after half of it, and ended at `at`."""
    fields.setdefault("assessment", incident.assessments.first())
    asked = at - timedelta(minutes=1)
    run = Run.objects.create(
        service=incident.service,
        incident=incident,
        option="roll_back:v1",
        kind="roll_back",
        title="Roll back to v1",
        plan={},
        plan_digest="sha256:0",
        requested_by="ana",
        requested_at=asked,
        due_at=asked,
        state=state,
        ended_at=at,
        **fields,
    )
    if took_effect:
        switched = asked + timedelta(seconds=30)
        run.attempts.create(
            step=3, number=1, kind="read_back", began_at=asked, ended_at=switched, outcome="done", intent={}
        )
    return run


def test_a_use_carries_the_causes_and_the_values_that_it_was_chosen_on(incident, at):
    make_past_run(incident, State.SUCCEEDED, at)

    (use,) = past_uses.of(incident.service, at)

    assert use["seen"]["versions_suffer"] == "only_new"
    assert use["causes"] == incident.assessments.get().document()["causes"]["posterior"]
    assert (use["success"], use["resolved"], use["minutes"]) == (True, True, 0.5)


@pytest.mark.parametrize("state", [State.COMPENSATED, State.NEEDS_HUMAN])
def test_a_run_that_failed_is_resolved_and_has_no_time(incident, at, state):
    make_past_run(incident, state, at)

    (use,) = past_uses.of(incident.service, at)

    assert (use["success"], use["resolved"], use["minutes"]) == (False, True, None)


def test_of_a_run_that_another_one_took_over_from_nobody_knows_whether_it_worked(incident, at):
    make_past_run(incident, State.CANCELLED, at)
    make_past_run(incident, State.CANCELLED, at, took_effect=False)

    (use,) = past_uses.of(incident.service, at)

    assert (use["success"], use["resolved"], use["minutes"]) == (False, False, 0.5)


def test_a_cause_that_somebody_established_takes_the_place_of_what_was_likely(incident, at):
    make_past_run(incident, State.SUCCEEDED, at)
    Incident.objects.update(cause="other", cause_by="ana", cause_at=at)

    (use,) = past_uses.of(incident.service, at)

    assert use["hypothesis"] == "other" and "causes" not in use


def test_a_drill_is_told_from_the_real_thing_and_another_service_from_this_one(incident, at):
    Incident.objects.update(kind="drill")
    make_past_run(incident, State.SUCCEEDED, at)

    (use,) = past_uses.of(make_service("cheques"), at)

    assert (use["source"], use["service"]) == ("drill", "amounts")


def test_failed_rollbacks_lower_the_next_assessments_chance(incident, at):
    before = assessments.assess(incident.pk, at=at).document()
    for number in range(5):
        make_past_run(incident, State.COMPENSATED, at - timedelta(hours=number + 1))

    after = assessments.assess(incident.pk, at=at).document()

    chance = {name: _rollback(each)["success"]["release"]["mean"] for name, each in (("a", before), ("b", after))}
    assert chance["b"] < 0.7 < chance["a"]
    assert _rollback(after)["past_uses"]["all"] == 5


@pytest.mark.parametrize(
    "fault, right", [("threshold", "stabilise"), ("missing_rows", "disable"), ("slow", "roll_back:v1")]
)
def test_fifty_rollbacks_that_worked_in_another_case_turn_no_measured_fault(fault, right, at):
    make_policy()
    hurt = make_broken_incident(make_measured_service(fault=fault))
    if fault == "threshold":
        Split.objects.filter(kind="served").update(settings={"accept_threshold": "0.06"})
    first = make_assessment(hurt, at=at - timedelta(seconds=5))
    usual = {"seen": {"versions_suffer": "only_new", "setting_changed": "no"}, "posterior": LIKELY}
    Assessment.objects.filter(pk=first.pk).update(causes=usual)
    for number in range(50):
        make_past_run(hurt, State.SUCCEEDED, at - timedelta(days=1, hours=number))

    assert make_assessment(hurt, at=at).recommended == right


def test_causes_that_turned_out_move_where_the_next_assessment_starts(incident, at):
    before = assessments.assess(incident.pk, at=at).document()["causes"]
    for kind in ("level", "drill"):
        said = {"cause": "other", "cause_by": "ana", "cause_at": at, "kind": kind}
        make_incident(incident.service, state="resolved", opened_at=at - timedelta(days=1), **said)

    after = assessments.assess(incident.pk, at=at).document()["causes"]

    assert (before["incidents"], after["incidents"]) == (0, pytest.approx(1, abs=0.01))
    assert after["prior"]["other"] > before["prior"]["other"] == before["stated"]["other"]


def test_a_long_past_costs_two_queries(incident, at):
    other = make_incident(make_service("cheques"))
    for number in range(12):
        assessment = incident.assessments.first()
        make_past_run([incident, other][number % 2], State.SUCCEEDED, at, assessment=assessment)

    with CaptureQueriesContext(connection) as queries:
        assert len(past_uses.of(incident.service, at)) == 12

    assert len(queries) == 2


def _rollback(result):
    return next(each for each in result["options"] if each["key"] == "roll_back:v1")
