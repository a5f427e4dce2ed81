"""The stream: who may open it, and what it says."""

from __future__ import annotations

import asyncio

from decisions.live import stream, tickets
from decisions.live.hub import Ear


def ask(query: str, method: str = "GET") -> list[dict]:
    said: list[dict] = []

    async def send(message):
        said.append(message)

    async def receive():
        await asyncio.sleep(10)

    scope = {"type": "http", "method": method, "path": stream.PATH, "query_string": query.encode()}
    asyncio.run(stream.application(scope, receive, send))
    return said


def test_a_forged_ticket_opens_no_stream():
    assert ask("ticket=ana:forged")[0]["status"] == 403


def test_a_stream_without_a_ticket_is_refused():
    assert ask("")[0]["status"] == 403


def test_a_stream_that_could_hear_nothing_sends_the_page_back_to_polling():
    assert ask(f"ticket={tickets.issue('ana')}")[0]["status"] == 503


def test_a_ticket_names_its_holder():
    assert tickets.holder(tickets.issue("ana")) == "ana"


def test_an_old_ticket_is_no_ticket(monkeypatch):
    ticket = tickets.issue("ana")
    monkeypatch.setattr(tickets, "LIVES_SECONDS", -1)

    assert tickets.holder(ticket) is None


def test_a_slow_page_hears_each_topic_once():
    async def listen():
        ear = Ear()
        for topic in ("fleet", "run-1", "fleet"):
            ear.tell({topic})
        return await ear.next(1), await ear.next(0.01)

    assert asyncio.run(listen()) == (["fleet", "run-1"], [])


def test_a_deaf_stream_is_rung_so_that_it_ends():
    async def listen():
        ear = Ear()
        ear.deafen()
        return await ear.next(1), ear.is_deaf

    assert asyncio.run(listen()) == ([], True)
