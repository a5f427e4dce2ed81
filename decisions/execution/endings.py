"""How runs end: always with a state, a sentence for people and an entry."""

from __future__ import annotations

from decisions import journal
from decisions.domain.events import Event
from decisions.domain.runs import State
from decisions.execution import attempts, orders
from decisions.execution.leases import Grip
from decisions.models import Attempt, Run
from decisions.registry import deployments, splits


def facts(run: Run, state: State, sentence: str) -> dict[str, object]:
    """What the entry about a run's end says."""
    return {
        "state": state.value,
        "sentence": sentence,
        "option": run.option,
        "kind": run.kind,
        "requested_by": run.requested_by,
        "changed": has_changed(run),
    }


def has_changed(run: Run) -> bool:
    """Whether this run changed something outside, or may have."""
    acted = Attempt.objects.filter(run=run, outcome__in=["", attempts.DONE, attempts.AMBIGUOUS])
    return any(attempt.intent.get("set") for attempt in acted)


def end(grip: Grip, act: journal.Act, state: State, sentence: str) -> None:
    """End the run. Call inside `attempts.saved`. Raises Lost."""
    if state is State.NEEDS_HUMAN:
        act.note(Event.HUMAN_NEEDED, about=grip.run, sentence=sentence)
    act.note(Event.RUN_ENDED, about=grip.run, **facts(grip.run, state, sentence))
    grip.move(state, outcome=sentence[:300], ended_at=grip.now(), lease_until=None)


def cancel(grip: Grip, act: journal.Act, sentence: str) -> bool:
    """End a run that has changed nothing and shall not."""
    end(grip, act, State.CANCELLED, sentence)
    return False


def need_human(grip: Grip, sentence: str) -> bool:
    """End a run that does not know how to go on, in a transaction of its own."""
    with attempts.saved(grip) as act:
        end(grip, act, State.NEEDS_HUMAN, sentence)
    return False


def succeed(grip: Grip, act: journal.Act, sentence: str) -> bool:
    deployments.settle(grip.run.service, actor=act.actor, at=grip.now())
    end(grip, act, State.SUCCEEDED, sentence)
    return False


def want_again(grip: Grip, act: journal.Act) -> None:
    """Nothing changed, so what was served before is what is desired again: otherwise the desk would call it drift."""
    desire(grip, act, orders.before(grip.run.plan))


def desire(grip: Grip, act: journal.Act, goal: orders.State) -> None:
    """Write down what the service is told to serve. Settings that were ordered earlier stay ordered."""
    run = grip.run
    last = splits.latest(run.service).desired
    settings = {**(last.settings if last else {}), **goal["settings"]}
    splits.record_desired(
        run.service,
        {**goal, "settings": settings},
        actor=act.actor,
        epoch=run.epoch,
        at=grip.now(),
        evidence={"run": run.pk, "token": run.token},
    )
