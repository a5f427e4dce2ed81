"""How a figure is reported: 9 significant digits, half to even.

numpy's exp and log end in different last bits on different processors. Rounding before anything is ranked,
stored or digested makes those differences disappear.
"""

from __future__ import annotations

import math

DIGITS = 9
# Two figures closer than this, as a share, would be reported alike.
SAME = 1e-9


def reported(value: float) -> float:
    """Round to 9 significant digits, half to even; 0 and infinity stay as they are."""
    return float(f"{value:.{DIGITS - 1}e}") + 0.0  # no minus zero


def reported_like(value: float, scale: float) -> float:
    """Round a difference to the decimal place that `scale`, the size of its operands, is reported to.

    A small difference of two large figures knows no more decimals than they do.
    """
    if value == 0 or scale == 0:
        return reported(value)
    places = DIGITS - 1 - math.floor(math.log10(abs(reported(scale))))
    return reported(round(value, places))
