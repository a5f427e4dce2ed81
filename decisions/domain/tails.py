"""Where a loss will probably fall, and how bad the bad end is."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from decisions.domain.reported import reported
from decisions.domain.scores import Quantiles

Figures = NDArray[np.float64]

LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)


def quantiles(ascending: Figures) -> list[list[Quantiles]]:
    """The five reported quantiles of each row of each course.

    Args:
        ascending: equally likely losses, sorted along the last axis, shape (courses, rows, n).

    Source:
        Hazen's rule: value i of n stands at (i - 0.5) / n, which is where the fixed points lie.
    """
    count = ascending.shape[-1]
    place = np.clip(np.array(LEVELS) * count - 0.5, 0, count - 1)
    lower = np.floor(place).astype(np.intp)
    upper = np.minimum(lower + 1, count - 1)
    values = ascending[..., lower] + (place - lower) * (ascending[..., upper] - ascending[..., lower])
    return [[Quantiles(*map(reported, row)) for row in course] for course in values.tolist()]


def cvar(ascending: Figures, level: float = 0.95) -> float:
    """Mean of the worst 1 - `level` of equally likely losses in ascending order, shape (n,).

    The value on the edge counts with the share of it that lies inside.

    Source:
        Rockafellar and Uryasev 2000; Acerbi and Tasche 2002 for the share.
    """
    tail = (1 - level) * ascending.size
    whole = math.floor(tail + 1e-9)
    worst = ascending[ascending.size - whole :].tolist()
    if whole < ascending.size:
        worst.append((tail - whole) * float(ascending[ascending.size - whole - 1]))
    return reported(math.fsum(worst) / tail)
