"""What the page of a run tells."""

from __future__ import annotations

import pytest

from decisions.domain.runs import State
from decisions.execution import runs, story
from tests.execution.world import carry, carry_on, make_plan, make_run

pytestmark = pytest.mark.django_db


def states(run) -> list[str]:
    return [step.state for step in story.steps(run)]


def test_a_queued_run_waits_at_every_step(amounts):
    assert states(make_run(amounts[0])) == ["waiting"] * 4


def test_the_step_at_work_is_said(amounts, at):
    run = make_run(amounts[0])
    for _ in range(3):
        runs.take_next_step(run.pk, owner="worker", at=at)
    run.refresh_from_db()

    assert states(run) == ["done", "done", "doing", "waiting"]


def test_a_finished_run_tells_each_step_with_its_sentence(amounts, at):
    run = carry(make_run(amounts[0]), at)

    assert [(step.number, step.step, step.state, step.sentence) for step in story.steps(run)] == [
        (1, "check", "done", "amounts serves v2, as the plan expects."),
        (2, "precheck", "done", "v1 would load."),
        (3, "switch", "done", "amounts was told: v1."),
        (4, "read_back", "done", "amounts serves v1."),
    ]


def test_a_watch_is_at_work_until_its_end(amounts, at):
    run = carry(make_run(amounts[0], plan=make_plan(amounts[0], watch=60)), at)

    assert states(run) == ["done"] * 4 + ["doing"]


def test_a_refused_step_failed_and_those_behind_it_never_came(amounts, at):
    service, target = amounts
    target.change(versions={"v1": "it is torn", "v2": None})

    run = carry_on(make_run(service), at)

    assert states(run) == ["done", "failed", "skipped", "skipped"]


def test_undoing_is_told_as_steps_of_its_own(amounts, at):
    service, target = amounts
    target.misbehave("apply", "half", times=3)

    run = carry_on(make_run(service), at)

    assert run.state == State.COMPENSATED
    assert [(step.step, step.state) for step in story.steps(run)] == [
        ("check", "done"),
        ("precheck", "done"),
        ("switch", "failed"),
        ("read_back", "failed"),
        ("undo", "done"),
        ("read_back", "done"),
    ]
    assert len(story.steps(run)[2].attempts) == 3


def test_a_story_takes_one_query(amounts, at, django_assert_num_queries):
    run = carry(make_run(amounts[0]), at)

    with django_assert_num_queries(1):
        story.steps(run)
