"""Why the desk's database cannot be used, said to the person at the terminal."""

from __future__ import annotations

from django.db import DatabaseError, IntegrityError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor


def trouble(wrong: DatabaseError) -> str | None:
    """What to do about a database that does not answer or is not set up; None when the fault is none of these."""
    if isinstance(wrong, IntegrityError):
        return None  # it answered, and refused
    try:
        executor = MigrationExecutor(connection)
        lacks = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as deeper:
        return unusable(deeper)
    if lacks:
        return "The database is not set up for this desk: start the desk once with make run, or run manage.py migrate."
    return unusable(wrong) if isinstance(wrong, OperationalError) else None


def unusable(wrong: DatabaseError) -> str:
    return f"The database does not work ({' '.join(str(wrong).split())}): see that DATABASE_URL is right."
