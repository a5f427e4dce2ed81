"""The log shows what was done to it, and the database refuses to do it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from decisions import journal
from decisions.domain.events import Event
from decisions.journal import guards, verification
from decisions.models import Entry, Service
from tests.factories import make_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(ana, at):
    make_service()
    for _ in range(5):
        note(ana, at)


def note(actor, at) -> None:
    with journal.act(actor, at=at) as act:
        act.note(Event.SERVICE_APPLIED, about=Service.objects.get())


@contextmanager
def others_writing(write: Callable[[], None]) -> Iterator[list[threading.Thread]]:
    """After each of our statements another connection writes, and has five seconds for it."""
    writers: list[threading.Thread] = []

    def work() -> None:
        try:
            write()
        finally:
            connection.close()

    def execute_and_let_write(execute, *statement):
        answer = execute(*statement)
        writers.append(threading.Thread(target=work))
        writers[-1].start()
        writers[-1].join(5)
        return answer

    with connection.execute_wrapper(execute_and_let_write):
        yield writers


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_an_untouched_log_is_whole(log):
    assert verification.verify().is_whole


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE decisions_entry SET event = 'x' WHERE sequence = 2",
        "DELETE FROM decisions_entry WHERE sequence = 4",
        "UPDATE decisions_head SET size = 3",
        "DELETE FROM decisions_head",
        "INSERT INTO decisions_entry (sequence, at, event, actor, about_kind, about_id, service, body, leaf)"
        " SELECT 9, at, event, actor, about_kind, about_id, service, body, leaf FROM decisions_entry LIMIT 1",
    ],
)
def test_the_database_refuses(log, sql):
    with pytest.raises(DatabaseError), transaction.atomic():
        run(sql)


@pytest.mark.parametrize(
    ("sql", "first_bad"),
    [
        ("UPDATE decisions_entry SET event = 'incident_resolved' WHERE sequence = 2", 2),
        ("UPDATE decisions_entry SET actor = 'ben' WHERE sequence = 3", 3),
        ("UPDATE decisions_entry SET at = '2020-01-01 00:00:00+00' WHERE sequence = 3", 3),
        ("UPDATE decisions_entry SET body = leaf WHERE sequence = 1", 1),
        ("DELETE FROM decisions_bell; DELETE FROM decisions_entry WHERE sequence = 0", 0),
        ("DELETE FROM decisions_entry WHERE sequence = 4", 4),
        ("UPDATE decisions_head SET root = 'ab'", None),
        ("UPDATE decisions_head SET size = 4", 4),
    ],
)
def test_tampering_is_found_at_its_place(log, sql, first_bad):
    guards.lift(connection)
    for statement in sql.split(";"):
        run(statement)

    report = verification.verify()
    assert report.fault and report.first_bad == first_bad


@pytest.mark.django_db(transaction=True)
def test_a_log_that_others_write_to_meanwhile_is_whole_and_does_not_hold_them_up(log, ana, at):
    with others_writing(lambda: note(ana, at)) as writers:
        report = verification.verify()

    assert report.is_whole and report.size == 5
    assert writers and not any(writer.is_alive() for writer in writers)
    assert verification.verify().size == 5 + len(writers)


def test_a_missing_guard_is_named(log):
    guards.lift(connection)

    assert "journal_no_update" in verification.verify().missing_guards


def test_the_leaf_of_an_entry_is_the_hash_of_its_bytes(log):
    import hashlib

    entry = Entry.objects.get(sequence=3)
    assert bytes(entry.leaf) == hashlib.sha256(b"\x00" + bytes(entry.body)).digest()
