"""The mean of the candidate against the mean of the baseline, at every look, with correlated minutes and a ratio limit.

Rows are minutes. The evidence is that of a normal mixture whose variance is estimated (a t statistic), with as many
values as the minutes are worth, and for many values it is the bound of GrowthBook's sequential test (`moments`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges.autocorrelation import dependence
from decisions.domain.judges.limits import Limit

Floats = NDArray[np.float64]

# With fewer minutes' worth the estimated variance, and with it everything, is guesswork.
FEWEST = 5.0
# Sums of values of this relative size are 0 as far as floating point can tell.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Tuning:
    """How the mixture is spread, in squared standard deviations of one minute.

    Source:
        Waudby-Smith et al. 2023 (arXiv 2103.06476v7), equation 161; 2 alpha because the test is one-sided.
    """

    spread: float

    @classmethod
    def tightest_at(cls, n: float, alpha: float) -> Tuning:
        """Tightest at `n` independent minutes, for false alarms of `alpha`."""
        return cls((-2 * math.log(2 * alpha) + math.log(1 - 2 * math.log(2 * alpha))) / n)


@dataclass(frozen=True)
class Means:
    """Two means with the uncertainty of each, as measured over the same minutes or over separate ones.

    Attributes:
        variance_candidate, covariance, variance_baseline: of the means.
        effective_n: minutes' worth of independent pairs.
    """

    candidate: float
    baseline: float
    variance_candidate: float
    covariance: float
    variance_baseline: float
    effective_n: float
    tuning: Tuning

    def excess(self, limit: Limit) -> float:
        return self.candidate - limit.ratio * self.baseline - limit.offset

    def deviation(self, limit: Limit) -> float:
        """Standard error of the excess over the limit."""
        crossed = self.variance_candidate - 2 * limit.ratio * self.covariance
        return math.sqrt(max(crossed + limit.ratio**2 * self.variance_baseline, 0.0))

    def statistic(self, limit: Limit) -> float:
        """The excess over the limit in standard errors: infinite when it never varied, 0 when there is none."""
        scale = abs(self.candidate) + abs(limit.ratio * self.baseline) + abs(limit.offset)
        excess, deviation = self.excess(limit), self.deviation(limit)
        if abs(excess) <= ROUNDING * scale:
            return 0.0
        return excess / deviation if deviation > ROUNDING * scale else math.copysign(math.inf, excess)

    def log_e_above(self, limit: Limit) -> float:
        """How much speaks against the candidate's mean being at most the limit (log of an e-value)."""
        return log_e(self.statistic(limit), self.effective_n, self.tuning)

    def log_e_below(self, limit: Limit) -> float:
        """How much speaks against the candidate's mean being at least the limit."""
        return log_e(-self.statistic(limit), self.effective_n, self.tuning)

    def differences(self, low_level: float, high_level: float) -> tuple[float, float]:
        """Bounds of candidate - baseline; each fails, ever, with its level."""
        middle, error = self.excess(Limit()), self.deviation(Limit())
        low, high = (critical(self.effective_n, level, self.tuning) for level in (low_level, high_level))
        return _less(middle, low, error), -_less(-middle, high, error)

    def ratios(self, low_level: float, high_level: float) -> tuple[float, float]:
        """Bounds of candidate / baseline; infinite where the baseline might as well be 0.

        Source:
            Fieller 1954: all ratios whose excess the data do not reject.
        """
        low, _ = self._fieller(critical(self.effective_n, low_level, self.tuning))
        _, high = self._fieller(critical(self.effective_n, high_level, self.tuning))
        return low, high

    def _fieller(self, reach: float) -> tuple[float, float]:
        square = reach * reach
        if not square < math.inf:
            return -math.inf, math.inf
        a = self.baseline**2 - square * self.variance_baseline
        h = self.candidate * self.baseline - square * self.covariance
        k = self.candidate**2 - square * self.variance_candidate
        if a <= 0:
            return -math.inf, math.inf
        root = math.sqrt(max(h * h - a * k, 0.0))
        return (h - root) / a, (h + root) / a


def same_minutes(candidate: Floats, baseline: Floats, limit: Limit, tuning: Tuning) -> Means:
    """Measure pairs of the same minutes, so that what happens to both cancels out.

    Args:
        candidate, baseline: n >= 8 finite values each, of the same minutes, oldest first.
        limit: the limit that is tested; correlation in time is measured on the excess over it.
    """
    tested = candidate - limit.ratio * baseline
    n = tested.size
    worth = dependence(tested)
    first, second = candidate - candidate.mean(), baseline - baseline.mean()
    scale = 1 / ((n - 1) * worth.shortfall * worth.effective_n)
    return Means(
        candidate=float(candidate.mean()),
        baseline=float(baseline.mean()),
        variance_candidate=float(first @ first) * scale,
        covariance=float(first @ second) * scale,
        variance_baseline=float(second @ second) * scale,
        effective_n=worth.effective_n,
        tuning=tuning,
    )


def separate_minutes(candidate: Floats, baseline: Floats, tuning: Tuning) -> Means:
    """Measure two stretches of time that have nothing to do with each other, such as a version and the one before.

    Args:
        candidate, baseline: n, m >= 8 finite values, oldest first.
    """
    (variance, worth), (variance_baseline, worth_baseline) = _of_mean(candidate), _of_mean(baseline)
    return Means(
        candidate=float(candidate.mean()),
        baseline=float(baseline.mean()),
        variance_candidate=variance,
        covariance=0.0,
        variance_baseline=variance_baseline,
        # As many pairs as would have this error if both sides were equally long.
        effective_n=2 / (1 / worth + 1 / worth_baseline),
        tuning=tuning,
    )


def _of_mean(values: Floats) -> tuple[float, float]:
    worth = dependence(values)
    return float(np.var(values, ddof=1)) / worth.shortfall / worth.effective_n, worth.effective_n


def log_e(statistic: float, n: float, tuning: Tuning) -> float:
    """Log of the e-value that a t statistic of `n` values is against a mean of at most 0.

    The mixture over all effects is at most one half more than half of the mixture over positive ones, since
    negative effects make a positive statistic less likely; so twice it, less 1, is an e-value of the one-sided test.

    Source:
        The t statistic's mixture (right Haar prior on the variance): Lai 1976; Wang and Ramdas 2024, Anytime-valid
        t-tests (arXiv 2310.03722). Ours: the one-sided bound above, and `n` that is not whole.
    """
    if statistic <= 0 or n < FEWEST:
        return -math.inf
    if statistic == math.inf:
        return math.inf
    whole = _log_mixture(statistic**2, n, tuning.spread)
    return math.log(2) + whole + math.log1p(-math.exp(-math.log(2) - whole)) if whole > -math.log(2) else -math.inf


def critical(n: float, alpha: float, tuning: Tuning) -> float:
    """The t statistic at which `log_e` reaches 1 / alpha; infinite while `n` values cannot reach it."""
    if n < FEWEST:
        return math.inf
    freedom, grown = n - 1, 1 + n * tuning.spread
    needed = math.exp((2 * math.log((1 + 1 / alpha) / 2) + math.log(grown)) / (freedom + 1))
    return math.sqrt(freedom * (needed - 1) / (1 - needed / grown)) if needed < grown else math.inf


def _log_mixture(square: float, n: float, spread: float) -> float:
    freedom, grown = n - 1, 1 + n * spread
    shrunk = math.log1p(square / freedom) - math.log1p(square / (freedom * grown))
    return (freedom + 1) / 2 * shrunk - math.log(grown) / 2


def _less(middle: float, reach: float, error: float) -> float:
    return middle - reach * error if error else middle
