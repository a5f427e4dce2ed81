"""States of the world in which the courses are compared.

The loss is linear in what is unknown. So one formula (`losses.py`) serves four kinds of world: the expected one,
those that differ in what is *not known* (for P(best) and regret), those that differ by *chance* too (for
intervals and tails), and those in which one unknown is moved to either end (for the tornado).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain import lognormals, points
from decisions.domain.beliefs import Factor
from decisions.domain.cases import Case
from decisions.domain.courses import Courses
from decisions.domain.hypotheses import Hypothesis
from decisions.domain.lateness import Until, late
from decisions.domain.unknowns import Unknowns, as_expected

Figures = NDArray[np.float64]

# For the sum of two times. Over 2,048 worlds the error of few nodes averages out, and many would cost 80 ms.
_NODES = 64
_FEW_NODES = 16


@dataclass(frozen=True, slots=True)
class Worlds:
    """n worlds, K categories, A actions and the repair as one more; every shape broadcasts over n.

    Attributes:
        rates: currency per minute, (K, n).
        transient: probability that it passes by itself, (n,); 0 or 1 where chance has fallen.
        worked: probability that it lasts and the action works, (A + 1, n).
        takes: minutes until the action takes effect, (A + 1, n).
        repair, manual: minutes, (n,).
        remains, runs: factors on the residual shares and on the running costs, (A + 1, n).
        passing: minutes until a transient has passed.
        late: probability that the regulatory step falls due for each course, (R, n); None without a step.
    """

    rates: Figures
    transient: Figures
    worked: Figures
    takes: Figures
    repair: Figures
    manual: Figures
    remains: Figures
    runs: Figures
    passing: float
    late: Figures | None


def foreseen(case: Case, table: Courses, unknowns: Unknowns) -> Worlds:
    """Worlds in which chance has not fallen: times and outcomes are expectations, given the unknowns."""
    transient = unknowns.transient
    worked = _worked(unknowns)
    nodes = _FEW_NODES if unknowns.values.shape[1] >= points.COUNT else _NODES
    location, spread = (np.vstack(pair) for pair in zip(unknowns.takes, unknowns.repair, strict=True))

    def longer(action: int, until: Until, minutes: float) -> Figures:
        own = location[action], spread[action]
        if until is Until.EFFECT:
            return lognormals.exceedance(*own, minutes)
        more = unknowns.repair if until is Until.EFFECT_AND_REPAIR else unknowns.manual
        return lognormals.sum_exceedance(own, (more[0][0], more[1][0]), minutes, nodes)

    takes = _mean_minutes(case, location, spread)
    return Worlds(
        rates=unknowns.rates,
        transient=transient,
        worked=worked,
        takes=takes,
        repair=takes[-1],
        manual=_mean_minutes(case, *unknowns.manual)[0],
        remains=_with_repair(unknowns.remains),
        runs=_with_repair(unknowns.runs),
        passing=_passing(case),
        late=late(case, table, transient, worked, longer),
    )


def fallen(case: Case, table: Courses) -> Worlds:
    """2,048 worlds in which chance has fallen: one cause, it works or not, every time and rate has a value.

    All options share the dimensions: cause, luck, time until effect, repair, manual recovery, cost rates, and what
    remaining harm and running costs may be off by. So adding an option changes nothing in the loss of another.
    """
    size = 7 + len(case.rates)
    z, cells = points.scores(size, case.seed), points.cells(size, case.seed)
    middle = as_expected(case)
    transient, worked = _outcomes(case, middle, points.midpoints()[cells[0]], points.midpoints()[cells[1]])
    repair, manual = _minutes(middle.repair, z[3])[0], _minutes(middle.manual, z[4])[0]
    takes = np.vstack([_minutes(middle.takes, z[2]), repair])

    def longer(action: int, until: Until, minutes: float) -> Figures:
        # A horizon limits what is counted as a loss, not how long the harm lasts: these times are not cut.
        more = {Until.EFFECT_AND_REPAIR: repair, Until.EFFECT_AND_MANUAL: manual}.get(until, 0.0)
        return np.asarray(takes[action] + more > minutes, dtype=float)

    return Worlds(
        rates=_rates(case, z[5:-2]),
        transient=transient,
        worked=worked,
        takes=_cut(case, takes),
        repair=_cut(case, repair),
        manual=_cut(case, manual),
        remains=_factors([action.residual_spread for action in case.actions], z[-2]),
        runs=_factors([action.running_spread for action in case.actions], z[-1]),
        passing=_passing(case),
        late=late(case, table, transient, worked, longer),
    )


def _outcomes(case: Case, middle: Unknowns, cause: Figures, luck: Figures) -> tuple[Figures, Figures]:
    """Turn two probabilities for each world into what happens: it passes (n,), it lasts and it works (A + 1, n)."""
    transient = cause >= 1 - case.posterior[Hypothesis.TRANSIENT]
    by_release, by_other = middle.success
    works = luck < np.where(cause < case.posterior[Hypothesis.RELEASE], by_release, by_other)
    worked = np.vstack([works, np.ones_like(luck, dtype=bool)]) & ~transient
    return transient.astype(float), worked.astype(float)


def _worked(unknowns: Unknowns) -> Figures:
    """Probability that it lasts and the action works, and in the last row that it lasts, (A + 1, n)."""
    lasting = 1 - unknowns.transient
    by_release, by_other = unknowns.success
    works = unknowns.release * by_release + (1 - unknowns.release) * by_other
    return np.vstack([lasting * works, np.broadcast_to(lasting, works.shape[1:])])


def _with_repair(factors: Figures) -> Figures:
    """The repair leaves nothing behind, so whatever it is multiplied with does not matter."""
    return np.vstack([factors, np.ones_like(factors[:1])]) if len(factors) else np.ones((1, 1))


def _factors(spreads: list[float], scores: Figures) -> Figures:
    """Factors with mean 1, (A + 1, n); one column where nothing may be off."""
    if not any(spreads):
        return np.ones((len(spreads) + 1, 1))
    known = [Factor(spread) for spread in [*spreads, 0.0]]
    return np.array([np.exp(each.location + each.spread * scores) for each in known])


def _rates(case: Case, scores: Figures) -> Figures:
    median = np.array([rate.median for rate in case.rates])[:, None]
    spread = np.array([rate.spread for rate in case.rates])[:, None]
    return np.asarray(median * np.exp(spread * scores))


def _minutes(times: tuple[Figures, Figures], scores: Figures) -> Figures:
    return np.exp(times[0] + times[1] * scores)


def _mean_minutes(case: Case, location: Figures, spread: Figures) -> Figures:
    if case.horizon_minutes is None:
        return lognormals.mean(location, spread)
    return lognormals.limited_mean(location, spread, case.horizon_minutes)


def _cut(case: Case, minutes: Figures) -> Figures:
    return minutes if case.horizon_minutes is None else np.minimum(minutes, case.horizon_minutes)


def _passing(case: Case) -> float:
    return min(case.transient_minutes, math.inf if case.horizon_minutes is None else case.horizon_minutes)
