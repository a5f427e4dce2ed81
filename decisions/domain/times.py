"""Times as documents hold them: RFC 3339 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from decisions.domain.canonical import BadDocument


def stamp(at: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: str, path: str = "$") -> datetime:
    """An aware UTC time from RFC 3339 text that ends in Z. Raises BadDocument."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
    except ValueError as error:
        raise BadDocument(path, f"is not a time of the calendar: {text}") from error
