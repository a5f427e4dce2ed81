"""Bounds in closed form that hold at every look and grow as slowly as any can, and a band for a whole distribution.

Source:
    Howard et al. 2021 (arXiv 1810.08240), theorem 1 (stitching); Howard and Ramdas 2022, Sequential estimation of
    quantiles (Bernoulli 28(3), arXiv 1906.09712), theorems 2 and 3; stated values in confseq at 70b1ef3.
"""

from __future__ import annotations

import math

# The times are cut into stretches that double, and stretch k gets a share of alpha that falls like k^-1.4.
_ETA = 2.0
_POWER = 1.4


def stitched(v: float, alpha: float, v_min: float, c: float = 0.0) -> float:
    """What a sum of sub-gamma steps with variance `v` so far and scale `c` stays below, from `v_min` on."""
    v = max(v, v_min)
    share = math.log(_zeta() / math.log(_ETA) ** _POWER)
    reach = _POWER * math.log(math.log(_ETA * v / v_min)) + share + math.log(1 / alpha)
    skew = (math.sqrt(_ETA) + 1) / 2 * c * reach
    return math.sqrt(_width() ** 2 * v * reach + skew**2) + skew


def quantile_stitched(share: float, t: float, alpha: float, t_opt: float, delta: float = 0.5) -> float:
    """By how much the count below the `share` quantile strays from `share` t, over all quantiles and t at once."""
    later = max(t, t_opt)
    odds = math.log(share / (1 - share))
    wider = 1 / (1 + math.exp(-(odds + 2 * delta * math.sqrt(t_opt * _ETA / later))))
    variance = (point := share if share >= 0.5 else min(0.5, wider)) * (1 - point)
    cell = math.sqrt(later / t_opt) * abs(odds) / (2 * delta) + 1
    constant = 2 * _zeta() * (2 * _zeta() + 1) / (alpha * math.log(_ETA) ** _POWER)
    reach = _POWER * math.log(math.log(_ETA * later / t_opt)) + _POWER * math.log(cell) + math.log(constant)
    skew = (math.sqrt(_ETA) + 1) / 2 * (1 - 2 * share) / 3 * reach
    sway = delta * math.sqrt(_ETA * later * variance / t_opt)
    return sway + math.sqrt(_width() ** 2 * variance * later * reach + skew**2) + skew


def distribution_band(t: float, alpha: float, t_min: float, steepness: float = 0.85) -> float:
    """How far the whole empirical distribution of `t` values strays from the true one, at all t from `t_min` on.

    Infinite before `t_min`. `steepness` over 1/sqrt(2) trades early width for late width.
    """
    if t < t_min:
        return math.inf
    return steepness * math.sqrt((math.log(1 + math.log(t / t_min)) + _band_constant(alpha, steepness)) / t)


def _band_constant(alpha: float, steepness: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(lambda c: _band_error(c, steepness) - alpha, _least_constant(steepness), 1e3, xtol=1e-12))


def _least_constant(steepness: float) -> float:
    # Below it no division of time into stretches gives any bound.
    constant = 1.0
    while not _band_error(constant, steepness) < math.inf:
        constant *= 1.01
    return constant


def _band_error(constant: float, steepness: float) -> float:
    """The chance of ever leaving the band, for the best division of time into stretches."""
    from scipy.optimize import brentq, minimize_scalar

    def left(eta: float) -> float:
        return math.sqrt(eta / 2) + math.sqrt(2 * (eta - 1) / constant) - steepness

    def error(eta: float) -> float:
        gamma = 2 / eta * (steepness - math.sqrt(2 * (eta - 1) / constant)) ** 2
        if gamma <= 1:
            return math.inf
        return 4 * math.exp(-gamma * constant) * (1 + 1 / ((gamma - 1) * math.log(eta)))

    longest = float(brentq(left, 1.0, 2 * steepness**2, xtol=1e-12))
    return float(minimize_scalar(error, bounds=(1 + 1e-9, longest - 1e-9), method="bounded").fun)


def _width() -> float:
    return float((_ETA**0.25 + _ETA**-0.25) / math.sqrt(2))


def _zeta() -> float:
    from scipy.special import zeta

    return float(zeta(_POWER))
