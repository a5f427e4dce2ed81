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
    sums, squares = np.cumsum(excess[::-1]), np.cumsum(np.square(excess[::-1]))
    edges = [SHORTEST]
    while edges[-1] <= left[-1]:
        edges.append(math.ceil(edges[-1] * _GROWTH))
    spans = [slice(low - SHORTEST, high - SHORTEST) for low, high in pairwise(edges)]
    standing = sums[left - 1] / np.sqrt(left)
    chosen = {int(left[span][standing[span].argmax()]) for span in spans} | {_step(left, sums)}

    def errors(length: int) -> float:
        return _errors(float(sums[length - 1]), float(squares[length - 1]), length)

    needed = max(_NOTABLE, _BESIDE_ALL * errors(rows))
    return sorted(rows - length for length in chosen if errors(length) >= needed)


def _errors(total: float, squares: float, count: int) -> float:
    """How many standard errors the mean of so many rows is above 0, if they are independent."""
    mean = total / count
    # Rows that are all the same are beyond any doubt.
    spread = max(math.sqrt(max(squares / count - mean * mean, 0.0)), abs(mean) * _ROUNDING)
    return mean * math.sqrt(count) / spread if spread else 0.0


def _step(left: NDArray[np.int64], sums: Floats) -> int:
    """How many rows are left after the largest step upwards (the split that leaves least within both parts)."""
    rows = sums.size
    rise = sums[left - 1] - left * (sums[-1] / rows)
    return int(left[(rise / np.sqrt(left * (rows - left))).argmax()])
