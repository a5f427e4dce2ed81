"""Which unknowns would change the answer: each alone moved to its 5 % and its 95 % point."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain.beliefs import Duration
from decisions.domain.cases import Case
from decisions.domain.courses import Courses
from decisions.domain.inputs import Input, inputs
from decisions.domain.losses import totals
from decisions.domain.reported import SAME, reported, reported_like
from decisions.domain.scores import Swing
from decisions.domain.unknowns import at_ends, ends
from decisions.domain.worlds import foreseen

Figures = NDArray[np.float64]

SHOWN = 5


def tornado(case: Case, table: Courses, recommended: str) -> tuple[Swing, ...]:
    """The five unknowns that move the lead of the recommended option most, the largest swing first.

    The lead is the expected loss of the best other option minus that of the recommended one, all other
    unknowns at their expectation; where it falls below 0 the recommendation would turn. Unknowns that do not
    move it are left out.
    """
    keys = [option.key for option in case.options]
    if len(keys) < 2:
        return ()
    losses = totals(case, table, foreseen(case, table, at_ends(case)))[:-1]
    leads = _leads(losses, keys.index(recommended))[1:]
    best = [keys[row] for row in _first_of_least(losses)[1:]]
    swings = [
        _Moved(known, low, high, best[2 * place], best[2 * place + 1])
        for place, (known, low, high) in enumerate(zip(inputs(case), leads[::2], leads[1::2], strict=True))
        if low != high
    ]
    swings.sort(key=lambda moved: (-abs(moved.high_lead - moved.low_lead), moved.known.key))
    return tuple(_swing(moved) for moved in swings[:SHOWN])


def _first_of_least(losses: Figures) -> list[int]:
    """Row of the least loss in each world; of rows that would be reported alike, the first."""
    least = losses.min(axis=0)
    rows: list[int] = (losses <= least + SAME * np.abs(least)).argmax(axis=0).tolist()
    return rows


@dataclass(frozen=True, slots=True)
class _Moved:
    """An unknown with the lead and the best option at either end."""

    known: Input
    low_lead: float
    high_lead: float
    low_best: str
    high_best: str


def _swing(moved: _Moved) -> Swing:
    known = moved.known
    low, high = (_in_unit(end, known) for end in ends(known.belief))
    return Swing(
        input=known.key,
        label=known.label,
        unit=known.unit,
        low_value=reported(low),
        high_value=reported(high),
        low_lead=moved.low_lead,
        high_lead=moved.high_lead,
        low_best=moved.low_best,
        high_best=moved.high_best,
    )


def _in_unit(end: float, known: Input) -> float:
    return math.exp(end) if isinstance(known.belief, Duration) else end * known.stated


def _leads(losses: Figures, chosen: int) -> list[float]:
    """Lead of the chosen option in each world, currency."""
    others = np.delete(losses, chosen, axis=0).min(axis=0)
    pairs = zip(others.tolist(), losses[chosen].tolist(), strict=True)
    return [reported_like(other - own, max(other, own)) for other, own in pairs]
