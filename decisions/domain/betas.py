"""Exact comparisons of two Beta-distributed rates."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from decisions.domain.beliefs import Beta


def probability_greater(first: Beta, second: Beta) -> float:
    """Probability that the first rate exceeds the second, 0..1; the counts need not be whole numbers.

    Source:
        The integral behind Miller 2015, whose sum holds for whole counts only; the tests hold both together.
    """
    from scipy.special import betainc, betaincinv

    at, weights = _gauss()
    rates = betaincinv(first.alpha, first.beta, at)
    return float(weights @ betainc(second.alpha, second.beta, rates))


def expected_shortfall(chosen: Beta, other: Beta) -> float:
    """How much rate is lost on average by choosing `chosen`: the mean of max(other - chosen, 0).

    Source:
        Stucchio 2014: the mean of x over x > y is the mean of x times a probability with one more success.
    """
    more_other = Beta(other.alpha + 1, other.beta)
    more_chosen = Beta(chosen.alpha + 1, chosen.beta)
    gained = other.mean * probability_greater(more_other, chosen)
    kept = chosen.mean * probability_greater(other, more_chosen)
    return max(gained - kept, 0.0)


@lru_cache(maxsize=1)
def _gauss() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    nodes, weights = np.polynomial.legendre.leggauss(400)
    return (nodes + 1) / 2, weights / 2
