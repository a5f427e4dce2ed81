"""What the rows of one indicator say for worse and for fine, as evidence that may be taken at every look."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges import changes
from decisions.domain.judges.configuration import Indicator, Rule
from decisions.domain.judges.limits import Direction
from decisions.domain.judges.measuring import Measured, is_count, measure, since
from decisions.domain.judges.minutes import Minutes, minutes
from decisions.domain.reported import reported

Floats = NDArray[np.float64]

# Which changes are for the worse: 1 upwards, -1 downwards.
SIDES: dict[Direction, tuple[int, ...]] = {"higher_is_worse": (1,), "lower_is_worse": (-1,), "either": (1, -1)}


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
        compared: the rows that say it.
        worse, fine: logarithms of e-values, which are at most 1 on average, at every look, where it is not so.
        measured: None where there was too little to measure.
        leading: what speaks most for worse: all rows, or those from a later one on.
    """

    state: State
    indicator: Indicator
    compared: Minutes
    worse: float = -math.inf
    fine: float = -math.inf
    measured: Measured | None = None
    leading: Measured | None = None

    @property
    def rows(self) -> int:
        return self.compared.rows

    @property
    def missing(self) -> int:
        return self.compared.missing


def weigh(
    candidate: Mapping[str, Floats], baseline: Mapping[str, Floats], indicator: Indicator, rule: Rule
) -> Evidence:
    """Collect what two series say about an indicator.

    Args:
        candidate, baseline: series by name, one value a minute, oldest first, NaN for missing ones.
    """
    return _weigh(minutes(candidate, baseline, indicator, same_minutes=rule.same_minutes), indicator, rule)


def _weigh(part: Minutes, indicator: Indicator, rule: Rule) -> Evidence:
    if part.rows < rule.minimum_rows:
        return Evidence(State.SHORT if part.rows else State.EMPTY, indicator, part)
    if part.are_alike and not is_count(part, indicator):
        return Evidence(State.CONSTANT, indicator, part, fine=math.inf)
    whole = measure(part, indicator, rule)
    if whole.kind == "count" and whole.is_zero and indicator.margin.kind == "ratio":
        # No ratio can be told of nothing, so it takes as many rows as the judge is tuned for.
        fine = math.inf if part.rows >= rule.tuned_for else -math.inf
        return Evidence(State.QUIET, indicator, part, fine=fine, measured=whole, leading=whole)
    worse, leading = _leading(part, indicator, whole)
    return Evidence(State.MEASURED, indicator, part, settled(worse), settled(_fine(whole, indicator)), whole, leading)


def _leading(part: Minutes, indicator: Indicator, whole: Measured) -> tuple[float, Measured]:
    """The most that speaks for worse, from whichever row on, and what says it."""
    found = [whole]
    for side in SIDES[indicator.direction]:
        found += since(part, indicator, side, whole)
    weighed = [_worse(one, indicator) + changes.log_share(one.start) for one in found]
    best = int(np.argmax(weighed))
    return weighed[best], found[best]


def _worse(measured: Measured, indicator: Indicator) -> float:
    if indicator.direction == "higher_is_worse":
        return measured.too_high()
    if indicator.direction == "lower_is_worse":
        return measured.too_low()
    # Half a stake on each side.
    return max(measured.too_high(), measured.too_low()) - math.log(2)


def _fine(whole: Measured, indicator: Indicator) -> float:
    if indicator.direction == "higher_is_worse":
        return whole.not_high()
    if indicator.direction == "lower_is_worse":
        return whole.not_low()
    # It is fine only when it is neither; and each end of the interval has one level, that of worse.
    return min(whole.not_high(), whole.not_low()) - math.log(2) + changes.log_share(0)


def settled(log_e: float) -> float:
    """Nine digits: logarithms end in different last bits on different processors, and a verdict may not."""
    return reported(log_e) if math.isfinite(log_e) else log_e
