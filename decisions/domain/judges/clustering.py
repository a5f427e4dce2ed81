"""How events cluster: errors that come ten at a time are one piece of evidence, not ten."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from decisions.domain.judges.autocorrelation import FEWEST_BLOCKS, LARGEST, inflation, lag_one, of_most, windows

Floats = NDArray[np.float64]

# Fewer stretches of time with events than this do not show by themselves how events cluster.
FEWEST_STRETCHES = 8
# One event a minute, evenly split, has this variance; from there on a slow drift can be told from chance.
DENSE = 0.25
# Splits that stray by less than this many deviations are as they should be.
LEAST_STRAYED = 0.5


def clustering(candidate: Floats, baseline: Floats, share: Floats) -> float:
    """How many events go together, at least 1: by how much their split varies more than independent events' would.

    Measured over single minutes and over stretches of 2, 4, 8, ... of them; excess that chance explains counts as none.

    Args:
        candidate, baseline: events in each of n minutes, oldest first.
        share: of the candidate in the exposure of each minute, between 0 and 1.

    Source:
        Pearson's dispersion, as in quasi-Poisson regression (McCullagh and Nelder 1989).
    """
    seen = candidate + baseline > 0
    if not seen.any():
        return 1.0
    fitted = _fitted(candidate, baseline, share) if int(seen.sum()) >= FEWEST_STRETCHES else share
    strayed = candidate - (candidate + baseline) * fitted
    variance = (candidate + baseline) * fitted * (1 - fitted)
    return _dispersion(strayed, variance, is_fitted=int(seen.sum()) >= FEWEST_STRETCHES)


def usual_clustering(candidate: Floats, baseline: Floats, share: Floats) -> float:
    """The clustering that most windows of the minutes show, which a few changes of the ratio do not touch."""
    found = [clustering(*each) for each in zip(*map(windows, (candidate, baseline, share)), strict=True)]
    return of_most(found) if len(found) > 1 else 1.0


def clustering_alone(events: Floats, exposure: Floats) -> float:
    """The same for one side by itself, against a steady rate."""
    if not events.any():
        return 1.0
    expected = events.sum() / exposure.sum() * exposure
    return _dispersion(events - expected, expected, is_fitted=True)


def _fitted(candidate: Floats, baseline: Floats, share: Floats) -> Floats:
    """The candidate's share of the events in each minute at the ratio of rates that the data show."""
    # Half an event more on either side: none seen does not mean none possible.
    above = float((candidate * (1 - share)).sum()) + 0.25
    below = float((baseline * share).sum()) + 0.25
    ratio = above / below
    fitted: Floats = ratio * share / (ratio * share + 1 - share)
    return fitted


def _dispersion(strayed: Floats, variance: Floats, *, is_fitted: bool) -> float:
    """Squares over what independent events would give, for the length of stretch where that is largest."""
    worst, length = 1.0, 1
    while length == 1 or strayed.size // length >= FEWEST_STRETCHES:
        kept = strayed.size - strayed.size % length
        sums = strayed[strayed.size - kept :].reshape(-1, length).sum(axis=1)
        expected = variance[strayed.size - kept :].reshape(-1, length).sum(axis=1)
        worst = max(worst, _of_stretches(sums, expected, is_fitted=is_fitted, is_minute=length == 1))
        length *= 2
    return worst


def _of_stretches(sums: Floats, expected: Floats, *, is_fitted: bool, is_minute: bool) -> float:
    filled = expected > 0
    freedom = int(filled.sum()) - is_fitted
    if freedom < 1:
        return 1.0
    found = float((sums[filled] ** 2 / expected[filled]).sum()) / freedom
    if not is_fitted:
        return found
    correlation, error = _carried_on(sums[filled] / np.sqrt(expected[filled])), 1 / math.sqrt(int(filled.sum()))
    # Where events are few, what does not stand out from chance is not paid for: it would cost a third of them.
    is_shown = found > 1 + 2 * math.sqrt(2 / freedom) or correlation > 2.5 * error
    is_dense = is_minute and float(expected.mean()) >= DENSE
    if not (is_shown or is_dense):
        return 1.0
    return max(found, 1.0) * inflation(min(max(correlation + error, 0.0), LARGEST))


def _carried_on(strayed: Floats) -> float:
    """How the split of one stretch carries on in the next one with events; that events come in a row is no sign of it.

    0 where all splits are as good as the same, or too few.
    """
    if strayed.size < FEWEST_BLOCKS or float(np.abs(strayed).max()) < LEAST_STRAYED:
        return 0.0
    return lag_one(strayed - strayed.mean())
