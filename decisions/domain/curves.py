"""Threshold curves: the severity from which something should be done, against how long it has lasted.

Time in minutes, severity in currency per minute or in the unit of an indicator.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from decisions.domain.beliefs import Beta, Duration, need
from decisions.domain.lognormals import mean, residual_mean


@dataclass(frozen=True, slots=True)
class Curve:
    """A non-increasing curve through its knots, straight in the logarithms of both, constant outside.

    Attributes:
        knots: (minutes, severity), both above 0, minutes rising.
    """

    knots: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        need(bool(self.knots), "a curve needs at least one knot")
        need(all(0 < v < math.inf for knot in self.knots for v in knot), "a curve lives above 0 in both directions")
        for (earlier, higher), (later, lower) in pairwise(self.knots):
            need(later > earlier, f"the knots of a curve must follow in time; {later:g} min is out of order")
            need(lower <= higher, f"the curve rises at {later:g} min; a longer harm may not need a higher severity")

    def at(self, minutes: float) -> float:
        """Severity that counts after so many minutes."""
        first, last = self.knots[0], self.knots[-1]
        if minutes <= first[0]:
            return first[1]
        for left, right in pairwise(self.knots):
            if minutes <= right[0]:
                return left[1] * math.exp(_slope(left, right) * math.log(minutes / left[0]))
        return last[1]

    def slopes(self) -> tuple[float, ...]:
        """Slope of each piece in log-log; the burn-rate table of the SRE workbook has -0.489 and -0.721."""
        return tuple(_slope(left, right) for left, right in pairwise(self.knots))

    def is_below(self, other: Curve) -> bool:
        """Whether this curve is nowhere above the other: stabilise must lie below roll back."""
        times = sorted({minutes for minutes, _ in (*self.knots, *other.knots)})
        return all(self.at(minutes) <= other.at(minutes) * (1 + 1e-12) for minutes in times)


@dataclass(frozen=True, slots=True)
class Remedy:
    """What an action costs and brings, over all categories.

    Attributes:
        one_off: currency. running: currency per minute while it works. residual: share of harm that remains, 0..1.
    """

    works: Beta
    takes: Duration
    one_off: float = 0.0
    running: float = 0.0
    residual: float = 0.0


def break_even(remedy: Remedy, natural: Duration, minutes: float) -> float:
    """Severity, currency per minute, above which the remedy pays after the harm has lasted `minutes`.

    Args:
        natural: how long such harm lasts by itself.

    Returns:
        Infinity where even the greatest harm would be over before the remedy had paid.

    Source:
        s* = (K + p o r) / (p (1 - rho) r - T), with r the expected remaining time of the natural duration.
    """
    rest = residual_mean(natural.location, natural.predictive_spread, minutes)
    spared = remedy.works.mean * (1 - remedy.residual) * rest
    spent = float(mean(remedy.takes.location, remedy.takes.predictive_spread))
    if spared <= spent:
        return math.inf
    return (remedy.one_off + remedy.works.mean * remedy.running * rest) / (spared - spent)


def break_even_curve(remedy: Remedy, natural: Duration, at_minutes: Iterable[float]) -> Curve:
    """The default curve of a policy: break-even severities with their running minimum, so that it never rises.

    A lognormal's remaining time first falls and then grows, so that the raw severity may rise early. Times at
    which nothing would pay, or at which the remedy is free, are left out.

    Raises:
        BadCase: no time is left.
    """
    knots: list[tuple[float, float]] = []
    for minutes in sorted(at_minutes):
        severity = min(break_even(remedy, natural, minutes), knots[-1][1] if knots else math.inf)
        if 0 < severity < math.inf:
            knots.append((minutes, severity))
    return Curve(tuple(knots))


def _slope(left: tuple[float, float], right: tuple[float, float]) -> float:
    return math.log(right[1] / left[1]) / math.log(right[0] / left[0])
