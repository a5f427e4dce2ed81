"""A worker that vanishes at any boundary leaves a run that somebody else brings to its end, with one effect."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.domain.runs import State
from decisions.execution import reach, runs, tasks
from decisions.models import Run
from tests.execution.world import carry, make_run, vanish

pytestmark = pytest.mark.django_db

INSIDE = [name for name in reach.BOUNDARIES if name != "acknowledged"]
LATER = timedelta(seconds=90)


@pytest.mark.parametrize("boundary", INSIDE)
def test_a_successor_ends_what_a_vanished_worker_began(amounts, at, boundary):
    service, target = amounts
    run = make_run(service)
    assert boundary in vanish(run, at, boundary=boundary)

    carry(run, at + LATER, owner="successor")

    assert run.state == State.SUCCEEDED
    assert len(target.effects) == 1


@pytest.mark.parametrize("boundary", ["journal_appended", "result_committed"])
@pytest.mark.parametrize("nth", [2, 3, 4, 5])
def test_every_step_can_be_the_last_of_a_worker(amounts, at, boundary, nth):
    service, target = amounts
    run = make_run(service)
    assert vanish(run, at, boundary=boundary, nth=nth).count(boundary) == nth

    carry(run, at + LATER, owner="successor")

    assert run.state == State.SUCCEEDED
    assert len(target.effects) == 1


@pytest.mark.parametrize("boundary", INSIDE[1:])
def test_undoing_survives_a_vanished_worker(amounts, at, boundary):
    service, target = amounts
    target.misbehave("apply", "half", times=3)
    run = make_run(service)
    turns = iter(range(30))
    while run.state != State.COMPENSATING and next(turns, None) is not None:
        runs.take_next_step(run.pk, owner="worker", at=at + timedelta(milliseconds=10))
        run.refresh_from_db()
    vanish(run, at + timedelta(seconds=1), boundary=boundary, owner="worker")

    carry(run, at + LATER, owner="successor")

    assert run.state == State.COMPENSATED
    assert [effect["split"] for effect in target.effects[3:]] == [{"v2": 1.0}]


def test_nobody_takes_a_run_from_a_worker_that_may_still_live(amounts, at):
    service, target = amounts
    run = make_run(service)
    vanish(run, at, boundary="intent_committed")

    carry(run, at + timedelta(seconds=29), owner="successor")

    assert (run.state, run.owner, target.effects) == (State.SWITCHING, "vanishing", [])


def test_the_sweeper_rings_for_a_run_whose_worker_vanished(amounts, at, monkeypatch):
    service, _ = amounts
    run, rung = make_run(service), []
    vanish(run, at, boundary="request_sent")
    monkeypatch.setattr(tasks.run, "apply_async", lambda args, **options: rung.append(args))

    for seconds in (1, 90):
        monkeypatch.setattr(tasks.clock, "now", lambda seconds=seconds: at + timedelta(seconds=seconds))
        tasks.sweep()

    assert rung == [(run.pk,)]


def test_a_broker_that_is_down_loses_no_run(amounts, at, monkeypatch):
    def fail(*args, **options):
        raise ConnectionError("no broker")

    run = make_run(amounts[0])
    monkeypatch.setattr(tasks.run, "apply_async", fail)
    monkeypatch.setattr(tasks.clock, "now", lambda: at + timedelta(seconds=1))

    tasks.sweep()

    assert list(Run.objects.due(at)) == [run]


@pytest.mark.parametrize("boundary", ["claimed", "intent_committed", "response_read"])
def test_a_successor_comes_with_a_newer_token(amounts, at, boundary):
    service, _ = amounts
    run = make_run(service)
    vanish(run, at, boundary=boundary)
    first = run.token

    carry(run, at + LATER, owner="successor")

    assert run.token > first
