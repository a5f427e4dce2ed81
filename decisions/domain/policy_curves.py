"""Threshold curves of a policy: severity against duration; stabilise lies below roll back (1.7)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from decisions.domain.canonical import BadDocument
from decisions.domain.policy_costs import amount

STABILISE, ROLL_BACK = "stabilise", "roll_back"


@dataclass(frozen=True)
class Knot:
    after_seconds: float
    severity: Decimal


@dataclass(frozen=True)
class Curve:
    """Knots of (seconds since the start, currency per minute), never rising, log-log between, constant outside."""

    knots: tuple[Knot, ...]

    # curves.Curve says the same in minutes, for arrays; policies are also read where numpy is not loaded.
    def severity_at(self, seconds: float) -> float:
        """The severity (currency per minute) from which the curve asks for action after so many seconds."""
        first, last = self.knots[0], self.knots[-1]
        if seconds <= first.after_seconds:
            return float(first.severity)
        if seconds >= last.after_seconds:
            return float(last.severity)
        place = next(at for at, knot in enumerate(self.knots) if knot.after_seconds > seconds)
        return _between(self.knots[place - 1], self.knots[place], seconds)


def _between(left: Knot, right: Knot, seconds: float) -> float:
    """Straight in the logarithms of both, which is how burn-rate tables lie."""
    slope = math.log(right.severity / left.severity) / math.log(right.after_seconds / left.after_seconds)
    return float(left.severity) * math.exp(slope * math.log(seconds / left.after_seconds))


def curves(found: Mapping[str, Any], categories: frozenset[str], path: str) -> dict[str, dict[str, Curve]]:
    """Two curves for each category that has any: `stabilise` and `roll_back`.

    Raises:
        BadDocument: an unknown category, a curve that rises, or stabilise above roll back anywhere.
    """
    built: dict[str, dict[str, Curve]] = {}
    for name in sorted(found):
        if name not in categories:
            raise BadDocument(f"{path}.{name}", "is not a category of this policy")
        pair = {kind: _curve(found[name][kind], f"{path}.{name}.{kind}") for kind in (STABILISE, ROLL_BACK)}
        _refuse_crossing(pair, f"{path}.{name}")
        built[name] = pair
    return built


def _curve(found: list[Mapping[str, Any]], path: str) -> Curve:
    knots = tuple(_knot(each, f"{path}[{place}]") for place, each in enumerate(found))
    for place in range(1, len(knots)):
        before, here = knots[place - 1], knots[place]
        if here.after_seconds <= before.after_seconds:
            raise BadDocument(f"{path}[{place}].after_seconds", "must be more than in the knot before")
        if here.severity > before.severity:
            raise BadDocument(f"{path}[{place}].severity", "the curve rises; it must never rise")
    return Curve(knots)


def _knot(found: Mapping[str, Any], path: str) -> Knot:
    severity = amount(found["severity"], f"{path}.severity")
    if severity == 0:
        raise BadDocument(f"{path}.severity", "must be more than 0")
    return Knot(float(found["after_seconds"]), severity)


def _refuse_crossing(pair: Mapping[str, Curve], path: str) -> None:
    # Both curves are straight in log-log between knots, so it is enough to look at every knot of either.
    for seconds in sorted({knot.after_seconds for curve in pair.values() for knot in curve.knots}):
        low, high = pair[STABILISE].severity_at(seconds), pair[ROLL_BACK].severity_at(seconds)
        if low > high * (1 + 1e-12):
            raise BadDocument(f"{path}.stabilise", f"lies above roll_back at {seconds:g} s ({low:g} and {high:g})")
