"""A command as a shell starts it: a process of its own, with a data folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def started(*arguments: str, data: Path, **environment: str) -> subprocess.Popen[str]:
    """`manage.py` with these arguments, on a SQLite file in `data` where the environment names no other database."""
    own = {"DATA_DIR": str(data), "ENV_FILE": os.devnull, "DATABASE_URL": "", "BROKER_URL": "", "LIVE_URL": ""}
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | own | {"LOG_LEVEL": ""} | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(*arguments: str, data: Path, typed: str = "", **environment: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    with started(*arguments, data=data, **environment) as command:
        out, err = command.communicate(typed, timeout=120)
    return command.returncode, out, err
