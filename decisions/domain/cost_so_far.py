"""What an incident has cost by now: its rates, each over the time from one assessment to the next.

The rate of an assessment holds until the next one, so that the figure which runs on the page is the one which the
next assessment carries on. It never falls. Time in which what was done held costs nothing; what little remains of the
harm then is not counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from decisions.domain.amounts import text


@dataclass(frozen=True)
class Quiet:
    """A stretch without harm: since what was done took effect, until it broke again (None: it still holds)."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class CostSoFar:
    """Amounts in the policy's currency: expected and 90 % interval at `at`, and how much comes on top each minute.

    While nothing is added `per_minute` is 0 and `at` is when it stopped.
    """

    expected: float
    low: float
    high: float
    per_minute: float
    at: datetime


def cost_so_far(harm: Mapping[str, Any], assessed_at: datetime, quiet: Sequence[Quiet], at: datetime) -> CostSoFar:
    """The cost of an incident at `at`, carried on from its last assessment.

    Args:
        harm: the `harm` of that assessment's result; its amounts hold for `assessed_at`.
        quiet: stretches that do not overlap, oldest first.
    """
    minutes = harmful_minutes(assessed_at, at, quiet)
    held = quiet[-1].since if quiet and quiet[-1].until is None and quiet[-1].since <= at else None

    def moved(name: str, rate: str) -> float:
        return float(harm[name]) + float(harm[rate]) * minutes

    return CostSoFar(
        expected=moved("so_far", "per_minute"),
        low=moved("so_far_low", "low"),
        high=moved("so_far_high", "high"),
        per_minute=float(harm["per_minute"]) if held is None else 0.0,
        at=at if held is None else held,
    )


def carried(cost: CostSoFar, currency: str) -> dict[str, str]:
    """A cost as the next snapshot of the incident states it."""
    return {
        "expected": text(cost.expected),
        "low": text(cost.low),
        "high": text(cost.high),
        "currency": currency,
    }


def harmful_minutes(since: datetime, until: datetime, quiet: Iterable[Quiet]) -> float:
    """Minutes between two moments that lie in no quiet stretch; never negative."""
    spared = [min(each.until or until, until) - max(each.since, since) for each in quiet]
    seconds = math.fsum(max(each.total_seconds(), 0.0) for each in spared)
    return max(((until - since).total_seconds() - seconds) / timedelta(minutes=1).total_seconds(), 0.0)


def stretches(ended: Iterable[datetime], broke: Iterable[datetime]) -> tuple[Quiet, ...]:
    """The quiet stretches, oldest first: each begins when the harm ended and lasts until the next time it broke."""
    turns = sorted([*((at, True) for at in ended), *((at, False) for at in broke)])
    found: list[Quiet] = []
    for at, is_quiet in turns:
        holds = bool(found) and found[-1].until is None
        if is_quiet and not holds:
            found.append(Quiet(at, None))
        elif not is_quiet and holds:
            found[-1] = Quiet(found[-1].since, at)
    return tuple(found)
