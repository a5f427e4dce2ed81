"""Who works on a run: a lease with an end, a token for all that is sent out, and saves that fail once it is lost."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from decisions.domain.runs import ACTIVE, NEXT, State
from decisions.execution import targets
from decisions.execution.targets import Fence, Target
from decisions.models import Run, Service, Split

logger = logging.getLogger("decisions.execution")


class Lost(Exception):
    """Somebody else has the run now, or it has moved on: nothing of what was about to be saved is true any more."""


class Moment:
    """The time, from a moment read at the edge on. Jumps of the machine's clock do not reach it."""

    def __init__(self, at: datetime) -> None:
        self.start = at
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self.start + timedelta(seconds=time.monotonic() - self._began)


@dataclass
class Grip:
    """A run in the hands of one worker. Every save says which state and token it rests on."""

    run: Run
    owner: str
    moment: Moment
    ids: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.ids = {"run": self.run.pk, "incident": self.run.incident_id, "service": self.run.service.name}

    @cached_property
    def target(self) -> Target:
        return targets.of(self.run.service)

    @property
    def fence(self) -> Fence:
        return Fence(self.run.epoch, self.run.token or 0)

    def now(self) -> datetime:
        return self.moment.now()

    def save(self, **changes: Any) -> None:
        """Change the run, if it still stands as we know it and is still ours.

        Raises:
            Lost: it is not.
        """
        run = self.run
        ours = Run.objects.filter(pk=run.pk, state=run.state, token=run.token, owner=self.owner)
        if ours.update(**changes) != 1:
            raise Lost(f"{run} is not ours any more")
        for name, value in changes.items():
            setattr(run, name, value)

    def move(self, to: State, **changes: Any) -> None:
        """Move the run along the domain's table, if it is still ours. Raises Lost."""
        if to not in NEXT[State(self.run.state)]:
            raise ValueError(f"A run never moves from {self.run.state} to {to}.")
        self.save(state=to, **changes)

    def renew(self, **changes: Any) -> None:
        """Hold on for another lease. Raises Lost."""
        self.save(lease_until=lease_end(self.now()), **changes)

    def outrank(self, token: int) -> None:
        """Take a new token above `token` and above all of the service. Call inside a transaction. Raises Lost."""
        self.save(token=max(next_token(self.run.service), token + 1))


def lease_end(at: datetime) -> datetime:
    return at + timedelta(seconds=settings.LEASE_SECONDS)


def next_token(service: Service) -> int:
    """The next token of the service: above all that its runs had and all that its target was seen with.

    Call inside a transaction; the service's row is held until it ends, so that no token is given twice.
    """
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    highest = Run.objects.filter(service=service).aggregate(highest=Max("token"))["highest"] or 0
    seen = Split.objects.filter(service=service, kind=Split.SERVED).first()
    return max(highest, int(seen.evidence.get("token", 0)) if seen else 0) + 1


def take(run_id: int, owner: str, at: datetime) -> Grip | None:
    """Take hold of a claimed run that is due and that no living worker holds; None when there is nothing to take.

    A run whose last worker vanished comes with a new token, so that whatever that worker still sends is refused.
    """
    with transaction.atomic():
        run = held(run_id)
        if run.state not in ACTIVE or run.state == State.QUEUED or run.due_at > at:
            return None
        grip = Grip(run, owner, Moment(at))
        is_leased = run.lease_until is not None and run.lease_until >= at
        if run.owner == owner and is_leased:
            # The turn's first save renews it.
            return grip
        return None if is_leased else _take_over(grip)


def _take_over(grip: Grip) -> Grip:
    run = grip.run
    was_lost = run.lease_until is not None
    token = next_token(run.service) if was_lost else run.token
    Run.objects.filter(pk=run.pk).update(owner=grip.owner, lease_until=lease_end(grip.now()), token=token)
    if was_lost:
        logger.warning("%s was taken over: its worker was not heard of any more.", run, extra=grip.ids)
    run.refresh_from_db(fields=["owner", "lease_until", "token"])
    return grip


def held(run_id: int) -> Run:
    """The run with its row held until the transaction ends."""
    return Run.objects.select_for_update(of=("self",)).select_related("service", "incident", "approval").get(pk=run_id)


def let_go(run_id: int, owner: str) -> None:
    """Free the lease, so that whoever is rung next need not wait for its end. Nothing happens when it is not ours."""
    Run.objects.filter(pk=run_id, owner=owner).update(owner="", lease_until=None)
