"""Template words: how numbers, amounts, times and keys are written. Every number carries its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template

from decisions.monitoring.wording import in_unit

register = template.Library()
GAP = "\u00a0"
MINUS = "\u2212"


@register.filter
def unit(value: float | None, name: str) -> str:
    """A measured value with its unit: 0.029 and "fraction" is 2.9 %."""
    return in_unit(value, name)


@register.filter
def amount(value: str | float | None, currency: str = "") -> str:
    """An amount of money: whole from ten on, two digits below; a true minus, no-break spaces."""
    if value is None or value == "":
        return "unknown"
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    text = f"{number:,.0f}" if abs(number) >= 10 else f"{number:,.2f}"
    return f"{text}{GAP}{currency}".rstrip().replace("-", MINUS)


@register.filter
def exact(value: str | float | None) -> str:
    """All the digits that are stored, for somebody who computes it again; a true minus."""
    return "unknown" if value is None else f"{Decimal(str(value)).normalize():,f}".replace("-", MINUS)


@register.filter
def percent(value: float | None, digits: int = 0) -> str:
    """A fraction in per cent: 0.908 is 91 %."""
    return "unknown" if value is None else f"{float(value) * 100:.{digits}f}{GAP}%"


@register.filter
def clock(value: datetime | None) -> str:
    """A time of day with seconds, in UTC; the zone is said beside it."""
    return value.astimezone(UTC).strftime("%H:%M:%S") if value else "never"


@register.filter
def moment(value: datetime | None) -> str:
    """A day and a time with its zone."""
    return value.astimezone(UTC).strftime(f"%-d %b %Y, %H:%M:%S{GAP}UTC") if value else "never"


@register.filter
def day_and_minute(value: datetime | None) -> str:
    """A day and a minute, for rows whose head says the zone: 18 Nov, 03:04."""
    return value.astimezone(UTC).strftime(f"%-d{GAP}%b, %H:%M") if value else "never"


@register.filter
def parsed(value: str | datetime | None) -> datetime | None:
    """A stored RFC 3339 text as a time."""
    if not value or isinstance(value, datetime):
        return value or None
    return datetime.fromisoformat(value.replace("Z", "+00:00"))


@register.filter
def lasting(value: timedelta | float | None) -> str:
    """A duration as people say it: 48 s, 12 min, 3 h 20 min, 5 days."""
    if value is None:
        return "unknown"
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if seconds < 90:
        return f"{max(seconds, 0):.0f}{GAP}s"
    minutes = seconds / 60
    if minutes < 90:
        return f"{minutes:.0f}{GAP}min"
    hours, rest = divmod(int(minutes), 60)
    if hours < 48:
        return f"{hours}{GAP}h {rest}{GAP}min" if rest else f"{hours}{GAP}h"
    return f"{hours // 24}{GAP}days"


@register.filter
def under(found: Mapping[str, Any] | None, key: str) -> Any:
    """The value under a key, or nothing."""
    return (found or {}).get(key)


@register.filter
def short_digest(value: str) -> str:
    """The first twelve digits of a digest; enough to compare by eye."""
    return value.removeprefix("sha256:")[:12]
