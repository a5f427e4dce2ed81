"""Since when: from which rows on a candidate may have become worse, and what it costs to have looked for them.

A version that was well for an hour and then fails is worse, but over all rows its mean says so late, and the step
itself looks like correlation. So evidence is also taken from a row on, as if nothing had been before it.

Every start has a share of the chance of a false alarm, half of it the first row and the other half all later ones
together. The evidence from any start, times its share, is at most what all of them average to, which is an e-value too;
so the start may be chosen in sight of the data, and another one at every look.

Source:
    Averages of e-processes as in Shin, Ramdas and Rinaldo 2024, E-detectors (New England J. Stat. Data Sci. 2), with
    shares that sum to 1, so that it is the chance of any false alarm that is kept and not only their rate.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Of fewer rows at the end nothing is said by themselves: how they depend on each other would be a guess.
SHORTEST = 12
# A change within the first rows is one at the beginning.
EARLIEST = 8
_GROWTH = 1.5
# With less than this many standard errors of independent rows no start can pay for its share.
_NOTABLE = 3.0
# Nor with less than half of what all rows have, whose share is many times as large.
_BESIDE_ALL = 0.5
_ROUNDING = 1e-7


def log_share(start: int) -> float:
    """The logarithm of a start's share: a half for row 0, 1 / (4 s (1 + ln s)^2) for row s."""
    # Over all s from 1 on the shares sum to 0.43, and they fall about as slowly as such a sum allows.
    return -math.log(2) if start == 0 else -math.log(4 * start) - 2 * math.log1p(math.log(start))


def starts(excess: Floats) -> list[int]:
    """The rows, after the first, from which on the excess stands out most: one for each size of what is left.

    Args:
        excess: by how much each row is beyond what is allowed, oldest first; any unit.
    """
    rows = excess.size
    if rows < SHORTEST + EARLIEST:
        return []
    left = np.arange(SHORTEST, rows - EARLIEST + 1)
    sums = np.cumsum(excess[::-1])
    errors = _errors(excess, sums)
    edges = [SHORTEST]
    while edges[-1] <= left[-1]:
        edges.append(math.ceil(edges[-1] * _GROWTH))
    spans = [slice(low - SHORTEST, high - SHORTEST) for low, high in pairwise(edges)]
    standing = sums[left - 1] / np.sqrt(left)
    chosen = {int(left[span][standing[span].argmax()]) for span in spans} | {_step(left, sums)}
    needed = max(_NOTABLE, _BESIDE_ALL * float(errors[-1]))
    return sorted(rows - length for length in chosen if errors[length - 1] >= needed)


def _errors(excess: Floats, sums: Floats) -> Floats:
    """How many standard errors the mean of the last 1, 2, ... rows is above 0, if they are independent."""
    lengths = np.arange(1, excess.size + 1)
    means = sums / lengths
    spread = np.sqrt(np.maximum(np.cumsum(excess[::-1] ** 2) / lengths - means * means, 0.0))
    # Rows that are all the same are beyond any doubt.
    least = np.abs(means) * _ROUNDING
    found: Floats = means * np.sqrt(lengths) / np.maximum(np.maximum(spread, least), _ROUNDING)
    return found


def _step(left: NDArray[np.int64], sums: Floats) -> int:
    """How many rows are left after the largest step upwards (the split that leaves least within both parts)."""
    rows = sums.size
    rise = sums[left - 1] - left * (sums[-1] / rows)
    return int(left[(rise / np.sqrt(left * (rows - left))).argmax()])
