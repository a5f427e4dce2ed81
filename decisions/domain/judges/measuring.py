"""One indicator measured: how far the candidate is from the baseline, and how much speaks for worse or for fine."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges import changes, counts, means, quantiles
from decisions.domain.judges.autocorrelation import usual_inflation
from decisions.domain.judges.clustering import usual_clustering
from decisions.domain.judges.configuration import Indicator, Rule
from decisions.domain.judges.limits import Limit, Margin
from decisions.domain.judges.minutes import Minutes

Floats = NDArray[np.float64]
Bounds = tuple[float, float]

# From a row on it is large effects in few rows that are looked for, and the level of a few rows may lie off by itself.
SINCE = means.Tuning(spread=1.0, wander=0.06)


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
        start: the row of the compared ones from which on this was measured; 0 for all of them.
    """

    kind: str
    candidate: float
    baseline: float
    above: Evidence
    below: Evidence
    n: int
    effective_n: float
    margin: Margin
    start: int = 0

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
        """The difference as a share of the baseline; infinite where that is 0."""
        if self.baseline == 0:
            return math.copysign(math.inf, self.difference) if self.difference else 0.0
        return self.difference / abs(self.baseline)

    def too_high(self) -> float:
        """How much speaks for the candidate lying above the upper limit (log of an e-value)."""
        return self.above.log_e_above(self.upper)

    def too_low(self) -> float:
        """How much speaks for the candidate lying below the lower limit."""
        return self.below.log_e_below(self.lower)

    def not_high(self) -> float:
        """How much speaks for the candidate lying below the upper limit."""
        return self.above.log_e_below(self.upper)

    def not_low(self) -> float:
        """How much speaks for the candidate lying above the lower limit."""
        return self.below.log_e_above(self.lower)

    def differences(self, evidence: Evidence, low_level: float, high_level: float) -> Bounds:
        """Bounds of the difference, as `above` or `below` has it; each fails, ever, with its level."""
        return evidence.differences(low_level, high_level)

    def changes(self, evidence: Evidence, low_level: float, high_level: float) -> Bounds:
        """Bounds of the change; infinite where nothing is excluded."""
        if self.baseline < 0:
            low, high = evidence.ratios(high_level, low_level)
            return 1 - high, 1 - low
        low, high = evidence.ratios(low_level, high_level)
        return low - 1, high - 1


def is_count(minutes: Minutes, indicator: Indicator) -> bool:
    """Its values are counts of events: so it is stated, or so they look where nothing is."""
    return indicator.kind == "count" or (indicator.kind is None and minutes.look_like_counts())


def measure(minutes: Minutes, indicator: Indicator, rule: Rule) -> Measured:
    """Measure an indicator on at least `rule.minimum_rows` rows a side."""
    if indicator.quantile is not None:
        return _of_quantiles(minutes, indicator, indicator.quantile)
    if is_count(minutes, indicator):
        return _of_counts(minutes, indicator)
    return _of_means(minutes, indicator, means.Tuning.tightest_at(rule.tuned_for, rule.alpha))


def since(minutes: Minutes, indicator: Indicator, side: int, whole: Measured) -> Iterator[Measured]:
    """Measure an indicator again from each row on from which it may have become worse.

    Args:
        side: 1 where higher is worse, -1 where lower is.
        whole: what was measured of all rows.
    """
    starts = changes.starts(_excess(minutes, indicator, whole, side))
    usual = _usual(minutes, whole, side) if starts else 1.0
    for start in starts:
        part = minutes.since(start)
        if whole.kind == "quantile" and indicator.quantile is not None:
            found = _of_quantiles(part, indicator, indicator.quantile)
        elif whole.kind == "count":
            found = _of_counts(part, indicator, usual)
        else:
            found = _of_means(part, indicator, SINCE, usual)
        yield replace(found, start=start)


def _excess(minutes: Minutes, indicator: Indicator, whole: Measured, side: int) -> Floats:
    """By how much each row of the candidate is beyond what is allowed, as a number to look for changes in."""
    limit = whole.upper if side > 0 else whole.lower
    if indicator.quantile is not None:
        # Of a tail only its share counts, not how far out it lies.
        beyond = side * (minutes.candidate - limit.of(whole.baseline)) > 0
        return beyond.astype(np.float64) - (1 - indicator.quantile if side > 0 else indicator.quantile)
    baseline = minutes.baseline / minutes.exposure_baseline if minutes.are_paired else whole.baseline
    allowed = minutes.exposure_candidate * limit.of(baseline)
    excess: Floats = side * (minutes.candidate - allowed)
    return excess


def _usual(minutes: Minutes, whole: Measured, side: int) -> float:
    """What correlation costs in most of the rows: what comes after a change is held to depend on its past as much."""
    if whole.kind == "mean":
        ratio = (whole.upper if side > 0 else whole.lower).ratio
        tested = minutes.candidate - ratio * minutes.baseline if minutes.are_paired else minutes.candidate
        return usual_inflation(tested)
    if whole.kind == "count" and minutes.are_paired:
        share = minutes.exposure_candidate / (minutes.exposure_candidate + minutes.exposure_baseline)
        return usual_clustering(minutes.candidate, minutes.baseline, share)
    return 1.0


def _of_means(minutes: Minutes, indicator: Indicator, tuning: means.Tuning, at_least: float = 1.0) -> Measured:
    candidate, baseline = minutes.candidate, minutes.baseline
    middles = float(candidate.mean()), float(baseline.mean())
    if minutes.are_paired:
        upper, lower = indicator.margin.upper(middles[1]), indicator.margin.lower(middles[1])
        # Correlation in time is that of the excess over the limit that is tested; only `either` tests two.
        upper = lower if indicator.direction == "lower_is_worse" else upper
        lower = upper if indicator.direction == "higher_is_worse" else lower
        above = means.same_minutes(candidate, baseline, upper, tuning, at_least)
        below = above if upper == lower else means.same_minutes(candidate, baseline, lower, tuning, at_least)
    else:
        above = below = means.separate_minutes(candidate, baseline, tuning, at_least)
    worth = min(above.effective_n, below.effective_n)
    return Measured("mean", middles[0], middles[1], above, below, candidate.size, worth, indicator.margin)


def _of_counts(minutes: Minutes, indicator: Indicator, at_least: float = 1.0) -> Measured:
    count = counts.same_minutes if minutes.are_paired else counts.separate_minutes
    exposures = minutes.exposure_candidate, minutes.exposure_baseline
    found = count(minutes.candidate, minutes.baseline, *exposures, at_least)
    rates = found.rate_candidate, found.rate_baseline
    size, worth = minutes.candidate.size, found.effective_events
    return Measured("count", rates[0], rates[1], found, found, size, worth, indicator.margin)


def _of_quantiles(minutes: Minutes, indicator: Indicator, share: float) -> Measured:
    found = quantiles.quantiles(minutes.candidate, minutes.baseline, share)
    values = found.candidate.quantile, found.baseline.quantile
    size, worth = minutes.candidate.size, found.effective_n
    return Measured("quantile", values[0], values[1], found, found, size, worth, indicator.margin)
