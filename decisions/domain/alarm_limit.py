"""How often a policy's thresholds would page for nothing, held against the policy's own limit (DECISION-MODEL 4)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from decisions.domain import allowances
from decisions.domain.evidence_indicators import LOWER, Indicator
from decisions.domain.policy import Policy
from decisions.domain.run_lengths import FalseAlarms, false_alarms


@dataclass(frozen=True)
class Quiet:
    """An indicator while all was quiet: values, oldest first, one every `seconds_each`; None where nothing was seen."""

    indicator: Indicator
    history: tuple[float | None, ...]
    seconds_each: float


def implied(policy: Policy, quiet: Iterable[Quiet]) -> dict[str, FalseAlarms]:
    """Alarms in thirty days that each indicator's threshold would have given while nothing was wrong, by indicator.

    The threshold is target and margin, an alarm the policy's number of samples in a row beyond it. Indicators without
    a target page nobody and are left out.
    """
    return {
        each.indicator.name: _of(policy, each, line)
        for each in quiet
        if each.indicator.target is not None and (line := allowances.edge(each.indicator, policy)) is not None
    }


def refusal(policy: Policy, alarms: Mapping[str, FalseAlarms]) -> str | None:
    """Why the policy pages too often for nothing on one service, as a sentence to show; None when it does not."""
    total = math.fsum(each.per_month for each in alarms.values())
    if total <= policy.alarms_per_month:
        return None
    worst = max(sorted(alarms), key=lambda name: alarms[name].per_month)
    return (
        f"The thresholds of this policy would page {total:.3g} times a month for nothing, most often on {worst} "
        f"({alarms[worst].per_month:.3g}); the policy allows {policy.alarms_per_month:g}. Widen its margin."
    )


def _of(policy: Policy, quiet: Quiet, line: float) -> FalseAlarms:
    return false_alarms(
        quiet.history,
        line,
        is_worse_above=quiet.indicator.direction != LOWER,
        run=policy.hysteresis.trigger_samples,
        seconds_each=quiet.seconds_each,
    )
