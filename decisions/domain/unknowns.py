"""What is not known in a case, one row for each unknown, in three settings: expected, on the fixed points, at its ends.

The rows are those of `inputs`. A rate's value is currency per minute, that of a success or a cause a probability, of a
time the logarithm of its median in minutes, of what remains and what runs a factor on what is stated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain import points
from decisions.domain.beliefs import Beta, Certain, CostRate, Duration, Factor
from decisions.domain.beta_quantiles import beta_interval, beta_quantiles
from decisions.domain.cases import Case
from decisions.domain.inputs import Belief, beliefs

Figures = NDArray[np.float64]

# Normal score of the 95 % point.
SCORE_95 = 1.6448536269514722
# Rows between those of the rates and those of the actions: repair, manual recovery, and the two of the causes.
_SHARED = 4


@dataclass(frozen=True, slots=True)
class Unknowns:
    """D unknowns in n worlds.

    Attributes:
        values: shape (D, n).
        spreads: for the rows that are times, standard deviation of the logarithm of what is still open about
            one occurrence: chance, and the median too where `values` holds its expectation; (D, n) or (D, 1).
        known_rates: number of rate rows, K.
        known_actions: number of actions, A.
    """

    values: Figures
    spreads: Figures
    known_rates: int
    known_actions: int

    @property
    def rates(self) -> Figures:
        return self.values[: self.known_rates]

    @property
    def repair(self) -> tuple[Figures, Figures]:
        return self._times(slice(self.known_rates, self.known_rates + 1))

    @property
    def manual(self) -> tuple[Figures, Figures]:
        return self._times(slice(self.known_rates + 1, self.known_rates + 2))

    @property
    def transient(self) -> Figures:
        """Probability that it passes by itself, (n,)."""
        return np.asarray(self.values[self.known_rates + 2])

    @property
    def release(self) -> Figures:
        """Probability of the release, given that it lasts, (n,)."""
        return np.asarray(self.values[self.known_rates + 3])

    @property
    def success(self) -> tuple[Figures, Figures]:
        """Under the release, and under something else; (A, n) each."""
        return self.values[self._block(0)], self.values[self._block(1)]

    @property
    def takes(self) -> tuple[Figures, Figures]:
        """Location and spread, (A, n)."""
        return self._times(self._block(2))

    @property
    def remains(self) -> Figures:
        """Factor on the residual shares, (A, n)."""
        return self.values[self._block(3)]

    @property
    def runs(self) -> Figures:
        """Factor on the running costs, (A, n)."""
        return self.values[self._block(4)]

    def _block(self, place: int) -> slice:
        first = self.known_rates + _SHARED + place * self.known_actions
        return slice(first, first + self.known_actions)

    def _times(self, rows: slice) -> tuple[Figures, Figures]:
        return self.values[rows], self.spreads[rows]


def as_expected(case: Case) -> Unknowns:
    """One world: every rate, cause and success at its mean; of times nothing fixed, all of it in the spread."""
    rows = beliefs(case)
    spreads = _column([row.predictive_spread if isinstance(row, Duration) else 0.0 for row in rows])
    return _unknowns(case, _column([_centre(row) for row in rows]), spreads)


def on_points(case: Case) -> Unknowns:
    """2,048 worlds with a value for every unknown; in the spreads only chance is left."""
    rows = beliefs(case)
    values = _column([_deviation(row) for row in rows]) * points.scores(len(rows), case.seed)
    cells = points.cells(len(rows), case.seed)
    for place, row in enumerate(rows):
        if isinstance(row, Beta):
            values[place] = beta_quantiles(row)[cells[place]]
        elif isinstance(row, CostRate):
            values[place] = row.median * np.exp(values[place])
        elif isinstance(row, Duration):
            values[place] += row.location
        elif isinstance(row, Factor) and row.spread > 0:
            values[place] = np.exp(values[place] + row.location)
        else:
            values[place] = _centre(row)
    return _unknowns(case, values, _chance(rows))


def at_ends(case: Case) -> Unknowns:
    """2 D + 1 worlds: all expected; then, for each unknown, it alone at its 5 % and at its 95 % point."""
    rows, middle = beliefs(case), as_expected(case)
    values = np.repeat(middle.values, 2 * len(rows) + 1, axis=1)
    spreads = np.repeat(middle.spreads, 2 * len(rows) + 1, axis=1)
    for place, (row, chance) in enumerate(zip(rows, _chance(rows)[:, 0], strict=True)):
        columns = slice(1 + 2 * place, 3 + 2 * place)
        values[place, columns] = ends(row)
        spreads[place, columns] = chance
    return _unknowns(case, values, spreads)


def ends(row: Belief) -> tuple[float, float]:
    """The 5 % and the 95 % point, in the unit of `Unknowns.values`."""
    if isinstance(row, Certain):
        return row.mean, row.mean
    if isinstance(row, Beta):
        return beta_interval(row)
    reach = SCORE_95 * _deviation(row)
    if isinstance(row, Duration):
        return row.location - reach, row.location + reach
    middle = row.median if isinstance(row, CostRate) else math.exp(row.location)
    return middle * math.exp(-reach), middle * math.exp(reach)


def _unknowns(case: Case, values: Figures, spreads: Figures) -> Unknowns:
    return Unknowns(values, spreads, len(case.rates), len(case.actions))


def _centre(row: Belief) -> float:
    if isinstance(row, Duration):
        return row.location
    return 1.0 if isinstance(row, Factor) else row.mean


def _deviation(row: Belief) -> float:
    if isinstance(row, Duration):
        return row.doubt
    return row.spread if isinstance(row, CostRate | Factor) else 0.0


def _chance(rows: Sequence[Belief]) -> Figures:
    return _column([row.spread if isinstance(row, Duration) else 0.0 for row in rows])


def _column(figures: list[float]) -> Figures:
    return np.array(figures, dtype=float)[:, None]
