"""A run from the press of the button to its end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions import journal
from decisions.domain.events import Event
from decisions.domain.refusals import Refused
from decisions.domain.runs import State
from decisions.execution import runs
from decisions.models import Deployment, Run, Version
from decisions.registry import splits
from tests.execution.world import carry, carry_on, make_plan, make_run, make_world, state
from tests.factories import make_person

pytestmark = pytest.mark.django_db


def events(record) -> list[str]:
    return [entry.event for entry in journal.entries_about(record)]


def test_a_rollback_switches_the_traffic_once(amounts, at):
    service, target = amounts

    run = carry(make_run(service), at)

    assert run.state == State.SUCCEEDED
    assert [effect["split"] for effect in target.effects] == [{"v1": 1.0}]
    assert run.outcome == "amounts serves v1."


def test_every_step_has_its_entry(amounts, at):
    run = carry(make_run(amounts[0]), at)

    assert events(run) == [
        Event.RUN_QUEUED,
        Event.RUN_CLAIMED,
        Event.STEP_DONE,
        Event.STEP_DONE,
        Event.STEP_STARTED,
        Event.STEP_DONE,
        Event.STEP_DONE,
        Event.RUN_ENDED,
    ]


def test_what_is_desired_and_what_is_served_follow(amounts, at):
    service, _ = amounts

    carry(make_run(service), at)

    live = splits.live_at(service, at + timedelta(seconds=5))
    assert (live.desired.words, live.served.words) == ("v1 100\u00a0%", "v1 100\u00a0%")
    assert live.served.evidence["versions"] == {"v1": True, "v2": True}


def test_the_bad_versions_deployment_ends_as_rolled_back(amounts, at):
    service, _ = amounts

    run = carry(make_run(service), at)

    ended = Deployment.objects.get(version__name="v2")
    begun = Deployment.objects.get(version__name="v1", ended_at=None)
    assert (ended.outcome, begun.run, begun.share) == ("rolled_back", run.pk, 1.0)
    assert dict(Version.objects.values_list("name", "status")) == {"v1": "live", "v2": "superseded"}


def test_a_disabled_service_falls_back_to_people(amounts, at):
    service, target = amounts
    plan = make_plan(service, "disable", to=state({"v2": 1.0}, "people"))

    run = carry(make_run(service, plan=plan), at)

    assert run.state == State.SUCCEEDED
    assert target.read(at=at).behaviour == "people"
    assert run.outcome == "amounts is answered by people."


def test_only_the_settings_that_a_plan_changes_are_touched(amounts, at):
    service, target = amounts
    target.change(settings={"accept_threshold": "0.06", "crop": "8"})
    plan = make_plan(
        service,
        "stabilise",
        **{
            "from": state({"v2": 1.0}, accept_threshold="0.06", crop="8"),
            "to": state({"v2": 1.0}, accept_threshold="0.6", crop="8"),
        },
    )

    carry(make_run(service, plan=plan), at)

    assert [(effect["kind"], effect.get("name")) for effect in target.effects] == [("setting", "accept_threshold")]


def test_a_change_of_everything_lets_the_model_answer_last(amounts, at):
    service, target = amounts
    target.change(behaviour="people")
    plan = make_plan(service, **{"from": state({"v2": 1.0}, "people")})

    run = carry(make_run(service, plan=plan), at)

    assert run.state == State.SUCCEEDED
    assert [effect["kind"] for effect in target.effects] == ["shares", "behaviour"]


def test_a_second_press_is_told_what_is_already_running(amounts, at, ana, ben):
    service, _ = amounts
    make_person(ana)
    run = make_run(service, at)

    with pytest.raises(Refused) as refused:
        make_run(service, at + timedelta(seconds=1), actor=ben)

    assert refused.value.sentence == f"{run} is already rolling amounts back to v1, started by Ana at 03:04:00 UTC."
    assert Run.objects.count() == 1


def test_a_lost_race_to_queue_names_the_run_that_won(amounts, at, monkeypatch):
    service, _ = amounts
    run, looks = make_run(service, at), iter([None])
    usual = runs.busy
    monkeypatch.setattr(runs, "busy", lambda service: next(looks, usual(service)))

    with pytest.raises(Refused, match=f"{run} is already rolling"):
        make_run(service, at)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"service": "cheques"}, "is cheques, not amounts"),
        ({"epoch": -1}, r"\$.epoch"),
        ({"not_after": "2026-11-18T03:04:00Z"}, "The plan was good until 03:04:00 UTC"),
        ({"to": state({"v2": 1.0})}, "amounts serves v2 already"),
        ({"to": state({"v9": 1.0})}, "amounts has no version called v9"),
    ],
)
def test_a_plan_that_may_not_run_is_not_queued(amounts, at, changes, sentence):
    service, _ = amounts

    with pytest.raises(Refused, match=sentence):
        make_run(service, at, plan=make_plan(service) | changes)

    assert not Run.objects.exists()


def test_a_quarantined_version_is_not_gone_back_to(amounts, at):
    service, _ = amounts
    service.versions.filter(name="v1").update(status="quarantined", status_reason="it reads 7 as 1")

    with pytest.raises(Refused, match="v1 is in quarantine: it reads 7 as 1"):
        make_run(service, at)


def test_a_newer_run_takes_over_from_one_that_watches(amounts, at):
    service, _target = amounts
    older = carry(make_run(service, at, plan=make_plan(service, watch=60)), at)
    back = make_plan(service, **{"from": state({"v1": 1.0}), "to": state({"v2": 1.0})})

    newer = carry(make_run(service, at, plan=back), at + timedelta(seconds=1))

    older.refresh_from_db()
    assert (older.state, newer.state) == (State.CANCELLED, State.SUCCEEDED)
    assert older.outcome == f"{newer} took over before the watch ended."
    assert events(older)[-2:] == [Event.RUN_SUPERSEDED, Event.RUN_ENDED]


def test_two_services_do_not_stand_in_each_others_way(amounts, at):
    make_run(amounts[0], at)
    cheques, _ = make_world("cheques")

    assert carry(make_run(cheques, at), at).state == State.SUCCEEDED


def test_a_halted_run_takes_no_further_step(amounts, at, ana):
    service, target = amounts
    run = make_run(service, at)

    runs.halt(run.pk, actor=ana, reason="It was a test page.", at=at)

    assert carry_on(run, at).state == State.CANCELLED
    assert target.effects == []
    assert run.outcome == "It was halted: It was a test page."


def test_a_viewer_cannot_halt_a_run(amounts, at, cleo):
    run = make_run(amounts[0], at)

    with pytest.raises(Refused, match="Only a responder"):
        runs.halt(run.pk, actor=cleo, reason="I do not like it.", at=at)


def test_a_run_in_the_middle_of_a_change_is_not_halted(amounts, at, ana):
    run = make_run(amounts[0], at)
    Run.objects.filter(pk=run.pk).update(state=State.SWITCHING)

    with pytest.raises(Refused, match="in the middle of a change"):
        runs.halt(run.pk, actor=ana, reason="Stop!", at=at)
