"""Where sockets lie: DATA_DIR/run, or a folder with a short path, since a socket's path may not be long."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

# 107 characters on Linux, 103 on macOS; supervisord makes its socket under a name with its process id first.
LONGEST = 100
LONGEST_NAME = "supervisor.sock.4194304"


class NotPrivate(Exception):
    """The folder for sockets belongs to somebody else, or is not a folder. Says what to do."""


def beside(data_dir: Path) -> Path:
    """The folder for sockets of the desk in `data_dir`; the same answer in every process of the desk."""
    run = data_dir / "run"
    if len(str(run / LONGEST_NAME)) <= LONGEST:
        return run
    mark = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp") / f"rollback-desk-{os.getuid()}-{mark}"


def make_private(run: Path) -> None:
    """Make the folder with mode 700.

    Raises:
        NotPrivate: someone else put something at that path, which /tmp lets anybody do.
        OSError: it cannot be made.
    """
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = run.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise NotPrivate(f"{run} is not a folder of yours: remove it, or name another with RUN_DIR=/short/path.")
    run.chmod(0o700)
