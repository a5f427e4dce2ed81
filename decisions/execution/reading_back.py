"""After a change: what is served now? Only what was read counts as done."""

from __future__ import annotations

import time
from datetime import timedelta

from django.conf import settings

from decisions import journal
from decisions.domain.runs import ATTEMPT_CAP, State
from decisions.domain.versions import Outcome
from decisions.execution import acting, attempts, endings, orders, seeing
from decisions.execution.attempts import DONE, FAILED, SKIPPED
from decisions.execution.leases import Grip
from decisions.execution.reach import reach
from decisions.execution.targets import Served, Unreachable
from decisions.models import Attempt
from decisions.registry import deployments

# Reading back begins at once and slows down; see settings.READ_BACK_SECONDS for its end.
_PAUSES = (0.05, 0.1, 0.2)


def read_back(grip: Grip) -> bool:
    """Read until the target serves what it was told, or a bounded time has passed."""
    attempt = attempts.begin(grip, "read_back", State(grip.run.state))
    served, reason = _read_until_served(grip)
    reach("read_back_done")
    if served is None:
        return attempts.again_later(grip, attempt, reason)
    if orders.changes(served.state, acting.goal_of(grip)):
        return _is_not_served(grip, attempt, served)
    return _is_served(grip, attempt, served)


def _read_until_served(grip: Grip) -> tuple[Served | None, str]:
    goal, end = acting.goal_of(grip), time.monotonic() + settings.READ_BACK_SECONDS
    served, reason, pauses = None, "", iter(_PAUSES)
    while True:
        try:
            served = grip.target.read(at=grip.now())
        except Unreachable as trouble:
            served, reason = None, str(trouble)
        if served is not None and not orders.changes(served.state, goal):
            return served, ""
        if time.monotonic() >= end:
            return served, reason
        time.sleep(next(pauses, _PAUSES[-1]))


def _is_not_served(grip: Grip, attempt: Attempt, served: Served) -> bool:
    """The target said yes and serves something else: that try did not work, whatever it said."""
    run = grip.run
    acted = run.position - 1
    why = f"The target said yes, but {acting.serving(grip, served)}."
    with attempts.saved(grip) as act:
        seeing.write_down(run.service, served)
        attempts.end(grip, act, attempt, FAILED, why, served.state)
        Attempt.objects.filter(run=run, step=acted, outcome__in=[DONE, SKIPPED]).update(outcome=FAILED)
        grip.renew(position=acted)
    if attempts.failures(grip, acted) >= ATTEMPT_CAP:
        return acting.give_up(grip, served, why)
    return True


def _is_served(grip: Grip, attempt: Attempt, served: Served) -> bool:
    run = grip.run
    said = f"{acting.serving(grip, served)}."
    is_undone = run.state == State.COMPENSATING
    with attempts.saved(grip) as act:
        seeing.write_down(run.service, served)
        attempts.end(grip, act, attempt, DONE, said, served.state)
        deployments.record(
            run.service,
            served.split,
            actor=act.actor,
            at=grip.now(),
            reason=f"{run} was undone" if is_undone else run.title,
            outcome=Outcome.HALTED if is_undone else _outcome(run.kind),
            run=run.pk,
        )
        if is_undone:
            endings.end(grip, act, State.COMPENSATED, f"{run.outcome} It was undone: {said}")
            return False
        return _go_on(grip, act, said)


def _outcome(kind: str) -> Outcome | str:
    """How the deployment of a version that lost its traffic ended."""
    return {"roll_back": Outcome.ROLLED_BACK, "shift_traffic": Outcome.HALTED}.get(kind, "")


def _go_on(grip: Grip, act: journal.Act, said: str) -> bool:
    steps, following = grip.run.plan["steps"], grip.run.position + 1
    if following >= len(steps):
        return endings.succeed(grip, act, said)
    if steps[following]["step"] != "watch":
        attempts.advance(grip)
        return True
    until = grip.now() + timedelta(seconds=steps[following].get("seconds", 0))
    attempts.advance(grip)
    grip.move(State.WATCHING, watch_until=until)
    return True
