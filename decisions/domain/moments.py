"""Moments as people write them."""

from __future__ import annotations

from datetime import UTC, datetime


def in_utc(text: str) -> datetime:
    """The moment that an ISO 8601 text names, in UTC; a text without a zone means UTC.

    Raises:
        ValueError: it is no time, or in UTC it lies before the year 1 or after the year 9999.
    """
    found = datetime.fromisoformat(text)
    try:
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(f"{text} is outside the calendar in UTC") from error
