"""Sparklines: the last hour of a service level in a row, drawn on the server."""

from __future__ import annotations

from typing import Any

from decisions.models import ServiceLevel
from decisions.monitoring.wording import in_unit

HEIGHT = 32.0


def line(level: ServiceLevel) -> dict[str, Any] | None:
    """Points of a polyline in a box 100 wide and 32 high, with the target; None with fewer than two minutes."""
    if len(level.recent) < 2:
        return None
    found = [value for _, value in level.recent]
    low, high = min(*found, level.target), max(*found, level.target, level.rule().breaks_at)
    room = (high - low) or 1.0
    first, span = level.recent[0][0], level.recent[-1][0] - level.recent[0][0]

    def y(value: float) -> float:
        return 2 + (HEIGHT - 4) * (1 - (value - low) / room)

    unit = level.indicator.unit
    return {
        "points": " ".join(f"{100 * (minute - first) / span:.1f},{y(value):.1f}" for minute, value in level.recent),
        "target": y(level.target),
        **_band(y(level.target), y(level.rule().breaks_at)),
        "last": y(found[-1]),
        "state": "bad" if level.is_broken else "silent" if level.state == "no_data" else "ok",
        "label": f"{level.indicator.title} over the last hour, from {in_unit(found[0], unit)} to "
        f"{in_unit(found[-1], unit)}; target {in_unit(level.target, unit)}",
    }


def _band(target: float, edge: float) -> dict[str, float]:
    """The margin: from the target to where it ends, whichever of them is higher up."""
    return {"band": min(target, edge), "band_height": abs(target - edge)}
