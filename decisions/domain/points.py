"""The 2,048 fixed points on which uncertainty is evaluated. Nothing is drawn: the same seed, the same points.

The points are Sobol's, shifted digit by digit (XOR) by whole numbers taken from a digest. In each dimension
they are the midpoints of 2,048 equal cells in some order, so that an inverse distribution needs to be known
at those midpoints only.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

COUNT = 2048
_BITS = COUNT.bit_length() - 1
# Asked for in blocks, so that cases of a similar size share a cached set; a longer one begins with a shorter one.
_BLOCK = 32

Cells = NDArray[np.intp]
Figures = NDArray[np.float64]
_Array = TypeVar("_Array", Cells, Figures)


@lru_cache(maxsize=1)
def midpoints() -> Figures:
    """Probabilities of the cells' midpoints, ascending, shape (2048,)."""
    return (np.arange(COUNT) + 0.5) / COUNT


@lru_cache(maxsize=1)
def midpoint_scores() -> Figures:
    """Standard normal scores of the midpoints, ascending, shape (2048,)."""
    from scipy.special import ndtri

    return np.asarray(ndtri(midpoints()))


def cells(dimensions: int, seed: str) -> Cells:
    """Which cell each point falls into, shape (dimensions, 2048), each row a permutation of 0..2047.

    A row depends on the seed and on its own number only: asking for more rows changes none.

    Source:
        Sobol's sequence with the direction numbers of Joe and Kuo 2008; digital shift as in L'Ecuyer and
        Lemieux 2002.
    """
    return _shifted(_blocks(dimensions), seed)[:dimensions]


def scores(dimensions: int, seed: str) -> Figures:
    """Standard normal scores of the points, shape (dimensions, 2048)."""
    return _scores(_blocks(dimensions), seed)[:dimensions]


def _blocks(dimensions: int) -> int:
    return math.ceil(dimensions / _BLOCK) * _BLOCK


@lru_cache(maxsize=4)
def _sobol(dimensions: int) -> Cells:
    from scipy.stats import qmc

    unit = qmc.Sobol(dimensions, scramble=False).random(COUNT)
    return np.ascontiguousarray((unit * COUNT).astype(np.intp).T)


@lru_cache(maxsize=8)
def _shifted(dimensions: int, seed: str) -> Cells:
    shifts = np.array([_shift(seed, row) for row in range(dimensions)], dtype=np.intp)
    return _frozen(_sobol(dimensions) ^ shifts[:, None])


@lru_cache(maxsize=8)
def _scores(dimensions: int, seed: str) -> Figures:
    return _frozen(midpoint_scores()[_shifted(dimensions, seed)])


def _shift(seed: str, row: int) -> int:
    digest = hashlib.sha256(f"{seed}/{row}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - _BITS)


def _frozen(array: _Array) -> _Array:
    array.flags.writeable = False
    return array
