"""Whether to wait for more data: only while what it may be worth exceeds what the minutes cost."""

from __future__ import annotations

import math

from decisions.domain.cases import Case
from decisions.domain.reported import reported
from decisions.domain.scores import Waiting


def waiting(case: Case, regret_of_best: float) -> Waiting:
    """Weigh the minutes against perfect knowledge.

    Args:
        regret_of_best: regret of the option with the least expected loss, currency: no data can be worth more.
    """
    cost = reported(math.fsum(rate.mean for rate in case.rates))
    if cost == 0:
        return Waiting(0.0, regret_of_best, None, None)
    minutes = reported(regret_of_best / cost)
    return Waiting(cost, regret_of_best, minutes, math.floor(minutes) if minutes >= 1 else None)


def action_threshold(needless_cost: float, benefit: float) -> float:
    """Probability of a real cause above which acting beats not acting, K / (K + B).

    Args:
        needless_cost: currency lost by acting when there was no need (K), >= 0.
        benefit: currency saved by acting when there was need (B), > 0.
    """
    return needless_cost / (needless_cost + benefit)


def perfect_information(probability: float, needless_cost: float, benefit: float) -> float:
    """Most that it can be worth to know the cause for sure, currency: min((1 - q) K, q B).

    It peaks at `action_threshold` and is 0 where the cause is certain.

    Source:
        Howard 1966, for two actions and two causes.
    """
    return min((1 - probability) * needless_cost, probability * benefit)
