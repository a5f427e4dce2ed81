"""What an effect probably is: the chance that a change is for the better, and what choosing wrongly would cost.

Source:
    Normal updating; loss functions as Stucchio 2014 uses them; stated values in GrowthBook's statistics at 8f1db44.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from decisions.domain.judges.moments import Effect


@dataclass(frozen=True)
class Belief:
    """A normal belief about an effect, in the effect's own unit."""

    mean: float
    deviation: float

    @property
    def chance_above_zero(self) -> float:
        return NormalDist().cdf(self.mean / self.deviation)

    @property
    def expected_gain(self) -> float:
        """The mean of what lies above 0: what is forgone on average by staying."""
        ratio = self.mean / self.deviation
        return self.mean * NormalDist().cdf(ratio) + self.deviation * NormalDist().pdf(ratio)

    @property
    def expected_loss(self) -> float:
        """The mean of what lies below 0, as a positive figure: what is lost on average by changing."""
        return Belief(-self.mean, self.deviation).expected_gain

    def interval(self, level: float) -> tuple[float, float]:
        """The central interval that holds the effect with this chance."""
        reach = NormalDist().inv_cdf((1 + level) / 2) * self.deviation
        return self.mean - reach, self.mean + reach


def belief(found: Effect, prior: Belief | None = None) -> Belief:
    """The belief after an effect was measured; without a prior, any effect was as likely as another."""
    if prior is None:
        return Belief(found.estimate, found.error)
    weights = 1 / found.error**2, 1 / prior.deviation**2
    total = sum(weights)
    return Belief((found.estimate * weights[0] + prior.mean * weights[1]) / total, math.sqrt(1 / total))
