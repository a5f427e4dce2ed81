"""What must be true of the machine before a desk starts on it. Each refusal is one line that says what to do."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
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
    return lock_folder(desk.data)


def refuse_taken_ports(desk: Desk) -> None:
    """Refuse ports that somebody else listens on. What this folder's earlier desk left behind has to be gone by now."""
    refuse_taken_port("PORT", desk.port)
    if desk.example_port:
        refuse_taken_port("EXAMPLE_PORT", desk.example_port)


def prepare_folders(desk: Desk) -> None:
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


def lock_folder(data: Path) -> int:
    """Hold the folder for this process and what it turns into."""
    path = data / "up.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as wrong:
        holder = path.read_text().strip() or "unknown"
        os.close(descriptor)
        raise NotReady(
            f"A desk already runs in {data} (process {holder}): stop it there with Ctrl-C, "
            "or start this one in another folder with make run DATA_DIR=/path PORT=8001."
        ) from wrong
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    os.set_inheritable(descriptor, True)
    return descriptor


def refuse_taken_port(name: str, port: int) -> None:
    """Refuse a port on which a server could not listen; `name` is the variable that chooses it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError as wrong:
            raise NotReady(f"{name} is {port}: it must be between 1 and 65535.") from wrong
        except OSError as wrong:
            reason = "is in use" if wrong.errno == errno.EADDRINUSE else f"cannot be opened ({wrong.strerror})"
            raise NotReady(f"Port {port} {reason}: name another with make run {name}={_another(port)}.") from wrong


def _another(port: int) -> int:
    return port + 1 if 1024 <= port < 65535 else 8001
