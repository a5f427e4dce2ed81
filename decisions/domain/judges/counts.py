"""Events on the candidate against events on the baseline: exact for a handful of errors and a baseline of none."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges import trials
from decisions.domain.judges.clustering import clustering, clustering_alone
from decisions.domain.judges.inversion import last_rejected
from decisions.domain.judges.limits import Limit

Floats = NDArray[np.float64]

# Ratios are looked for between exp(-30) and exp(30).
_WIDEST = 30.0
# How often the search for a difference is widened, eightfold each time.
_WIDENINGS = 12
# Minutes whose splits of exposure differ by less than this, in log odds, are taken together.
_SAME_SPLIT = 0.01


@dataclass(frozen=True)
class Counts:
    """Events and exposures of both sides, in groups of minutes with the same split of exposure.

    Given how many events there were in a minute, how many of them fell on the candidate depends only on the split and
    on the ratio of the rates: what hits both sides alike cancels out.

    Attributes:
        candidate, baseline: events in each group.
        exposure_candidate, exposure_baseline: requests, or minutes; above 0.
        clustering: events come in clusters of about this size; all counts are taken as so many fewer.
    """

    candidate: Floats
    baseline: Floats
    exposure_candidate: Floats
    exposure_baseline: Floats
    clustering: float

    @property
    def effective_events(self) -> float:
        return float(self.candidate.sum() + self.baseline.sum()) / self.clustering

    @property
    def rate_candidate(self) -> float:
        """Events for each unit of exposure."""
        return float(self.candidate.sum() / self.exposure_candidate.sum())

    @property
    def rate_baseline(self) -> float:
        return float(self.baseline.sum() / self.exposure_baseline.sum())

    def statistic(self, limit: Limit) -> float:
        """How many deviations the events on the candidate lie above what the limit lets expect of all events."""
        pooled = float(self.candidate.sum() + self.baseline.sum())
        if limit.unit == "absolute":
            times = float(self.exposure_candidate.sum()), float(self.exposure_baseline.sum())
            variance = self.rate_candidate / times[0] + self.rate_baseline / times[1]
            excess = self.rate_candidate - self.rate_baseline - limit.offset
            return excess / math.sqrt(variance * self.clustering) if variance else 0.0
        share = limit.ratio * self.exposure_candidate
        share = share / (share + self.exposure_baseline)
        events = self.candidate + self.baseline
        variance = float((events * share * (1 - share)).sum()) * self.clustering
        return float((self.candidate - events * share).sum()) / math.sqrt(variance) if pooled and variance else 0.0

    def log_e_above(self, limit: Limit) -> float:
        """How much speaks against the candidate's rate being at most the limit (log of an e-value)."""
        return self._of_difference(limit.offset, 1) if limit.unit == "absolute" else self._of_ratio(limit.ratio, 1)

    def log_e_below(self, limit: Limit) -> float:
        """How much speaks against the candidate's rate being at least the limit."""
        return self._of_difference(limit.offset, -1) if limit.unit == "absolute" else self._of_ratio(limit.ratio, -1)

    def _of_ratio(self, ratio: float, side: int) -> float:
        if ratio <= 0:
            # No rate is below 0.
            return math.inf if side > 0 and self.candidate.any() else -math.inf
        odds = math.log(ratio) + np.log(self.exposure_candidate) - np.log(self.exposure_baseline)
        return float(trials.log_e(self.candidate / self.clustering, self.baseline / self.clustering, odds, side))

    def _of_difference(self, offset: float, side: int) -> float:
        """Against candidate = baseline + offset: whatever the baseline's rate is, one side or the other is unlikely.

        Known: takes each side's rate as steady, which a ratio does not.
        """
        time_candidate = float(self.exposure_candidate.sum()) / self.clustering
        time_baseline = float(self.exposure_baseline.sum()) / self.clustering
        first, second = self.rate_candidate * time_candidate, self.rate_baseline * time_baseline

        def against(rates: Floats) -> Floats:
            # Half a stake on each side is kept: what one side excludes beyond doubt costs the other nothing.
            above = trials.log_e_of_rate(first, (rates + offset) * time_candidate, side)
            below = trials.log_e_of_rate(second, rates * time_baseline, -side)
            return np.logaddexp(0, above) + np.logaddexp(0, below) - 2 * math.log(2)

        least = max(0.0, -offset)
        return _lowest(against, least, least + abs(offset) + 2 * max(self.rate_candidate, self.rate_baseline))

    def ratios(self, low_level: float, high_level: float) -> tuple[float, float]:
        """Bounds of the candidate's rate over the baseline's; each fails, ever, with its level."""
        low = last_rejected(lambda x: self._of_ratio(math.exp(x), 1), -_WIDEST, _WIDEST, low_level)
        high = last_rejected(lambda x: self._of_ratio(math.exp(-x), -1), -_WIDEST, _WIDEST, high_level)
        return (0.0 if low is None else math.exp(low)), (math.inf if high is None else math.exp(-high))

    def differences(self, low_level: float, high_level: float) -> tuple[float, float]:
        """Bounds of the candidate's rate less the baseline's, for each unit of exposure."""
        low = self._last_difference(1, low_level)
        high = self._last_difference(-1, high_level)
        return (-math.inf if low is None else low), (math.inf if high is None else -high)

    def _last_difference(self, side: int, level: float) -> float | None:
        widest = 20 * (self.rate_candidate + self.rate_baseline + 1 / float(self.exposure_candidate.sum()))
        # Where events cluster, even what lies far beyond all that was seen may not be excluded.
        for _ in range(_WIDENINGS):
            found = last_rejected(lambda x: self._of_difference(side * x, side), -widest, widest, level)
            if found is not None:
                return found
            widest *= 8
        return None


def same_minutes(
    candidate: Floats, baseline: Floats, exposure_candidate: Floats, exposure_baseline: Floats, at_least: float = 1.0
) -> Counts:
    """Count events in the same n minutes; each split of exposure is a group of its own.

    Args:
        candidate, baseline: events, not negative.
        exposure_candidate, exposure_baseline: above 0.
        at_least: a clustering that is known from elsewhere.
    """
    split = np.log(exposure_candidate) - np.log(exposure_baseline)
    _, group = np.unique(np.round(split / _SAME_SPLIT), return_inverse=True)
    sums = [
        np.bincount(group, part).astype(np.float64)
        for part in (candidate, baseline, exposure_candidate, exposure_baseline)
    ]
    found = clustering(candidate, baseline, exposure_candidate / (exposure_candidate + exposure_baseline))
    return Counts(sums[0], sums[1], sums[2], sums[3], max(at_least, found))


def separate_minutes(
    candidate: Floats, baseline: Floats, exposure_candidate: Floats, exposure_baseline: Floats, at_least: float = 1.0
) -> Counts:
    """Count events in stretches of time that have nothing to do with each other (n and m minutes)."""
    sums = [np.array([part.sum()]) for part in (candidate, baseline, exposure_candidate, exposure_baseline)]
    size = max(clustering_alone(candidate, exposure_candidate), clustering_alone(baseline, exposure_baseline))
    return Counts(sums[0], sums[1], sums[2], sums[3], max(at_least, size))


def _lowest(function: Callable[[Floats], Floats], low: float, high: float) -> float:
    """The least value of a convex function, by looking closer and closer around the least of 65 points."""
    for _ in range(5):
        points = np.linspace(low, high, 65)
        values = function(points)
        place = int(values.argmin())
        low, high = float(points[max(place - 1, 0)]), float(points[min(place + 1, 64)])
    return float(values.min())
