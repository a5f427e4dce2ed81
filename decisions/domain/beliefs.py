"""What is known of a cost rate, of a probability and of a time, and how well it is known."""

from __future__ import annotations

import math
from dataclasses import dataclass


class BadCase(ValueError):
    """A value that no decision can be scored from. The text says which and why."""


def need(holds: bool, otherwise: str) -> None:
    """Raise `BadCase` with the sentence unless it holds."""
    if not holds:
        raise BadCase(otherwise)


def need_amount(value: float, what: str) -> None:
    """Refuse a value that is below 0, infinite or NaN."""
    need(0 <= value < math.inf, f"{what} must be finite and not below 0")


@dataclass(frozen=True, slots=True)
class CostRate:
    """What one impact category costs while nothing is mitigated.

    Attributes:
        median: currency per minute at full traffic, >= 0.
        spread: standard deviation of the logarithm, >= 0 (0.3: about 90 % within a factor of 1.6).
    """

    category: str
    median: float
    spread: float = 0.0

    def __post_init__(self) -> None:
        need_amount(self.median, f"the cost rate of {self.category}")
        need_amount(self.spread, f"the spread of the cost rate of {self.category}")

    @property
    def mean(self) -> float:
        """Expected currency per minute; above the median, since the distribution is lognormal."""
        return self.median * math.exp(self.spread**2 / 2)


@dataclass(frozen=True, slots=True)
class Beta:
    """What is known of a probability: as much as `alpha` successes and `beta` failures (> 0) teach."""

    alpha: float
    beta: float

    def __post_init__(self) -> None:
        for count in (self.alpha, self.beta):
            need(0 < count < math.inf, "a Beta needs two finite counts above 0")

    @property
    def mean(self) -> float:
        return self.alpha / (self.alpha + self.beta)

    @property
    def weight(self) -> float:
        """Effective number of uses behind it, prior included."""
        return self.alpha + self.beta


@dataclass(frozen=True, slots=True)
class Certain:
    """A probability that is taken as it stands."""

    mean: float

    def __post_init__(self) -> None:
        need(0 <= self.mean <= 1, "a probability must lie in 0..1")


@dataclass(frozen=True, slots=True)
class Factor:
    """By how much a stated cost or share may be off: lognormal with mean 1, so that what is stated is expected.

    Attributes:
        spread: standard deviation of the logarithm, >= 0.
    """

    spread: float = 0.0

    def __post_init__(self) -> None:
        need_amount(self.spread, "the spread of a factor")

    @property
    def location(self) -> float:
        """Logarithm of the median."""
        return -(self.spread**2) / 2


def chance(mean: float, weight: float) -> Beta | Certain:
    """A probability known as well as from `weight` cases; taken as it stands where nothing could move it."""
    if math.isinf(weight) or not 0 < mean < 1:
        return Certain(min(max(mean, 0.0), 1.0))
    return Beta(mean * weight, (1 - mean) * weight)


@dataclass(frozen=True, slots=True)
class Duration:
    """A lognormal time whose spread is fixed by policy and whose median is learned.

    Attributes:
        median_minutes: > 0.
        spread: chance; standard deviation of the logarithm of one occurrence, >= 0.
        weight: effective observations behind the median, > 0; the logarithm of the median is known to
            within spread / sqrt(weight). `math.inf`: the median is known exactly.
    """

    median_minutes: float
    spread: float = 0.0
    weight: float = math.inf

    def __post_init__(self) -> None:
        need(0 < self.median_minutes < math.inf, "a duration needs a finite median above 0 minutes")
        need_amount(self.spread, "the spread of a duration")
        need(self.weight > 0, "a duration needs a weight above 0")

    @property
    def location(self) -> float:
        """Logarithm of the median."""
        return math.log(self.median_minutes)

    @property
    def doubt(self) -> float:
        """Standard deviation of the logarithm of the median: what is not known, chance left out."""
        return self.spread / math.sqrt(self.weight)

    @property
    def predictive_spread(self) -> float:
        """Standard deviation of the logarithm of the next occurrence: chance and not knowing together."""
        return math.hypot(self.spread, self.doubt)
