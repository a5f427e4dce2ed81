"""Tries of steps: the intent is stored before anything is done, the observation after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import models, transaction

from decisions import journal
from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.domain.runs import ATTEMPT_CAP, State
from decisions.execution.leases import Grip, lease_end
from decisions.execution.reach import reach
from decisions.models import Attempt

DONE, FAILED, AMBIGUOUS, SKIPPED = "done", "failed", "ambiguous", "skipped"

# Between two tries; doubled for the third.
PATIENCE = timedelta(seconds=1)

VANISHED = "The worker that began this was not heard of any more."


class Exhausted(Exception):
    """The step was tried as often as it may be. `str()` is a sentence with what the last try said.

    `vanished`: at least one of the tries took its worker with it.
    """

    def __init__(self, tries: models.QuerySet[Attempt]) -> None:
        last = tries.last()
        super().__init__(f"{last.sentence if last else ''} It was tried {ATTEMPT_CAP} times.".lstrip())
        self.vanished = tries.filter(sentence=VANISHED).exists()


@contextmanager
def saved(grip: Grip) -> Iterator[journal.Act]:
    """One transaction of the desk's on a run: what is learnt, the run's own row and the entries."""
    with transaction.atomic():
        with journal.act(DESK, at=grip.now()) as act:
            yield act
        reach("journal_appended")
    reach("result_committed")


def begin(grip: Grip, kind: str, state: State) -> Attempt:
    """Store that the run's present step is tried now, in this state, and hold on to the run.

    A try that was begun and never ended was left by a worker that vanished; whether it happened is not known.

    Raises:
        Exhausted: it was tried as often as it may be.
        Lost: the run is not ours any more.
    """
    with transaction.atomic():
        grip.renew()
        if grip.run.state != state:
            grip.move(state)
        mine = Attempt.objects.filter(run=grip.run, step=grip.run.position)
        mine.filter(outcome="").update(outcome=AMBIGUOUS, sentence=VANISHED, ended_at=grip.now())
        attempt = _create(grip, kind, mine) if failures(grip, grip.run.position) < ATTEMPT_CAP else None
    if attempt is None:
        raise Exhausted(mine)
    return attempt


def failures(grip: Grip, step: int) -> int:
    """How many tries of a step did not work, or may not have."""
    return Attempt.objects.filter(run=grip.run, step=step, outcome__in=[FAILED, AMBIGUOUS]).count()


def _create(grip: Grip, kind: str, mine: models.QuerySet[Attempt]) -> Attempt:
    run = grip.run
    number = (mine.aggregate(last=models.Max("number"))["last"] or 0) + 1
    return Attempt.objects.create(
        run=run, step=run.position, number=number, kind=kind, token=run.token, began_at=grip.now()
    )


def end(grip: Grip, act: journal.Act, attempt: Attempt, outcome: str, sentence: str, observation: Any = None) -> None:
    """Store how a try went. Call inside `saved`, together with what follows from it. Raises Lost by the run's save."""
    attempt.outcome, attempt.sentence, attempt.observation = outcome, sentence[:300], observation
    attempt.ended_at = grip.now()
    attempt.save(update_fields=["outcome", "sentence", "observation", "ended_at"])
    event = Event.STEP_DONE if outcome in (DONE, SKIPPED) else Event.STEP_FAILED
    act.note(event, about=grip.run, step=attempt.kind, attempt=attempt.number, sentence=sentence)


def again_later(grip: Grip, attempt: Attempt, sentence: str) -> bool:
    """End a try that could not find out anything, and let the step be tried again a little later."""
    with saved(grip) as act:
        end(grip, act, attempt, AMBIGUOUS, sentence)
        rest(grip, PATIENCE * 2 ** (attempt.number - 1))
    return False


def rest(grip: Grip, for_how_long: timedelta, **changes: Any) -> None:
    """Put the run down until then; the sweeper rings. Raises Lost."""
    grip.save(due_at=grip.now() + for_how_long, lease_until=None, **changes)


def advance(grip: Grip, **changes: Any) -> None:
    """On to the next step, at once. Raises Lost."""
    # Due since this turn began: the next look at the clock is never before that.
    due_at, until = grip.moment.start, lease_end(grip.now())
    grip.save(position=grip.run.position + 1, due_at=due_at, lease_until=until, **changes)
