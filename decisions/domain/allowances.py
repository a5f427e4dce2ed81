"""What an indicator is allowed: its target, the margin of the policy around it, and which part of that is overdue."""

from __future__ import annotations

from datetime import date

from decisions.domain.evidence_indicators import HIGHER, LOWER, NEITHER, Indicator
from decisions.domain.policy import Policy
from decisions.domain.policy_margins import MarginPart


def size(policy: Policy, indicator: str, fallback: float) -> float:
    """The margin of an indicator as a share of its target: the policy's where it has one, else the service's own."""
    margin = policy.margins.get(indicator)
    return fallback if margin is None else margin.size


def edge(indicator: Indicator, policy: Policy) -> float | None:
    """The value up to which nothing happens, in the indicator's unit; None without a target or a usual value."""
    middle = indicator.target if indicator.target is not None else indicator.usual()
    if middle is None:
        return None
    margin = abs(middle) * size(policy, indicator.name, indicator.margin)
    return middle - margin if indicator.direction == LOWER else middle + margin


def is_beyond(value: float, indicator: Indicator, policy: Policy) -> bool:
    """Whether a value of this indicator lies outside target and margin."""
    line = edge(indicator, policy)
    return line is not None and indicator.excess(value, line) > 0


def breaks(value: float, indicator: Indicator, policy: Policy) -> bool:
    """Whether a value breaks a service level of this indicator, on either side."""
    if indicator.target is not None and is_beyond(value, indicator, policy):
        return True
    return any(level.is_beyond(value) for level in indicator.levels if level.bound != WORSE_SIDE[indicator.direction])


# The bound on the side that the direction calls worse; the other side has the margin that the level itself states.
WORSE_SIDE = {HIGHER: "at_most", LOWER: "at_least", NEITHER: ""}


def usual(indicator: Indicator) -> float | None:
    """The value that harm is counted from: the baseline, but never one that is itself worse than the target."""
    found = indicator.usual()
    if found is None or indicator.target is None or indicator.excess(found, indicator.target) == 0:
        return found
    return indicator.target


def overdue(policy: Policy, indicator: str, on: date) -> tuple[MarginPart, ...]:
    """The parts of an indicator's margin whose review date has passed."""
    margin = policy.margins.get(indicator)
    return tuple(part for part in margin.parts if part.is_overdue(on)) if margin else ()
