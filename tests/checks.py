"""Everything that is checked without running the product, each part timed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARIES = Path(sys.executable).parent

PARTS: dict[str, tuple[str, ...]] = {
    "style": ("ruff", "check", "--quiet"),
    "format": ("ruff", "format", "--check", "--quiet"),
    "types": ("mypy", "--no-error-summary"),
    "floors": ("lint-imports", "--no-logo"),
    "templates": ("djlint", "templates", "--lint", "--quiet"),
    "migrations": ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
}


def main(chosen: list[str]) -> int:
    unknown = [name for name in chosen if name not in PARTS]
    if unknown:
        print(f"No check is called {unknown[0]!r}; there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="desk-checks-") as folder:
        environment = os.environ | {"DATA_DIR": folder, "ENV_FILE": os.devnull}
        outcomes = [passes(name, environment) for name in chosen or PARTS]
    return int(not all(outcomes))


def passes(name: str, environment: dict[str, str]) -> bool:
    program, *arguments = PARTS[name]
    started = time.monotonic()
    done = subprocess.run(
        [str(BINARIES / program), *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    good = done.returncode == 0
    print(f"{'ok' if good else 'FAILED':<7} {name:<16} {time.monotonic() - started:5.1f}s", flush=True)
    if not good:
        print(done.stdout, flush=True)
    return good


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
