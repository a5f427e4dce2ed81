"""Runs every lane of the tests and says at the end what passed, what failed and what was not run.

    python tests/lanes.py [--lane NAME ...] [--strict] [-- files, and what else pytest understands]

With --strict, or CI=true in the environment, anything that was not run is a failure.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.lane_results import Results, read_results  # noqa: E402
from tests.postgres_server import NoPostgres, private_postgres  # noqa: E402

NOTHING_COLLECTED = 5
_REAL = "browser or processes or foreign"


@dataclass(frozen=True)
class Lane:
    """A part of the tests in surroundings of its own. Lanes of one `turn` run side by side."""

    name: str
    turn: int
    selection: tuple[str, ...]
    needs_postgres: bool = False


# Each waits for other processes most of the time. What shares files of the data folder stands in one file of tests.
_TWO_AT_ONCE = ("-n", "2", "--dist", "loadfile")

LANES = (
    Lane("domain", 1, ("tests/domain", "-n", "2", "-m", "not processes")),
    Lane("sqlite", 2, ("tests", "--ignore=tests/domain", "-m", f"not ({_REAL} or postgres)")),
    Lane("postgres", 2, ("tests", "--ignore=tests/domain", "-m", f"not ({_REAL} or sqlite)"), needs_postgres=True),
    Lane("processes", 3, ("tests", *_TWO_AT_ONCE, "-m", "processes and not (browser or foreign)")),
    Lane("foreign", 4, ("tests", "-m", "foreign and not browser")),
    Lane("browser", 5, ("tests", *_TWO_AT_ONCE, "-m", "browser")),
)


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    chosen = [lane for lane in LANES if not options.lane or lane.name in options.lane]
    started = time.monotonic()
    results = []
    for turn in sorted({lane.turn for lane in chosen}):
        results += side_by_side([lane for lane in chosen if lane.turn == turn], options.pytest)
    print(closing(results, time.monotonic() - started), flush=True)
    return exit_code(results, strict=options.strict)


def side_by_side(lanes: list[Lane], for_pytest: list[str]) -> list[Results]:
    print(f"running {', '.join(lane.name for lane in lanes)} ...", flush=True)
    with ThreadPoolExecutor(len(lanes)) as pool:
        return list(pool.map(lambda lane: run(lane, for_pytest), lanes))


def _options(arguments: list[str]) -> argparse.Namespace:
    at = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lane", action="append", choices=[lane.name for lane in LANES], help="only this one")
    parser.add_argument("--strict", action="store_true", default=os.environ.get("CI") == "true")
    options = parser.parse_args(arguments[:at])
    options.pytest = arguments[at + 1 :]
    return options


def run(lane: Lane, for_pytest: list[str]) -> Results:
    """Run one lane and print a line about it; all that pytest said when it failed."""
    started = time.monotonic()
    with ExitStack() as around:
        folder = Path(around.enter_context(tempfile.TemporaryDirectory(prefix=f"desk-{lane.name}-")))
        try:
            environment = surroundings(lane, around, folder)
        except NoPostgres as needs:
            return _say(Results(lane.name, not_run=(f"{lane.name} lane: needs {needs}",)), started)
        results, output = _pytest(lane, for_pytest, environment, folder)
    if results.failed:
        print(output, flush=True)
    return _say(results, started)


def surroundings(lane: Lane, around: ExitStack, folder: Path) -> dict[str, str]:
    """The caller's environment without the desk's own variables, which would reach the caller's desk."""
    ours = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {"DATA_DIR": str(folder / "data"), "ENV_FILE": os.devnull}
    if lane.needs_postgres:
        server = Path(around.enter_context(tempfile.TemporaryDirectory(prefix="desk-pg-")))
        environment["DATABASE_URL"] = around.enter_context(private_postgres(server))
    return environment


def _pytest(lane: Lane, more: list[str], environment: dict[str, str], folder: Path) -> tuple[Results, str]:
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *selection(lane, more), *more]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    results = read_results(lane.name, report)
    if done.returncode not in (0, NOTHING_COLLECTED) and not results.failed:
        results = results.with_failure(f"{lane.name} lane: pytest ended with {done.returncode}")
    return results, done.stdout


def selection(lane: Lane, more: list[str]) -> list[str]:
    """What the lane selects; where the caller names files or folders, only those of them that it would have run."""
    named = any(not given.startswith("-") and Path(ROOT, given.partition("::")[0]).exists() for given in more)
    return [part for part in lane.selection if not (named and Path(ROOT, part).is_dir())]


def _say(results: Results, started: float) -> Results:
    print(f"{results.lane:<10} {results.counts()} in {time.monotonic() - started:.1f}s", flush=True)
    return results


def closing(results: list[Results], seconds: float) -> str:
    """The last lines: what was not run and why, what failed, and the sum."""
    not_run = [reason for result in results for reason in result.not_run]
    failures = [name for result in results for name in result.failures]
    lines = ["", *(f"not run, {reason}" for reason in not_run), *(f"FAILED {name}" for name in failures)]
    passed = sum(result.passed for result in results)
    sums = f"{passed} passed, {len(failures)} failed" + (f", {len(not_run)} not run" if not_run else "")
    return "\n".join([*lines, f"==== {sums} in {seconds:.1f}s ===="])


def exit_code(results: list[Results], *, strict: bool) -> int:
    """0 when nothing failed and, where it is strict, nothing was left out."""
    return int(any(result.failed or (strict and result.not_run) for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
