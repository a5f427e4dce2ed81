"""What makes a metric that jumps across its threshold harmless: a band between two lines, and a count of reversals.

The third part, the cooldown, is a bound of the gate (`bound_checks.of_moment`), which also counts reversals.
Source: DECISION-MODEL.md section 1.7; dwell time, Hespanha and Morse 1999.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Band:
    """Beyond `trigger` for so many samples in a row it is on, inside `clear` for so many it is off again.

    trigger, clear: in the indicator's unit; `clear` lies on the good side of `trigger`, or on it.
    """

    trigger: float
    clear: float
    trigger_samples: int
    clear_samples: int
    is_worse_above: bool = True

    def __post_init__(self) -> None:
        if min(self.trigger_samples, self.clear_samples) < 1:
            raise ValueError("a band needs at least one sample to trigger and to clear")
        if not (self.clear <= self.trigger if self.is_worse_above else self.clear >= self.trigger):
            raise ValueError("the line that clears must lie on the good side of the line that triggers")

    @classmethod
    def around(cls, target: float, *, margin: float, release: float, trigger_samples: int, clear_samples: int) -> Band:
        """On beyond target x (1 + margin), off inside target x (1 - release); both are shares, higher is worse."""
        return cls(target * (1 + margin), target * (1 - release), trigger_samples, clear_samples)

    def is_beyond(self, value: float) -> bool:
        return value >= self.trigger if self.is_worse_above else value <= self.trigger

    def is_inside(self, value: float) -> bool:
        return value <= self.clear if self.is_worse_above else value >= self.clear


@dataclass(frozen=True)
class Standing:
    """Whether the band is on, and how many samples in a row have asked for the other."""

    is_on: bool = False
    streak: int = 0


def step(band: Band, standing: Standing, value: float | None) -> Standing:
    """Where the band stands after one more sample. None or NaN, nothing measured, changes it in no way."""
    if value is None or math.isnan(value):
        return standing
    asks = band.is_inside(value) if standing.is_on else band.is_beyond(value)
    if not asks:
        return Standing(standing.is_on)
    needed = band.clear_samples if standing.is_on else band.trigger_samples
    streak = standing.streak + 1
    return Standing(not standing.is_on) if streak >= needed else Standing(standing.is_on, streak)


def reversals(states: Sequence[str]) -> int:
    """How often something was brought back that had been left before.

    Args:
        states: what was served, oldest first, the first being what the incident found; one more for each action.
            Equal neighbours are one state.

    Returns:
        Rolling back to an older version is none; returning to the version that was rolled back is one, and so on.
    """
    left: set[str] = set()
    found = 0
    for place in range(1, len(states)):
        before, after = states[place - 1], states[place]
        if before != after:
            left.add(before)
            found += after in left
    return found
