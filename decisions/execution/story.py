"""What a run does and did, step by step, as its page tells it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from decisions.domain.runs import ENDED, State
from decisions.execution import attempts
from decisions.models import Attempt, Run

_UNDOING = ("Bring back what was served before.", "Read back that it is served again.")


@dataclass(frozen=True)
class StepStory:
    """One step: `state` is waiting, doing, done, failed or skipped (also when the run ended before it)."""

    number: int
    step: str
    says: str
    state: str
    sentence: str
    began_at: datetime | None
    ended_at: datetime | None
    attempts: tuple[Attempt, ...]


def steps(run: Run) -> tuple[StepStory, ...]:
    """Every step of the plan in order, and those that undo it where that was begun. One query."""
    tried: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in run.attempts.all():
        tried[attempt.step].append(attempt)
    planned = [(step["step"], step["says"]) for step in run.plan["steps"]]
    if run.state == State.COMPENSATING or len(planned) in tried:
        planned += zip(("undo", "read_back"), _UNDOING, strict=True)
    return tuple(_story(run, place, step, says, tried[place]) for place, (step, says) in enumerate(planned))


def _story(run: Run, place: int, step: str, says: str, tried: list[Attempt]) -> StepStory:
    last = tried[-1] if tried else None
    return StepStory(
        number=place + 1,
        step=step,
        says=says,
        state=_state(run, place, last),
        sentence=last.sentence if last else "",
        began_at=tried[0].began_at if tried else None,
        ended_at=last.ended_at if last else None,
        attempts=tuple(tried),
    )


def _state(run: Run, place: int, last: Attempt | None) -> str:
    has_ended = run.state in ENDED
    if last is not None and last.outcome in (attempts.DONE, attempts.SKIPPED):
        # Told one thing of several: the step goes on.
        return "doing" if place == run.position and not has_ended else last.outcome
    if has_ended or place < run.position:
        return "failed" if last is not None else "skipped"
    return "doing" if place == run.position and run.state != State.QUEUED else "waiting"
