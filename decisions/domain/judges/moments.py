"""Two means from sums alone: effect, fixed and sequential t tests. For sources that report sums, not minutes.

Source:
    GrowthBook's statistics at 8f1db44; the sequential bounds are Waudby-Smith et al. 2023 (arXiv 2103.06476v7).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

# Between these a one-sided sequential p-value is reported.
LEAST_P, GREATEST_P = 1e-5, 0.4999


class Side(Enum):
    """Which effects count."""

    BOTH = "both"
    GREATER = "greater"
    LESSER = "lesser"


@dataclass(frozen=True)
class Moments:
    """Mean and variance (n - 1 below the fraction) of n values; n >= 2."""

    mean: float
    variance: float
    n: int

    @classmethod
    def of_sums(cls, total: float, squares: float, n: int) -> Moments:
        return cls(total / n, (squares - total * total / n) / (n - 1), n)

    @classmethod
    def of_successes(cls, successes: float, n: int) -> Moments:
        share = successes / n
        return cls(share, share * (1 - share), n)


@dataclass(frozen=True)
class Effect:
    """How far the candidate's mean lies above the baseline's: absolute, or as a share of the baseline's size.

    Attributes:
        n: values on both sides together; freedom: degrees of it (Welch 1947).
    """

    estimate: float
    error: float
    n: int
    freedom: float

    @property
    def statistic(self) -> float:
        return self.estimate / self.error


def effect(baseline: Moments, candidate: Moments, *, relative: bool) -> Effect:
    """Estimate the effect with its standard error.

    Raises:
        ValueError: a relative effect with a baseline mean of 0.

    Source:
        Relative effects by the delta method.
    """
    first, second = baseline.variance / baseline.n, candidate.variance / candidate.n
    freedom = (first + second) ** 2 / (first**2 / (baseline.n - 1) + second**2 / (candidate.n - 1))
    n = baseline.n + candidate.n
    difference = candidate.mean - baseline.mean
    if not relative:
        return Effect(difference, math.sqrt(first + second), n, freedom)
    if baseline.mean == 0:
        raise ValueError("a share of 0 is no measure")
    variance = second / baseline.mean**2 + first * candidate.mean**2 / baseline.mean**4
    return Effect(difference / abs(baseline.mean), math.sqrt(variance), n, freedom)


def fixed_interval(found: Effect, alpha: float, side: Side = Side.BOTH) -> tuple[float, float]:
    """The t interval for one look at a moment that was planned."""
    from scipy.special import stdtrit

    tail = alpha / 2 if side is Side.BOTH else alpha
    return _around(found, float(stdtrit(found.freedom, 1 - tail)) * found.error, side)


def fixed_p(found: Effect, side: Side = Side.BOTH) -> float:
    """The t test's p-value for one look."""
    from scipy.special import stdtr

    if side is Side.BOTH:
        return 2 * float(stdtr(found.freedom, -abs(found.statistic)))
    return float(stdtr(found.freedom, -found.statistic if side is Side.GREATER else found.statistic))


def tuning(alpha: float, n: float, side: Side = Side.BOTH) -> float:
    """The mixture's spread that makes the sequential interval narrowest at `n` values (equation 161)."""
    alpha = alpha if side is Side.BOTH else 2 * alpha
    return math.sqrt((-2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))) / n)


def sequential_interval(found: Effect, alpha: float, spread: float, side: Side = Side.BOTH) -> tuple[float, float]:
    """The interval that holds at every look (equation 9; one-sided 134); `spread` from `tuning`."""
    grown = found.n * spread**2 + 1
    needed = math.sqrt(grown) / alpha if side is Side.BOTH else 1 + math.sqrt(grown) / (2 * alpha)
    reach = math.sqrt(found.n * 2 * grown * math.log(needed)) / (found.n * spread)
    return _around(found, reach * found.error, side)


def sequential_p(found: Effect, spread: float, side: Side = Side.BOTH) -> float:
    """The p-value of this look; the least over all looks so far is always valid."""
    grown = found.n * spread**2 + 1
    spent = (grown - 1) * found.statistic**2 / (2 * grown)
    if side is Side.BOTH:
        return min(1.0, math.exp(-spent) * math.sqrt(grown))
    if spent == 0 or (found.statistic > 0) != (side is Side.GREATER):
        return GREATEST_P
    # Where the bound of `sequential_interval` would pass 0; beyond 700 the exponential is too large to hold.
    p = math.sqrt(grown) / (2 * math.expm1(min(spent, 700.0)))
    return min(max(p, LEAST_P), GREATEST_P)


def _around(found: Effect, reach: float, side: Side) -> tuple[float, float]:
    low = -math.inf if side is Side.LESSER else found.estimate - reach
    high = math.inf if side is Side.GREATER else found.estimate + reach
    return low, high
