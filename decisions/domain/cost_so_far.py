"""What an incident has cost by now, from its last assessment on: a clock between two looks, not a new estimate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from decisions.domain.incidents import State


@dataclass(frozen=True)
class CostSoFar:
    """Amounts in the policy's currency: expected and 90 % interval at `at`, and how much comes on top each minute.

    `per_minute` is 0 once it has stopped.
    """

    expected: float
    low: float
    high: float
    per_minute: float
    at: datetime


def cost_so_far(harm: Mapping[str, Any], assessed_at: datetime, stopped_at: datetime | None, at: datetime) -> CostSoFar:
    """The cost of an incident at `at`.

    Args:
        harm: the `harm` of an assessment's result; its amounts hold for `assessed_at`.
        stopped_at: when the harm ended (`stopped`), None while it goes on.

    Returns:
        The assessed cost, moved on (or back) to the moment asked for at the assessed rate.
    """
    until = at if stopped_at is None else min(stopped_at, at)
    minutes = (until - assessed_at) / timedelta(minutes=1)

    def moved(name: str, rate: str) -> float:
        return max(float(harm[name]) + float(harm[rate]) * minutes, 0.0)

    return CostSoFar(
        expected=moved("so_far", "per_minute"),
        low=moved("so_far_low", "low"),
        high=moved("so_far_high", "high"),
        per_minute=float(harm["per_minute"]) if stopped_at is None else 0.0,
        at=until,
    )


def stopped(
    state: State, *, last_action_at: datetime | None, healed_at: datetime | None, resolved_at: datetime | None
) -> datetime | None:
    """When an incident's harm ended: with the action that it is watched after, or when its levels healed."""
    if state in (State.OPEN, State.MITIGATING):
        return None
    return last_action_at or healed_at or resolved_at
