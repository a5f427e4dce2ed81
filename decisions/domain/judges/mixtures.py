"""Bounds that hold at every look: a sum stays below `bound(v, alpha)` at all times with probability 1 - alpha.

`s` is the sum of what deviates from its expectation, `v` its variance so far. A mixture says how much the sum speaks
against there being no deviation (`log_e`, the logarithm of an e-value: at most 1 on average, at every look), and its
bound is where that reaches 1 / alpha. Each is tuned to be tightest at one `v`.

Source:
    Howard, Ramdas, McAuliffe and Sekhon 2021, Time-uniform, nonparametric, nonasymptotic confidence sequences
    (Annals of Statistics 49(2), arXiv 1810.08240), propositions 5 to 9; stated values in confseq at 70b1ef3.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

# A deviation whose evidence needs more doublings than this to reach a threshold never will.
_DOUBLINGS = 50


class Mixture(Protocol):
    def log_e(self, s: float, v: float) -> float: ...

    def bound(self, v: float, alpha: float) -> float: ...


def best_rho(v_opt: float, alpha: float, *, two_sided: bool = True) -> float:
    """The spread of the mixture that makes a normal bound (nearly) tightest at variance `v_opt`."""
    alpha = alpha if two_sided else 2 * alpha
    return v_opt / (2 * math.log(1 / alpha) + math.log(1 + 2 * math.log(1 / alpha)))


@dataclass(frozen=True)
class Normal:
    """For sums of normal (or any sub-Gaussian) steps; deviations to both sides count."""

    rho: float

    def log_e(self, s: float, v: float) -> float:
        return math.log(self.rho / (v + self.rho)) / 2 + s * s / (2 * (v + self.rho))

    def bound(self, v: float, alpha: float) -> float:
        return math.sqrt((v + self.rho) * (math.log(1 + v / self.rho) + 2 * math.log(1 / alpha)))


@dataclass(frozen=True)
class NormalAbove:
    """The same when only deviations upwards count."""

    rho: float

    def log_e(self, s: float, v: float) -> float:
        from scipy.special import log_ndtr

        reach = math.log(4 * self.rho / (v + self.rho)) / 2 + s * s / (2 * (v + self.rho))
        return reach + float(log_ndtr(s / math.sqrt(v + self.rho)))

    def bound(self, v: float, alpha: float) -> float:
        return _where_reached(lambda s: self.log_e(s, v), alpha, v)


@dataclass(frozen=True)
class GammaExponential:
    """For steps with a heavier upper tail (sub-exponential with scale c > 0)."""

    rho: float
    c: float

    def log_e(self, s: float, v: float) -> float:
        from scipy.special import gammainc, gammaln

        ratio, square = self.rho / self.c**2, self.c**2
        spent, place = (v + self.rho) / square, (self.c * s + v) / square
        constant = ratio * math.log(ratio) - gammaln(ratio) - math.log(gammainc(ratio, ratio))
        tail = gammaln(spent) + math.log(gammainc(spent, place + ratio)) - spent * math.log(place + ratio)
        return float(constant + tail + place)

    def bound(self, v: float, alpha: float) -> float:
        return _where_reached(lambda s: self.log_e(s, v), alpha, v)


@dataclass(frozen=True)
class GammaPoisson:
    """For counts above their expectation (sub-Poisson with scale c > 0)."""

    rho: float
    c: float

    def log_e(self, s: float, v: float) -> float:
        from scipy.special import gammaincc, gammaln

        ratio, square = self.rho / self.c**2, self.c**2
        spent = (v + self.rho) / square
        place = s / self.c + spent
        constant = ratio * math.log(ratio) - gammaln(ratio) - math.log(gammaincc(ratio, ratio))
        tail = gammaln(place) + math.log(gammaincc(place, spent)) - place * math.log(spent)
        return float(constant + tail + v / square)

    def bound(self, v: float, alpha: float) -> float:
        return _where_reached(lambda s: self.log_e(s, v), alpha, v)


@dataclass(frozen=True)
class BetaBinomial:
    """For steps that are g down or h up with mean 0: successes in trials, with v = g h for each trial."""

    rho: float
    g: float
    h: float
    two_sided: bool = True

    @property
    def _spread(self) -> float:
        # The mixture is the wider, the smaller this is; it may not vanish for very rare successes.
        return max(self.rho - self.g * self.h, 1e-3 * self.g * self.h)

    def log_e(self, s: float, v: float) -> float:
        g, h, r = self.g, self.h, self._spread
        span = g + h
        certain = v / (g * h) * math.log(span)
        certain -= (v + h * s) / (h * span) * math.log(g) + (v - g * s) / (g * span) * math.log(h)
        seen = self._log_beta((r + v - g * s) / (g * span), (r + v + h * s) / (h * span))
        return certain + seen - self._log_beta(r / (g * span), r / (h * span))

    def _log_beta(self, a: float, b: float) -> float:
        whole = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
        if self.two_sided:
            return whole
        from scipy.special import betainc

        return whole + math.log(float(betainc(a, b, self.h / (self.g + self.h))))

    def bound(self, v: float, alpha: float) -> float:
        # The sum cannot pass v / g: every step would have been h up.
        return _where_reached(lambda s: self.log_e(s, v), alpha, v, most=v / self.g)


def _where_reached(log_e: Callable[[float], float], alpha: float, start: float, most: float = math.inf) -> float:
    """The sum at which evidence that grows with the sum reaches 1 / alpha; at most `most`."""
    threshold = math.log(1 / alpha)
    high = min(start, most)
    for _ in range(_DOUBLINGS):
        if high == most or log_e(high) > threshold:
            break
        high = min(2 * high, most)
    if log_e(high) < threshold:
        return high
    from scipy.optimize import brentq

    return float(brentq(lambda s: log_e(s) - threshold, 0.0, high, xtol=1e-12, rtol=1e-14))
