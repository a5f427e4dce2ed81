"""How sure the order of the options is, given what is not known: P(best) and regret."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from decisions.domain.reported import SAME, reported, reported_like

Figures = NDArray[np.float64]


def probabilities_best(losses: Figures) -> list[float]:
    """Share of the points at which each option has the least expected loss; sums to 1.

    Options that tie at a point share it.

    Args:
        losses: expected loss of each option at each point, shape (options, points).
    """
    least = losses.min(axis=0)
    ties = losses <= least + SAME * np.abs(least)
    shared = ties / ties.sum(axis=0)
    return [reported(share) for share in shared.mean(axis=1).tolist()]


def regrets(expected: Sequence[float], losses: Figures) -> list[float]:
    """Currency by which each option is expected to miss the best one, were everything known; all >= 0.

    The least of them belongs to the option with the least expected loss, and is the most that further
    information can be worth (Howard 1966). Between options the regrets differ exactly as their expected
    losses do: the points only say by how much the best one is missed.

    Args:
        expected: closed-form expected loss of each option, as reported.
        losses: the same at each point, shape (options, points).
    """
    least = min(expected)
    best = losses[expected.index(least)]
    missed = math.fsum((best - losses.min(axis=0)).tolist()) / losses.shape[1]
    worth = reported_like(missed, least)
    return [reported(loss - least + worth) for loss in expected]
