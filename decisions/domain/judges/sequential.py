"""Judge B: worse, fine or not yet known, for one indicator, valid at every look.

Worse when even the mildest value that the data leave is beyond the margin, fine when even the harshest is within it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges.configuration import Indicator, Rule
from decisions.domain.judges.measuring import Measured, measure
from decisions.domain.judges.minutes import Minutes, minutes
from decisions.domain.reported import reported

Floats = NDArray[np.float64]
Unit = Literal["ratio", "absolute"]


class Verdict(StrEnum):
    WORSE = "worse"
    FINE = "fine"
    NOT_YET_KNOWN = "not_yet_known"


class State(StrEnum):
    """What there was to judge."""

    MEASURED = "measured"
    EMPTY = "empty"
    SHORT = "short"
    CONSTANT = "constant"
    QUIET = "quiet"


@dataclass(frozen=True)
class Evidence:
    """What the data say about one indicator before anything is decided.

    Attributes:
        worse, fine: logarithms of e-values, which are at most 1 on average, at every look, where it is not so.
        measured: None where there was too little to measure.
    """

    state: State
    indicator: Indicator
    rows: int
    missing: int
    worse: float = -math.inf
    fine: float = -math.inf
    measured: Measured | None = None


@dataclass(frozen=True)
class Finding:
    """The verdict on one indicator and the figures it rests on.

    Attributes:
        unit: of estimate and interval: a share of the baseline, or the indicator's own.
        low, high: the interval of the change; infinite where nothing is excluded.
        low_level, high_level: the chance that its lower or upper end is ever on the wrong side of the truth.
        statistic: the excess over the margin in standard errors, positive to the bad side.
        log_e: how much speaks for worse; decided at the logarithm of 1 over the level of that end.
    """

    verdict: Verdict
    evidence: Evidence
    unit: Unit
    estimate: float = math.nan
    low: float = -math.inf
    high: float = math.inf
    low_level: float = math.nan
    high_level: float = math.nan
    statistic: float = math.nan

    @property
    def indicator(self) -> Indicator:
        return self.evidence.indicator

    @property
    def kind(self) -> str | None:
        return self.evidence.measured.kind if self.evidence.measured else self.indicator.kind

    @property
    def effective_n(self) -> float:
        return self.evidence.measured.effective_n if self.evidence.measured else 0.0

    @property
    def is_critical(self) -> bool:
        """It alone fails the candidate."""
        return self.indicator.is_critical and self.verdict is Verdict.WORSE


def weigh(
    candidate: Mapping[str, Floats], baseline: Mapping[str, Floats], indicator: Indicator, rule: Rule
) -> Evidence:
    """Collect what two series say about an indicator.

    Args:
        candidate, baseline: series by name, one value a minute, oldest first, NaN for missing ones.
    """
    return _weigh(minutes(candidate, baseline, indicator, same_minutes=rule.same_minutes), indicator, rule)


def _weigh(part: Minutes, indicator: Indicator, rule: Rule) -> Evidence:
    rows = min(part.candidate.size, part.baseline.size)
    if rows < rule.minimum_rows:
        return Evidence(State.SHORT if rows else State.EMPTY, indicator, rows, part.missing)
    if part.are_alike and not (indicator.kind == "count" or part.look_like_counts()):
        return Evidence(State.CONSTANT, indicator, rows, part.missing, fine=math.inf)
    measured = measure(part, indicator, rule)
    if measured.kind == "count" and measured.is_zero and indicator.margin.kind == "ratio":
        # No ratio can be told of nothing, so it takes as many rows as the judge is tuned for.
        fine = math.inf if rows >= rule.tuned_for else -math.inf
        return Evidence(State.QUIET, indicator, rows, part.missing, fine=fine, measured=measured)
    worse, fine = _against_limits(measured, indicator)
    return Evidence(State.MEASURED, indicator, rows, part.missing, worse, fine, measured)


def _against_limits(measured: Measured, indicator: Indicator) -> tuple[float, float]:
    too_high, too_low = measured.above.log_e_above(measured.upper), measured.below.log_e_below(measured.lower)
    not_high, not_low = measured.above.log_e_below(measured.upper), measured.below.log_e_above(measured.lower)
    if indicator.direction == "higher_is_worse":
        found = too_high, not_high
    elif indicator.direction == "lower_is_worse":
        found = too_low, not_low
    else:
        # Half a stake on each side; and it is fine only when it is neither.
        found = max(too_high, too_low) - math.log(2), min(not_high, not_low) - math.log(2)
    return settled(found[0]), settled(found[1])


def settled(log_e: float) -> float:
    """Nine digits: logarithms end in different last bits on different processors, and a verdict may not."""
    return reported(log_e) if math.isfinite(log_e) else log_e


def decide(evidence: Evidence, worse_level: float, fine_level: float) -> Finding:
    """The verdict at these levels, with the interval that shows it.

    Args:
        worse_level: the chance of ever calling it worse when it is within the margin.
        fine_level: the chance of ever calling it fine when it is beyond; where either change counts, both ends of the
            interval may show worse and fine, and so `worse_level` is that of both.
    """
    if evidence.indicator.direction == "either":
        fine_level = worse_level
    verdict = Verdict.NOT_YET_KNOWN
    if evidence.fine >= math.log(1 / fine_level):
        verdict = Verdict.FINE
    if evidence.worse >= math.log(1 / worse_level):
        verdict = Verdict.WORSE
    finding = Finding(verdict, evidence, evidence.indicator.margin.kind)
    if evidence.measured is None:
        return finding
    return _shown(finding, evidence.measured, worse_level, fine_level)


def _shown(finding: Finding, measured: Measured, worse_level: float, fine_level: float) -> Finding:
    direction = finding.indicator.direction
    low_level, high_level = {
        "higher_is_worse": (worse_level, fine_level),
        "lower_is_worse": (fine_level, worse_level),
        "either": (worse_level / 2, worse_level / 2),
    }[direction]
    unit, estimate = finding.unit, measured.change
    bounds = measured.changes(low_level, high_level) if unit == "ratio" else (-math.inf, math.inf)
    if unit == "absolute" or math.isnan(estimate) or not any(map(math.isfinite, bounds)):
        # A baseline that might as well be 0 has no shares.
        unit, estimate, bounds = "absolute", measured.difference, measured.differences(low_level, high_level)
    return replace(
        finding,
        unit=unit,
        estimate=estimate,
        low=bounds[0],
        high=bounds[1],
        low_level=low_level,
        high_level=high_level,
        statistic=_statistic(measured, direction),
    )


def _statistic(measured: Measured, direction: str) -> float:
    too_high, too_low = measured.above.statistic(measured.upper), -measured.below.statistic(measured.lower)
    return {"higher_is_worse": too_high, "lower_is_worse": too_low}.get(direction, max(too_high, too_low))
