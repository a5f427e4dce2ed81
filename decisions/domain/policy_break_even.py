"""From which severity on an action pays by a policy's own numbers, beside the curve that the policy states (1.7).

Before any evidence: the chance that it works is the prior's, times are as stated, and the harm is of one category alone
and lasts until the repair. A trouble that passes by itself gains nothing by an action.
"""

from __future__ import annotations

import math

from decisions.domain.beliefs import BadCase, Beta, Duration
from decisions.domain.curves import Curve, Remedy, break_even_curve
from decisions.domain.policy import Policy
from decisions.domain.policy_options import Duration as Stated
from decisions.domain.policy_options import OptionClass, Running

AT_MINUTES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 240.0, 480.0, 1440.0)
# A Beta has room for doubt, if only a little.
_SURE = 1 - 1e-9


def curve(policy: Policy, kind: str, category: str) -> Curve | None:
    """The break-even severity, currency per minute, after so many minutes; None where the action never pays or is free.

    Args:
        kind: `stabilise`, `roll_back` or another kind that acts.
    """
    known = policy.options[kind]
    try:
        return break_even_curve(_remedy(policy, known, category), _duration(policy.durations.repair), AT_MINUTES)
    except BadCase:
        return None


def _remedy(policy: Policy, known: OptionClass, category: str) -> Remedy:
    prior = policy.causes.prior
    works = min(prior["release"] * known.success.release + prior["other"] * known.success.other, _SURE)
    return Remedy(
        works=Beta(works * known.pseudo_uses, (1 - works) * known.pseudo_uses),
        takes=_duration(known.takes, known.pseudo_uses),
        one_off=math.fsum(float(each.amount) for each in known.one_off),
        running=math.fsum(_per_minute(each, policy) for each in known.running),
        residual=known.residual_of(category),
    )


def _per_minute(each: Running, policy: Policy) -> float:
    """A cost for each request is held against the traffic that the policy assumes while nobody can say."""
    return float(each.rate) * (1.0 if each.unit.endswith("/minute") else policy.doubt.traffic_if_missing)


def _duration(stated: Stated, weight: float = math.inf) -> Duration:
    return Duration(stated.median_minutes, stated.spread, weight)
