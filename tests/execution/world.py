"""A service with a simulated target, plans for it, and a worker that carries them out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from decisions.domain import canonical
from decisions.domain.actors import Actor, Role
from decisions.execution import reach, runs
from decisions.execution.leases import Moment
from decisions.execution.targets import simulated
from decisions.execution.targets.simulated import Crashed, SimulatedTarget
from decisions.models import Approval, Run, Service
from tests.factories import AT, make_live_pair

ANA = Actor(key="ana", name="Ana", roles=frozenset({Role.RESPONDER}))

SAYS = {
    "check": "See that v2 is served.",
    "precheck": "See that v1 loads.",
    "switch": "Send all traffic to v1.",
    "shift": "Send half of the traffic to v1.",
    "restore": "Set accept_threshold to 0.6.",
    "disable": "Let people read.",
    "read_back": "Read what is served.",
    "watch": "Watch the indicators.",
}
TURNS = {"roll_back": "switch", "shift_traffic": "shift", "stabilise": "restore", "disable": "disable"}


def make_world(name: str = "amounts") -> tuple[Service, SimulatedTarget]:
    """A service that serves v2, with v1 known good, and its target."""
    service = make_live_pair(name)
    service.target = {"kind": "simulated"}
    service.save()
    return service, simulated.made_of(service)


def state(split: dict[str, float], behaviour: str = "serve", **settings: str) -> dict[str, Any]:
    return {"split": split, "behaviour": behaviour, "settings": settings}


def make_plan(
    service: Service, kind: str = "roll_back", *, watch: float | None = None, **fields: Any
) -> dict[str, Any]:
    """A plan from v2 to v1, without a watch unless told its seconds."""
    names = ["check", "precheck", TURNS[kind], "read_back"]
    steps: list[dict[str, Any]] = [{"step": name, "says": SAYS[name]} for name in names]
    if watch is not None:
        steps.append({"step": "watch", "says": SAYS["watch"], "seconds": watch})
    plan = {
        "schema": "rollback-desk/plan/1",
        "service": service.name,
        "target": service.name,
        "kind": kind,
        "option": f"{kind}:v1",
        "from": state({"v2": 1.0}),
        "to": state({"v1": 1.0}),
        "steps": steps,
        "bounds": [],
        "evidence": canonical.digest("evidence"),
        "policy": {"id": "desk", "number": 1, "digest": canonical.digest("policy")},
        "epoch": 0,
        "requester": "ana",
        "not_after": "2026-11-18T03:09:00Z",
    }
    return plan | fields


def make_run(service: Service, at: datetime = AT, actor: Actor = ANA, **fields: Any) -> Run:
    plan = fields.pop("plan", None) or make_plan(service)
    return runs.queue(service=service, plan=plan, title="Roll back to v1", actor=actor, at=at, **fields)


def make_approval(service: Service, plan: dict[str, Any], *, assessment: Any, **fields: Any) -> Approval:
    defaults = {
        "incident": assessment.incident,
        "assessment": assessment,
        "option": plan["option"],
        "title": "Roll back to v1",
        "plan": plan,
        "plan_digest": canonical.digest(plan),
        "state": "approved",
        "requested_by": "ana",
        "requested_at": AT,
        "expires_at": AT + timedelta(minutes=10),
    }
    return Approval.objects.create(service=service, **(defaults | fields))


def carry(run: Run, at: datetime = AT, owner: str = "worker") -> Run:
    """What the task does, beginning at `at`: take every turn that is due, then let go."""
    moment = Moment(at)
    try:
        while runs.take_next_step(run.pk, owner=owner, at=moment.now()):
            pass
    finally:
        runs.let_go(run.pk, owner=owner)
    run.refresh_from_db()
    return run


def carry_on(run: Run, at: datetime = AT, seconds: float = 600) -> Run:
    """Carry a run out to its end, moving the clock on to whatever is due next, for at most so long."""
    end = at + timedelta(seconds=seconds)
    while run.is_active and at <= end:
        carry(run, at)
        run.refresh_from_db()
        at = max(run.due_at, run.lease_until or run.due_at, at) + timedelta(milliseconds=1)
    return run


@contextmanager
def at_boundaries(does: Callable[[str], None]) -> Iterator[None]:
    """Let something happen whenever a boundary is reached."""
    usual, reach.on_reach = reach.on_reach, does
    try:
        yield
    finally:
        reach.on_reach = usual


def vanish(run: Run, at: datetime = AT, *, boundary: str = "", nth: int = 1, owner: str = "vanishing") -> list[str]:
    """A worker that ends where it stands when it reaches a boundary for the nth time, or where its target ends it.

    Nothing of it lets go of the run. Answers the boundaries that it reached.
    """
    reached: list[str] = []

    def die(name: str) -> None:
        reached.append(name)
        if name == boundary and reached.count(name) == nth:
            raise Crashed(boundary)

    moment = Moment(at)
    with at_boundaries(die), suppress(Crashed):
        while runs.take_next_step(run.pk, owner=owner, at=moment.now()):
            pass
    run.refresh_from_db()
    return reached
