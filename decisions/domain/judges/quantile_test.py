"""Whether two samples may have the same quantile, at every look: the two-sided test with a p-value."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges.mixtures import BetaBinomial, best_rho

Floats = NDArray[np.float64]


def p_value(first: Floats, second: Floats, share: float, t_opt: float, alpha_opt: float = 0.05) -> float:
    """An always valid p-value against both samples having the same `share` quantile.

    If they had one in common, neither would stray from it much; so the least evidence over all values counts.

    Args:
        first, second: n, m >= 1 finite values, any order.
        t_opt: number of values of each at which the test is tuned to be strongest, at level `alpha_opt`.

    Source:
        Howard and Ramdas 2022, Sequential estimation of quantiles (Bernoulli 28(3), arXiv 1906.09712), section 5.
    """
    mixture = BetaBinomial(best_rho(t_opt * share * (1 - share), alpha_opt), share, 1 - share)
    values = np.unique(np.concatenate((first, second)))
    evidence = _against(values, np.sort(first), mixture) + _against(values, np.sort(second), mixture)
    return min(1.0, math.exp(-float(evidence.min())))


def _against(values: Floats, ascending: Floats, mixture: BetaBinomial) -> Floats:
    """Log of the e-value against each of `values` being the quantile of a sample."""
    n, share = ascending.size, mixture.g
    least = _least_suspect(n, mixture)
    upto = np.searchsorted(ascending, values, side="right") / n
    before = np.searchsorted(ascending, values, side="left") / n
    # A tie may lie on either side of the quantile, and the doubt is the sample's.
    counted = np.where(upto < least, upto, np.where(before > least, before, least))
    shares, place = np.unique(counted, return_inverse=True)
    variance = share * (1 - share) * n
    return np.array([mixture.log_e((found - share) * n, variance) for found in shares])[place]


def _least_suspect(n: int, mixture: BetaBinomial) -> float:
    """The share below at which the evidence is least; close to the share that is claimed."""
    from scipy.optimize import minimize_scalar

    variance = mixture.g * (1 - mixture.g) * n
    found = minimize_scalar(lambda at: mixture.log_e((at - mixture.g) * n, variance), bounds=(0, 1), method="bounded")
    return float(found.x)
