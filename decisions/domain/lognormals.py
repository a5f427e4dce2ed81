"""Closed forms of the lognormal distribution: the durations and cost rates of the decision model.

`location` and `spread` are mean and standard deviation of the logarithm. Every function takes numbers or
arrays that broadcast, and answers in the unit of e to the `location`. A spread of 0 is a fixed value.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Figures = NDArray[np.float64]

# A fixed value is treated as a spread too small to matter, so that no formula divides by zero.
_LEAST_SPREAD = 1e-12


def mean(location: ArrayLike, spread: ArrayLike) -> Figures:
    """Expected value, e^(m + s²/2)."""
    return np.exp(np.asarray(location, dtype=float) + np.square(spread) / 2)


def limited_mean(location: ArrayLike, spread: ArrayLike, limit: float) -> Figures:
    """Expected value of the smaller of the variable and `limit` (> 0).

    Source:
        Limited expected value of the lognormal; Klugman, Panjer and Willmot, Loss Models, appendix A.
    """
    from scipy.special import ndtr

    m, s = _floats(location, spread)
    z = (math.log(limit) - m) / s
    return np.asarray(mean(m, s) * ndtr(z - s) + limit * ndtr(-z))


def exceedance(location: ArrayLike, spread: ArrayLike, value: ArrayLike) -> Figures:
    """Probability that the variable is greater than `value`; 1 for a value of 0 or below."""
    from scipy.special import ndtr

    m, s = _floats(location, spread)
    above = np.asarray(value, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = ndtr((m - np.log(above)) / s)
    return np.where(above > 0, tail, 1.0)


def sum_exceedance(
    first: tuple[ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike], value: float, nodes: int = 64
) -> Figures:
    """Probability that the sum of two independent variables, each (location, spread), exceeds `value`.

    There is no closed form. The first is integrated out on a grid of its normal score from -5 to 5; give
    the one that is usually the smaller, then the rest of the integrand is smooth and the error of 64 nodes
    stays below 1e-4 (tests/domain/test_lognormals.py).
    """
    m1, s1 = _floats(*first)
    z = np.linspace(-5.0, 5.0, nodes)
    weights = np.exp(-np.square(z) / 2)
    weights /= weights.sum()
    used = np.exp(m1[..., None] + s1[..., None] * z)
    m2, s2 = _floats(*second)
    return exceedance(m2[..., None], s2[..., None], value - used) @ weights


def residual_mean(location: float, spread: float, elapsed: float) -> float:
    """Expected remaining time of something that has already lasted `elapsed` (>= 0).

    For a lognormal it first falls, then grows without bound: what has lasted long will last long.
    """
    from scipy.special import log_ndtr

    if elapsed <= 0:
        return float(mean(location, spread))
    s = max(spread, _LEAST_SPREAD)
    z = (math.log(elapsed) - location) / s
    lasting = math.exp(location + s**2 / 2 + float(log_ndtr(s - z)) - float(log_ndtr(-z)))
    return max(lasting - elapsed, 0.0)


def cvar(location: float, spread: float, level: float = 0.95) -> float:
    """Expected value given that it lies in the worst 1 - `level` (0 < level < 1).

    Source:
        Rockafellar and Uryasev 2000 for the measure; the lognormal's closed form is its partial mean.
    """
    from scipy.special import ndtr, ndtri

    return float(mean(location, spread) * ndtr(spread - ndtri(level)) / (1 - level))


def _floats(location: ArrayLike, spread: ArrayLike) -> tuple[Figures, Figures]:
    return np.asarray(location, dtype=float), np.maximum(np.asarray(spread, dtype=float), _LEAST_SPREAD)
