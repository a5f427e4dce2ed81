"""Running statistics of a series that is read in pieces: each carries what it needs to go on where it stopped.

Reading a series in one piece or row by row gives the same bits on every machine: sums are taken in the order of the
rows, by plain additions and divisions. What is carried can be kept as a JSON value and resumed elsewhere, bit by bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BLOCK_ROWS = 20


class RecentMean:
    """The mean of the rows so far, renewed every twenty rows. After `rows` of them the old ones fade."""

    def __init__(self, rows: int) -> None:
        self._blocks = rows // BLOCK_ROWS
        self._mean, self._count = 0.0, 0
        self._open = np.zeros(0)

    def kept(self) -> list[Any]:
        return [self._mean, self._count, self._open.tolist()]

    def resume(self, kept: list[Any]) -> None:
        self._mean, self._count, self._open = kept[0], kept[1], np.array(kept[2], dtype=np.float64)

    def before_each(self, values: Floats) -> Floats:
        """The mean before each of `values` (n finite values); 0 until twenty rows were seen."""
        rows = np.concatenate((self._open, values))
        place = np.arange(len(self._open), len(rows)) // BLOCK_ROWS
        full = len(rows) // BLOCK_ROWS
        blocks = rows[: full * BLOCK_ROWS].reshape(full, BLOCK_ROWS).sum(axis=1) / BLOCK_ROWS
        self._open = rows[full * BLOCK_ROWS :]
        return self._after_each(blocks)[place]

    def _after_each(self, blocks: Floats) -> Floats:
        means = [self._mean]
        for block in blocks.tolist():
            self._count = min(self._count + 1, self._blocks)
            self._mean += (block - self._mean) / self._count
            means.append(self._mean)
        return np.array(means)


class RecentMaximum:
    """The largest of the last so many rows."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._last = np.full(rows, -np.inf)

    def kept(self) -> list[list[float]]:
        """[rows back, value] of those values that some later row can still find to be the largest."""
        back = self._last[::-1]
        before = np.concatenate(([-np.inf], np.maximum.accumulate(back)[:-1]))
        return [[int(place), float(back[place])] for place in np.flatnonzero(back > before)]

    def resume(self, kept: list[list[float]]) -> None:
        self._last = np.full(self._rows, -np.inf)
        for back, value in kept:
            self._last[-1 - int(back)] = value

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
