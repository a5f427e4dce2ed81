"""Everything that is not known in a case, one by one, with a stable name for each.

What moves the answer (`tornado`) and what a person may try (`what_if`) are this list, in this order; `unknowns` has
one row for each. The loss is linear in every one of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from decisions.domain.beliefs import Beta, Certain, CostRate, Duration, Factor, chance
from decisions.domain.cases import Action, Case
from decisions.domain.hypotheses import LASTING, Hypothesis

Belief = CostRate | Duration | Beta | Certain | Factor


@dataclass(frozen=True, slots=True)
class Input:
    """One unknown.

    Attributes:
        key: `rate:CATEGORY`, `repair`, `manual`, `cause:transient`, `cause:release`, `success:OPTION:HYPOTHESIS`,
            `takes:OPTION`, `residual:OPTION` or `running:OPTION`.
        label: for people; options are named by their keys.
        unit: `currency/min`, `min` (the median), `probability` or `share`.
        stated: what a factor multiplies, in the unit; 1 for all others.
    """

    key: str
    label: str
    unit: str
    stated: float
    belief: Belief


def inputs(case: Case) -> list[Input]:
    """The unknowns of a case: rates, times for all, causes, then kind by kind one for each action."""
    return [Input(*name, belief) for name, belief in zip(_names(case), beliefs(case), strict=True)]


def beliefs(case: Case) -> list[Belief]:
    """What is believed of each input, in the same order; without the names, which scoring asks for once only."""
    actions = case.actions
    rows: list[Belief] = [*case.rates, case.repair, case.manual, *_causes(case)]
    for cause in LASTING:
        rows += [action.success[cause] for action in actions]
    rows += [action.takes for action in actions]
    rows += [Factor(action.residual_spread) for action in actions]
    rows += [Factor(action.running_spread) for action in actions]
    return rows


def release_if_it_lasts(case: Case) -> float:
    """Probability of the release, given that it does not pass by itself; one half where that is ruled out."""
    lasting = math.fsum(case.posterior[cause] for cause in LASTING)
    return min(case.posterior[Hypothesis.RELEASE] / lasting, 1.0) if lasting > 0 else 0.5


def _causes(case: Case) -> tuple[Beta | Certain, Beta | Certain]:
    """Two shares that can be moved one without the other: for a Dirichlet posterior they are independent Betas."""
    passes = case.posterior[Hypothesis.TRANSIENT]
    if passes >= 1:
        return Certain(1.0), Certain(release_if_it_lasts(case))
    return chance(passes, case.cause_weight), chance(release_if_it_lasts(case), case.cause_weight * (1 - passes))


_Name = tuple[str, str, str, float]


def _names(case: Case) -> Iterator[_Name]:
    """Key, label, unit and what is stated, in the order of `beliefs`."""
    for rate in case.rates:
        yield f"rate:{rate.category}", f"Cost rate of {rate.category}", "currency/min", 1.0
    yield "repair", "Time until the permanent repair", "min", 1.0
    yield "manual", "Time to recover by hand", "min", 1.0
    yield "cause:transient", "Chance that it passes by itself", "probability", 1.0
    yield "cause:release", "Chance that the release is the cause, if it lasts", "probability", 1.0
    keys = [action.key for action in case.actions]
    for cause in LASTING:
        yield from ((f"success:{key}:{cause}", f"Success of {key}, cause: {cause}", "probability", 1.0) for key in keys)
    yield from ((f"takes:{key}", f"Time until {key} takes effect", "min", 1.0) for key in keys)
    yield from (_residual(action, case) for action in case.actions)
    yield from (_running(action) for action in case.actions)


def _residual(action: Action, case: Case) -> _Name:
    """Over all categories, as a share of today's harm."""
    harm = math.fsum(rate.mean for rate in case.rates)
    left = math.fsum(rate.mean * action.residual.get(rate.category, 0.0) for rate in case.rates)
    label = f"Harm that remains under {action.key} once it works"
    return f"residual:{action.key}", label, "share", left / harm if harm > 0 else 0.0


def _running(action: Action) -> _Name:
    label = f"Running cost of {action.key} once it works"
    return f"running:{action.key}", label, "currency/min", math.fsum(action.running.values())
