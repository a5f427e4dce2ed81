"""Several workers at once, each with a connection of its own and held at the places where it hurts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from decisions.domain.refusals import Refused
from decisions.domain.runs import State
from decisions.execution import leases, runs
from decisions.execution.leases import Moment
from decisions.models import Attempt, Entry, Run
from tests.execution.world import ANA, at_boundaries, make_plan, make_run, make_world

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 20


def at_once(*works: Callable[[], object]) -> list[object]:
    """Do all of these at the same moment, each on a thread and connection of its own; answers what each answered."""
    barrier = threading.Barrier(len(works))

    def begin(work: Callable[[], object]) -> object:
        try:
            barrier.wait(PATIENCE)
            return work()
        except Refused as refused:
            return refused.sentence
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [each.result(PATIENCE * 2) for each in [pool.submit(begin, work) for work in works]]


def working(run: Run, owner: str, at) -> Callable[[], object]:
    def work() -> object:
        moment = Moment(at)
        try:
            while runs.take_next_step(run.pk, owner=owner, at=moment.now()):
                pass
        finally:
            runs.let_go(run.pk, owner=owner)
        return owner

    return work


def test_one_of_many_claimers_gets_the_run(amounts_for_real, at):
    service, _ = amounts_for_real
    run = make_run(service, at)

    claimed = at_once(*(lambda number=number: runs.claim(run.pk, f"w{number}", at) for number in range(6)))

    run.refresh_from_db()
    assert sorted(claimed) == [False] * 5 + [True]
    assert (run.state, run.owner) == (State.CLAIMED, f"w{claimed.index(True)}")
    assert Entry.objects.filter(event="run_claimed").count() == 1


def test_many_workers_on_one_run_have_one_effect(amounts_for_real, at):
    service, target = amounts_for_real
    run = make_run(service, at)

    at_once(*(working(run, f"w{number}", at) for number in range(4)))

    run.refresh_from_db()
    assert run.state == State.SUCCEEDED
    assert len(target.effects) == 1
    assert list(Attempt.objects.filter(run=run).values_list("number", flat=True)) == [1, 1, 1, 1]


def test_of_two_presses_at_once_one_starts_and_the_other_is_told(amounts_for_real, at):
    service, _ = amounts_for_real
    plan = make_plan(service)

    def press() -> object:
        return str(runs.queue(service=service, plan=plan, title="Roll back to v1", actor=ANA, at=at))

    answers = at_once(press, press)

    run = Run.objects.get()
    assert sorted(map(str, answers)) == sorted(
        [str(run), f"{run} is already rolling amounts back to v1, started by a former member at 03:04:00 UTC."]
    )


def test_runs_of_several_services_go_side_by_side(amounts_for_real, at):
    others = [make_world(name) for name in ("cheques", "letters")]
    todo = [make_run(service, at) for service, _ in [amounts_for_real, *others]]

    at_once(*(working(run, f"w{run.pk}", at) for run in todo))

    assert {run.state for run in Run.objects.all()} == {State.SUCCEEDED}


def held_at(boundary: str):
    """Threads named "late" wait at a boundary until they are let go."""
    reached, let_go = threading.Event(), threading.Event()

    def wait(name: str) -> None:
        if name == boundary and threading.current_thread().name == "late" and not reached.is_set():
            reached.set()
            let_go.wait(PATIENCE)

    return reached, let_go, wait


def late_worker(run: Run, at) -> threading.Thread:
    def work() -> None:
        try:
            working(run, "late", at)()
        finally:
            connection.close()

    return threading.Thread(target=work, name="late")


@pytest.mark.parametrize("boundary", ["claimed", "intent_committed", "request_sent", "response_read", "read_back_done"])
def test_a_worker_that_wakes_up_late_changes_nothing(amounts_for_real, at, boundary):
    service, target = amounts_for_real
    run = make_run(service, at)
    reached, let_go, wait = held_at(boundary)
    late = late_worker(run, at)
    with at_boundaries(wait):
        late.start()
        assert reached.wait(PATIENCE)
        working(run, "successor", at + timedelta(seconds=120))()
        run.refresh_from_db()
        ended = Run.objects.values().get(pk=run.pk)
        effects = target.effects
        let_go.set()
        late.join(PATIENCE)

    assert ended["state"] == State.SUCCEEDED
    assert Run.objects.values().get(pk=run.pk) == ended
    assert target.effects == effects
    assert len(effects) == 1


@pytest.mark.parametrize("boundary", ["intent_committed", "response_read", "read_back_done"])
def test_a_worker_that_wakes_up_in_the_middle_of_its_successors_work_changes_nothing(amounts_for_real, at, boundary):
    service, target = amounts_for_real
    run = make_run(service, at)
    reached, let_go, wait = held_at(boundary)
    later = at + timedelta(seconds=120)

    late = late_worker(run, at)
    with at_boundaries(wait):
        late.start()
        assert reached.wait(PATIENCE)
        with transaction.atomic():
            leases.take(run.pk, "successor", later)
        taken = Run.objects.values().get(pk=run.pk)
        let_go.set()
        late.join(PATIENCE)

    assert Run.objects.values().get(pk=run.pk) == taken
    working(run, "successor", later + timedelta(seconds=120))()
    run.refresh_from_db()
    assert (run.state, len(target.effects)) == (State.SUCCEEDED, 1)
    assert Entry.objects.filter(event="step_done", about_id=str(run.pk)).count() == 4


def test_a_late_call_is_refused_by_the_target(amounts_for_real, at):
    service, target = amounts_for_real
    run = make_run(service, at)
    reached, let_go, wait = held_at("intent_committed")
    late = late_worker(run, at)
    with at_boundaries(wait):
        late.start()
        assert reached.wait(PATIENCE)
        working(run, "successor", at + timedelta(seconds=120))()
        pairs = [(effect["epoch"], effect["token"]) for effect in target.effects]
        target.change(split={"v2": 1.0})
        let_go.set()
        late.join(PATIENCE)

    assert target.read(at=at).split == {"v2": 1.0}
    assert [(effect["epoch"], effect["token"]) for effect in target.effects] == pairs
