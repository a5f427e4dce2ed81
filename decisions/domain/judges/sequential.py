"""Judge B: worse, fine or not yet known, for one indicator, valid at every look.

Worse when even the mildest value that the data leave is beyond the margin, from the first row or a later one on; fine
when even the harshest is within it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from decisions.domain.judges import changes
from decisions.domain.judges.configuration import Indicator
from decisions.domain.judges.limits import Direction, Unit
from decisions.domain.judges.measuring import Bounds, Measured
from decisions.domain.judges.measuring import Evidence as Judging
from decisions.domain.judges.weighing import SIDES, Evidence, State


class Verdict(StrEnum):
    WORSE = "worse"
    FINE = "fine"
    NOT_YET_KNOWN = "not_yet_known"


@dataclass(frozen=True)
class Finding:
    """The verdict on one indicator and the figures it rests on.

    Attributes:
        unit: of estimate and interval: a share of the baseline, or the indicator's own.
        low, high: the interval of the change; infinite where nothing is excluded.
        low_level, high_level: the chance that its lower or upper end is ever on the wrong side of the truth.
        statistic: the excess over the margin in standard errors, positive to the bad side.
        shown: what estimate and interval are of; None where there was too little to measure.
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

    shown: Measured | None = None

    @property
    def indicator(self) -> Indicator:
        return self.evidence.indicator

    @property
    def kind(self) -> str | None:
        return self.evidence.measured.kind if self.evidence.measured else self.indicator.kind

    @property
    def effective_n(self) -> float:
        return self.shown.effective_n if self.shown else 0.0

    @property
    def rows(self) -> int:
        """The rows that are shown: of a later start those from it on."""
        return self.shown.n if self.shown and self.shown.start else self.evidence.rows

    @property
    def since(self) -> int:
        """The first row of the candidate that is shown, counted from 1."""
        return int(self.evidence.compared.places[self.shown.start]) + 1 if self.shown and self.shown.start else 1

    @property
    def is_critical(self) -> bool:
        """It alone fails the candidate."""
        return self.indicator.is_critical and self.verdict is Verdict.WORSE


def decide(evidence: Evidence, worse_level: float, fine_level: float) -> Finding:
    """The verdict at these levels, with the interval that shows it.

    Args:
        worse_level: the chance of ever calling it worse when it is within the margin.
        fine_level: the chance of ever calling it fine when it is beyond; where either change counts, both ends of the
            interval may show worse and fine, and so `worse_level` is that of both.
    """
    if evidence.indicator.direction == "either":
        fine_level = worse_level
    verdict, shown = Verdict.NOT_YET_KNOWN, evidence.measured
    if evidence.fine >= math.log(1 / fine_level):
        verdict = Verdict.FINE
    if evidence.worse >= math.log(1 / worse_level):
        verdict, shown = Verdict.WORSE, evidence.leading
    finding = Finding(verdict, evidence, evidence.indicator.margin.kind)
    return _with_interval(finding, shown, worse_level, fine_level) if shown else finding


def _with_interval(finding: Finding, shown: Measured, worse_level: float, fine_level: float) -> Finding:
    direction = finding.indicator.direction
    low_level, high_level = _levels(direction, shown.start, worse_level, fine_level)
    found = replace(
        finding,
        low_level=low_level,
        high_level=high_level,
        statistic=_statistic(shown, direction),
        shown=shown,
    )
    return _in_own_unit(found, shown) if finding.unit == "absolute" else _in_shares(found, shown)


def _in_shares(finding: Finding, shown: Measured) -> Finding:
    """The interval as a share of the baseline; in the indicator's unit where the baseline might as well be 0."""
    low, high = _ends(finding, shown, shown.changes)
    found = replace(finding, estimate=shown.change, low=low, high=high)
    is_open = not (math.isfinite(low) and math.isfinite(high))
    if finding.evidence.state is State.QUIET or (is_open and shown.kind == "mean"):
        own = _in_own_unit(finding, shown)
        # Close to 0 a share may be excluded where no amount is.
        return own if _shows_verdict(own) or (math.isinf(low) and math.isinf(high)) else found
    return found


def _shows_verdict(finding: Finding) -> bool:
    sides = SIDES[finding.indicator.direction]
    if finding.verdict is Verdict.WORSE:
        return (finding.low > 0 and 1 in sides) or (finding.high < 0 and -1 in sides)
    if finding.verdict is Verdict.FINE and finding.evidence.state is State.MEASURED:
        return not ((finding.high > 0 and 1 in sides) or (finding.low < 0 and -1 in sides))
    return True


def _in_own_unit(finding: Finding, shown: Measured) -> Finding:
    low, high = _ends(finding, shown, shown.differences)
    return replace(finding, unit="absolute", estimate=shown.difference, low=low, high=high)


def _ends(finding: Finding, shown: Measured, bounds: Callable[[Judging, float, float], Bounds]) -> Bounds:
    """The ends that show the verdict: where two limits are tested, each has its own correlation and bounds."""
    upper = lower = bounds(shown.above, finding.low_level, finding.high_level)
    if shown.below is not shown.above:
        lower = bounds(shown.below, finding.low_level, finding.high_level)
    if finding.verdict is Verdict.WORSE:
        return upper if shown.too_high() >= shown.too_low() else lower
    if finding.verdict is Verdict.FINE:
        return lower[0], upper[1]
    # Around a baseline of 0 more may be excluded than was decided; no more is shown.
    low, high = min(lower[0], upper[0]), max(lower[1], upper[1])
    margin = finding.indicator.margin
    if finding.indicator.direction != "lower_is_worse" and finding.unit == margin.kind:
        low, high = min(low, margin.size), max(high, margin.size)
    if finding.indicator.direction != "higher_is_worse" and finding.unit == margin.kind:
        low, high = min(low, -margin.size), max(high, -margin.size)
    return low, high


def _levels(direction: Direction, start: int, worse_level: float, fine_level: float) -> tuple[float, float]:
    """The chance that the lower, and that the upper end of the interval is ever wrong."""
    share = math.exp(changes.log_share(start))
    worse, fine = worse_level * share, fine_level * (share if start else 1.0)
    if direction == "higher_is_worse":
        return worse, fine
    return (fine, worse) if direction == "lower_is_worse" else (worse / 2, worse / 2)


def _statistic(measured: Measured, direction: Direction) -> float:
    sides = {1: measured.above.statistic(measured.upper), -1: -measured.below.statistic(measured.lower)}
    return max(sides[side] for side in SIDES[direction])
