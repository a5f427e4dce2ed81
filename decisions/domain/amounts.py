"""Amounts and numbers as documents hold them: decimal strings, and JSON numbers, of 9 significant digits."""

from __future__ import annotations

from decimal import Decimal

from decisions.domain.reported import reported


def text(value: float) -> str:
    """An amount as a decimal string without exponent, for example `5090.12`."""
    number = Decimal(repr(reported(value)))
    return f"{number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize():f}"


def number(value: float | None) -> float | None:
    """A number as it is reported; None stays None."""
    return None if value is None else reported(value)
