"""Execution's doorbells: each takes an id, holds no rule and may be delivered twice."""

from __future__ import annotations

import logging
import os
import socket
import uuid

from celery import shared_task

from decisions.execution import looking, runs
from decisions.execution.reach import reach
from decisions.journal import bells
from decisions.models import Entry, Run, clock

logger = logging.getLogger("decisions.execution")


@bells.answers("execution.run_queued")
def run_queued(entry: Entry, at: object) -> None:
    run.delay(int(entry.about_id))


@shared_task(name="execution.run", acks_late=True)
def run(run_id: int) -> None:
    """Take the steps that are due; the sweeper rings again for what is due later. Safe to deliver twice."""
    owner = f"{socket.gethostname()[:20]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
    try:
        while runs.take_next_step(run_id, owner=owner, at=clock.now()):
            pass
    finally:
        runs.let_go(run_id, owner=owner)
    reach("acknowledged")


@shared_task(name="execution.sweep")
def sweep() -> None:
    """Ring for every run that is due and that no living worker holds. Safe to deliver twice."""
    for run_id in Run.objects.due(clock.now()).values_list("pk", flat=True):
        try:
            run.apply_async((run_id,), retry=False)
        except Exception as error:
            # The row is its own outbox: the next sweep rings again.
            logger.warning("A run could not be rung now: %s", error, extra={"run": run_id})


@shared_task(name="execution.look")
def look() -> None:
    """See what every target serves. Safe to deliver twice."""
    looking.look(clock.now())
