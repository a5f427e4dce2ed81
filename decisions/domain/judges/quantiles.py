"""A quantile of the candidate against the same quantile of the baseline: the tail of a latency, which a mean hides."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges import trials
from decisions.domain.judges.autocorrelation import dependence
from decisions.domain.judges.inversion import last_rejected
from decisions.domain.judges.limits import Limit

Floats = NDArray[np.float64]

# Ratios are looked for between exp(-30) and exp(30).
_WIDEST = 30.0


@dataclass(frozen=True)
class Side:
    """One sample, ascending, and what is said against a value being its `share` quantile.

    Attributes:
        worth: independent values for each value (0 to 1).
    """

    values: Floats
    share: float
    worth: float

    @property
    def effective_n(self) -> float:
        return self.values.size * self.worth

    @property
    def quantile(self) -> float:
        """The value below which `share` of the sample lies."""
        return float(self.values[min(math.floor(self.values.size * self.share), self.values.size - 1)])

    def too_few_below(self, values: Floats, at: Floats) -> Floats:
        """Evidence that the quantile lies above each of `at`; `values` is the sample, moved."""
        return self._few[np.searchsorted(values, at, side="right")]

    def too_many_below(self, values: Floats, at: Floats) -> Floats:
        """Evidence that the quantile lies below each of `at`."""
        return self._many[np.searchsorted(values, at, side="left")]

    @cached_property
    def _few(self) -> Floats:
        return self._evidence(-1)

    @cached_property
    def _many(self) -> Floats:
        return self._evidence(1)

    def _evidence(self, side: int) -> Floats:
        """Log of the e-value for each possible count of values below."""
        below = np.arange(self.values.size + 1.0)[:, np.newaxis] * self.worth
        odds = np.array([math.log(self.share / (1 - self.share))])
        found = trials.log_e(below, self.effective_n - below, odds, side)
        # Half a stake is kept: where this sample has no doubt, it costs the other nothing.
        kept: Floats = np.logaddexp(0, found) - math.log(2)
        return kept


@dataclass(frozen=True)
class Quantiles:
    """The same quantile of two samples.

    If the candidate's were within the limit, there would be a value, namely the limit, that the candidate is not above
    too often nor the baseline below too often. So the evidence is the least, over all values, of what both say
    against it.

    Source:
        Howard and Ramdas 2022 (arXiv 1906.09712, section 5), here one-sided.
    """

    candidate: Side
    baseline: Side

    @property
    def effective_n(self) -> float:
        return 2 / (1 / self.candidate.effective_n + 1 / self.baseline.effective_n)

    def statistic(self, limit: Limit) -> float:
        """How many deviations more of the candidate lies above the limit, as the baseline has it, than should."""
        share, limiting = self.candidate.share, limit.ratio * self.baseline.quantile + limit.offset
        above = 1 - float(np.searchsorted(self.candidate.values, limiting, side="right")) / self.candidate.values.size
        return (above - (1 - share)) / math.sqrt(share * (1 - share) * 2 / self.effective_n)

    def log_e_above(self, limit: Limit) -> float:
        """How much speaks against the candidate's quantile being at most the limit (log of an e-value).

        Args:
            limit: with a ratio above 0.
        """
        moved = limit.ratio * self.baseline.values + limit.offset
        # Evidence falls only where a value of the candidate is passed.
        at = np.concatenate(([-math.inf], self.candidate.values))
        above = self.candidate.too_few_below(self.candidate.values, at)
        return float((above + self.baseline.too_many_below(moved, at)).min())

    def log_e_below(self, limit: Limit) -> float:
        """How much speaks against the candidate's quantile being at least the limit."""
        moved = limit.ratio * self.baseline.values + limit.offset
        at = np.concatenate(([-math.inf], moved))
        above = self.baseline.too_few_below(moved, at)
        return float((above + self.candidate.too_many_below(self.candidate.values, at)).min())

    def differences(self, low_level: float, high_level: float) -> tuple[float, float]:
        """Bounds of the candidate's quantile less the baseline's; each fails, ever, with its level."""
        first, second = self.candidate.values, self.baseline.values
        # Beyond the range of all values nothing more is learnt.
        widest = 2 * float(max(first[-1], second[-1]) - min(first[0], second[0])) or 1.0
        low = last_rejected(lambda x: self.log_e_above(Limit(offset=x)), -widest, widest, low_level)
        high = last_rejected(lambda x: self.log_e_below(Limit(offset=-x)), -widest, widest, high_level)
        return (-math.inf if low is None else low), (math.inf if high is None else -high)

    def ratios(self, low_level: float, high_level: float) -> tuple[float, float]:
        """Bounds of the candidate's quantile over the baseline's, of values that are never negative."""
        low = last_rejected(lambda x: self.log_e_above(Limit(math.exp(x))), -_WIDEST, _WIDEST, low_level)
        high = last_rejected(lambda x: self.log_e_below(Limit(math.exp(-x))), -_WIDEST, _WIDEST, high_level)
        return (0.0 if low is None else math.exp(low)), (math.inf if high is None else math.exp(-high))


def quantiles(candidate: Floats, baseline: Floats, share: float) -> Quantiles:
    """Order two samples of n, m >= 8 finite values, oldest first, having measured what each value is worth.

    Args:
        share: whose quantile is compared, between 0 and 1; 0.99 for a p99.
    """
    return Quantiles(_side(candidate, share), _side(baseline, share))


def _side(values: Floats, share: float) -> Side:
    side = Side(np.sort(values), share, 1.0)
    # What is counted is being below the quantile, so it is the correlation of that which matters.
    is_below = (values <= side.quantile).astype(np.float64)
    return Side(side.values, share, 1 / dependence(is_below).inflation)
