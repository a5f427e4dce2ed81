"""What is expected of a version beside the one before it: direction, margin and kind, from the service's own level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain.evidence_indicators import HIGHER, LOWER
from decisions.domain.judges import rows
from decisions.domain.judges.configuration import DEFAULT_MARGIN, Indicator
from decisions.domain.judges.limits import Direction, Margin
from decisions.domain.levels import Level
from decisions.domain.rates import Measured

# Shares that may be no larger than this are counted event by event: the mean of a row says little about what is rare.
RARE = 0.1
_DIRECTIONS: dict[str, Direction] = {HIGHER: "higher_is_worse", LOWER: "lower_is_worse"}


@dataclass(frozen=True)
class Expected:
    """An indicator of a service: how it is queried, which direction is worse, and its level on that side."""

    name: str
    query: str
    direction: str
    level: Level | None = None

    @property
    def is_comparable(self) -> bool:
        """Whether two versions can differ in it for the worse.

        Events per minute follow the traffic, of which each version gets its own part; and where no direction is
        worse, no change is.
        """
        return self.query != "rate" and self.direction in _DIRECTIONS

    @property
    def is_counted(self) -> bool:
        is_rare = self.level is None or self.level.target <= RARE
        return self.query == "ratio" and self.direction == HIGHER and is_rare

    @property
    def out_of(self) -> str:
        """The name of the series with what counted events are out of."""
        return f"{self.name} out of"

    def indicator(self) -> Indicator:
        """What the judge is asked. The change that is borne is the level's margin, in the indicator's own unit.

        A share of the baseline would not do: a baseline of none has no shares, and a millisecond more is twice the
        latency of a version that answers in one.
        """
        margin = DEFAULT_MARGIN
        if self.level is not None:
            margin = Margin("absolute", abs(self.level.target) * self.level.margin)
        direction = _DIRECTIONS[self.direction]
        if self.is_counted:
            return Indicator(self.name, direction, margin, kind="count", per=self.out_of)
        return Indicator(self.name, direction, margin, kind="mean")

    def series(self, found: Sequence[Measured | None]) -> Mapping[str, NDArray[np.float64]]:
        """The rows of one version as the judge reads them."""
        if not self.is_counted:
            return {self.name: np.array(rows.values(found))}
        return {self.name: np.array(rows.events(found)), self.out_of: np.array(rows.exposures(found))}
