"""The watch after a switch, one look at a time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError

from decisions.domain.refusals import Refused
from decisions.domain.runs import ATTEMPT_CAP, State
from decisions.execution import acting, attempts, endings, orders, seeing, watching
from decisions.execution.attempts import DONE, FAILED
from decisions.execution.leases import Grip, Lost
from decisions.execution.targets import Unreachable
from decisions.live import wake
from decisions.models import Attempt

logger = logging.getLogger("decisions.execution")

CHANGED = "changed"


def watch(grip: Grip) -> bool:
    """Look at the indicators once. At the end of the watch the run ends; before it, the sweeper rings again.

    A look that breaks off, or takes its worker with it, is taken again; the third in a row ends the run.
    """
    attempt = _watching_attempt(grip)
    if attempt.broken_off > ATTEMPT_CAP:
        return _cannot_go_on(grip, attempt, attempts.VANISHED)
    until = grip.run.watch_until or attempt.began_at
    try:
        seen = _look(grip, attempt, until)
    except Lost:
        raise
    except Exception as fault:
        return _look_again(grip, attempt, fault)
    if seen.verdict == watching.WORSE:
        return _turn_back(grip, attempt, seen.sentence)
    if grip.now() < until and seen.verdict != CHANGED:
        attempt.sentence, attempt.broken_off = seen.sentence[:300], 0
        attempt.save(update_fields=["sentence", "broken_off"])
        wake.topics([f"run-{grip.run.pk}"])
        attempts.rest(grip, min(timedelta(seconds=settings.LOOK_SECONDS), until - grip.now()))
        return False
    with attempts.saved(grip) as act:
        is_fine = seen.verdict == watching.FINE
        attempts.end(grip, act, attempt, DONE if is_fine else FAILED, seen.sentence)
        if is_fine:
            return endings.succeed(grip, act, seen.sentence)
        endings.end(grip, act, State.NEEDS_HUMAN, seen.sentence)
    return False


def _watching_attempt(grip: Grip) -> Attempt:
    """The one try of the watch, however many looks it takes and whoever takes them.

    This look counts as broken off until it has told something: it may not come back.
    """
    grip.renew()
    mine = Attempt.objects.filter(run=grip.run, step=grip.run.position, outcome="").first()
    attempt = mine or attempts.begin(grip, "watch", State.WATCHING)
    attempt.broken_off += 1
    attempt.save(update_fields=["broken_off"])
    return attempt


def _look_again(grip: Grip, attempt: Attempt, fault: Exception) -> bool:
    logger.warning("A look broke off.", exc_info=fault, extra=grip.ids)
    why = fault.sentence if isinstance(fault, Refused) else f"Looking broke off: {type(fault).__name__}, {fault}."
    if attempt.broken_off >= ATTEMPT_CAP:
        return _cannot_go_on(grip, attempt, why)
    attempt.sentence = why[:300]
    attempt.save(update_fields=["sentence"])
    attempts.rest(grip, timedelta(seconds=settings.LOOK_SECONDS))
    return False


def _cannot_go_on(grip: Grip, attempt: Attempt, why: str) -> bool:
    why = f"{why} It was tried {ATTEMPT_CAP} times, so nobody knows how {grip.run.service} does."
    with attempts.saved(grip) as act:
        attempts.end(grip, act, attempt, FAILED, why)
        endings.end(grip, act, State.NEEDS_HUMAN, why)
    return False


def _look(grip: Grip, attempt: Attempt, until: datetime) -> watching.Watch:
    run, goal = grip.run, orders.wanted(grip.run.plan)
    try:
        served = grip.target.read(at=grip.now())
    except Unreachable as reason:
        return watching.Watch(watching.UNKNOWN, str(reason))
    with attempts.saved(grip) as act:
        seeing.write_down(run.service, served)
        if orders.changes(served.state, goal):
            seeing.follow(act, run.service)
            return watching.Watch(CHANGED, f"Somebody else changed it: {acting.serving(grip, served)} now.")
    length = (until - attempt.began_at).total_seconds()
    return watching.watched(
        run.service,
        before=run.before.get("levels", {}),
        serving=orders.answering(goal),
        since=attempt.began_at,
        at=grip.now(),
        settled=length / 2,
    )


def _turn_back(grip: Grip, attempt: Attempt, why: str) -> bool:
    if orders.wanted(grip.run.plan)["behaviour"] != "serve":
        # Stopping is a matter for one person or the desk; starting again never is the desk's alone.
        with attempts.saved(grip) as act:
            attempts.end(grip, act, attempt, FAILED, why)
            endings.end(grip, act, State.NEEDS_HUMAN, why)
        return False
    try:
        return acting.compensate(grip, why, watch=attempt)
    except IntegrityError:
        # A newer run is queued and will supersede this one; two would pull at the same traffic.
        return False
