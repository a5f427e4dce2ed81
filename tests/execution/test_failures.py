"""What a run does when its target fails, stays silent or lies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions import journal
from decisions.domain.events import Event
from decisions.domain.runs import State
from decisions.models import Attempt
from decisions.registry import splits
from tests.execution.world import carry, carry_on, make_plan, make_run, state, vanish

pytestmark = pytest.mark.django_db

READ_BACK = 2


def tries(run, step: int) -> list[str]:
    return [attempt.outcome for attempt in Attempt.objects.filter(run=run, step=step)]


def test_a_target_that_is_down_at_first_is_asked_again(amounts, at):
    service, target = amounts
    target.misbehave("read", "unreachable", times=2)

    run = carry_on(make_run(service), at)

    assert run.state == State.SUCCEEDED
    assert tries(run, 0) == ["ambiguous", "ambiguous", "done"]


def test_a_target_that_stays_down_needs_a_person_and_nothing_changed(amounts, at):
    service, target = amounts
    target.misbehave("read", "unreachable", times=99)

    run = carry_on(make_run(service), at)

    assert run.state == State.NEEDS_HUMAN
    assert tries(run, 0) == ["ambiguous"] * 3
    assert run.outcome == "The simulated target did not answer. It was tried 3 times. Nothing was changed."
    assert target.effects == []


def test_a_version_that_does_not_load_is_refused_before_anything_changes(amounts, at):
    service, target = amounts
    target.change(versions={"v1": "its file is cut short", "v2": None})

    run = carry_on(make_run(service), at)

    assert run.state == State.CANCELLED
    assert run.outcome == "v1 does not load: its file is cut short. Nothing was changed."
    assert target.effects == []


def test_a_target_that_serves_something_else_by_now_is_left_alone(amounts, at):
    service, target = amounts
    run = make_run(service)
    target.change(split={"v1": 0.5, "v2": 0.5})

    carry_on(run, at)

    assert run.state == State.CANCELLED
    assert run.outcome.startswith(
        "amounts serves v1 50\u00a0%, v2 50\u00a0% now; the plan was made for v2. Choose again."
    )


def test_a_target_that_serves_it_already_is_left_alone(amounts, at):
    service, target = amounts
    run = make_run(service)
    target.change(split={"v1": 1.0})

    carry_on(run, at)

    assert (run.state, target.effects) == (State.CANCELLED, [])
    assert run.outcome == "amounts serves v1 already. There is nothing to do."


def test_a_refused_switch_needs_a_person_who_is_told_that_nothing_changed(amounts, at):
    service, target = amounts
    target.misbehave("apply", "reject")

    run = carry_on(make_run(service), at)

    assert run.state == State.NEEDS_HUMAN
    assert run.outcome == "The simulated target says no. Nothing changed: amounts serves v2 as before."
    assert not splits.latest(service).drifts


def test_a_switch_whose_answer_is_lost_is_read_back_and_not_repeated(amounts, at):
    service, target = amounts
    target.misbehave("apply", "time_out")

    run = carry_on(make_run(service), at)

    assert run.state == State.SUCCEEDED
    assert len(target.effects) == 1
    assert Attempt.objects.get(run=run, step=2, number=1).sentence.startswith("No answer came, but it was read back")


def test_a_switch_that_never_arrived_is_tried_again_with_a_new_token(amounts, at):
    service, target = amounts
    target.misbehave("apply", "unreachable")

    run = carry_on(make_run(service), at)

    assert run.state == State.SUCCEEDED
    assert tries(run, 2) == ["ambiguous", "done"]
    first, second = Attempt.objects.filter(run=run, step=2).values_list("token", flat=True)
    assert second > first


def test_nothing_is_repeated_while_nobody_can_read(amounts, at):
    service, target = amounts
    target.misbehave("apply", "time_out")
    target.misbehave("read", "unreachable", after=READ_BACK, times=99)

    run = carry_on(make_run(service), at)

    assert run.state == State.NEEDS_HUMAN
    assert len(target.effects) == 1
    assert "What amounts serves now is not known" in run.outcome


def test_a_switch_that_cannot_be_read_back_is_no_success(amounts, at):
    service, target = amounts
    target.misbehave("read", "unreachable", after=READ_BACK, times=99)

    run = carry_on(make_run(service), at)

    assert run.state == State.NEEDS_HUMAN
    assert tries(run, 3) == ["ambiguous"] * 3
    assert run.outcome.endswith("What amounts serves now is not known. Look at it, then decide.")
    assert len(target.effects) == 1


def test_a_read_back_that_fails_once_is_asked_again(amounts, at):
    service, target = amounts
    target.misbehave("read", "unreachable", after=READ_BACK)

    assert carry_on(make_run(service), at).state == State.SUCCEEDED


def test_a_yes_without_a_change_is_no_success(amounts, at):
    service, target = amounts
    target.misbehave("apply", "lie", times=99)

    run = carry_on(make_run(service), at)

    assert run.state == State.NEEDS_HUMAN
    assert tries(run, 2) == ["failed"] * 3
    assert "The target said yes, but amounts serves v2." in run.outcome


def test_one_lie_is_corrected(amounts, at):
    service, target = amounts
    target.misbehave("apply", "lie")

    assert carry_on(make_run(service), at).state == State.SUCCEEDED


def test_half_a_switch_is_taken_back(amounts, at):
    service, target = amounts
    target.misbehave("apply", "half", times=3)

    run = carry_on(make_run(service), at)

    assert run.state == State.COMPENSATED
    assert target.read(at=at).split["v2"] == 1.0
    assert run.outcome.endswith("It was undone: amounts serves v2.")
    assert Event.COMPENSATION_STARTED in [entry.event for entry in journal.entries_about(run)]


def test_a_taken_back_switch_leaves_the_old_version_deployed(amounts, at):
    service, target = amounts
    target.misbehave("apply", "half", times=3)

    carry_on(make_run(service), at)

    assert service.deployments.get(ended_at=None).version.name == "v2"
    assert not splits.latest(service).drifts


def test_when_undoing_fails_too_a_person_is_told_what_is_served(amounts, at):
    service, target = amounts
    target.misbehave("apply", "half", times=3)
    target.misbehave("apply", "reject", after=3, times=99)

    run = carry_on(make_run(service), at)

    assert run.state == State.NEEDS_HUMAN
    assert "Undoing it did not work either: amounts serves v1" in run.outcome


def test_a_target_that_kills_its_worker_is_tried_three_times(amounts, at):
    service, target = amounts
    target.misbehave("apply", "crash", times=99)
    run = make_run(service)

    for place in range(6):
        vanish(run, at + timedelta(minutes=place), owner=f"worker {place}")

    assert run.state == State.NEEDS_HUMAN
    assert tries(run, 2) == ["ambiguous"] * 3


def test_numbers_given_out_by_somebody_else_are_outranked(amounts, at):
    service, target = amounts
    target.change(pair=[0, 57])

    run = carry_on(make_run(service), at)

    assert run.state == State.SUCCEEDED
    assert run.token > 57


def test_a_newer_epoch_at_the_target_ends_the_run_before_it_acts(amounts, at):
    service, target = amounts
    run = make_run(service)
    target.change(pair=[1, 0])

    carry_on(run, at)

    assert (run.state, target.effects) == (State.CANCELLED, [])
    assert "kill switch was used after this plan was made" in run.outcome


def test_an_epoch_that_rises_in_the_middle_needs_a_person(amounts, at, monkeypatch):
    service, target = amounts
    run = make_run(service)
    usual = type(target).apply
    monkeypatch.setattr(type(target), "apply", lambda self, *order: (self.change(pair=[1, 0]), usual(self, *order)))

    carry_on(run, at)

    assert (run.state, target.effects) == (State.NEEDS_HUMAN, [])
    assert "The kill switch was used meanwhile" in run.outcome


def test_a_plan_that_was_changed_after_it_was_queued_never_runs(amounts, at):
    service, target = amounts
    run = make_run(service)
    run.plan["to"] = state({"v1": 0.5, "v2": 0.5})
    run.save()

    carry_on(run, at)

    assert (run.state, target.effects) == (State.CANCELLED, [])
    assert "The plan was changed after it was queued" in run.outcome


def test_a_plan_counts_until_its_end_at_the_claim(amounts, at):
    service, target = amounts
    plan = make_plan(service, not_after="2026-11-18T03:05:00Z")
    run = make_run(service, plan=plan)

    carry(run, at + timedelta(seconds=60))

    assert (run.state, target.effects) == (State.CANCELLED, [])
    assert run.outcome.startswith("The plan was good until 03:05:00 UTC.")
