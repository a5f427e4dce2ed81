"""What an indicator is allowed: its target, the margin of the policy around it, and which part of that is overdue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from decisions.domain.evidence_indicators import LOWER, WORSE_SIDE, Indicator
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


def usual(indicator: Indicator) -> float | None:
    """The value that harm is counted from: the baseline, but never one that is itself worse than the target."""
    found = indicator.usual()
    if found is None or indicator.target is None or indicator.excess(found, indicator.target) == 0:
        return found
    return indicator.target


def parts(policy: Policy, indicator: str, own: MarginPart | None) -> tuple[MarginPart, ...]:
    """What an indicator's margin is made of: the policy's parts, else the one that the service's own level states."""
    margin = policy.margins.get(indicator)
    if margin is not None:
        return margin.parts
    return () if own is None else (own,)


def all_parts(policy: Policy, indicators: Mapping[str, Indicator]) -> dict[str, tuple[MarginPart, ...]]:
    """The parts of every margin that holds: those of the policy, and those of the service where it has none."""
    found = {
        name: parts(policy, name, indicators[name].own_margin if name in indicators else None)
        for name in {*policy.margins, *indicators}
    }
    return {name: found[name] for name in sorted(found) if found[name]}


def overdue(policy: Policy, indicator: str, own: MarginPart | None, on: date) -> tuple[MarginPart, ...]:
    """The parts of an indicator's margin whose review date has passed."""
    return tuple(part for part in parts(policy, indicator, own) if part.is_overdue(on))
