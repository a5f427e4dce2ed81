"""The step that changes the outside world: read, store the intent, tell the target once, store what came back.

It starts by reading, every time. So a try whose answer was lost, or whose worker died, is settled by what is served and
never by telling the target the same again blindly; and a step that has nothing left to change is over.
"""

from __future__ import annotations

from typing import Any

from decisions.domain.events import Event
from decisions.domain.runs import ATTEMPT_CAP, State
from decisions.execution import attempts, endings, orders, seeing
from decisions.execution.attempts import AMBIGUOUS, DONE, FAILED, SKIPPED
from decisions.execution.leases import Grip
from decisions.execution.reach import reach
from decisions.execution.targets import Change, Overtaken, Rejected, Served, Unreachable
from decisions.execution.watching import standing
from decisions.models import Attempt

IT_DID = "No answer came, but it was read back: it had happened."


def goal_of(grip: Grip) -> dict[str, Any]:
    """The state that the run is working towards."""
    plan = grip.run.plan
    return orders.before(plan) if grip.run.state == State.COMPENSATING else orders.wanted(plan)


def serving(grip: Grip, served: Served) -> str:
    """What was read, in words, with the settings that this run is about."""
    return orders.serving(grip.run.service, served.state, goal_of(grip)["settings"])


def act(grip: Grip, kind: str) -> bool:
    """Take one turn of an acting step; answers whether more is due now."""
    state = State.COMPENSATING if grip.run.state == State.COMPENSATING else State.SWITCHING
    try:
        attempt = attempts.begin(grip, kind, state)
    except attempts.Exhausted as tried:
        return _last_look(grip, tried)
    try:
        served = grip.target.read(at=grip.now())
    except Unreachable as reason:
        return attempts.again_later(grip, attempt, str(reason))
    _settle_lost_tries(grip, served)
    left = orders.changes(served.state, goal_of(grip))
    if not left:
        return _is_done(grip, attempt)
    return _tell(grip, attempt, served, left)


def _last_look(grip: Grip, tried: attempts.Exhausted) -> bool:
    """No more tries are left. See what is served, unless trying took workers with it: then people have to look."""
    why = str(tried)
    if tried.vanished:
        return give_up(grip, None, why)
    try:
        served = grip.target.read(at=grip.now())
    except Unreachable as reason:
        return give_up(grip, None, f"{reason} It was tried {ATTEMPT_CAP} times.")
    _settle_lost_tries(grip, served)
    if orders.changes(served.state, goal_of(grip)):
        return give_up(grip, served, why)
    with attempts.saved(grip):
        attempts.advance(grip)
    return True


def _is_done(grip: Grip, attempt: Attempt) -> bool:
    with attempts.saved(grip) as act:
        attempts.end(grip, act, attempt, SKIPPED, "Nothing was left to change.")
        attempts.advance(grip)
    return True


def _tell(grip: Grip, attempt: Attempt, served: Served, left: list[Change]) -> bool:
    change = left[0]
    _intend(grip, attempt, served, change)
    reach("intent_committed")
    try:
        grip.target.apply(change, grip.fence)
    except Overtaken as reason:
        return _overtaken(grip, attempt, served, reason)
    except Rejected as reason:
        with attempts.saved(grip) as act:
            attempts.end(grip, act, attempt, FAILED, str(reason))
            grip.renew()
        return give_up(grip, served, str(reason))
    except Unreachable as reason:
        with attempts.saved(grip) as act:
            attempts.end(grip, act, attempt, AMBIGUOUS, str(reason))
            grip.renew()
        return True
    with attempts.saved(grip) as act:
        attempts.end(grip, act, attempt, DONE, f"{grip.run.service} was told: {orders.said(change)}.")
        grip.renew() if len(left) > 1 else attempts.advance(grip)
    return True


def _intend(grip: Grip, attempt: Attempt, served: Served, change: Change) -> None:
    """Store what is about to be told. A second try has a token of its own, so that the first can no longer arrive."""
    with attempts.saved(grip) as act:
        run = grip.run
        if attempt.number > 1 or served.fence >= grip.fence:
            grip.outrank(served.token)
        if not run.before:
            grip.save(before={"served": served.state, "at": grip.now().isoformat(), "levels": standing(run.service)})
        grip.renew()
        attempt.intent, attempt.token = orders.document(change), run.token
        attempt.save(update_fields=["intent", "token"])
        endings.desire(grip, act, goal_of(grip))
        act.note(
            Event.STEP_STARTED,
            about=run,
            step=attempt.kind,
            attempt=attempt.number,
            token=run.token,
            change=attempt.intent,
        )


def _overtaken(grip: Grip, attempt: Attempt, served: Served, reason: Overtaken) -> bool:
    with attempts.saved(grip) as act:
        attempts.end(grip, act, attempt, FAILED, str(reason))
        grip.renew()
        if reason.epoch <= grip.run.epoch:
            # The number came from outside our records, and the run is still ours: go on above it.
            grip.outrank(reason.token)
    if reason.epoch > grip.run.epoch:
        return give_up(grip, served, "The kill switch was used meanwhile, and this plan is older.")
    return True


def _settle_lost_tries(grip: Grip, served: Served) -> None:
    """Say of the tries whose answer was lost whether what they wanted is in place now."""
    lost = Attempt.objects.filter(run=grip.run, step=grip.run.position, outcome=AMBIGUOUS)
    told = {attempt.pk: attempt for attempt in lost if attempt.intent.get("set")}
    left = [orders.document(change) for change in orders.changes(served.state, goal_of(grip))]
    happened = [pk for pk, attempt in told.items() if attempt.intent not in left]
    Attempt.objects.filter(pk__in=happened).update(outcome=DONE, sentence=IT_DID)


def give_up(grip: Grip, served: Served | None, why: str) -> bool:
    """The step did not work and is not tried again: undo what is half done, or hand over to people.

    Args:
        served: what is served now, None when nobody knows.
    """
    run = grip.run
    was = orders.before(run.plan)
    if served is None:
        return endings.need_human(grip, f"{why} What {run.service} serves now is not known. Look at it, then decide.")
    now = serving(grip, served)
    if run.state == State.COMPENSATING:
        return endings.need_human(grip, f"{why} Undoing it did not work either: {now}.")
    if orders.changes(served.state, was):
        return compensate(grip, f"{why} {now}.", served)
    with attempts.saved(grip) as act:
        seeing.write_down(run.service, served)
        endings.want_again(grip, act)
        endings.end(grip, act, State.NEEDS_HUMAN, f"{why} Nothing changed: {now} as before.")
    return False


def compensate(grip: Grip, why: str, served: Served | None = None, watch: Attempt | None = None) -> bool:
    """Begin to bring back what was served before.

    Args:
        served: what is served now, where it was just read. watch: the watch that found it out, which ends with this.

    Raises:
        IntegrityError: a newer run of the service is queued already.
    """
    run = grip.run
    with attempts.saved(grip) as act:
        if served is not None:
            seeing.write_down(run.service, served)
        if watch is not None:
            attempts.end(grip, act, watch, FAILED, why)
        act.note(Event.COMPENSATION_STARTED, about=run, sentence=why)
        start = grip.moment.start
        grip.move(State.COMPENSATING, position=len(run.plan["steps"]), due_at=start, outcome=why[:300])
        grip.renew()
    return True
