"""Tickets to the stream: short-lived and signed, so that connecting asks no database and holds no session."""

from __future__ import annotations

from django.core.signing import BadSignature, TimestampSigner

_SALT = "decisions.live.stream"
LIVES_SECONDS = 600


def issue(key: str) -> str:
    """A ticket for the person with this key. Pages put a fresh one into every stream address they render."""
    return TimestampSigner(salt=_SALT).sign(key)


def holder(ticket: str) -> str | None:
    """The key of the person a ticket was issued to; None when it is forged or older than ten minutes."""
    try:
        return TimestampSigner(salt=_SALT).unsign(ticket, max_age=LIVES_SECONDS)
    except BadSignature:
        return None
