"""What a change is allowed to be: the margin, and the limits that it makes of a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["higher_is_worse", "lower_is_worse", "either"]


@dataclass(frozen=True)
class Limit:
    """The value `ratio` times the baseline plus `offset`; as it stands, the baseline itself."""

    ratio: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class Margin:
    """By how much an indicator may change for the worse: a share of the baseline, or an amount in its unit."""

    kind: Literal["ratio", "absolute"]
    size: float

    def upper(self, baseline: float) -> Limit:
        """The highest that is allowed, for a baseline around this value."""
        return self._limit(self.size, baseline)

    def lower(self, baseline: float) -> Limit:
        """The lowest that is allowed."""
        return self._limit(-self.size, baseline)

    def _limit(self, change: float, baseline: float) -> Limit:
        if self.kind == "absolute":
            return Limit(offset=change)
        # 5 % above -100 is -95.
        return Limit(ratio=1 + change if baseline >= 0 else 1 - change)
