"""The mean of the candidate against the mean of the baseline, at every look, with correlated minutes and a ratio limit.

Rows are minutes. The evidence is that of a normal mixture whose variance is estimated (a t statistic), with as many
values as the minutes are worth, and for many values it is the bound of GrowthBook's sequential test (`moments`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges.autocorrelation import Dependence, dependence
from decisions.domain.judges.limits import Limit

Floats = NDArray[np.float64]

# With fewer minutes' worth the estimated variance, and with it everything, is guesswork.
FEWEST = 5.0
# Sums of values of this relative size are 0 as far as floating point can tell.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Tuning:
    """What the evidence is tuned for, in squared standard deviations of one minute.

    Attributes:
        spread: of the effects that the mixture is of.
        wander: by how much the level of a stretch may lie off by itself, beyond what its minutes show.

    Source:
        Waudby-Smith et al. 2023 (arXiv 2103.06476v7), equation 161; 2 alpha because the test is one-sided.
    """

    spread: float
    wander: float = 0.0

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
        variance_n: minutes' worth by which the variances are known.
    """

    candidate: float
    baseline: float
    variance_candidate: float
    covariance: float
    variance_baseline: float
    effective_n: float
    variance_n: float
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
        return self._log_e(self.statistic(limit))

    def log_e_below(self, limit: Limit) -> float:
        """How much speaks against the candidate's mean being at least the limit."""
        return self._log_e(-self.statistic(limit))

    def _log_e(self, statistic: float) -> float:
        return log_e(statistic, self.effective_n, self.tuning, self.variance_n)

    def _critical(self, level: float) -> float:
        return critical(self.effective_n, level, self.tuning, self.variance_n)

    def differences(self, low_level: float, high_level: float) -> tuple[float, float]:
        """Bounds of candidate - baseline; each fails, ever, with its level."""
        middle, error = self.excess(Limit()), self.deviation(Limit())
        low, high = self._critical(low_level), self._critical(high_level)
        return _less(middle, low, error), -_less(-middle, high, error)

    def ratios(self, low_level: float, high_level: float) -> tuple[float, float]:
        """Bounds of candidate / baseline; infinite where nothing is excluded.

        Source:
            Fieller 1954: the ratios whose excess the data do not reject. Where the baseline might be 0 they are no
            interval; but a baseline of the sign it seems to have makes the candidate's excess over a rejected ratio an
            excess over all lower ones, so that the highest rejected one is a bound.
        """
        return self._ratio(self._critical(low_level), 1), self._ratio(self._critical(high_level), -1)

    def _ratio(self, reach: float, side: int) -> float:
        """The last ratio, from below (side 1) or above (-1), beyond which the candidate lies by `reach` errors."""
        square, nothing = reach * reach, -side * math.inf
        if not square < math.inf:
            return nothing
        a = self.baseline**2 - square * self.variance_baseline
        h = self.candidate * self.baseline - square * self.covariance
        k = self.candidate**2 - square * self.variance_candidate
        rest = h * h - a * k
        if a <= 0 and rest < 0:
            return nothing
        root = math.sqrt(max(rest, 0.0))
        if a == 0:
            return k / (2 * h) if h * side > 0 else nothing
        bound = (h - side * root) / a
        excess = side * math.copysign(1.0, self.baseline) * (self.candidate - bound * self.baseline)
        return bound if a > 0 or excess > 0 else nothing


