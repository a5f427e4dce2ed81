"""How often a threshold would fire on a metric that is fine: run lengths, and the false alarms they mean in a month.

An alarm asks for a run of exceedances. Were samples independent, the mean wait for one would be long; real metrics
stay where they are, and then it is far shorter. So two chances are counted on the metric's own quiet history: that an
exceedance follows a sample without one (p01), and that one follows another (p11).

Source: mean time to a run in a chain of two states; DECISION-MODEL.md section 4 holds the closed forms.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

from decisions.domain.beliefs import Beta
from decisions.domain.beta_quantiles import beta_interval

MONTH_SECONDS = 30 * 86_400.0


@dataclass(frozen=True)
class Chance:
    """A share counted as `hits` of `tries`."""

    hits: int
    tries: int

    @property
    def share(self) -> float:
        return self.hits / self.tries if self.tries else 0.0

    @property
    def at_most(self) -> float:
        """The share that is exceeded with 5 % confidence only (Clopper and Pearson 1934); 1 where nothing was tried."""
        return 1.0 if self.hits == self.tries else beta_interval(Beta(self.hits + 1, self.tries - self.hits))[1]


@dataclass(frozen=True)
class Persistence:
    """How a metric moves over a threshold: the chance to begin to exceed it, and the chance to go on."""

    begins: Chance
    goes_on: Chance


@dataclass(frozen=True)
class FalseAlarms:
    """Alarms in thirty days on a metric that is fine: as counted, and the most that the history cannot rule out."""

    per_month: float
    at_most: float
    samples: int
    exceedances: int


def samples_to_alarm_independent(chance: float, run: int) -> float:
    """Mean samples until so many exceedances in a row, each of this chance (0 to 1) and independent of the others."""
    return samples_to_alarm(chance, chance, run)


def samples_to_alarm(p01: float, p11: float, run: int) -> float:
    """Mean samples, from a quiet one on, until `run` (>= 1) exceedances in a row; infinite when they cannot come."""
    if run < 1:
        raise ValueError("an alarm needs a run of at least one exceedance")
    if p01 == 0 or (p11 == 0 and run > 1):
        return math.inf
    tries = math.fsum(p11**step for step in range(run - 1))
    return (1 / p01 + tries) / p11 ** (run - 1)


def persistence(exceeds: Iterable[bool | None]) -> Persistence:
    """Count how a quiet history moves over a threshold; oldest sample first, None where none was measured."""
    entered = begun = stayed = kept = 0
    for before, after in pairwise(exceeds):
        if before is None or after is None:
            continue
        if before:
            kept, stayed = kept + 1, stayed + after
        else:
            begun, entered = begun + 1, entered + after
    return Persistence(Chance(entered, begun), Chance(stayed, kept))


def false_alarms(
    history: Iterable[float | None], threshold: float, *, is_worse_above: bool, run: int, seconds_each: float
) -> FalseAlarms:
    """What a threshold would do in a month like the quiet history it is held against.

    Args:
        history: the metric while nothing was wrong, oldest first, one every `seconds_each`; None or NaN where none
            was measured. Short histories rule out little: read `at_most`.
        run: exceedances in a row that an alarm takes, >= 1.

    Returns:
        Alarms in thirty days of one metric of one service; multiply for more of them.
    """
    sign = 1 if is_worse_above else -1
    exceeds = [None if value is None or math.isnan(value) else sign * value > sign * threshold for value in history]
    return alarms(
        persistence(exceeds),
        run=run,
        seconds_each=seconds_each,
        samples=sum(each is not None for each in exceeds),
        exceedances=sum(bool(each) for each in exceeds),
    )


def alarms(moves: Persistence, *, run: int, seconds_each: float, samples: int, exceedances: int) -> FalseAlarms:
    """What a threshold would do in a month on a metric that was counted to move over it like this."""
    most = samples_to_alarm(moves.begins.at_most, moves.goes_on.at_most, run)
    return FalseAlarms(
        per_month=alarms_per_month(moves, run=run, seconds_each=seconds_each),
        at_most=MONTH_SECONDS / seconds_each / most,
        samples=samples,
        exceedances=exceedances,
    )


def alarms_per_month(moves: Persistence, *, run: int, seconds_each: float) -> float:
    """Alarms in thirty days, as counted."""
    return MONTH_SECONDS / seconds_each / samples_to_alarm(moves.begins.share, moves.goes_on.share, run)


def noise_score(per_month: float, run: int, seconds_each: float) -> float:
    """Standard deviations above the mean at which independent normal noise gives so many alarms in thirty days.

    Times the standard deviation of the window's value, as a share of the target, it is a margin. It holds for
    independent samples only; where a quiet history is at hand, ask `false_alarms` instead.
    """
    samples = MONTH_SECONDS / seconds_each
    if not 0 < per_month <= samples / run:
        raise ValueError(f"a month of {samples:g} samples holds more than 0 and at most {samples / run:g} alarms")
    wanted = samples / per_month
    low, high = -400.0, 0.0
    for _ in range(200):
        middle = (low + high) / 2
        too_seldom = samples_to_alarm_independent(math.exp(middle), run) > wanted
        low, high = (middle, high) if too_seldom else (low, middle)
    return -NormalDist().inv_cdf(math.exp(high))
