"""Series to judge."""

from __future__ import annotations

import math

import numpy as np


def correlated(seed, phi, n, mean=0.0):
    """n values of a stationary AR(1) series with unit shocks."""
    shocks = np.random.default_rng(seed).normal(size=n)
    values = [shocks[0] / math.sqrt(1 - phi**2)]
    for shock in shocks[1:]:
        values.append(phi * values[-1] + shock)
    return np.array(values) + mean
