"""Processes of a desk that nobody watches any more, because what watched them was killed.

They carry the data folder in their environment. Linux shows it; elsewhere none are found.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from rollback_site.processes import MARK


def of(data: Path) -> list[int]:
    """Process ids of the desk in that folder, without the process that asks."""
    mark = os.fsencode(f"{MARK}={data}")
    return [pid for pid in _all_processes() if pid != os.getpid() and mark in _environment(pid)]


def stop(data: Path, *, patience_seconds: float = 10) -> int:
    """Ask them to stop, and kill those that do not in time.

    Returns:
        How many there were. Call it with the desk's lock held: none of them is then somebody's running desk.
    """
    found = of(data)
    _signal(found, signal.SIGTERM)
    until = time.monotonic() + patience_seconds
    while of(data) and time.monotonic() < until:
        time.sleep(0.1)
    _signal(of(data), signal.SIGKILL)
    return len(found)


def _all_processes() -> list[int]:
    proc = Path("/proc")
    return [int(entry.name) for entry in proc.iterdir() if entry.name.isdigit()] if proc.is_dir() else []


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
