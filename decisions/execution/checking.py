"""Before anything is changed: is the world still the one of the plan, and would what shall be served load?"""

from __future__ import annotations

from decisions.domain.runs import State
from decisions.execution import acting, attempts, endings, orders, seeing
from decisions.execution.attempts import DONE, FAILED, SKIPPED
from decisions.execution.leases import Grip
from decisions.execution.targets import Rejected, Served, Unreachable


def check(grip: Grip) -> bool:
    """Read the target: is the world still the one that the plan was made for?"""
    run = grip.run
    attempt = attempts.begin(grip, "check", State.PREPARING)
    try:
        served = grip.target.read(at=grip.now())
    except Unreachable as reason:
        return attempts.again_later(grip, attempt, str(reason))
    why_not = _moved_on(grip, served)
    with attempts.saved(grip) as act:
        seeing.write_down(run.service, served)
        if why_not is not None:
            attempts.end(grip, act, attempt, FAILED, why_not, served.state)
            return endings.cancel(grip, act, why_not)
        said = f"{acting.serving(grip, served)}, as the plan expects."
        attempts.end(grip, act, attempt, DONE, said, served.state)
        attempts.advance(grip)
    return True


def _moved_on(grip: Grip, served: Served) -> str | None:
    run, now = grip.run, acting.serving(grip, served)
    if served.epoch > run.epoch:
        return "The kill switch was used after this plan was made. Look at the newest assessment and choose again."
    if not orders.changes(served.state, orders.wanted(run.plan)):
        return f"{now} already. There is nothing to do."
    expected = orders.before(run.plan)
    if orders.changes(served.state, expected):
        return f"{now} now; the plan was made for {orders.words(expected, expected['settings'])}. Choose again."
    return None


def precheck(grip: Grip) -> bool:
    """See that what shall be served would load, before anything is changed."""
    run = grip.run
    attempt = attempts.begin(grip, "precheck", State.PREPARING)
    versions = orders.answering(orders.wanted(run.plan))
    try:
        for version in versions:
            grip.target.probe(version)
    except Rejected as reason:
        with attempts.saved(grip) as act:
            attempts.end(grip, act, attempt, FAILED, str(reason))
            return endings.cancel(grip, act, f"{reason} Nothing was changed.")
    except Unreachable as reason:
        return attempts.again_later(grip, attempt, str(reason))
    with attempts.saved(grip) as act:
        said = f"{', '.join(versions)} would load." if versions else "No version has to load for this."
        attempts.end(grip, act, attempt, DONE if versions else SKIPPED, said)
        attempts.advance(grip)
    return True
