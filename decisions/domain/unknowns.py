"""What is not known in a case, one row for each unknown, in three settings: expected, on the fixed points, at its ends.

Rows: the cost rates, the repair, the manual recovery, then for each action its success under either lasting
hypothesis and its time. A rate's value is currency per minute, a success a probability, a time the logarithm
of its median in minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain import points
from decisions.domain.beliefs import Beta, CostRate, Duration
from decisions.domain.beta_quantiles import beta_interval, beta_quantiles
from decisions.domain.cases import Case
from decisions.domain.hypotheses import LASTING

Figures = NDArray[np.float64]

# Normal score of the 95 % point.
SCORE_95 = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Unknowns:
    """D unknowns in n worlds.

    Attributes:
        values: shape (D, n).
        spreads: for the rows that are times, standard deviation of the logarithm of what is still open about
            one occurrence: chance, and the median too where `values` holds its expectation; (D, n) or (D, 1).
        known_rates: number of rate rows, K.
    """

    values: Figures
    spreads: Figures
    known_rates: int

    @property
    def rates(self) -> Figures:
        return self.values[: self.known_rates]

    @property
    def success(self) -> tuple[Figures, Figures]:
        """Under the release, and under something else; (A, n) each."""
        first = self.known_rates + 2
        return self.values[first::3], self.values[first + 1 :: 3]

    @property
    def takes(self) -> tuple[Figures, Figures]:
        """Location and spread, (A, n)."""
        return self._times(slice(self.known_rates + 4, None, 3))

    @property
    def repair(self) -> tuple[Figures, Figures]:
        return self._times(slice(self.known_rates, self.known_rates + 1))

    @property
    def manual(self) -> tuple[Figures, Figures]:
        return self._times(slice(self.known_rates + 1, self.known_rates + 2))

    def _times(self, rows: slice) -> tuple[Figures, Figures]:
        return self.values[rows], self.spreads[rows]


Belief = CostRate | Duration | Beta


def beliefs(case: Case) -> list[Belief]:
    """What is believed of each unknown, in the order of the rows."""
    rows: list[Belief] = [*case.rates, case.repair, case.manual]
    for action in case.actions:
        rows += [*(action.success[h] for h in LASTING), action.takes]
    return rows


def as_expected(case: Case) -> Unknowns:
    """One world: every rate and success at its mean; of times nothing fixed, all of it in the spread."""
    rows = beliefs(case)
    return Unknowns(
        values=_column([_centre(row) for row in rows]),
        spreads=_column([row.predictive_spread if isinstance(row, Duration) else 0.0 for row in rows]),
        known_rates=len(case.rates),
    )


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
        else:
            values[place] += row.location
    return Unknowns(values, _chance(rows), len(case.rates))


def at_ends(case: Case) -> Unknowns:
    """2 D + 1 worlds: all expected; then, for each unknown, it alone at its 5 % and at its 95 % point."""
    rows, middle = beliefs(case), as_expected(case)
    values = np.repeat(middle.values, 2 * len(rows) + 1, axis=1)
    spreads = np.repeat(middle.spreads, 2 * len(rows) + 1, axis=1)
    for place, (row, chance) in enumerate(zip(rows, _chance(rows)[:, 0], strict=True)):
        columns = slice(1 + 2 * place, 3 + 2 * place)
        values[place, columns] = ends(row)
        spreads[place, columns] = chance
    return Unknowns(values, spreads, len(case.rates))


def ends(row: Belief) -> tuple[float, float]:
    """The 5 % and the 95 % point, in the unit of `Unknowns.values`."""
    if isinstance(row, Beta):
        return beta_interval(row)
    reach = SCORE_95 * _deviation(row)
    if isinstance(row, Duration):
        return row.location - reach, row.location + reach
    return row.median * float(np.exp(-reach)), row.median * float(np.exp(reach))


def _centre(row: Belief) -> float:
    return row.location if isinstance(row, Duration) else row.mean


def _deviation(row: Belief) -> float:
    if isinstance(row, Duration):
        return row.doubt
    return row.spread if isinstance(row, CostRate) else 0.0


def _chance(rows: list[Belief]) -> Figures:
    return _column([row.spread if isinstance(row, Duration) else 0.0 for row in rows])


def _column(figures: list[float]) -> Figures:
    return np.array(figures, dtype=float)[:, None]
