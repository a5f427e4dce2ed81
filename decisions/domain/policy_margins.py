"""Safety margins of a policy and what keeps it from acting too often: hysteresis, cooldown, reversals (1.7)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from decisions.domain.canonical import BadDocument
from decisions.domain.policy_costs import amount, refuse_repeats


@dataclass(frozen=True)
class MarginPart:
    """What a part of the margin allows for; `size` is a share of the target."""

    allows_for: str
    size: float
    owner: str
    reason: str
    review_on: date

    def is_overdue(self, on: date) -> bool:
        return on > self.review_on


@dataclass(frozen=True)
class Margin:
    """The margin of one indicator: nothing happens below target x (1 + size)."""

    indicator: str
    parts: tuple[MarginPart, ...]

    @property
    def size(self) -> float:
        return math.fsum(part.size for part in self.parts)


@dataclass(frozen=True)
class Hysteresis:
    """Trigger beyond the margin for `trigger_samples`; clear below target x (1 - share) for `clear_samples`."""

    share: float
    trigger_samples: int
    clear_samples: int


@dataclass(frozen=True)
class Doubt:
    """What not knowing does: sdlog added for an indicator without data and for a margin whose review is overdue.

    `traffic_if_missing` is the number of requests per minute assumed while nobody can say how many there are. For
    `settle_seconds` an incident is too young to act on a comparison of versions that has not come out yet.
    """

    missing_widens: float
    overdue_widens: float
    traffic_if_missing: float
    settle_seconds: float


@dataclass(frozen=True)
class AfterAction:
    """No automatic action within the cooldown; people decide after so many reversals in one incident."""

    cooldown_seconds: float
    reversals_at_most: int
    switching_cost: Decimal


def margins(found: list[Mapping[str, Any]]) -> dict[str, Margin]:
    """Build the margins by indicator."""
    built = tuple(_margin(each, f"$.margins[{place}]") for place, each in enumerate(found))
    refuse_repeats([each.indicator for each in built], "$.margins", "indicator")
    return {each.indicator: each for each in built}


def hysteresis(found: Mapping[str, Any], known: Mapping[str, Margin]) -> Hysteresis:
    """Build the band; it must be at least as wide as every margin, or a level could trigger and clear at once."""
    built = Hysteresis(float(found["share"]), int(found["trigger_samples"]), int(found["clear_samples"]))
    for margin in known.values():
        if margin.size > built.share + 1e-12:
            reason = f"must be at least the margin of {margin.indicator}, which is {margin.size:g}"
            raise BadDocument("$.hysteresis.share", reason)
    return built


def doubt(found: Mapping[str, Any]) -> Doubt:
    names = ("missing_widens", "overdue_widens", "traffic_if_missing", "settle_seconds")
    return Doubt(*(float(found[name]) for name in names))


def after_action(found: Mapping[str, Any]) -> AfterAction:
    cost = amount(found["switching_cost"], "$.after_action.switching_cost")
    return AfterAction(float(found["cooldown_seconds"]), int(found["reversals_at_most"]), cost)


def _margin(found: Mapping[str, Any], path: str) -> Margin:
    parts = tuple(_part(each, f"{path}.parts[{place}]") for place, each in enumerate(found["parts"]))
    refuse_repeats([each.allows_for for each in parts], f"{path}.parts", "allows_for")
    return Margin(found["indicator"], parts)


def _part(found: Mapping[str, Any], path: str) -> MarginPart:
    return MarginPart(
        allows_for=found["allows_for"],
        size=float(found["size"]),
        owner=found["owner"],
        reason=found["reason"],
        review_on=date.fromisoformat(found["review_on"]),
    )
