"""What keeps the desk from acting on noise, too often, or back and forth (decision model, section 1.7)."""

from __future__ import annotations

import math

from decisions.domain.beliefs import need


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
