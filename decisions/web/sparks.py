"""Sparklines: the last hour of a service level in a row, drawn on the server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from decisions.models import ServiceLevel
from decisions.monitoring.wording import in_unit

HEIGHT = 32.0
MINUTES = 60
Point = tuple[float, float]
"""(minutes since 1970, value)"""


def line(level: ServiceLevel, at: datetime, every_seconds: float) -> dict[str, Any] | None:
    """Lines in a box 100 wide and 32 high, the hour before `at`, with the target; None with fewer than two minutes.

    A line ends where data is missing and the next one begins where it comes again.

    Args:
        every_seconds: how often the level is measured.
    """
    start = int(at.timestamp() // 60) - MINUTES
    recent = [(minute, value) for minute, value in level.recent if minute >= start]
    if len(recent) < 2:
        return None
    found = [value for _, value in recent]
    edges = (level.target, level.rule().breaks_at)
    low, high = min(*found, *edges), max(*found, *edges)
    room = (high - low) or 1.0

    def x(minute: float) -> float:
        return min(max(100 * (minute - start) / MINUTES, 0.0), 100.0)

    def y(value: float) -> float:
        return 2 + (HEIGHT - 4) * (1 - (value - low) / room)

    unit, parts = level.indicator.unit, list(_parted(recent, every_seconds))
    gaps = "" if len(parts) == 1 else ", with gaps"
    return {
        "lines": [" ".join(f"{x(minute):.1f},{y(value):.1f}" for minute, value in part) for part in parts],
        "target": y(level.target),
        **_band(y(level.target), y(level.rule().breaks_at)),
        "last": {"x": x(recent[-1][0]), "y": y(found[-1])},
        "state": "bad" if level.is_broken else "silent" if level.state == "no_data" else "ok",
        "label": f"{level.indicator.title} over the last hour, from {in_unit(found[0], unit)} to "
        f"{in_unit(found[-1], unit)}{gaps}; target {in_unit(level.target, unit)}",
    }


def _parted(recent: Sequence[Point], every_seconds: float) -> Iterator[list[Point]]:
    """Stretches without a gap. One missed measurement is none; a minute on its own is drawn as wide as it is."""
    apart = int(2 * every_seconds / 60) + 1
    part = [recent[0]]
    for before, point in pairwise(recent):
        if point[0] - before[0] > apart:
            yield _wide(part)
            part = []
        part.append(point)
    yield _wide(part)


def _wide(part: list[Point]) -> list[Point]:
    if len(part) > 1:
        return part
    minute, value = part[0]
    return [(minute - 0.5, value), (minute + 0.5, value)]


def _band(target: float, edge: float) -> dict[str, float]:
    """The margin: from the target to where it ends, whichever of them is higher up."""
    return {"band": min(target, edge), "band_height": abs(target - edge)}
