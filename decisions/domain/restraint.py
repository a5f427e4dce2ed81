"""What keeps the desk from acting on noise, too often, or back and forth (decision model, section 1.7)."""

from __future__ import annotations

import math
from collections.abc import Iterable

from decisions.domain.beliefs import need


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


def is_worth_switching(saved: float, switching_cost: float, doubt: float) -> bool:
    """Whether to leave the present state: only for more than the switch costs and than can be told apart.

    Args:
        saved: by how much the present state is expected to cost more than the best other one, currency.
        switching_cost, doubt: currency.

    Source:
        Dixit 1989, entry and exit under a sunk cost.
    """
    return saved > switching_cost + doubt
