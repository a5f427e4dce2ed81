"""Indicators as a snapshot holds them: now, usually, and for each version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from decisions.domain import units
from decisions.domain.levels import Level
from decisions.domain.policy_margins import MarginPart

HIGHER, LOWER, NEITHER = "higher_is_worse", "lower_is_worse", "neither"
# The bound on the side that the direction calls worse; the other side has the margin that the level itself states.
WORSE_SIDE = {HIGHER: "at_most", LOWER: "at_least", NEITHER: ""}
SERVICE_LEVEL = "what the service file says"


@dataclass(frozen=True)
class Measured:
    """A measured value in the indicator's unit, from `n` observations; `spread` is its sdlog where known."""

    value: float
    n: float
    window_seconds: float | None
    age_seconds: float | None
    spread: float | None
    mode: str


@dataclass(frozen=True)
class Indicator:
    """One indicator.

    `target` and `margin` are its service level on the side that `direction` calls worse; `levels` may hold one for
    either side. `baseline` is how the service was before, `usual_by_version` how each version was by itself.
    `own_margin` is what the service's file says of the margin, with its review date; None where it names none.
    """

    name: str
    unit: str
    direction: str
    category: str | None
    target: float | None
    margin: float
    current: Measured | None
    baseline: Measured | None
    by_version: Mapping[str, Measured]
    usual_by_version: Mapping[str, Measured]
    levels: tuple[Level, ...]
    own_margin: MarginPart | None = None

    @property
    def is_rate(self) -> bool:
        """Whether it counts events per minute: then no event in the window is a value like any other."""
        return self.unit.endswith(units.PER_MINUTE)

    def is_seen(self, measured: Measured | None) -> bool:
        """Whether a measurement says anything: a share or a quantile of nothing does not, no events do."""
        return measured is not None and (measured.n > 0 or self.is_rate)

    def usual(self) -> float | None:
        """The value that harm is counted from: the baseline, else the target; None when neither is known."""
        return self.baseline.value if self.baseline is not None else self.target

    def excess(self, value: float, over: float) -> float:
        """How far a value is on the bad side of another, in the indicator's unit; never negative."""
        worse_by = over - value if self.direction == LOWER else value - over
        return max(worse_by, 0.0)


def indicator(found: Mapping[str, Any]) -> Indicator:
    target = found.get("target")
    return Indicator(
        name=found["name"],
        unit=found["unit"],
        direction=found["direction"],
        category=found.get("category"),
        target=None if target is None else float(target),
        margin=float(found.get("margin", 0)),
        current=_measured(found["current"]),
        baseline=_measured(found.get("baseline")),
        by_version=_by_version(found.get("by_version", {})),
        usual_by_version=_by_version(found.get("usual_by_version", {})),
        levels=tuple(Level(each["bound"], each["target"], each.get("margin", 0.0)) for each in found.get("levels", [])),
        own_margin=_own_margin(found),
    )


def _own_margin(found: Mapping[str, Any]) -> MarginPart | None:
    side = WORSE_SIDE[found["direction"]]
    level = next((each for each in found.get("levels", []) if each["bound"] == side and "review_on" in each), None)
    if level is None:
        return None
    return MarginPart(
        allows_for=SERVICE_LEVEL,
        size=float(level.get("margin", 0.0)),
        owner=level.get("owner", ""),
        reason=level.get("reason", ""),
        review_on=date.fromisoformat(level["review_on"]),
    )


def _by_version(found: Mapping[str, Any]) -> dict[str, Measured]:
    return {name: _known(each) for name, each in sorted(found.items())}


def _measured(found: Mapping[str, Any] | None) -> Measured | None:
    return None if found is None else _known(found)


def _known(found: Mapping[str, Any]) -> Measured:
    return Measured(
        value=float(found["value"]),
        n=float(found["n"]),
        window_seconds=found.get("window_seconds"),
        age_seconds=found.get("age_seconds"),
        spread=found.get("spread"),
        mode=found.get("mode", "live"),
    )
