"""Everything that is not known in a case, one by one, with a stable name for each.

What moves the answer (`tornado`) and what a person may try (`what_if`) are this list, in this order; `unknowns` has
one row for each. The loss is linear in every one of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
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
    belief: Belief
    stated: float = 1.0


def inputs(case: Case) -> list[Input]:
    """The unknowns of a case: rates, times for all, causes, then kind by kind one for each action."""
    found = [
        Input(f"rate:{rate.category}", f"Cost rate of {rate.category}", "currency/min", rate) for rate in case.rates
    ]
    found += [
        Input("repair", "Time until the permanent repair", "min", case.repair),
        Input("manual", "Time to recover by hand", "min", case.manual),
        *_causes(case),
    ]
    for each in (*(_success(cause) for cause in LASTING), _takes, _residual, _running):
        found += [each(action, case) for action in case.actions]
    return found


def release_if_it_lasts(case: Case) -> float:
    """Probability of the release, given that it does not pass by itself; one half where that is ruled out."""
    lasting = math.fsum(case.posterior[cause] for cause in LASTING)
    return min(case.posterior[Hypothesis.RELEASE] / lasting, 1.0) if lasting > 0 else 0.5


def _causes(case: Case) -> Iterator[Input]:
    """Two shares that can be moved one without the other: for a Dirichlet posterior they are independent Betas."""
    passes = case.posterior[Hypothesis.TRANSIENT]
    known = chance(passes, case.cause_weight)
    yield Input("cause:transient", "Chance that it passes by itself", "probability", known)
    known = chance(release_if_it_lasts(case), case.cause_weight * (1 - passes) if passes < 1 else math.inf)
    yield Input("cause:release", "Chance that the release is the cause, if it lasts", "probability", known)


def _success(cause: Hypothesis) -> Callable[[Action, Case], Input]:
    def success(action: Action, _: Case) -> Input:
        label = f"Success of {action.key}, cause: {cause}"
        return Input(f"success:{action.key}:{cause}", label, "probability", action.success[cause])

    return success


def _takes(action: Action, _: Case) -> Input:
    return Input(f"takes:{action.key}", f"Time until {action.key} takes effect", "min", action.takes)


def _residual(action: Action, case: Case) -> Input:
    """Over all categories, as a share of today's harm."""
    harm = math.fsum(rate.mean for rate in case.rates)
    left = math.fsum(rate.mean * action.residual.get(rate.category, 0.0) for rate in case.rates)
    stated = left / harm if harm > 0 else 0.0
    label = f"Harm that remains under {action.key} once it works"
    return Input(f"residual:{action.key}", label, "share", Factor(action.residual_spread), stated)


def _running(action: Action, _: Case) -> Input:
    stated = math.fsum(action.running.values())
    label = f"Running cost of {action.key} once it works"
    return Input(f"running:{action.key}", label, "currency/min", Factor(action.running_spread), stated)
