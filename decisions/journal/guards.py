"""Database guards: what was written stays as it was written.

Entries refuse UPDATE, DELETE and TRUNCATE, and an INSERT that leaves a gap; the head only grows; policy versions are
never deleted, nor is evidence while an assessment rests on it, and the bodies of both never change; runs and approvals
never fall in rank. Every key of what is kept refuses a second INSERT, since SQLite's REPLACE deletes the first row, and
by default without a word to the triggers that would refuse that.

Installed idempotently after every migrate, since SQLite drops a table's triggers when a later migration rebuilds it.
An owner can still drop them: `missing` says so, and the log's hashes show which entries were changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate

from decisions.domain import approvals, merkle, runs
from decisions.journal import triggers
from decisions.journal.triggers import Guard

_ENTRIES, _HEAD = "decisions_entry", "decisions_head"
_SNAPSHOTS, _POLICIES, _ASSESSMENTS = "decisions_snapshot", "decisions_policyversion", "decisions_assessment"
_RANKED: dict[str, Mapping[Any, int]] = {"decisions_run": runs.RANK, "decisions_approval": approvals.RANK}
_FROZEN = {_SNAPSHOTS: ("digest", "body"), _POLICIES: ("id", "scope", "scope_name", "number", "digest", "body")}
_SAME_SCOPE = "scope = NEW.scope AND scope_name = NEW.scope_name"
_OTHER_ACTIVE = "state = 'active' AND NEW.state = 'active' AND id <> NEW.id"


def _rank(row: str, ranks: Mapping[Any, int]) -> str:
    cases = " ".join(f"WHEN '{state.value}' THEN {rank}" for state, rank in sorted(ranks.items()))
    return f"(CASE {row}.state {cases} ELSE -1 END)"


def _ranked(table: str, ranks: Mapping[Any, int]) -> Guard:
    condition = f"{_rank('NEW', ranks)} < {_rank('OLD', ranks)}"
    name = f"{table.removeprefix('decisions_')}_rank"
    return Guard(name, table, "UPDATE", "What has ended or moved on never goes back.", condition)


def _frozen(table: str, columns: Iterable[str]) -> Guard:
    condition = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)
    name = f"{table.removeprefix('decisions_')}_frozen"
    return Guard(name, table, "UPDATE", "What was stored under a digest never changes.", condition)


def _stored_once(table: str, same: str) -> Guard:
    """`same`: which stored rows a new one would push out."""
    name = f"{table.removeprefix('decisions_')}_once"
    condition = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
    return Guard(name, table, "INSERT", "What is stored already is never written over.", condition)


def _never_emptied(table: str) -> Guard:
    return Guard(f"{table}_no_truncate", table, "TRUNCATE", "What is kept for good is never emptied.")


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
    Guard("head_grows", _HEAD, "UPDATE", "The head of the journal only grows.", "NEW.size <= OLD.size"),
    Guard("policyversion_no_delete", _POLICIES, "DELETE", "A policy version is never deleted."),
    Guard(
        "policyversion_one_active",
        _POLICIES,
        "UPDATE",
        "One policy is in force for a scope.",
        f"EXISTS (SELECT 1 FROM {_POLICIES} WHERE {_SAME_SCOPE} AND {_OTHER_ACTIVE})",
    ),
    Guard(
        "snapshot_no_delete",
        _SNAPSHOTS,
        "DELETE",
        "Evidence is kept while an assessment rests on it.",
        f"EXISTS (SELECT 1 FROM {_ASSESSMENTS} WHERE snapshot_id = OLD.digest)",
    ),
    _stored_once(_HEAD, "id = 1"),
    _stored_once(_SNAPSHOTS, "digest = NEW.digest"),
    _stored_once(_POLICIES, f"id = NEW.id OR ({_SAME_SCOPE} AND (number = NEW.number OR ({_OTHER_ACTIVE})))"),
    *(_ranked(table, ranks) for table, ranks in _RANKED.items()),
    *(_frozen(table, columns) for table, columns in _FROZEN.items()),
    *(_never_emptied(table) for table in (_ENTRIES, _HEAD, _POLICIES, _SNAPSHOTS)),
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
        for guard in of(connection):
            for statement in triggers.making(guard, connection.vendor):
                cursor.execute(statement)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the guards away, for the emptying of a test database and nothing else."""
    with connection.cursor() as cursor:
        for guard in of(connection):
            cursor.execute(triggers.unmaking(guard, connection.vendor))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The guards that are not in force as they were made, by name; empty when all are."""
    standing = triggers.standing(connection)
    return sorted(
        guard.name for guard in of(connection) if standing.get(guard.name) != triggers.said(guard, connection.vendor)
    )


def of(connection: BaseDatabaseWrapper) -> list[Guard]:
    """The guards that this database can have."""
    return [guard for guard in GUARDS if guard.event != "TRUNCATE" or connection.vendor == triggers.POSTGRESQL]
