"""A guard as a database knows it: a trigger that raises, in the words of SQLite or of PostgreSQL.

A refusal is an IntegrityError on both, like that of any other constraint.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

POSTGRESQL = "postgresql"


@dataclass(frozen=True)
class Guard:
    """One refusal: before which `event` on which table, under which condition, and the sentence it raises.

    TRUNCATE is an event on PostgreSQL only, and has no condition.
    """

    name: str
    table: str
    event: str
    sentence: str
    condition: str = ""


def making(guard: Guard, vendor: str) -> list[str]:
    """The statements that put a guard in place, also over another trigger of its name."""
    if vendor != POSTGRESQL:
        return [unmaking(guard, vendor), _sqlite(guard)]
    return [
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $${_function(guard)}$$",
        f"CREATE OR REPLACE {_trigger(guard)}",
        f"ALTER TABLE {guard.table} ENABLE ALWAYS TRIGGER {guard.name}",
    ]


def unmaking(guard: Guard, vendor: str) -> str:
    on_table = f" ON {guard.table}" if vendor == POSTGRESQL else ""
    return f"DROP TRIGGER IF EXISTS {guard.name}{on_table}"


def said(guard: Guard, vendor: str) -> str:
    """What `standing` says of this guard while it is in place."""
    return f"CREATE {_trigger(guard)} {_function(guard)}" if vendor == POSTGRESQL else _sqlite(guard)


def standing(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Every trigger that is in force, by name, in the database's own words: a name alone refuses nothing."""
    query = (
        "SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true) || ' ' || prosrc"
        " FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE tgenabled = 'A'"
        if connection.vendor == POSTGRESQL
        else "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())


def _sqlite(guard: Guard) -> str:
    when = f"WHEN {guard.condition} " if guard.condition else ""
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} {when}"
        f"BEGIN SELECT RAISE(ABORT, '{guard.sentence}'); END"
    )


def _trigger(guard: Guard) -> str:
    each = "STATEMENT" if guard.event == "TRUNCATE" else "ROW"
    return f"TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH {each} EXECUTE FUNCTION {guard.name}()"


def _function(guard: Guard) -> str:
    # The condition stands in the function: a WHEN clause may not hold a subquery.
    refusal = f"RAISE EXCEPTION '{guard.sentence}' USING ERRCODE = 'integrity_constraint_violation';"
    if not guard.condition:
        return f"BEGIN {refusal} END"
    row = "OLD" if guard.event == "DELETE" else "NEW"
    return f"BEGIN IF {guard.condition} THEN {refusal} END IF; RETURN {row}; END"
