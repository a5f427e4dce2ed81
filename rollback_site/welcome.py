"""The first lines a person reads: the address, once it answers, and who can sign in."""

from __future__ import annotations

import http.client
import os
import time

from django.conf import settings

from rollback_site import endings
from rollback_site.processes import Desk

PATIENCE_SECONDS = 60.0


def say_when_it_answers(desk: Desk, people: str) -> None:
    """Leave a child behind that prints the welcome as soon as the pages answer, and ends."""
    started = time.monotonic()
    if os.fork():
        return
    endings.end_silently()
    try:
        print(_welcome(desk, people) if _answers(desk.port, started) else _trouble(desk), flush=True)
    finally:
        os._exit(0)


def _answers(port: int, started: float) -> bool:
    while time.monotonic() - started < PATIENCE_SECONDS:
        if _serves(port):
            return True
        time.sleep(0.1)
    return False


def _serves(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _welcome(desk: Desk, people: str) -> str:
    address = f"\nRollback Desk is at {settings.PUBLIC_URL}\n"
    return "\n".join([address, *([people.strip(), ""] if people else []), f"Ctrl-C stops it. Logs: {desk.log}"])


def _trouble(desk: Desk) -> str:
    return f"The pages do not answer on port {desk.port}: read {desk.log / 'web.log'}"
