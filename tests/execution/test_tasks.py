"""The doorbells, rung as the journal and the sweeper ring them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from decisions.domain.runs import State
from decisions.execution import tasks
from decisions.models import Bell, Run, clock
from rollback_site import celery_app
from tests.execution.world import at_boundaries, make_plan, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def eager():
    """Messages arrive at once, in this process."""
    celery_app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    celery_app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture
def queued(amounts):
    now = clock.now()
    not_after = (now + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return make_run(amounts[0], now, plan=make_plan(amounts[0], not_after=not_after))


def test_queueing_hangs_the_bell_that_starts_the_run(queued, eager):
    bell = Bell.objects.get(task="execution.run_queued")

    tasks.run_queued(bell.pk)

    queued.refresh_from_db()
    bell.refresh_from_db()
    assert queued.state == State.SUCCEEDED
    assert bell.answered_at is not None


def test_the_sweeper_alone_brings_a_run_to_its_end(queued, eager):
    tasks.sweep()

    queued.refresh_from_db()
    assert queued.state == State.SUCCEEDED


def test_a_task_delivered_twice_has_one_effect(queued, amounts):
    tasks.run(queued.pk)
    tasks.run(queued.pk)

    assert len(amounts[1].effects) == 1


def test_a_task_lets_go_of_its_run_when_it_fails(queued):
    def fail(boundary: str) -> None:
        raise RuntimeError(boundary)

    with at_boundaries(fail), pytest.raises(RuntimeError):
        tasks.run(queued.pk)

    run = Run.objects.get(pk=queued.pk)
    assert (run.owner, run.lease_until) == ("", None)


def test_nothing_that_has_ended_is_rung_again(queued, monkeypatch):
    tasks.run(queued.pk)
    monkeypatch.setattr(tasks.run, "apply_async", lambda *args, **options: pytest.fail("rung"))

    tasks.sweep()


def test_a_look_is_a_task(amounts):
    tasks.look()

    assert amounts[0].splits.get(kind="served").evidence["versions"] == {"v1": True, "v2": True}


def test_only_a_look_may_keep_the_urgent_slot_waiting(settings):
    route = celery_app.amqp.router.route

    assert route({}, "execution.run")["queue"].name == "urgent"
    assert route({}, "execution.look")["queue"].name == "rest"


def test_a_lease_outlasts_everything_that_is_done_under_it():
    calls_under_one_lease = 3
    waits = calls_under_one_lease * settings.TARGET_TIMEOUT_SECONDS + settings.READ_BACK_SECONDS

    assert waits < settings.LEASE_SECONDS
