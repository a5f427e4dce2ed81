"""Swing weights (SMARTS): how owners weigh the categories, and what that says about their money.

Each category has a reference worst loss in currency; the owners say, from 0 to 100, how much it would be worth to
bring it from there to 0. Weights without such ranges mean nothing, so there are none here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from decisions.domain.beliefs import need


@dataclass(frozen=True, slots=True)
class Swing:
    """Rating 0..100 of bringing a category from its reference worst loss (currency, > 0) to 0."""

    worst: float
    rating: float

    def __post_init__(self) -> None:
        need(0 < self.worst < math.inf, "a reference worst loss must be above 0")
        need(0 <= self.rating <= 100, "a rating must lie in 0..100")


def weights(swings: Mapping[str, Swing]) -> dict[str, float]:
    """Weight of each category, 0..1; they sum to 1.

    Raises:
        BadCase: all ratings are 0.

    Source:
        Edwards and Barron 1994.
    """
    total = math.fsum(swings[category].rating for category in sorted(swings))
    need(total > 0, "at least one rating must be above 0")
    return {category: swings[category].rating / total for category in sorted(swings)}


def weighted_score(swings: Mapping[str, Swing], losses: Mapping[str, float]) -> float:
    """Score 0..100 of an option with these losses (currency by category; absent is 0).

    A loss beyond the reference worst counts as the worst. With ratings in proportion to the worst losses this
    is the currency score: 100 (1 - sum of losses / sum of worst losses).
    """
    share = weights(swings)
    avoided = (share[c] * (1 - min(1.0, losses.get(c, 0.0) / swings[c].worst)) for c in share)
    return 100 * math.fsum(avoided)


def exchange_rates(swings: Mapping[str, Swing]) -> dict[str, float]:
    """What one unit of loss in a category counts beside the average unit; 2.3 reads "one euro counts as 2.3 euro".

    The average is over all reference losses, so that the rates are 1 where owners weigh money as money.
    """
    share = weights(swings)
    everything = math.fsum(swings[category].worst for category in share)
    return {category: share[category] / swings[category].worst * everything for category in share}
