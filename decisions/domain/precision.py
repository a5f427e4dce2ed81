"""How far a measured value may be off, from the number of observations behind it. For thin data and small samples."""

from __future__ import annotations

import math

from decisions.domain import units
from decisions.domain.evidence_indicators import Indicator, Measured

# Normal score of the one-sided 95 % point.
ONE_SIDED = 1.6448536269514722


def standard_error(indicator: Indicator, measured: Measured) -> float:
    """Standard error of a measured value, in the indicator's unit; infinite when nothing was observed.

    A stated `spread` counts; else fractions are binomial, events per minute Poisson in `n`, and everything else is
    taken to be known to its n-th root. No event in a window is known to within one event.
    """
    if measured.n <= 0:
        window = measured.window_seconds if indicator.is_rate else None
        return 60 / window if window else math.inf
    if measured.spread is not None:
        return abs(measured.value) * measured.spread
    if indicator.unit == units.FRACTION:
        # One success and one failure more: 0 of 20 is not known exactly.
        share = min(max((measured.value * measured.n + 1) / (measured.n + 2), 0.0), 1.0)
        return math.sqrt(share * (1 - share) / measured.n)
    return abs(measured.value) / math.sqrt(measured.n)


def at_least_as_good_as(indicator: Indicator, measured: Measured) -> float:
    """The value moved to its good side by one-sided 95 %: as much harm as the sample shows, and no more."""
    reach = ONE_SIDED * standard_error(indicator, measured)
    return measured.value + reach if indicator.direction == "lower_is_worse" else measured.value - reach


def at_most_as_bad_as(indicator: Indicator, measured: Measured) -> float:
    """The value moved to its bad side by one-sided 95 %."""
    reach = ONE_SIDED * standard_error(indicator, measured)
    return measured.value - reach if indicator.direction == "lower_is_worse" else measured.value + reach


def spread_of_excess(indicator: Indicator, measured: Measured, excess: float) -> float:
    """Sdlog of an excess (> 0, indicator's unit) that comes from measuring; at most 2, when it is mostly noise."""
    share = standard_error(indicator, measured) / excess
    return min(math.sqrt(math.log1p(share**2)), 2.0) if math.isfinite(share) else 2.0
