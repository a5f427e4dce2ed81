"""What must be true of the machine before a desk starts on it. Each refusal is one line that says what to do."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from collections.abc import Iterable
from pathlib import Path

from rollback_site import run_dir
from rollback_site.processes import Desk


class NotReady(Exception):
    """The desk cannot start here yet. The message is the sentence to show."""


def take(desk: Desk) -> int:
    """Check the folders and make the data folder this desk's own.

    Returns:
        The descriptor that holds the lock of the data folder, open for as long as the desk runs.

    Raises:
        NotReady: a folder cannot be written, or the data folder has a desk already.
    """
    prepare_folders(desk)
    return lock_folder(desk)


def refuse_taken_ports(desk: Desk) -> None:
    """Refuse ports that somebody else listens on. What this folder's earlier desk left behind has to be gone by now."""
    if desk.port == desk.example_port:
        raise NotReady(
            f"PORT and EXAMPLE_PORT are both {desk.port}: name another with make run {_free(desk, ['EXAMPLE_PORT'])}."
        )
    troubles = {name: wrong for name, port in desk.ports.items() if (wrong := _trouble_with(port)) is not None}
    if troubles:
        name, wrong = next(iter(troubles.items()))
        reason = "is in use" if wrong.errno == errno.EADDRINUSE else f"cannot be opened ({wrong.strerror})"
        raise NotReady(f"Port {desk.ports[name]} {reason}: name another with make run {_free(desk, troubles)}.")


def prepare_folders(desk: Desk) -> None:
    if desk.data.exists() and not desk.data.is_dir():
        raise NotReady(f"DATA_DIR is {desk.data}, which is a file: name a folder with make run DATA_DIR=/path.")
    try:
        for folder in (desk.data, desk.log, desk.data / "valkey"):
            folder.mkdir(parents=True, exist_ok=True)
        _try_writing(desk.data)
    except OSError as wrong:
        raise NotReady(
            f"The data folder {desk.data} cannot be written ({os.strerror(wrong.errno or 0)}): "
            "give yourself the folder, or name another with make run DATA_DIR=/path."
        ) from wrong
    _prepare_run_dir(desk.run)


def _try_writing(folder: Path) -> None:
    probe = folder / f".written-by-{os.getpid()}"
    probe.write_bytes(b"")
    probe.unlink()


def _prepare_run_dir(run: Path) -> None:
    longest = len(str(run / run_dir.LONGEST_NAME))
    if longest > run_dir.LONGEST:
        raise NotReady(f"The path {run} is too long for sockets: name a shorter one with RUN_DIR=/short/path.")
    try:
        run_dir.make_private(run)
    except run_dir.NotPrivate as wrong:
        raise NotReady(str(wrong)) from wrong
    except OSError as wrong:
        raise NotReady(f"{run} cannot be made ({wrong.strerror}): name another with RUN_DIR=/path.") from wrong


def lock_folder(desk: Desk) -> int:
    """Hold the folder for this process and what it turns into."""
    path = desk.data / "up.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as wrong:
        holder = path.read_text().strip() or "unknown"
        os.close(descriptor)
        raise NotReady(
            f"A desk already runs in {desk.data} (process {holder}): stop it there with Ctrl-C, "
            f"or start this one in another folder with make run DATA_DIR=/path {_free(desk, desk.ports)}."
        ) from wrong
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    os.set_inheritable(descriptor, True)
    return descriptor


def _free(desk: Desk, names: Iterable[str]) -> str:
    """Other ports for these variables, on which a desk could listen now: PORT=8001 EXAMPLE_PORT=8102."""
    found: dict[str, int] = {}
    for name in names:
        # Below 1024 only the machine's own services may listen.
        beyond = range(max(desk.ports[name], 1023) + 1, 65536)
        kept = {*desk.ports.values(), *found.values()}
        found[name] = next((port for port in beyond if port not in kept and _trouble_with(port) is None), 8001)
    return " ".join(f"{name}={port}" for name, port in found.items())


def _trouble_with(port: int) -> OSError | None:
    """Why a server could not listen there; None when it could."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as wrong:
            return wrong
    return None
