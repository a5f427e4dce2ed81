"""How large a difference is: plain statistics of two samples, as the compatible judge defines them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges import shifts

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Summary:
    """A sample in five figures; all 0 for an empty one. `deviation` has n - 1 below the fraction."""

    least: float
    greatest: float
    mean: float
    deviation: float
    count: int


def summary(values: Floats) -> Summary:
    """Sum up a sample of finite values; a single value has the deviation 0."""
    if values.size == 0:
        return Summary(0.0, 0.0, 0.0, 0.0, 0)
    deviation = float(np.std(values, ddof=1)) if values.size > 1 else 0.0
    return Summary(float(values.min()), float(values.max()), float(values.mean()), deviation, values.size)


def percentile(values: Floats, percent: float) -> float:
    """The percentile (0 to 100) by linear interpolation, type 7 of Hyndman and Fan 1996; `values` is not empty."""
    return float(np.percentile(values, percent, method="linear"))


def mean_ratio(candidate: Floats, baseline: Floats) -> float:
    """Mean of the candidate over mean of the baseline; NaN where either mean is 0."""
    above, below = float(candidate.mean()), float(baseline.mean())
    return above / below if above and below else math.nan


def standardised_difference(candidate: Floats, baseline: Floats) -> float:
    """Cohen's d: the distance of the means in pooled deviations, never negative."""
    first, second = summary(candidate), summary(baseline)
    squares = (first.count - 1) * first.deviation**2 + (second.count - 1) * second.deviation**2
    return abs(first.mean - second.mean) / math.sqrt(squares / (first.count + second.count - 2))


def superiority(candidate: Floats, baseline: Floats) -> float:
    """The chance that a value of the candidate is above one of the baseline, ties counted half (0 to 1).

    Source:
        The common language effect size, Vargha and Delaney 2000.
    """
    return shifts.superiority(np.sort(candidate), np.sort(baseline))
