"""The stream of wake-ups to the pages: server-sent events from a raw ASGI application.

Django's own handler would hold a thread for each open stream; here three hundred cost three.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from decisions.live import tickets
from decisions.live.hub import Ear, Hub

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATH = "/live/stream"
HEARTBEAT_SECONDS = 5.0
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]

hub = Hub()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one stream: `data: {"topics": [...]}` for each wake-up, a comment each five seconds."""
    ticket = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
    if scope["method"] != "GET":
        await _refuse(send, 405, "Only GET.")
    elif tickets.holder(ticket) is None:
        await _refuse(send, 403, "This ticket is not valid any more. Load the page again.")
    elif (ear := await hub.join()) is None:
        await _refuse(send, 503, "There is nothing to hear; the page polls.")
    else:
        await _stream(ear, receive, send)


async def _stream(ear: Ear, receive: Receive, send: Send) -> None:
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await _say(send, b"retry: 2000\n\n")
        while not (gone.done() or ear.is_deaf):
            topics = await ear.next(HEARTBEAT_SECONDS)
            await _say(send, _event(topics) if topics else b": beat\n\n")
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    except OSError:
        return
    finally:
        hub.leave(ear)
        gone.cancel()


def _event(topics: list[str]) -> bytes:
    return b"data: " + json.dumps({"topics": topics}).encode() + b"\n\n"


async def _say(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int, sentence: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode()})
