"""Acts: one transaction, one set of entries."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest

from decisions import journal
from decisions.domain.events import Event
from decisions.journal import bells
from decisions.models import Bell, Entry, Head, Service
from tests.factories import make_service

pytestmark = pytest.mark.django_db


def test_an_act_that_fails_leaves_neither_change_nor_entry(ana, at):
    with pytest.raises(ZeroDivisionError), journal.act(ana, at=at) as act:
        act.note(Event.DRIFT_FOUND, about=make_service())
        raise ZeroDivisionError

    assert not Service.objects.exists() and not Entry.objects.exists()


def test_a_joined_act_that_fails_takes_only_its_own_notes_with_it(ana, at):
    service = make_service()
    with journal.act(ana, at=at) as act:
        act.note(Event.SERVICE_APPLIED, about=service)
        with pytest.raises(ZeroDivisionError), journal.act(ana, at=at) as inner:
            inner.note(Event.DRIFT_FOUND, about=service)
            raise ZeroDivisionError

    assert [entry.event for entry in Entry.objects.all()] == [Event.SERVICE_APPLIED]


def test_entries_take_consecutive_places_in_the_order_of_the_notes(ana, at):
    service = make_service()
    with journal.act(ana, at=at) as act:
        for event in (Event.SERVICE_APPLIED, Event.DRIFT_FOUND, Event.SERVICE_APPLIED):
            act.note(event, about=service)

    assert list(Entry.objects.values_list("sequence", flat=True)) == [0, 1, 2]
    assert Head.objects.get().size == 3


def test_an_entry_carries_the_persons_key_and_no_name(ana, at):
    with journal.act(ana, at=at) as act:
        act.note(Event.SERVICE_APPLIED, about=make_service(), changes=[])

    body = bytes(Entry.objects.get().body)
    assert b'"actor":"ana"' in body and b"Ana" not in body


def test_a_subscribed_event_hangs_its_bell_in_the_same_transaction(ana, at):
    with journal.act(ana, at=at) as act:
        act.note(Event.DRIFT_FOUND, about=make_service())

    assert Bell.objects.get().task == "monitoring.drift_found"


def test_the_tests_refuse_a_network_call_inside_an_act(ana, at, calls_inside_transactions):
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as caller:
        address = server.getsockname()
        with pytest.raises(pytest.fail.Exception, match="inside a transaction"), journal.act(ana, at=at):
            caller.connect(address)

        caller.connect(address)

    assert calls_inside_transactions == [str(address)]
    calls_inside_transactions.clear()


def test_a_bell_is_taken_down_a_day_after_its_answer(ana, at):
    with journal.act(ana, at=at) as act:
        for _ in range(3):
            act.note(Event.DRIFT_FOUND, about=None)
    fresh, old, unanswered = Bell.objects.all()
    Bell.objects.filter(pk=fresh.pk).update(answered_at=at)
    Bell.objects.filter(pk=old.pk).update(answered_at=at - timedelta(days=1))

    assert bells.forget(at + timedelta(seconds=1)) == 1
    assert list(Bell.objects.all()) == [fresh, unanswered]
