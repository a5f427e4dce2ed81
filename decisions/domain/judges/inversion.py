"""From evidence to a bound: up to which value a claim is rejected."""

from __future__ import annotations

import math
from collections.abc import Callable

# Halvings of the range; 45 leave a part of 3e-14 of it.
_HALVINGS = 45


def last_rejected(log_e: Callable[[float], float], low: float, high: float, level: float) -> float | None:
    """The largest value whose e-value is at least 1 / level, where evidence falls as the value grows.

    None when already `low` is not rejected.
    """
    needed = math.log(1 / level)
    if log_e(low) < needed:
        return None
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if log_e(middle) >= needed else (low, middle)
    return low
