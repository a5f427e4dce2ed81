"""The steps of a run: which one is next, and who takes it."""

from __future__ import annotations

from typing import Any

from decisions.execution import acting, attempts, checking, endings, orders, reading_back, vigil
from decisions.execution.leases import Grip

_TURNS = {
    "check": checking.check,
    "precheck": checking.precheck,
    "read_back": reading_back.read_back,
    "watch": vigil.watch,
}


def take(grip: Grip) -> bool:
    """Take one turn of the run's present step. Raises Lost."""
    run = grip.run
    kind = kind_at(run.plan, run.position)
    try:
        if kind in orders.ACTING:
            return acting.act(grip, kind)
        return _TURNS[kind](grip)
    except attempts.Exhausted as tried:
        if kind == "read_back":
            return acting.give_up(grip, None, str(tried))
        return endings.need_human(grip, f"{tried} Nothing was changed.")


def kind_at(plan: dict[str, Any], position: int) -> str:
    """The kind of the step at a position. Behind the plan's own steps lie those that undo it."""
    steps = plan["steps"]
    if position < len(steps):
        return steps[position]["step"]
    return acting_step(plan)[1] if position == len(steps) else "read_back"


def acting_step(plan: dict[str, Any]) -> tuple[int, str]:
    """Place and kind of the last step that acts."""
    return [(place, step["step"]) for place, step in enumerate(plan["steps"]) if step["step"] in orders.ACTING][-1]
