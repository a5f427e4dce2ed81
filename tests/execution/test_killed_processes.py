"""Real processes, killed or put to sleep at every boundary of a run. What counts is the target's own log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest
from django.db import connection

from decisions.domain.runs import ENDED, State
from decisions.execution import reach
from decisions.models import Run, clock
from tests.execution.world import carry, make_plan, make_run

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

LEASE = 2.0
PATIENCE = 60


def database_url() -> str:
    """The database of the tests, as another process names it."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    url = urlsplit(os.environ["DATABASE_URL"])
    return url._replace(path=f"/{quote(str(name))}").geturl()


def worker(run: Run, boundary: str, name: str, data_dir) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DATABASE_URL": database_url(), "DATA_DIR": str(data_dir)}
    environment |= {"LEASE_SECONDS": str(LEASE), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-m", "tests.execution.worker_process", str(run.pk), boundary, name]
    return subprocess.Popen(command, env=environment)


@pytest.fixture
def queued(amounts_for_real, settings):
    """A run that is queued now, and a target that any process can reach."""
    settings.LEASE_SECONDS = LEASE
    service, target = amounts_for_real
    now = clock.now()
    not_after = (now + timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return make_run(service, now, plan=make_plan(service, not_after=not_after)), target


def finish(run: Run) -> None:
    """What the sweeper brings about: whoever is free takes the run as soon as its lease has ended."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        carry(run, clock.now(), owner="successor")
        if run.state in ENDED:
            return
        time.sleep(0.1)


@pytest.mark.parametrize("boundary", reach.BOUNDARIES)
def test_a_killed_worker_costs_neither_the_run_nor_a_second_effect(queued, settings, boundary):
    run, target = queued

    died = worker(run, boundary, "SIGKILL", settings.DATA_DIR).wait(PATIENCE)
    finish(run)

    assert died == -signal.SIGKILL
    assert run.state == State.SUCCEEDED
    assert len(target.effects) == 1


@pytest.mark.parametrize("boundary", ["claimed", "intent_committed", "response_read", "read_back_done"])
def test_a_worker_that_slept_past_its_lease_changes_nothing_when_it_wakes(queued, settings, boundary):
    run, target = queued
    sleeper = worker(run, boundary, "SIGSTOP", settings.DATA_DIR)
    os.waitid(os.P_PID, sleeper.pid, os.WSTOPPED)
    finish(run)
    ended, effects = Run.objects.values().get(pk=run.pk), target.effects

    sleeper.send_signal(signal.SIGCONT)
    woke = sleeper.wait(PATIENCE)

    assert (woke, ended["state"]) == (0, State.SUCCEEDED)
    assert Run.objects.values().get(pk=run.pk) == ended
    assert target.effects == effects
    assert len(effects) == 1
