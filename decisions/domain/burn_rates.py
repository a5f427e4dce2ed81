"""Burn rates of an error budget over pairs of windows: fire only while the long and the short one both burn too fast.

Burn rate 1 spends the budget exactly by the end of the period. Sources: Google SRE workbook, chapter 5, table 5-8;
the times follow from it (DECISION-MODEL.md section 4). Shares are fractions, an objective is the share that must be
good (0.999), windows are seconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
PERIOD = 30 * DAY


class State(StrEnum):
    """What a pair of windows says. Without data it neither fires nor counts as resolved."""

    FIRING = "firing"
    QUIET = "quiet"
    TOO_FEW = "too_few"
    NO_DATA = "no_data"


@dataclass(frozen=True)
class Windows:
    """A long and a short window (seconds) and the burn rate that both must exceed; severity is `page` or `ticket`."""

    long: float
    short: float
    burn: float
    severity: str

    def __post_init__(self) -> None:
        if not (0 < self.short <= self.long and self.burn > 0):
            raise ValueError("a burn rate above 0 needs a short window above 0 and no longer than the long one")

    def scaled(self, scale: float) -> Windows:
        """The same pair with both windows `scale` (> 0) times as long, for budgets that run out sooner."""
        return replace(self, long=self.long * scale, short=self.short * scale)


@dataclass(frozen=True)
class Counted:
    """What happened in a window: `bad` of `total` requests."""

    bad: float
    total: float

    def __post_init__(self) -> None:
        if not 0 <= self.bad <= self.total < math.inf:
            raise ValueError("bad must be at least 0 and no more than total")


# For a budget of 30 days: two pages and a ticket, which spend 2, 5 and 10 % of it before they fire.
TABLE = (
    Windows(1 * HOUR, 5 * MINUTE, 14.4, "page"),
    Windows(6 * HOUR, 30 * MINUTE, 6.0, "page"),
    Windows(3 * DAY, 6 * HOUR, 1.0, "ticket"),
)


def burn_rate(bad_share: float, objective: float) -> float:
    """How many times faster than allowed the budget is spent.

    Raises:
        ValueError: the objective is not between 0 and 1 (both excluded), so that there is no budget to burn.
    """
    return bad_share / _budget(objective)


def budget_spent(windows: Windows, period: float = PERIOD) -> float:
    """The share of the period's budget that is gone when a constant burn at the threshold fills the long window."""
    return windows.burn * windows.long / period


def seconds_to_fire(windows: Windows, objective: float, bad_share: float) -> float:
    """Seconds from a step in the share of bad requests, before which all were good, to the first firing.

    Infinite where that share does not exceed the threshold.
    """
    threshold = windows.burn * _budget(objective)
    return windows.long * threshold / bad_share if bad_share > threshold else math.inf


def seconds_to_reset(windows: Windows, objective: float, bad_share: float) -> float:
    """Seconds from full recovery to the end of firing, after the short window held this share of bad requests.

    0 where that share did not exceed the threshold.
    """
    threshold = windows.burn * _budget(objective)
    return windows.short * (1 - threshold / bad_share) if bad_share > threshold else 0.0


def requests_needed(windows: Windows, objective: float) -> int:
    """The fewest requests in the short window among which a single bad one does not exceed the threshold."""
    return math.ceil(1 / (windows.burn * _budget(objective)) - 1e-9)


def state(windows: Windows, objective: float, long: Counted | None, short: Counted | None) -> State:
    """What the pair says now.

    Args:
        long, short: what was counted in either window, or None when nothing was measured there.

    Returns:
        `no_data` when a window was not measured or holds no request, `too_few` when the short window holds fewer than
        `requests_needed`, else `firing` when both burn faster than the threshold, else `quiet`.
    """
    if long is None or short is None or not long.total or not short.total:
        return State.NO_DATA
    if short.total < requests_needed(windows, objective):
        return State.TOO_FEW
    burns = [burn_rate(each.bad / each.total, objective) for each in (long, short)]
    return State.FIRING if min(burns) > windows.burn else State.QUIET


def stands(before: bool, now: State) -> bool:
    """Whether an alarm stands: it begins with firing and ends with quiet. Silence neither raises nor ends one."""
    return now is State.FIRING or (before and now is not State.QUIET)


def worst(states: Sequence[State]) -> State:
    """The state of several pairs together: one that fires is enough, and only all quiet is quiet."""
    if State.FIRING in states:
        return State.FIRING
    return max(states, key=list(State).index, default=State.NO_DATA)


def _budget(objective: float) -> float:
    if not 0 < objective < 1:
        raise ValueError(f"an objective lies between 0 and 1, not at {objective:g}")
    return 1 - objective
