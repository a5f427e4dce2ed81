"""The units that an indicator may be measured in, as the schema of evidence lists them, and what values they allow."""

from __future__ import annotations

import math

FRACTION, PER_MINUTE, SECONDS, MILLISECONDS, POINTS, BYTES, PLAIN = (
    "fraction",
    "per minute",
    "s",
    "ms",
    "points",
    "bytes",
    "1",
)
# What may lie on either side of 0; everything else is counted or timed.
_SIGNED = frozenset({POINTS, PLAIN})


def money(currency: str) -> str:
    """The unit of an amount that is decided, or lost, each minute."""
    return f"{currency} {PER_MINUTE}"


def limits(unit: str) -> tuple[float, float]:
    """Least and most that a value in this unit can be."""
    if unit == FRACTION:
        return 0.0, 1.0
    return (-math.inf if unit in _SIGNED else 0.0), math.inf


def flaw(value: float, unit: str) -> str | None:
    """Why a value cannot be in this unit, to follow its place; None when it can."""
    least, most = limits(unit)
    if value < least:
        return f"must not be negative, in {unit}"
    return f"must be at most {most:g}, in {unit}" if value > most else None
