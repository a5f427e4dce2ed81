"""Running statistics of a series that is read in pieces: each carries what it needs to go on where it stopped.

Reading a series in one piece or row by row gives the same bits on every machine: sums are taken in the order of the
rows, by plain additions and divisions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class RecentMean:
    """The mean of the rows so far. After `rows` of them the old ones fade: each new one weighs 1 / rows."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._mean, self._count = 0.0, 0

    def before_each(self, values: Floats) -> Floats:
        """The mean of the rows before each of `values` (n finite values); 0 before the very first row."""
        mean, count, found = self._mean, self._count, []
        for value in values.tolist():
            found.append(mean)
            if count < self._rows:
                count += 1
            mean += (value - mean) / count
        self._mean, self._count = mean, count
        return np.array(found, dtype=np.float64)


class RecentMaximum:
    """The largest of the last so many rows."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._last = np.full(rows, -np.inf)

    def before_each(self, values: Floats) -> Floats:
        """The largest of the `rows` rows before each of `values`; minus infinity before the very first row."""
        joined = np.concatenate((self._last, values))
        self._last = joined[len(values) :]
        # Each window lies in two blocks of its own length: the end of one and the beginning of the next.
        blocks = np.full((len(joined) // self._rows + 1, self._rows), -np.inf)
        blocks.flat[: len(joined)] = joined
        to_the_end = np.maximum.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].ravel()
        from_the_start = np.maximum.accumulate(blocks, axis=1).ravel()
        return np.maximum(to_the_end[: len(values)], from_the_start[self._rows - 1 :][: len(values)])
