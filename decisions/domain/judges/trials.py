"""Evidence from successes and failures: is the chance of a success above, or below, what is claimed.

The evidence is a mixture of likelihood ratios over alternatives on one side of the claim, spread evenly over sizes of
effect: the beta-binomial mixture with its integral taken over 20 points. Against a true claim it is at most 1 on
average, at every look (Ville 1939), and it needs no minimum number of events.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Distances of the alternatives from the claim, in log odds (or log rate): from 5 % to 400 times.
EFFECTS: Floats = np.geomspace(0.05, 6.0, 20)


def log_e(successes: Floats, failures: Floats, log_odds: Floats, side: int) -> Floats:
    """Log of the e-value against the chance being as claimed or on the other side, for each entry.

    Args:
        successes, failures: counts, also fractions of counts; shape (..., groups). Groups are summed.
        log_odds: of the claimed chance in each group; shape (groups,).
        side: 1 when the chance is suspected to be higher, -1 when lower.
    """
    moved = log_odds[:, np.newaxis] + side * EFFECTS
    gain = np.logaddexp(0, -log_odds)[:, np.newaxis] - np.logaddexp(0, -moved)
    loss = np.logaddexp(0, log_odds)[:, np.newaxis] - np.logaddexp(0, moved)
    return mixed(successes @ gain + failures @ loss)


def log_e_of_rate(events: float, expected: Floats, side: int) -> Floats:
    """The same for counts of events whose claimed expectation is given (Poisson), for each expectation.

    Source:
        The gamma-Poisson mixture, again over points.
    """
    effects = side * EFFECTS
    return mixed(events * effects - np.multiply.outer(expected, np.expm1(effects)))


def mixed(log_ratios: Floats) -> Floats:
    """Log of the mean of exp over the last axis, which holds the alternatives."""
    most = log_ratios.max(axis=-1, keepdims=True)
    total: Floats = np.exp(log_ratios - most).mean(axis=-1)
    found: Floats = np.log(total) + most[..., 0]
    return found
