"""Numbers and lists as a tired person reads them. English, units beside numbers, no more digits than are known."""

from __future__ import annotations

import math
from collections.abc import Sequence


def money(value: float, currency: str) -> str:
    """An amount: whole above 100, two decimals below; `1,234 EUR`."""
    return f"{value:,.0f} {currency}" if abs(value) >= 100 else f"{value:.2f} {currency}"


def percent(share: float) -> str:
    """A share: whole per cent, with decimals only where they matter; never 0 % or 100 % for what is neither."""
    if 0 < share < 0.01 or 0.99 < share < 1:
        return f"{share * 100:.2g} %" if share < 0.5 else f"{math.floor(share * 1000) / 10:g} %"
    return f"{share * 100:.0f} %"


def minutes_in_words(minutes: float) -> str:
    """A time in its natural unit: `40 s`, `12 min`, `3 h`, `41 days`."""
    if minutes < 2:
        return f"{minutes * 60:.0f} s"
    if minutes < 120:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 2880 else f"{minutes / 1440:.0f} days"


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def value_with_unit(value: float, unit: str) -> str:
    """A measured value: fractions as per cent, everything else to three digits with its unit."""
    return percent(value) if unit == "fraction" else f"{value:.3g} {unit}".strip()
