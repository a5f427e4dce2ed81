"""Which unknowns would change the answer: each alone moved to its 5 % and its 95 % point."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from decisions.domain.cases import Case
from decisions.domain.courses import Courses
from decisions.domain.hypotheses import LASTING
from decisions.domain.losses import totals
from decisions.domain.reported import reported, reported_like
from decisions.domain.scores import Swing
from decisions.domain.unknowns import at_ends, beliefs, ends
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
    leads = _leads(losses, keys.index(recommended))
    best = losses.argmin(axis=0)
    swings = []
    for place, (name, label, unit) in enumerate(_names(case)):
        low, high = 1 + 2 * place, 2 + 2 * place
        if leads[low] != leads[high]:
            values = _values(case, place, unit)
            swings.append(Swing(name, label, unit, *values, leads[low], leads[high], keys[best[low]], keys[best[high]]))
    return tuple(sorted(swings, key=lambda s: (-abs(s.high_lead - s.low_lead), s.input))[:SHOWN])


def _leads(losses: Figures, chosen: int) -> list[float]:
    others = np.delete(losses, chosen, axis=0).min(axis=0)
    pairs = zip(others.tolist(), losses[chosen].tolist(), strict=True)
    return [reported_like(reported(other) - reported(own), max(other, own)) for other, own in pairs]


def _names(case: Case) -> list[tuple[str, str, str]]:
    """Stable name, label and unit of each unknown, in the order of `unknowns.beliefs`."""
    names = [(f"rate:{rate.category}", f"Cost rate of {rate.category}", "currency/min") for rate in case.rates]
    names += [("repair", "Time until the permanent repair", "min"), ("manual", "Time to recover by hand", "min")]
    for action in case.actions:
        for cause in LASTING:
            name = f"success:{action.key}:{cause}"
            names.append((name, f"Success of {action.key}, cause: {cause}", "probability"))
        names.append((f"takes:{action.key}", f"Time until {action.key} takes effect", "min"))
    return names


def _values(case: Case, place: int, unit: str) -> tuple[float, float]:
    low, high = ends(beliefs(case)[place])
    if unit == "min":
        low, high = math.exp(low), math.exp(high)
    return reported(low), reported(high)
