"""One indicator measured: how far the candidate is from the baseline, and how much speaks for worse or for fine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from decisions.domain.judges import counts, means, quantiles
from decisions.domain.judges.configuration import Indicator, Rule
from decisions.domain.judges.limits import Limit, Margin
from decisions.domain.judges.minutes import Minutes

Bounds = tuple[float, float]


class Evidence(Protocol):
    """What a kind of measurement says about a limit, and the bounds that follow from it."""

    def log_e_above(self, limit: Limit) -> float: ...

    def log_e_below(self, limit: Limit) -> float: ...

    def statistic(self, limit: Limit) -> float: ...

    def differences(self, low_level: float, high_level: float) -> Bounds: ...

    def ratios(self, low_level: float, high_level: float) -> Bounds: ...


@dataclass(frozen=True)
class Measured:
    """Candidate and baseline in the indicator's unit, and the evidence at either limit.

    Attributes:
        above, below: for the upper and the lower limit; one and the same unless correlation differs between them.
        n: rows; effective_n: as many independent rows (or events) would say as much.
    """

    kind: str
    candidate: float
    baseline: float
    above: Evidence
    below: Evidence
    n: int
    effective_n: float
    margin: Margin

    @property
    def upper(self) -> Limit:
        return self.margin.upper(self.baseline)

    @property
    def lower(self) -> Limit:
        return self.margin.lower(self.baseline)

    @property
    def is_zero(self) -> bool:
        """Nothing at all was measured on either side."""
        return not (self.candidate or self.baseline)

    @property
    def difference(self) -> float:
        return self.candidate - self.baseline

    @property
    def change(self) -> float:
        """The difference as a share of the baseline; NaN where that is 0."""
        return self.difference / abs(self.baseline) if self.baseline else math.nan

    def differences(self, low_level: float, high_level: float) -> Bounds:
        """Bounds of the difference; each fails, ever, with its level."""
        return self.above.differences(low_level, high_level)[0], self.below.differences(low_level, high_level)[1]

    def changes(self, low_level: float, high_level: float) -> Bounds:
        """Bounds of the change; infinite where the baseline might as well be 0."""
        if self.baseline < 0:
            low, high = self.above.ratios(high_level, low_level)[1], self.below.ratios(high_level, low_level)[0]
            return 1 - low, 1 - high
        return self.above.ratios(low_level, high_level)[0] - 1, self.below.ratios(low_level, high_level)[1] - 1


def measure(minutes: Minutes, indicator: Indicator, rule: Rule) -> Measured:
    """Measure an indicator on at least `rule.minimum_rows` rows a side."""
    if indicator.quantile is not None:
        return _of_quantiles(minutes, indicator, indicator.quantile)
    is_count = indicator.kind == "count" or (indicator.kind is None and minutes.look_like_counts())
    return _of_counts(minutes, indicator, rule) if is_count else _of_means(minutes, indicator, rule)


def _of_means(minutes: Minutes, indicator: Indicator, rule: Rule) -> Measured:
    tuning = means.Tuning.tightest_at(rule.tuned_for, rule.alpha)
    candidate, baseline = float(minutes.candidate.mean()), float(minutes.baseline.mean())
    if rule.same_minutes:
        upper, lower = indicator.margin.upper(baseline), indicator.margin.lower(baseline)
        # Correlation in time is that of the excess over the limit that is tested; only `either` tests two.
        upper = lower if indicator.direction == "lower_is_worse" else upper
        lower = upper if indicator.direction == "higher_is_worse" else lower
        above = means.same_minutes(minutes.candidate, minutes.baseline, upper, tuning)
        below = above if upper == lower else means.same_minutes(minutes.candidate, minutes.baseline, lower, tuning)
    else:
        above = below = means.separate_minutes(minutes.candidate, minutes.baseline, tuning)
    worth = min(above.effective_n, below.effective_n)
    return Measured("mean", candidate, baseline, above, below, minutes.candidate.size, worth, indicator.margin)


def _of_counts(minutes: Minutes, indicator: Indicator, rule: Rule) -> Measured:
    count = counts.same_minutes if rule.same_minutes else counts.separate_minutes
    found = count(minutes.candidate, minutes.baseline, minutes.exposure_candidate, minutes.exposure_baseline)
    rates = found.rate_candidate, found.rate_baseline
    size, worth = minutes.candidate.size, found.effective_events
    return Measured("count", rates[0], rates[1], found, found, size, worth, indicator.margin)


def _of_quantiles(minutes: Minutes, indicator: Indicator, share: float) -> Measured:
    found = quantiles.quantiles(minutes.candidate, minutes.baseline, share)
    values = found.candidate.quantile, found.baseline.quantile
    size, worth = minutes.candidate.size, found.effective_n
    return Measured("quantile", values[0], values[1], found, found, size, worth, indicator.margin)
