"""What an option was expected to let the trouble cost from the decision until it was over, to be held against reality.

It is the part of an option's loss that the desk sees: c (T + (1 - Z) M), and c V where it passes by itself. What is
paid in the mitigated state until the permanent repair, and what the option itself costs, are left out: nobody records
when a fault was mended. Rates are taken at their means, as the cost so far is priced with them. So the interval is
about times and success, which is all that the records can test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from decisions.domain.beliefs import CostRate
from decisions.domain.case_making import make
from decisions.domain.cases import Action, Case
from decisions.domain.courses import courses
from decisions.domain.evidence import Snapshot
from decisions.domain.outlook import outlook
from decisions.domain.policy import Policy


@dataclass(frozen=True)
class Forecast:
    """A 90 % interval, in currency."""

    low: float
    high: float
    currency: str

    def held(self, actual: float) -> bool:
        """Whether what came lies inside, ends included."""
        return self.low <= actual <= self.high


def until_over(snapshot: Snapshot, policy: Policy, option: str) -> Forecast | None:
    """The forecast for one option of an assessment; None when it was not among the actions."""
    case = make(snapshot, policy).case
    action = next((each for each in case.actions if each.key == option), None)
    if action is None:
        return None
    seen = _seen(case, action)
    total = outlook(seen, courses(seen))[0].quantiles
    return Forecast(total.p05, total.p95, policy.currency)


def _seen(case: Case, action: Action) -> Case:
    return replace(
        case,
        rates=tuple(CostRate(rate.category, rate.mean) for rate in case.rates),
        options=(replace(action, residual={}, running={}, one_off={}),),
        step=None,
    )
