"""Choosing an option: inside the bounds it runs, outside it is asked for, and the rules hold at the act."""

from __future__ import annotations

import pytest

from decisions.assessment import assessments, choices
from decisions.domain.refusals import Refused
from decisions.models import Approval, Run
from tests.factories import make_hurt_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessed(at):
    return assessments.assess(make_hurt_service().pk, at=at)


def run(assessment, option, actor, at, reason=""):
    return choices.run(
        assessment.incident_id, assessment_id=assessment.pk, option=option, reason=reason, actor=actor, at=at
    )


def ask(assessment, option, actor, at, reason="The keying desk has people to spare tonight."):
    return choices.request(
        assessment.incident_id, assessment_id=assessment.pk, option=option, reason=reason, actor=actor, at=at
    )


def test_the_recommended_option_inside_its_bounds_runs(assessed, ana, at):
    started = run(assessed, "roll_back:v1", ana, at)

    assert (started.state, started.requested_by) == ("queued", "ana")
    assert started.plan["to"]["split"] == {"v1": 1.0}


def test_a_second_press_finds_what_the_first_one_started(assessed, ana, at):
    first = run(assessed, "roll_back:v1", ana, at)

    with pytest.raises(Refused, match=f"{first} "):
        run(assessed, "roll_back:v1", ana, at)

    assert Run.objects.count() == 1


def test_who_only_watches_cannot_run_anything(assessed, cleo, at):
    with pytest.raises(Refused, match="Only a responder"):
        run(assessed, "roll_back:v1", cleo, at)


def test_an_option_outside_its_bounds_does_not_run_without_approval(assessed, ana, at):
    with pytest.raises(Refused, match="Outside the bounds"):
        run(assessed, "disable", ana, at, reason="I would rather be safe than sorry.")

    assert not Run.objects.exists()


def test_anything_but_the_recommendation_asks_for_a_sentence(assessed, ana, at):
    with pytest.raises(Refused, match="Say in one sentence"):
        ask(assessed, "disable", ana, at, reason="")


def test_a_request_names_the_broken_bounds_and_who_is_needed(assessed, ana, at):
    approval = ask(assessed, "disable", ana, at)

    assert approval.needed and approval.broken
    assert approval.plan_digest.startswith("sha256:")


def test_the_same_option_is_asked_for_once(assessed, ana, at):
    first = ask(assessed, "disable", ana, at)

    with pytest.raises(Refused, match=f"{first} asks for this already"):
        ask(assessed, "disable", ana, at)

    assert Approval.objects.count() == 1


def test_an_option_inside_its_bounds_needs_no_request(assessed, ana, at):
    with pytest.raises(Refused, match="inside its bounds"):
        ask(assessed, "roll_back:v1", ana, at)


def test_a_quarantined_version_is_refused_with_the_sentence(assessed, ana, at):
    assessed.incident.service.versions.filter(name="v1").update(status="quarantined")

    with pytest.raises(Refused, match="v1 is quarantined"):
        run(assessed, "roll_back:v1", ana, at)


def test_a_picked_version_is_assessed_like_the_rest(assessed, ana, at):
    incident = assessed.incident
    from tests.factories import make_version

    make_version(incident.service, "v0")
    choices.pick_version(incident.pk, version="v0", actor=ana, at=at)

    options = assessments.assess(incident.pk, at=at).document()["options"]
    assert "roll_back:v0" in {option["key"] for option in options}


def test_a_version_that_does_not_exist_cannot_be_picked(assessed, ana, at):
    with pytest.raises(Refused, match="has no version called v9"):
        choices.pick_version(assessed.incident_id, version="v9", actor=ana, at=at)
