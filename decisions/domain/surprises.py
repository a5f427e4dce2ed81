"""The three questions that are asked of every sample: how far is it from what was to be expected?

Each answers with a distance in the unit of the series and with whether it can say anything yet. Times are seconds
since 1970 in UTC, values finite, both in the order of measurement.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from decisions.domain.running import Floats, RecentMean

DAY = 86_400
HOURS = 24
DAYS_IN_PROFILE = 7
LEVEL_ROWS = 20

Answer = tuple[Floats, NDArray[np.bool_]]


class Question(Protocol):
    """Owes for each row the distance from the expected and whether it is known, from rows up to this one only.

    `kept` is a JSON value with which `resume` makes another one go on as this one would have.
    """

    def ask(self, times: Floats, values: Floats) -> Answer: ...

    def kept(self) -> Any: ...

    def resume(self, kept: Any) -> None: ...


class Usual:
    """Is the value far from the mean of the series?"""

    def __init__(self, rows: int) -> None:
        self._mean = RecentMean(rows)
        self._count = 0

    def ask(self, times: Floats, values: Floats) -> Answer:
        known = np.arange(self._count, self._count + len(values)) > 0
        self._count += len(values)
        return np.abs(values - self._mean.before_each(values)), known

    def kept(self) -> Any:
        return [self._count, self._mean.kept()]

    def resume(self, kept: Any) -> None:
        self._count = kept[0]
        self._mean.resume(kept[1])


class HourOfDay:
    """Is it far from the mean of this hour of the day, over the last seven days that had this hour?"""

    def __init__(self) -> None:
        self._day: int | None = None
        self._sums, self._counts = np.zeros(HOURS), np.zeros(HOURS)
        self._means, self._days = np.zeros(HOURS), np.zeros(HOURS)

    def ask(self, times: Floats, values: Floats) -> Answer:
        days, hours = np.floor(times / DAY).astype(np.int64), (times % DAY // 3600).astype(np.int64)
        expected, known = np.empty(len(values)), np.empty(len(values), dtype=np.bool_)
        edges = np.concatenate(([0], np.flatnonzero(np.diff(days)) + 1, [len(days)]))
        for start, end in pairwise(edges):
            self._begin(int(days[start]))
            here = hours[start:end]
            expected[start:end], known[start:end] = self._means[here], self._days[here] > 0
            np.add.at(self._sums, here, values[start:end])
            np.add.at(self._counts, here, 1.0)
        return np.where(known, np.abs(values - expected), 0.0), known

    def kept(self) -> Any:
        return [self._day, *(part.tolist() for part in (self._sums, self._counts, self._means, self._days))]

    def resume(self, kept: Any) -> None:
        self._day = kept[0]
        self._sums, self._counts, self._means, self._days = (np.array(part, dtype=np.float64) for part in kept[1:])

    def _begin(self, day: int) -> None:
        """Take the day before into the profile; a day counts only once it is over."""
        if day == self._day:
            return
        seen = self._counts > 0
        self._days[seen] = np.minimum(self._days[seen] + 1, DAYS_IN_PROFILE)
        means = self._sums[seen] / self._counts[seen]
        self._means[seen] += (means - self._means[seen]) / self._days[seen]
        self._sums[:], self._counts[:], self._day = 0.0, 0.0, day


class LevelShift:
    """Has the mean of the last 20 rows moved away from the mean of the 20 rows before them?"""

    def __init__(self) -> None:
        self._last = np.zeros(0)

    def ask(self, times: Floats, values: Floats) -> Answer:
        joined = np.concatenate((self._last, values))
        self._last = joined[-(2 * LEVEL_ROWS - 1) :]
        distances, known = np.zeros(len(values)), np.zeros(len(values), dtype=np.bool_)
        if (windows := len(joined) - 2 * LEVEL_ROWS + 1) > 0:
            earlier = sum(joined[place:][:windows] for place in range(LEVEL_ROWS))
            later = sum(joined[place:][:windows] for place in range(LEVEL_ROWS, 2 * LEVEL_ROWS))
            distances[-windows:], known[-windows:] = np.abs(later - earlier) / LEVEL_ROWS, True
        return distances, known

    def kept(self) -> Any:
        return self._last.tolist()

    def resume(self, kept: Any) -> None:
        self._last = np.array(kept, dtype=np.float64)
