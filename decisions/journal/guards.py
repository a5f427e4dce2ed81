"""Database guards: what was written stays as it was written.

Entries refuse UPDATE, DELETE and TRUNCATE, and an INSERT that leaves a gap; the head never shrinks; bodies of
snapshots and policies never change; runs and approvals never fall in rank. Installed idempotently after every migrate,
since SQLite drops a table's triggers when a later migration rebuilds it. An owner can still drop them: `missing` says
so, and the log's hashes show which entries were changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate

from decisions.domain import approvals, merkle, runs

_ENTRIES, _HEAD = "decisions_entry", "decisions_head"
_RANKED: dict[str, Mapping[Any, int]] = {"decisions_run": runs.RANK, "decisions_approval": approvals.RANK}
_FROZEN = {"decisions_snapshot": "body", "decisions_policyversion": "body"}


@dataclass(frozen=True)
class Guard:
    """One refusal: `when` it looks, at which table, under which condition, and the sentence it raises."""

    name: str
    table: str
    when: str
    sentence: str
    condition: str = ""


def _rank(row: str, ranks: Mapping[Any, int]) -> str:
    cases = " ".join(f"WHEN '{state.value}' THEN {rank}" for state, rank in sorted(ranks.items()))
    return f"(CASE {row}.state {cases} ELSE -1 END)"


GUARDS = (
    Guard("journal_no_update", _ENTRIES, "UPDATE", "A journal entry is never changed."),
    Guard("journal_no_delete", _ENTRIES, "DELETE", "A journal entry is never deleted."),
    Guard(
        "journal_no_gap",
        _ENTRIES,
        "INSERT",
        "A journal entry takes the next place and no other.",
        f"NEW.sequence <> (SELECT COALESCE(MAX(sequence) + 1, 0) FROM {_ENTRIES})",
    ),
    Guard("head_no_delete", _HEAD, "DELETE", "The head of the journal is never deleted."),
    Guard("head_no_shrink", _HEAD, "UPDATE", "The journal never shrinks.", "NEW.size < OLD.size"),
    *(
        Guard(
            f"{table.removeprefix('decisions_')}_rank",
            table,
            "UPDATE",
            "What has ended or moved on never goes back.",
            f"{_rank('NEW', ranks)} < {_rank('OLD', ranks)}",
        )
        for table, ranks in _RANKED.items()
    ),
    *(
        Guard(
            f"{table.removeprefix('decisions_')}_frozen",
            table,
            "UPDATE",
            "What was stored under a digest never changes.",
            f"NEW.{column} <> OLD.{column}",
        )
        for table, column in _FROZEN.items()
    ),
)


def install_after_migrate(config: AppConfig) -> None:
    post_migrate.connect(_after_migrate, sender=config, dispatch_uid="journal.guards")


def _after_migrate(*, using: str, **kwargs: Any) -> None:
    from decisions.models import Head

    connection = connections[using]
    if _HEAD not in connection.introspection.table_names():
        return
    Head.objects.using(using).get_or_create(pk=1, defaults={"root": merkle.EMPTY_ROOT.hex()})
    install(connection)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every guard in place; safe to repeat."""
    with connection.cursor() as cursor:
        for guard in GUARDS:
            for statement in _statements(connection, guard):
                cursor.execute(statement)
        if connection.vendor == "postgresql":
            for statement in _against_truncate():
                cursor.execute(statement)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the guards away, for the emptying of a test database and nothing else."""
    with connection.cursor() as cursor:
        for name, table in _expected(connection):
            suffix = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{suffix}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The guards that are not in place and enabled, by name; empty when all are."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled = 'A'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {row[0] for row in cursor.fetchall()}
    return sorted(name for name, _ in _expected(connection) if name not in found)


def _expected(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    named = [(guard.name, guard.table) for guard in GUARDS]
    if connection.vendor == "postgresql":
        named += [(f"{table}_no_truncate", table) for table in (_ENTRIES, _HEAD)]
    return named


def _statements(connection: BaseDatabaseWrapper, guard: Guard) -> list[str]:
    if connection.vendor == "postgresql":
        return _postgresql(guard)
    when = f"WHEN {guard.condition} " if guard.condition else ""
    return [
        f"DROP TRIGGER IF EXISTS {guard.name}",
        f"CREATE TRIGGER {guard.name} BEFORE {guard.when} ON {guard.table} {when}"
        f"BEGIN SELECT RAISE(ABORT, '{guard.sentence}'); END",
    ]


def _postgresql(guard: Guard) -> list[str]:
    # The condition stands in the function: a WHEN clause may not hold the subquery that looks for gaps.
    condition = f"IF {guard.condition} THEN " if guard.condition else ""
    otherwise = "END IF; RETURN NEW;" if guard.condition else ""
    return [
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {condition}RAISE EXCEPTION '{guard.sentence}'; {otherwise} END $$",
        f"CREATE OR REPLACE TRIGGER {guard.name} BEFORE {guard.when} ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
        f"ALTER TABLE {guard.table} ENABLE ALWAYS TRIGGER {guard.name}",
    ]


def _against_truncate() -> list[str]:
    statements = [
        "CREATE OR REPLACE FUNCTION journal_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'The journal is never emptied.'; END $$"
    ]
    for table in (_ENTRIES, _HEAD):
        name = f"{table}_no_truncate"
        statements += [
            f"CREATE OR REPLACE TRIGGER {name} BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION journal_no_truncate()",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
        ]
    return statements