def same_minutes(candidate: Floats, baseline: Floats, limit: Limit, tuning: Tuning, at_least: float = 1.0) -> Means:
    """Measure pairs of the same minutes, so that what happens to both cancels out.

    Args:
        candidate, baseline: n >= 8 finite values each, of the same minutes, oldest first.
        limit: the limit that is tested; correlation in time is measured on the excess over it.
        at_least: an inflation that is known from elsewhere (`dependence`).
    """
    tested = candidate - limit.ratio * baseline
    n = tested.size
    worth = dependence(tested, at_least)
    first, second = candidate - candidate.mean(), baseline - baseline.mean()
    scale = (1 / worth.effective_n + tuning.wander) / ((n - 1) * worth.shortfall)
    return Means(
        candidate=float(candidate.mean()),
        baseline=float(baseline.mean()),
        variance_candidate=float(first @ first) * scale,
        covariance=float(first @ second) * scale,
        variance_baseline=float(second @ second) * scale,
        effective_n=worth.effective_n,
        variance_n=_variance_n(worth, tuning),
        tuning=tuning,
    )


def separate_minutes(candidate: Floats, baseline: Floats, tuning: Tuning, at_least: float = 1.0) -> Means:
    """Measure two stretches of time that have nothing to do with each other, such as a version and the one before.

    Args:
        candidate, baseline: n, m >= 8 finite values, oldest first.
        at_least: the candidate's inflation, where it is known from elsewhere.
    """
    worth, worth_baseline = dependence(candidate, at_least), dependence(baseline)
    return Means(
        candidate=float(candidate.mean()),
        baseline=float(baseline.mean()),
        variance_candidate=_of_mean(candidate, worth, tuning.wander),
        covariance=0.0,
        variance_baseline=_of_mean(baseline, worth_baseline, 0.0),
        # As many pairs as would have this error if both sides were equally long.
        effective_n=2 / (1 / worth.effective_n + 1 / worth_baseline.effective_n),
        variance_n=min(_variance_n(worth, tuning), _variance_n(worth_baseline, tuning)),
        tuning=tuning,
    )


def _of_mean(values: Floats, worth: Dependence, wander: float) -> float:
    return float(np.var(values, ddof=1)) / worth.shortfall * (1 / worth.effective_n + wander)


def _variance_n(worth: Dependence, tuning: Tuning) -> float:
    # What wander allows for need not be held back a second time.
    return worth.variance_n if tuning.wander else worth.effective_n


def log_e(statistic: float, n: float, tuning: Tuning, variance_n: float | None = None) -> float:
    """Log of the e-value that a t statistic of `n` values is against a mean of at most 0.

    The mixture over all effects is at most one half more than half of the mixture over positive ones, since
    negative effects make a positive statistic less likely; so twice it, less 1, is an e-value of the one-sided test.

    Args:
        variance_n: how many values the variance is known from; `n` if not given.

    Source:
        The t statistic's mixture (right Haar prior on the variance): Lai 1976; Wang and Ramdas 2024, Anytime-valid
        t-tests (arXiv 2310.03722). Ours: the one-sided bound above, and `n` that is not whole.
    """
    if statistic <= 0 or n < FEWEST:
        return -math.inf
    if statistic == math.inf:
        return math.inf
    whole = _log_mixture(statistic**2, n, variance_n or n, tuning.spread)
    return math.log(2) + whole + math.log1p(-math.exp(-math.log(2) - whole)) if whole > -math.log(2) else -math.inf


def critical(n: float, alpha: float, tuning: Tuning, variance_n: float | None = None) -> float:
    """The t statistic at which `log_e` reaches 1 / alpha; infinite while `n` values cannot reach it."""
    if n < FEWEST:
        return math.inf
    known, grown = variance_n or n, 1 + n * tuning.spread
    needed = math.exp((2 * math.log((1 + 1 / alpha) / 2) + math.log(grown)) / known)
    return math.sqrt((known - 1) * (needed - 1) / (1 - needed / grown)) if needed < grown else math.inf


def _log_mixture(square: float, n: float, known: float, spread: float) -> float:
    freedom, grown = known - 1, 1 + n * spread
    shrunk = math.log1p(square / freedom) - math.log1p(square / (freedom * grown))
    return known / 2 * shrunk - math.log(grown) / 2


def _less(middle: float, reach: float, error: float) -> float:
    return middle - reach * error if error else middle
