"""What each course is expected to cost, and where that will probably fall."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from decisions.domain.arithmetic import Arithmetic, arithmetic
from decisions.domain.cases import Case
from decisions.domain.courses import Courses
from decisions.domain.losses import by_category
from decisions.domain.reported import reported
from decisions.domain.scores import CategoryLoss, Loss, Quantiles
from decisions.domain.tails import cvar, quantiles
from decisions.domain.worlds import fallen

Figures = NDArray[np.float64]


def outlook(case: Case, table: Courses) -> list[Loss]:
    """The loss of every option in the case's order, and of doing nothing as the last one.

    Expected losses are closed forms; quantiles and CVaR are taken from the points on which chance has fallen.
    """
    ascending = _ascending(by_category(case, table, fallen(case, table)))
    spreads = quantiles(ascending)
    worst = [cvar(row) for row in ascending[:, -1]]
    lines = arithmetic(case)
    keys = [*(option.key for option in case.options), None]
    return [_loss(case, lines, *found) for found in zip(keys, spreads, worst, strict=True)]


def _ascending(losses: Figures) -> Figures:
    """Sorted losses of the categories and, behind them, of the total; (R, K, n) to (R, K + 1, n)."""
    both = np.concatenate([losses, losses.sum(axis=1, keepdims=True)], axis=1)
    both.sort(axis=-1)
    return both


def _loss(case: Case, lines: Arithmetic, key: str | None, spreads: Sequence[Quantiles], worst: float) -> Loss:
    parts = tuple(
        CategoryLoss(category, lines.expected(key, category), spread)
        for category, spread in zip(case.categories, spreads[:-1], strict=True)
    )
    expected = reported(math.fsum(part.expected for part in parts))
    adjusted = reported((1 - case.risk_aversion) * expected + case.risk_aversion * worst)
    return Loss(parts, expected, spreads[-1], worst, adjusted)
