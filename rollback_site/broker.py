"""The desk's own broker while it is being prepared: what is written down then can already ring its bells."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rollback_site.ground import NotReady
from rollback_site.processes import Desk, ends_with_its_parent, programs


@contextmanager
def running_broker(desk: Desk) -> Iterator[None]:
    """Run the broker for the length of the block; nothing to do where BROKER_URL names another one.

    Raises:
        NotReady: it does not start; names its log.
    """
    if desk.broker_socket is None:
        yield
        return
    log = desk.log / "valkey.log"
    with log.open("ab") as file:
        command = [*ends_with_its_parent(), *programs(desk)[0].command]
        process = subprocess.Popen(command, stdout=file, stderr=file, stdin=subprocess.DEVNULL)
    try:
        if not _answers(desk.broker_socket, process):
            raise NotReady(f"The broker does not start: read {log}.")
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def _answers(path: Path, process: subprocess.Popen[bytes], *, patience_seconds: float = 20) -> bool:
    until = time.monotonic() + patience_seconds
    while time.monotonic() < until and process.poll() is None:
        if _takes_a_connection(path):
            return True
        time.sleep(0.02)
    return False


def _takes_a_connection(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0
