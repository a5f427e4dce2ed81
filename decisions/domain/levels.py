"""Service levels: target, safety margin and hysteresis (DECISION-MODEL.md section 1.7).

A level breaks after its value has been beyond target and margin for `for_seconds`, and heals after it has been inside
the release line for `clear_seconds` without a break. Between the two lines neither begins. Missing data neither breaks
nor heals, and a gap in the good values starts their count again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    NO_DATA = "no_data"
    OK = "ok"
    PENDING = "pending"
    BROKEN = "broken"
    CLEARING = "clearing"


@dataclass(frozen=True)
class Level:
    """A bound on an indicator.

    bound: "at_most" or "at_least". target: in the indicator's unit. margin, release: fractions of the target; it breaks
    beyond target x (1 + margin), and heals inside target x (1 - release), with the signs turned for "at_least".
    minimum_n: events below which the value says nothing.
    """

    bound: str
    target: float
    margin: float = 0.0
    release: float = 0.0
    for_seconds: float = 0.0
    clear_seconds: float = 0.0
    minimum_n: float = 0.0

    @property
    def sign(self) -> int:
        return 1 if self.bound == "at_most" else -1

    @property
    def breaks_at(self) -> float:
        return self.target * (1 + self.sign * self.margin)

    @property
    def heals_at(self) -> float:
        return self.target * (1 - self.sign * self.release)

    def is_beyond(self, value: float) -> bool:
        return self.sign * value > self.sign * self.breaks_at

    def is_inside(self, value: float) -> bool:
        return self.sign * value <= self.sign * self.heals_at


@dataclass(frozen=True)
class Standing:
    """Where a level stands, and since when."""

    state: State
    since: datetime | None = None


def step(level: Level, standing: Standing, value: float | None, n: float | None, at: datetime) -> Standing:
    """Where the level stands after one more measurement.

    Args:
        value: the indicator over the level's window, or None when nothing was measured; n: the events behind it.
        at: the time of the measurement, not before `standing.since`.
    """
    if value is None or (n or 0.0) < level.minimum_n:
        # A broken level whose data vanished is still broken: no data is not good data.
        return _moved(standing, State.BROKEN if standing.state in _BROKEN else State.NO_DATA, at)
    if standing.state in _BROKEN:
        return _while_broken(level, standing, value, at)
    if not level.is_beyond(value):
        return _moved(standing, State.OK, at)
    pending = _moved(standing, State.PENDING, at)
    return _after(pending, level.for_seconds, State.BROKEN, at)


_BROKEN = frozenset({State.BROKEN, State.CLEARING})


def _while_broken(level: Level, standing: Standing, value: float, at: datetime) -> Standing:
    if not level.is_inside(value):
        return _moved(standing, State.BROKEN, at)
    return _after(_moved(standing, State.CLEARING, at), level.clear_seconds, State.OK, at)


def _moved(standing: Standing, state: State, at: datetime) -> Standing:
    return standing if standing.state == state else Standing(state, at)


def _after(standing: Standing, seconds: float, state: State, at: datetime) -> Standing:
    since = standing.since or at
    return Standing(state, at) if at - since >= timedelta(seconds=seconds) else standing
