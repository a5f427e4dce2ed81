"""How a level's value moved over many possible thresholds while nothing was wrong.

The value of a level is that of a window, taken anew at every scrape: neighbours share most of what they rest on, and
so a noisy scrape is beyond the threshold for as long as the window holds it. Counting single scrapes would miss that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain.rates import Measured
from decisions.domain.run_lengths import Chance, FalseAlarms, Persistence, alarms, alarms_per_month

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Windows:
    """The value of the window that ends at each of n steps, NaN where it has none, and the events behind it."""

    values: Floats
    events: Floats


@dataclass(frozen=True)
class Moves:
    """How the value moved over the threshold that lies a share `margin` beyond the target."""

    margin: float
    begins: Chance
    goes_on: Chance
    samples: int
    exceedances: int

    @property
    def persistence(self) -> Persistence:
        return Persistence(self.begins, self.goes_on)

    def alarms(self, *, run: int, seconds_each: float) -> FalseAlarms:
        """What this threshold would do in a month; `run` exceedances in a row make an alarm."""
        counted = {"samples": self.samples, "exceedances": self.exceedances}
        return alarms(self.persistence, run=run, seconds_each=seconds_each, **counted)


def windows(kind: str, steps: Sequence[Measured | None], width: int, q: float = 0.99) -> Windows:
    """Each window of `width` (>= 1) steps as one value, as `rates.combine` would give it.

    Args:
        steps: n measurements in a row, oldest first; None where there was none.
    """
    if kind == "quantile":
        return _quantiles(steps, width, q)
    known = [step if step is not None and step.value is not None else None for step in steps]
    events = _sums([(step.n or 0.0) if step else 0.0 for step in known], width)
    if kind == "rate":
        top, below = events * 60, _sums([step.seconds if step else 0.0 for step in known], width)
    else:
        top, below = _sums([(step.value or 0.0) * (step.n or 0.0) if step else 0.0 for step in known], width), events
    return Windows(np.divide(top, below, out=np.full(len(steps), np.nan), where=below > 0), events)


def moves(values: Floats, target: float, margins: Sequence[float], *, is_worse_above: bool) -> list[Moves]:
    """Count for each margin how the values moved over the threshold it makes.

    Args:
        values: n values, oldest first, NaN where none was measured or something was wrong.
        margins: shares of the target.
    """
    sign = 1.0 if is_worse_above else -1.0
    measured = ~np.isnan(values)
    both = measured[:-1] & measured[1:]
    found = []
    for margin in margins:
        beyond = sign * values > sign * target + margin * abs(target)
        before, after = beyond[:-1][both], beyond[1:][both]
        begins = Chance(int((~before & after).sum()), int((~before).sum()))
        goes_on = Chance(int((before & after).sum()), int(before.sum()))
        found.append(Moves(margin, begins, goes_on, int(measured.sum()), int(beyond.sum())))
    return found


def nearest(counted: Sequence[Moves], margin: float) -> Moves | None:
    """The counts for the widest margin that is no wider than this one: those for it would be no worse."""
    narrower = [each for each in counted if each.margin <= margin + 1e-9]
    return max(narrower, key=lambda each: each.margin, default=None)


def narrowest(counted: Sequence[Moves], per_month: float, *, run: int, seconds_each: float) -> float | None:
    """The narrowest of the counted margins that gives at most so many alarms in thirty days; None when none does.

    It is what the noise of this history asks for: read off the history itself, so that it also holds where
    neighbouring values are alike, which a number of standard deviations does not.
    """
    ranked = sorted(counted, key=lambda each: each.margin)
    fits = (
        each.margin
        for each in ranked
        if alarms_per_month(each.persistence, run=run, seconds_each=seconds_each) <= per_month
    )
    return next(fits, None)


def _sums(values: Sequence[float] | Floats, width: int) -> Floats:
    """Sums over the last `width` values. Summed block by block, so that no rounding is carried along."""
    padded = np.concatenate((np.zeros(width - 1), np.asarray(values, dtype=np.float64)))
    sums: Floats = np.lib.stride_tricks.sliding_window_view(padded, width).sum(axis=1)
    return sums


def _quantiles(steps: Sequence[Measured | None], width: int, q: float) -> Windows:
    bounds = sorted({bound for step in steps if step and step.buckets for bound, _ in step.buckets})
    if len(bounds) < 2 or not math.isinf(bounds[-1]):
        return Windows(np.full(len(steps), np.nan), np.zeros(len(steps)))
    filled = [dict(step.buckets) if step and step.buckets else {} for step in steps]
    counts = np.stack([_sums([each.get(bound, 0.0) for each in filled], width) for bound in bounds], axis=1)
    counts = np.maximum.accumulate(counts, axis=1)
    return Windows(_quantile(q, np.array(bounds), counts), counts[:, -1])


def _quantile(q: float, bounds: Floats, counts: Floats) -> Floats:
    """`rates.quantile` for n histograms at once; counts: n rows, cumulative, one column for each bound."""
    rows = np.arange(len(counts))
    rank = q * counts[:, -1]
    place = np.argmax(counts >= rank[:, np.newaxis], axis=1)
    lower = np.where(place > 0, bounds[place - 1], 0.0)
    below = np.where(place > 0, counts[rows, place - 1], 0.0)
    inside = counts[rows, place] - below
    upper = np.where(place == len(bounds) - 1, bounds[-2], bounds[place])
    share = np.divide(rank - below, inside, out=np.ones(len(counts)), where=inside > 0)
    found = lower + (upper - lower) * share
    found = np.where((place == len(bounds) - 1) | ((place == 0) & (bounds[0] <= 0)), upper, found)
    return np.where(counts[:, -1] > 0, found, np.nan)
