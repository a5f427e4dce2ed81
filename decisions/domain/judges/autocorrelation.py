"""How much less a series knows than as many independent values would: correlation from one value to the next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Fewer blocks than this say too little about how blocks vary.
FEWEST_BLOCKS = 16
# By how many standard errors the correlation of neighbours is taken to be larger than it seems.
RAISED_BY = 1.25
LARGEST = 0.99
_LARGEST_OF_BLOCKS = 0.9
# Windows of so many values show how neighbours correlate. There are three at least, so that a change is not in most.
_SHORTEST_WINDOW, _LONGEST_WINDOW, _FEWEST_WINDOWS = 8, 24, 3


@dataclass(frozen=True)
class Dependence:
    """What correlation costs.

    Attributes:
        inflation: how many times the variance of the mean is that of independent values; at least 1.
        effective_n: as many independent values would say as much.
        shortfall: the variance of the values comes out too small by this factor (0 to 1), since they vary together.
        variance_n: as many independent values would say as much about the variance; no fewer than `effective_n`.
    """

    inflation: float
    effective_n: float
    shortfall: float
    variance_n: float


def dependence(values: Floats, at_least: float = 1.0) -> Dependence:
    """Measure how a series depends on its own past, on the cautious side.

    Two answers, of which the worse counts. From neighbours: the lag-one correlation, freed of its bias and raised by
    1.25 standard errors, gives (1 + r) / (1 - r). From blocks of 2, 4, 8, ... values: how much more their means vary
    than means of independent values, and how those correlate; this finds slow drift under fast noise, and smoothing
    over several minutes.

    Args:
        values: n >= 8 finite values, oldest first; where all are equal, nothing depends on anything.
        at_least: an inflation that is known from elsewhere.

    Source:
        Kendall 1954 and Marriott and Pope 1954 for the bias, -(1 + 4 r) / n; batch means are Conway 1963. How far the
        correlation is raised is ours; bench/false_alarms.py measures what that leaves. Of an AR(1) series with r the
        variance is worth n (1 - r^2) / (1 + r^2) values (Bayley and Hammersley 1946).
    """
    n = values.size
    centred = values - values.mean()
    variance = float(centred @ centred) / n
    if np.ptp(values) == 0:
        return Dependence(1.0, float(n), 1.0, float(n))
    worst = max(at_least, _from_neighbours(lag_one(centred), n))
    length, blocks = 2, _halved(centred)
    while blocks.size >= FEWEST_BLOCKS:
        worst = max(worst, _from_blocks(blocks, length, variance))
        length, blocks = 2 * length, _halved(blocks)
    shortfall = (1 - worst / n) * n / (n - 1)
    return Dependence(worst, n / worst, min(max(shortfall, 0.05), 1.0), n * 2 * worst / (1 + worst * worst))


def usual_inflation(values: Floats) -> float:
    """The inflation that neighbours show in most windows of a series, which a few changes of its level do not touch.

    1 for fewer values than two windows hold.
    """
    found = windows(values)
    if len(found) < 2:
        return 1.0
    found = found - found.mean(axis=1, keepdims=True)
    squares = (found * found).sum(axis=1)
    raw = (found[:, 1:] * found[:, :-1]).sum(axis=1) / np.where(squares > 0, squares, 1.0)
    return _from_neighbours(_unbiased(of_most(raw), found.shape[1]), values.size)


def windows(values: Floats) -> Floats:
    """The values cut into windows of one length, one a row; what is left over is left out at the start."""
    length = min(max(values.size // _FEWEST_WINDOWS, _SHORTEST_WINDOW), _LONGEST_WINDOW)
    count = values.size // length
    return values[values.size - count * length :].reshape(count, length)


def of_most(found: Sequence[float] | Floats) -> float:
    """The median of what windows show; of two the lower, since a change may be in the other."""
    return float(np.median(found)) if len(found) > 2 else float(min(found))


def lag_one(centred: Floats) -> float:
    """The lag-one correlation of values that have the mean 0, freed of its bias in short series; at most 1.

    Values that are all 0 correlate with nothing.
    """
    n = centred.size
    squares = float(centred @ centred)
    raw = float(centred[1:] @ centred[:-1]) / squares if squares else 0.0
    return _unbiased(raw, n)


def _unbiased(correlation: float, n: int) -> float:
    return min((n * correlation + 1) / (n - 4), 1.0)


def _from_neighbours(correlation: float, n: int) -> float:
    correlation += RAISED_BY * math.sqrt(max(1 - correlation**2, 0.0) / n)
    return inflation(min(correlation, LARGEST))


def _halved(values: Floats) -> Floats:
    """The means of two at a time; the newest are kept, and one without a partner is left out at the start."""
    odd = values.size % 2
    found: Floats = (values[odd::2] + values[odd + 1 :: 2]) / 2
    return found


def _from_blocks(blocks: Floats, length: int, variance: float) -> float:
    means = blocks - blocks.mean()
    spread = float(means @ means) / (blocks.size - 1)
    if spread == 0:
        return 1.0
    return length * spread / variance * inflation(min(lag_one(means), _LARGEST_OF_BLOCKS))


def inflation(correlation: float) -> float:
    """How many times the variance of a mean grows when each value carries on this share (below 1) of the one before."""
    correlation = max(correlation, 0.0)
    return (1 + correlation) / (1 - correlation)
