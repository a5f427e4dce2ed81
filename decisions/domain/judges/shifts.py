"""By how much one sample lies above another: the Mann-Whitney interval and the Hodges-Lehmann estimate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges.differences import differences

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shift:
    """How far x lies above y, in their unit: estimate, and interval at the level that was asked for.

    `tied_side` is 1 or -1 where so many differences are 0 that estimate and end both are, and the rank test still
    rejects a shift of 0: the end then lies just above or just below it.
    """

    low: float
    estimate: float
    high: float
    tied_side: int = 0


def shift(x: Floats, y: Floats, confidence: float) -> Shift:
    """Estimate the shift of x against y, with a two-sided interval.

    The estimate is the median of all differences x_i - y_j. The ends are the differences at which the rank sum test
    (normal approximation, continuity and tie correction) would just reject. Where each side holds a single value the
    shift is known and the interval is that point.

    Args:
        x, y: at least one finite value each, any order, same unit.
        confidence: 0 to 1, for example 0.98.

    Source:
        Hodges and Lehmann 1963; Bauer 1972 (JASA 67); R's wilcox.test finds the same roots numerically, to 1e-4.
    """
    return shift_of_ordered(np.sort(x), np.sort(y), confidence)


def shift_of_ordered(x: Floats, y: Floats, confidence: float) -> Shift:
    """The same of samples that are in ascending order already."""
    if x[0] == x[-1] and y[0] == y[-1]:
        known = float(x[0] - y[0])
        return Shift(known, known, known)
    pairs = differences(x, y)
    total = pairs.total
    quantile = NormalDist().inv_cdf((1 + confidence) / 2)
    reach = quantile * _deviation(x.size, y.size, _ties(x) + _ties(y)) + 0.5
    # So many differences have to lie above the lower end; more than there are means that no shift is rejected.
    above = min(total, math.ceil(total / 2 + reach))
    spans = [(total - above, total - above), ((total - 1) // 2, total // 2), (above - 1, above - 1)]
    (low, _), middle, (high, _) = pairs.spans(spans)
    estimate = (middle[0] + middle[1]) / 2
    is_tied = estimate == 0 and (low == 0 or high == 0)
    return Shift(low, estimate, high, _tied_side(x, y, quantile) if is_tied else 0)


def _tied_side(x: Floats, y: Floats, quantile: float) -> int:
    statistic = rank_statistic(x, y)
    return int(statistic > quantile) - int(statistic < -quantile)


def rank_statistic(x: Floats, y: Floats, shifted_by: float = 0.0, quantile: float = 0.0) -> float:
    """How many deviations the rank sum of `x - shifted_by` lies above the middle, less `quantile`.

    Its roots in `shifted_by`, for the normal quantiles, are the ends of the interval.

    Raises:
        ValueError: all observations are tied.
    """
    moved, y = np.sort(x - shifted_by), np.sort(y)
    wins = superiority(moved, y) * x.size * y.size - x.size * y.size / 2
    deviation = _deviation(x.size, y.size, _ties(np.sort(np.concatenate((moved, y)))))
    if deviation == 0:
        raise ValueError("all observations are tied")
    return (wins - math.copysign(0.5, wins) * (wins != 0)) / deviation - quantile


def superiority(x: Floats, y: Floats) -> float:
    """The share of pairs in which x is above y, ties counted half; both ascending and not empty."""
    below = np.searchsorted(y, x, side="left").sum() + np.searchsorted(y, x, side="right").sum()
    return float(below) / (2 * x.size * y.size)


def _ties(ascending: Floats) -> float:
    """The sum of t^3 - t over groups of t equal values."""
    is_last = ascending[1:] != ascending[:-1]
    if is_last.all():
        return 0.0
    ends = np.flatnonzero(np.append(is_last, True))
    sizes = np.diff(ends, prepend=-1).astype(np.float64)
    return float((sizes**3 - sizes).sum())


def _deviation(n: int, m: int, ties: float) -> float:
    return math.sqrt(n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1))))
