"""Which sample of a live series is unlike everything that came before it.

Three questions are asked of every sample (`surprises`): is it far from the usual value, far from what this hour of
the day brings, has the level just moved? A distance counts by its ratio to the largest distance of the same kind in
the last 1,000 rows, or to three times their spread where that is more. From a ratio of 1.1 on, a tenth beyond
everything remembered, the row is flagged, unless one of the last 100 rows was at least as surprising.

A row's score uses the rows up to it and nothing later. Only sums, quotients and roots are taken, in a fixed order, so
that the same rows give the same bits. `docs/nab.md` says how it does on a public benchmark, how its numbers
were chosen, and how often it is wrong on noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from decisions.domain.running import Floats, RecentMaximum, RecentMean
from decisions.domain.series import refuse_disorder, refuse_unfit
from decisions.domain.surprises import HourOfDay, LevelShift, Question, Usual
from decisions.domain.warming import WARM_UP_ROWS

MEMORY_ROWS = 1_000
REPEAT_ROWS = 100
# At this ratio the score is a half.
FLAG_RATIO, FLAG_SCORE = 1.1, 0.5
SPREADS = 3.0
# A change by less than a millionth of the value is taken for rounding, so that a constant series stays quiet.
RESOLUTION = 1e-6

CAUSES = ("usual", "hour_of_day", "level_shift")


@dataclass(frozen=True)
class Readings:
    """What the detector says of n rows.

    scores: 0 to 1; half of it where one of the last 100 rows was as surprising, 0 for a missing value and while
    warming up. flags: scores of 0.5 and more. causes: the index in `CAUSES` of the question that decided.
    """

    scores: Floats
    flags: NDArray[np.bool_]
    causes: NDArray[np.int8]


class _Ratio:
    """A question's distances, each over the largest that is remembered."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._square = RecentMean(MEMORY_ROWS)
        self._largest = RecentMaximum(MEMORY_ROWS)
        self._count = 0

    def ask(self, times: Floats, values: Floats, sizes: Floats) -> Floats:
        distances, known = self._question.ask(times, values)
        ratios = np.zeros(len(values))
        if known.any():
            ratios[known] = self._over_the_largest(distances[known], sizes[known])
        return ratios

    @property
    def answers(self) -> int:
        """How often its question was answered so far."""
        return self._count

    def kept(self) -> list[Any]:
        return [self._count, self._question.kept(), self._square.kept(), self._largest.kept()]

    def resume(self, kept: list[Any]) -> None:
        self._count = kept[0]
        self._question.resume(kept[1])
        self._square.resume(kept[2])
        self._largest.resume(kept[3])

    def _over_the_largest(self, distances: Floats, sizes: Floats) -> Floats:
        spread = SPREADS * np.sqrt(self._square.before_each(distances**2))
        remembered = np.maximum(spread, self._largest.before_each(distances))
        floor = np.maximum(remembered, RESOLUTION * np.maximum(sizes, distances))
        is_warm = np.arange(self._count, self._count + len(distances)) >= WARM_UP_ROWS
        self._count += len(distances)
        return np.divide(distances, floor, out=np.zeros(len(distances)), where=is_warm & (distances > 0))


class Detector:
    """Reads one series, in as many pieces as one likes: the pieces' readings are those of the whole."""

    def __init__(self) -> None:
        self._origin: float | None = None
        self._ratios = [_Ratio(question) for question in (Usual(MEMORY_ROWS), HourOfDay(), LevelShift())]
        self._recent = RecentMaximum(REPEAT_ROWS)

    def learnt(self) -> dict[str, Any]:
        """All that the next rows are judged by, as a JSON value of some kilobytes; `resumed` goes on from it."""
        ratios = [ratio.kept() for ratio in self._ratios]
        return {"origin": self._origin, "ratios": ratios, "recent": self._recent.kept()}

    @property
    def rows(self) -> int:
        """How many rows it has learnt from; before `WARM_UP_ROWS` it flags nothing."""
        return max(ratio.answers for ratio in self._ratios)

    @classmethod
    def resumed(cls, learnt: dict[str, Any]) -> Detector:
        """The detector that learnt this, or a new one where it learnt nothing yet (an empty value)."""
        detector = cls()
        if learnt:
            detector._origin = learnt["origin"]
            detector._recent.resume(learnt["recent"])
            for ratio, kept in zip(detector._ratios, learnt["ratios"], strict=True):
                ratio.resume(kept)
        return detector

    def read(self, times: Floats, values: Floats) -> Readings:
        """Score the next rows.

        Args:
            times: n times, seconds since 1970 in UTC, in the order of measurement. They only place a row in its
                day: repeated times are rows like any other, and the rows around a gap are neighbours.
            values: n values; NaN where none was measured. Such a row scores 0, and nothing is learnt from it.

        Raises:
            BadSeries: a value is infinite or beyond 1e150; the row is counted from 1 in this piece.
        """
        refuse_unfit(values)
        measured = ~np.isnan(values)
        scores, causes = np.zeros(len(values)), np.zeros(len(values), dtype=np.int8)
        if measured.any():
            scores[measured], causes[measured] = self._judge(times[measured], values[measured])
        return Readings(scores, scores >= FLAG_SCORE, causes)

    def _judge(self, times: Floats, values: Floats) -> tuple[Floats, NDArray[np.int8]]:
        if self._origin is None:
            self._origin = float(values[0])
        # Sums of values near zero lose fewer digits, and a constant series is exactly zero.
        moved = values - self._origin
        answers = np.stack([ratio.ask(times, moved, np.abs(values)) for ratio in self._ratios])
        ratios = answers.max(axis=0)
        is_new = ratios > self._recent.before_each(ratios)
        scores = ratios / (ratios + FLAG_RATIO)
        return np.where(is_new, scores, scores / 2), answers.argmax(axis=0).astype(np.int8)


def scan(times: Floats, values: Floats) -> Readings:
    """Score a whole series in one piece.

    Raises:
        BadSeries: as `Detector.read`, or the rows are out of order (`series.refuse_disorder`).
    """
    refuse_disorder(times)
    return Detector().read(times, values)
