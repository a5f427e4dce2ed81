"""Makes the virtual environment and hands over to it. Runs on a bare Python, before anything is installed.

Standard library only, and readable by Pythons that are too old, so that they can say so. Each refusal is one
line that says what to do, with exit code 2. `.venv` remembers its lock file, so that a second start is quick.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LEAST = (3, 11)
NEWER = ("python3.11", "python3.12", "python3.13", "python3.14")
RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"


def main(arguments: list[str]) -> None:
    if not arguments or arguments[0] not in ("runtime", "development"):
        stop("bootstrap.py takes runtime or development, and then the command to run in the environment.")
    on_a_new_enough_python()
    with one_at_a_time():
        make(DEVELOPMENT if arguments[0] == "development" else RUNTIME)
    if arguments[1:]:
        os.execv(str(PYTHON), [str(PYTHON), *arguments[1:]])


def stop(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(2)


def on_a_new_enough_python() -> None:
    """Go on, or start again with a newer Python from the PATH, or say which one is needed."""
    if sys.version_info >= LEAST:
        return
    for name in NEWER:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, "-I", *sys.argv])
    stop(
        f"Python {LEAST[0]}.{LEAST[1]} or later is needed and this is {sys.version.split()[0]}: "
        "install python3.11 and python3.11-venv, or name one with make PYTHON=/path/to/python3.11"
    )


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two `make` in one folder do not install over each other; the second waits."""
    if not os.access(ROOT, os.W_OK):
        stop(f"{ROOT} cannot be written: give yourself the folder (chown) or clone it to one of your own.")
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def make(lock: str) -> None:
    """Bring .venv to what the lock file says. The development lock holds all that the runtime lock holds."""
    if any(holds(name) for name in {lock, DEVELOPMENT}):
        return
    uv = working_uv()
    if not PYTHON.exists() or not is_sound():
        create(uv)
    for name in (RUNTIME, DEVELOPMENT):
        stamp(name).unlink(missing_ok=True)
    print(f"Installing the packages of {lock} into .venv ...", flush=True)
    install(lock, uv)
    stamp(lock).write_text(digest(lock))


def stamp(lock: str) -> Path:
    return VENV / f"installed-{lock}"


def holds(lock: str) -> bool:
    return PYTHON.exists() and stamp(lock).exists() and stamp(lock).read_text() == digest(lock)


def digest(lock: str) -> str:
    """Of the two lock files: a runtime lock that moved is installed again, also below a development set."""
    locks = [RUNTIME] if lock == RUNTIME else [RUNTIME, DEVELOPMENT]
    return hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in locks)).hexdigest()


def is_sound() -> bool:
    """Whether the environment's Python starts: it does not after the system's Python was replaced."""
    question = f"import sys; sys.exit(sys.version_info < {LEAST})"
    return subprocess.run([str(PYTHON), "-I", "-c", question], capture_output=True).returncode == 0


def working_uv() -> str | None:
    """uv, where there is one that starts; it does the same work in less time."""
    uv = shutil.which("uv")
    if uv and subprocess.run([uv, "--version"], capture_output=True).returncode == 0:
        return uv
    return None


def create(uv: str | None) -> None:
    print("Making a virtual environment in .venv ...", flush=True)
    if uv and run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)]) is None:
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        stop(f"Python's venv module is missing: sudo apt-get install python{version}-venv, then make again.")
    trouble = run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if trouble:
        stop(f"The virtual environment could not be made: {trouble}")


def install(lock: str, uv: str | None) -> None:
    """The lock names every package, with hashes. Byte code is left to the first import: scipy is mostly unused."""
    wanted = ["--no-deps", "--require-hashes", "-r", str(ROOT / lock)]
    if uv and run([uv, "pip", "install", "-q", "--python", str(PYTHON), *wanted]) is None:
        return
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    if run([*pip, "--version"]) is not None:
        run([str(PYTHON), "-m", "ensurepip"])
    trouble = run([*pip, "install", "-q", "--no-input", "--no-compile", *wanted])
    if trouble:
        stop(f"The packages could not be installed ({trouble}): see that the package index answers.")


def run(command: list[str]) -> str | None:
    """None when it went well, else its last line of complaint."""
    # uv trusts its own list of certificates unless told, under either name, to trust this machine's.
    environment = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1", **os.environ}
    try:
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    except OSError as wrong:
        return str(wrong)
    if done.returncode == 0:
        return None
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return lines[-1] if lines else f"{command[0]} ended with {done.returncode}"


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        raise SystemExit(130) from None
