"""How probable it is that the harm lasts longer than the regulatory step allows.

The harm of the step's category ends when the action takes effect and leaves nothing of it; otherwise with the
repair, or, when the action fails, once somebody has recovered by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from decisions.domain.cases import Case
from decisions.domain.courses import Courses

Figures = NDArray[np.float64]


class Until(Enum):
    """What ends the harm."""

    EFFECT = auto()
    EFFECT_AND_REPAIR = auto()
    EFFECT_AND_MANUAL = auto()


# Probability that an action, by its place, needs more than so many minutes until the harm has ended, (n,).
Longer = Callable[[int, Until, float], Figures]


def late(case: Case, table: Courses, transient: Figures, worked: Figures, longer: Longer) -> Figures | None:
    """Probability that the step falls due, for each course, shape (R, n); None when the case has no step.

    Args:
        transient: probability that it passes by itself, (n,).
        worked: probability that it lasts and the action works, (A + 1, n).
        longer: answers for one action; where chance has fallen, with 0 and 1.
    """
    if case.step is None:
        return None
    category = case.categories.index(case.step.category)
    passing = transient * float(case.transient_minutes > case.step.after_minutes)
    rows = []
    for action, waited, residual in zip(table.action, table.waits, table.residual[:, category], strict=True):
        left = case.step.after_minutes - float(waited)
        ended = Until.EFFECT if residual == 0 else Until.EFFECT_AND_REPAIR
        rows.append(passing + worked[action] * longer(int(action), ended, left))
        failed = 1 - transient - worked[action]
        if np.any(failed > 0):
            rows[-1] = rows[-1] + failed * longer(int(action), Until.EFFECT_AND_MANUAL, left)
    return np.array(rows)
