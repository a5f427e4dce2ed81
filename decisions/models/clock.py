"""The one clock. Read at the edge (a view, a task, a command) and passed on as `at`."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection


def now() -> datetime:
    """The database's clock on PostgreSQL, so that no worker's clock can extend a right; the process's on SQLite."""
    if connection.vendor != "postgresql":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0].astimezone(UTC)
