"""A real desk for a test: `manage.py up` in a folder and on ports of its own."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from rollback_site import leftovers

PATIENCE_SECONDS = 150.0


def free_port() -> int:
    """Below the ports that systems give to outgoing connections, so that none of these takes it in between."""
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


class RunningDesk:
    """What a person at the terminal has: what it says, Ctrl-C, and the list of processes."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data = data
        self.port = environment.setdefault("PORT", str(free_port()))
        self.said = data.parent / f"said-on-{self.port}"
        inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=settings.BASE_DIR,
                env=inherited | {"DATA_DIR": str(data), "ENV_FILE": os.devnull} | environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def output(self) -> str:
        return self.said.read_text()

    def processes(self) -> list[int]:
        return leftovers.of(self.data)

    def wait_until_it_says(self, words: str) -> None:
        self.wait_until(lambda: words in self.output() or self.process.poll() is not None, words)
        assert words in self.output(), self.output()

    def wait_until(self, condition: Callable[[], object], what: str = "it") -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < until, f"waited in vain for {what}: {self.output()}"
            time.sleep(0.1)

    def press_ctrl_c(self) -> int:
        """As a terminal does: to the whole foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE_SECONDS)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE_SECONDS)
        leftovers.stop(self.data)
