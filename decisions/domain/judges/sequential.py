"""Judge B: worse, fine or not yet known, for one indicator, valid at every look.

Worse when even the mildest value that the data leave is beyond the margin, from the first row or a later one on; fine
when even the harshest is within it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from decisions.domain.judges import changes
from decisions.domain.judges.configuration import Indicator
from decisions.domain.judges.limits import Direction, Unit
from decisions.domain.judges.measuring import Measured
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
    is_share = finding.unit == "ratio"
    low, high = (shown.changes if is_share else shown.differences)(low_level, high_level)
    found = replace(
        finding,
        estimate=shown.change if is_share else shown.difference,
        low=low,
        high=high,
        low_level=low_level,
        high_level=high_level,
        statistic=_statistic(shown, direction),
        shown=shown,
    )
    return _without_shares(found, shown) if is_share and _says_nothing(found) else found


def _says_nothing(finding: Finding) -> bool:
    return finding.evidence.state is State.QUIET or not (math.isfinite(finding.low) or math.isfinite(finding.high))


def _without_shares(finding: Finding, shown: Measured) -> Finding:
    """The same in the indicator's unit: a baseline that might as well be 0 has no shares."""
    low, high = shown.differences(finding.low_level, finding.high_level)
    found = replace(finding, unit="absolute", estimate=shown.difference, low=low, high=high)
    if found.verdict is Verdict.FINE and found.evidence.state is State.MEASURED and not _is_no_harm(found):
        # A share of what may be nothing allows nothing.
        return replace(found, verdict=Verdict.NOT_YET_KNOWN)
    return found


def _is_no_harm(finding: Finding) -> bool:
    may_rise, may_fall = finding.high > 0, finding.low < 0
    return not any(may_rise if side > 0 else may_fall for side in SIDES[finding.indicator.direction])


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
