"""The raw ASGI front: streams are answered here, pages by Django's WSGI handler in a bounded thread pool behind it."""

from __future__ import annotations

from a2wsgi import WSGIMiddleware

from rollback_site.wsgi import application as wsgi

from decisions.live import stream  # isort: skip  (Django has to be set up first)

PAGE_THREADS = 8
# Django answers with its response object, which is the iterable that the middleware asks for.
pages = WSGIMiddleware(wsgi, workers=PAGE_THREADS)  # type: ignore[arg-type]


async def application(scope: stream.Scope, receive: stream.Receive, send: stream.Send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http" and scope["path"] == stream.PATH:
        await stream.application(scope, receive, send)
    elif scope["type"] == "http":
        await pages(scope, receive, send)  # type: ignore[arg-type]
    else:
        await send({"type": "websocket.close", "code": 1000})


async def _live(receive: stream.Receive, send: stream.Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
