"""Numbers with their units, as sentences and titles write them."""

from __future__ import annotations


def in_unit(value: float | None, unit: str) -> str:
    """A value as people read it: a fraction in per cent, a second below one in milliseconds, otherwise three digits."""
    if value is None:
        return "no data"
    if unit == "fraction":
        return f"{_short(value * 100)}\u00a0%"
    if unit == "s" and abs(value) < 1:
        return f"{_short(value * 1000)}\u00a0ms"
    return f"{_short(value)}\u00a0{unit}".rstrip()


def difference(size: float, unit: str, *, is_share: bool = False) -> str:
    """How far two values are apart: fractions in points of a hundred, and shares of the other one in per cent.

    Args:
        is_share: the size is a share of the value that is compared with, not an amount in `unit`.
    """
    if is_share:
        return f"{_short(size * 100)}\u00a0%"
    return f"{_short(size * 100)}\u00a0points" if unit == "fraction" else in_unit(size, unit)


def _short(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    text = f"{value:.3g}"
    return f"{float(text):g}".replace("-", "\u2212")
