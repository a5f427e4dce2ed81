"""What a policy lets run without approval, who starts it, and who must approve the rest (1.8), for each tier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from decisions.domain.policy_costs import amount
from decisions.domain.policy_curves import Curve, curves

TIERS = ("low", "standard", "high")
KINDS = ("hold", "stabilise", "shift_traffic", "roll_back", "disable")


@dataclass(frozen=True)
class Bounds:
    """The preset limits inside which an option may run without approval.

    `fallback_moves_traffic`: whether taking the model out counts as moving its share of the traffic.
    """

    kinds: frozenset[str]
    known_good_seconds: float
    share_at_most: float
    fallback_moves_traffic: bool
    p_best_at_least: float
    regret_share_at_most: float
    tail_at_most: Decimal
    past_uses_at_least: float
    evidence_seconds: float
    evidence_complete: float
    note: str


@dataclass(frozen=True)
class Start:
    """Who starts an option that is inside its bounds: `person`, `desk`, or `desk_after` so many seconds."""

    who: str
    seconds: float


@dataclass(frozen=True)
class Approvals:
    """Which areas must each give an approval, and how long an approval lives."""

    areas: tuple[str, ...]
    lives_seconds: float


@dataclass(frozen=True)
class Tier:
    """One risk tier. `tail_weight` is lambda, `confidence` the P(best) below which it is too close to call."""

    name: str
    tail_weight: float
    confidence: float
    bounds: Bounds
    starts: Mapping[str, Start]
    approvals: Approvals
    curves: Mapping[str, Mapping[str, Curve]]


def tiers(found: Mapping[str, Any], categories: frozenset[str]) -> dict[str, Tier]:
    """Build the tiers the document names, each with bounds, starts, approvals and threshold curves."""
    return {name: _tier(name, found[name], categories) for name in TIERS if name in found}


def _tier(name: str, found: Mapping[str, Any], categories: frozenset[str]) -> Tier:
    path = f"$.tiers.{name}"
    return Tier(
        name=name,
        tail_weight=float(found["tail_weight"]),
        confidence=float(found["confidence"]),
        bounds=_bounds(found["bounds"], f"{path}.bounds"),
        starts={kind: _start(found["starts"][kind]) for kind in KINDS},
        approvals=Approvals(tuple(sorted(found["approvals"]["areas"])), float(found["approvals"]["lives_seconds"])),
        curves=curves(found["curves"], categories, f"{path}.curves"),
    )


def _bounds(found: Mapping[str, Any], path: str) -> Bounds:
    return Bounds(
        kinds=frozenset(found["kinds"]),
        known_good_seconds=float(found["known_good_seconds"]),
        share_at_most=float(found["share_at_most"]),
        fallback_moves_traffic=found["fallback_moves_traffic"],
        p_best_at_least=float(found["p_best_at_least"]),
        regret_share_at_most=float(found["regret_share_at_most"]),
        tail_at_most=amount(found["tail_at_most"], f"{path}.tail_at_most"),
        past_uses_at_least=float(found["past_uses_at_least"]),
        evidence_seconds=float(found["evidence_seconds"]),
        evidence_complete=float(found["evidence_complete"]),
        note=found.get("note", ""),
    )


def _start(found: Mapping[str, Any]) -> Start:
    return Start(found["who"], float(found.get("seconds", 0)))
