"""Order statistics of all pairwise differences of two samples, without forming them.

Two samples of 10,000 have 100,000,000 differences. A thinned pair of samples says roughly where a rank lies, and
only the few thousand differences around it are formed; ranks are exact because those left out are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Span = tuple[int, int]

# So many differences are formed at once without thinning first.
FEW = 30_000
THINNING = 8
# By how many thinned differences a rank is off on ordinary data, for each root of the number of values: 0.08 in the
# middle, 0.28 in one case of a hundred. Being off by more costs another, wider search.
USUAL_ERROR = 0.35
# So many y are taken one by one for each x before it is searched where they end.
STEPS = 3
ROUNDING = 4 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Stretch:
    """Some differences that follow each other: how many lie below, and for each how many are at most as large."""

    below: float
    values: Floats
    upto: Floats

    def ends(self, span: Span) -> tuple[float, float] | None:
        """The differences of the first and the last rank of the span; None when the stretch does not hold both."""
        if not (self.below <= span[0] and self.values.size and span[1] < self.upto[-1]):
            return None
        places = np.searchsorted(self.upto, span, side="right")
        return float(self.values[places[0]]), float(self.values[places[1]])


@dataclass(frozen=True)
class Differences:
    """All x_i - y_j of two samples: the distinct values of each, ascending, with how often each occurs.

    Counts are kept as floats, exact up to 2^53 and far quicker to sum.
    """

    x: Floats
    x_times: Floats
    y: Floats
    y_before: Floats
    coarse: Differences | None

    @cached_property
    def total(self) -> int:
        return int(self.x_times.sum()) * int(self.y_before[-1])

    def spans(self, wanted: Sequence[Span]) -> list[tuple[float, float]]:
        """For each span of ranks (from 0, ascending, both included) its lowest and its highest difference.

        Meant for short spans: the differences in between are formed.
        """
        if self.coarse is None:
            found = [self._all.ends(span) for span in wanted]
            return [ends for ends in found if ends is not None]
        known: dict[Span, tuple[float, float]] = {}
        for error in (self._usual_error, 4 * self._usual_error, self._worst_error):
            left = [span for span in wanted if span not in known]
            if left:
                known |= {span: ends for span, ends in self._near(self.coarse, left, error) if ends is not None}
        return [known[span] for span in wanted]

    @property
    def _usual_error(self) -> int:
        return int(USUAL_ERROR * np.sqrt(max(self.x.size, self.y.size))) + 3

    @property
    def _worst_error(self) -> int:
        # Thinning moves each sample's distribution by half a stretch at most, and so a rank by this many differences.
        return (int(self.x_times.sum()) + int(self.y_before[-1])) // THINNING + 2 * THINNING

    @cached_property
    def _all(self) -> Stretch:
        values = np.subtract.outer(self.x, self.y).ravel()
        if self.is_plain:
            return self._plain_stretch(values, self.total)
        return self._stretch(values, np.outer(self.x_times, np.diff(self.y_before)).ravel(), self.total)

    @cached_property
    def is_plain(self) -> bool:
        """No value occurs twice."""
        return self.total == self.x.size * self.y.size

    @property
    def _ends(self) -> tuple[float, float]:
        return float(self.x[0] - self.y[-1]), float(self.x[-1] - self.y[0])

    def _near(
        self, coarse: Differences, wanted: Sequence[Span], error: int
    ) -> list[tuple[Span, tuple[float, float] | None]]:
        last = coarse.total - 1
        share = coarse.total / self.total
        guesses = [(int(span[0] * share) - error, int(span[1] * share) + error) for span in wanted]
        values = np.array(coarse.spans([(max(0, low), min(last, high)) for low, high in guesses]))
        # The thinned samples lack the ends.
        values[[low <= 0 for low, _ in guesses], 0] = self._ends[0]
        values[[high >= last for _, high in guesses], 1] = self._ends[1]
        stretches = self._between(values[:, 0], values[:, 1])
        return [(span, stretch.ends(span)) for stretch, span in zip(stretches, wanted, strict=True)]

    def _between(self, low: Floats, high: Floats) -> list[Stretch]:
        return [self._formed(float(lower), float(upper)) for lower, upper in zip(low, high, strict=True)]

    def _formed(self, lower: float, upper: float) -> Stretch:
        """All differences from `lower` to `upper`."""
        # x - (x - y) need not be y to the last bit, so a little more is formed, and what is outside left out again.
        slack = ROUNDING * (np.abs(self.x) + max(abs(lower), abs(upper)))
        start = _places(np.maximum.accumulate(self.x - upper - slack), self.y)
        rows, columns = self._pairs(start, self.x - lower + slack)
        values = self.x.take(rows) - self.y.take(columns)
        inside, beyond = (values >= lower) & (values <= upper), values > upper
        if self.is_plain:
            return self._plain_stretch(values[inside], self.total - int(start.sum()) - int(beyond.sum()))
        times = self.x_times.take(rows) * (self.y_before.take(columns + 1) - self.y_before.take(columns))
        upto = self.x_times @ (self.y_before[-1] - self.y_before.take(start)) - times[beyond].sum()
        return self._stretch(values[inside], times[inside], float(upto))

    def _pairs(self, start: Whole, limit: Floats) -> tuple[Whole, Whole]:
        # One y further for all x at a time: most x have none or one, and so a search for where they end costs more.
        ended = np.append(self.y, np.inf)
        rows: Whole = np.flatnonzero(ended.take(start) <= limit)
        columns, limit = start.take(rows), limit.take(rows)
        taken = [(rows, columns)]
        for _ in range(STEPS):
            columns = columns + 1
            more = np.flatnonzero(ended.take(columns) <= limit)
            rows, columns, limit = rows.take(more), columns.take(more), limit.take(more)
            taken.append((rows, columns))
        taken.append(self._runs(rows, columns + 1, limit))
        return np.concatenate([row for row, _ in taken]), np.concatenate([column for _, column in taken])

    def _runs(self, rows: Whole, start: Whole, limit: Floats) -> tuple[Whole, Whole]:
        """All y from `start` on for the few x that have many: where both samples are dense."""
        lengths = np.searchsorted(self.y, limit, side="right") - start
        firsts = np.cumsum(lengths) - lengths
        columns: Whole = np.arange(int(lengths.sum())) - np.repeat(firsts - start, lengths)
        return np.repeat(rows, lengths), columns

    def _stretch(self, values: Floats, times: Floats, upto: float) -> Stretch:
        below = upto - float(times.sum())
        order = np.argsort(values)
        return Stretch(below, values[order], below + np.cumsum(times[order]))

    def _plain_stretch(self, values: Floats, upto: int) -> Stretch:
        return Stretch(upto - values.size, np.sort(values), np.arange(upto - values.size + 1.0, upto + 1.0))


def differences(x: Floats, y: Floats) -> Differences:
    """All differences x_i - y_j of two samples.

    Args:
        x, y: at least one finite value each, ascending.

    Source:
        Searching the sorted matrix of differences by counting is Johnson and Mizoguchi 1978 (SIAM J. Comput. 7);
        thinning instead of medians of rows is ours.
    """
    x_values, x_before = _distinct(x)
    y_values, y_before = _distinct(y)
    coarse = differences(_thinned(x), _thinned(y)) if x_values.size * y_values.size > FEW else None
    return Differences(x_values, np.diff(x_before), y_values, y_before, coarse)


def _thinned(values: Floats) -> Floats:
    # The middle of each stretch, so that the thinned sample leans to neither side.
    return values[min(THINNING, values.size) // 2 :: THINNING] if values.size > 1 else values


def _places(values: Floats, among: Floats) -> Whole:
    """How many of `among` lie below each value; both ascending."""
    # A stable sort finds the two ascending runs and merges them, which takes two thirds of the time of searching.
    order = np.argsort(np.concatenate((values, among)), kind="stable")
    return np.flatnonzero(order < values.size) - np.arange(values.size)


def _distinct(ascending: Floats) -> tuple[Floats, Floats]:
    """The distinct values, and before each of them (and at the end) how many values stand."""
    is_new = ascending[1:] != ascending[:-1]
    if is_new.all():
        return ascending, np.arange(ascending.size + 1.0)
    starts = np.concatenate(([0], np.flatnonzero(is_new) + 1))
    return ascending[starts], np.append(starts, ascending.size).astype(np.float64)
