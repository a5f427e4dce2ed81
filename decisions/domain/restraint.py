"""What keeps the desk from acting on noise, too often, or back and forth (decision model, section 1.7)."""

from __future__ import annotations

import math
from collections.abc import Iterable

from decisions.domain.beliefs import need


def noise_margin(score: float, window_deviation: float, target: float) -> float:
    """Margin, as a share of the target, that noise alone stays within.

    Args:
        score: normal score that gives the tolerated false alarms.
        window_deviation: standard deviation of the window's value while all is quiet, in the target's unit.
        target: > 0.
    """
    need(target > 0, "a margin is a share of a target above 0")
    return score * window_deviation / target


def accumulated_excess(
    severities: Iterable[float], threshold: float, minutes_each: float, half_life_minutes: float
) -> list[float]:
    """Leaky sum of what lies above the threshold, severity x minutes, after each sample.

    One good minute inside a bad hour lowers it a little instead of starting the count again.

    Args:
        severities: oldest first, one every `minutes_each`.
        half_life_minutes: time in which an old excess loses half its weight, > 0.
    """
    need(half_life_minutes > 0, "the half-life must be above 0 minutes")
    kept = 0.5 ** (minutes_each / half_life_minutes)
    sums, total = [], 0.0
    for severity in severities:
        total = kept * total + max(severity - threshold, 0.0) * minutes_each
        sums.append(total)
    return sums


def actions_at_most(window_minutes: float, cooldown_minutes: float) -> int:
    """Most automatic actions that a closed window can hold when each is followed by a cooldown (> 0).

    Source:
        Average dwell time, Hespanha and Morse 1999.
    """
    need(cooldown_minutes > 0, "a cooldown must be above 0 minutes")
    return math.floor(window_minutes / cooldown_minutes) + 1


def is_worth_switching(regret_of_present: float, switching_cost: float, doubt: float) -> bool:
    """Whether to leave the present state: only for more than the switch costs and than can be told apart.

    Args:
        regret_of_present, switching_cost, doubt: currency.

    Source:
        Dixit 1989, entry and exit under a sunk cost.
    """
    return regret_of_present > switching_cost + doubt
