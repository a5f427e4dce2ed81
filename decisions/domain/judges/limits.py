"""What a change is allowed to be: the margin, and the limits that it makes of a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Direction = Literal["higher_is_worse", "lower_is_worse", "either"]


Unit = Literal["ratio", "absolute"]


@dataclass(frozen=True)
class Limit:
    """The value `ratio` times the baseline plus `offset`; as it stands, the baseline itself.

    `unit` is that of the margin behind it: which of the two is the question, also where the margin is 0.
    """

    ratio: float = 1.0
    offset: float = 0.0
    unit: Unit = "ratio"

    @classmethod
    def above_by(cls, amount: float) -> Limit:
        """The baseline plus an amount in its unit."""
        return cls(offset=amount, unit="absolute")

    def of(self, baseline: Floats | float) -> Floats:
        """The limit for these values of the baseline."""
        found: Floats = np.asarray(self.ratio * baseline + self.offset)
        return found


@dataclass(frozen=True)
class Margin:
    """By how much an indicator may change for the worse: a share of the baseline, or an amount in its unit."""

    kind: Unit
    size: float

    def upper(self, baseline: float) -> Limit:
        """The highest that is allowed, for a baseline around this value."""
        return self._limit(self.size, baseline)

    def lower(self, baseline: float) -> Limit:
        """The lowest that is allowed."""
        return self._limit(-self.size, baseline)

    def _limit(self, change: float, baseline: float) -> Limit:
        if self.kind == "absolute":
            return Limit.above_by(change)
        # 5 % above -100 is -95.
        return Limit(ratio=1 + change if baseline >= 0 else 1 - change)
