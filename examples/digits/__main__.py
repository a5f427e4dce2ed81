"""`python -m examples.digits --port P --data DIR [--speed N]`: the example model service, until it is told to stop."""

from __future__ import annotations

import argparse
import fcntl
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO

from examples.digits import services
from examples.digits.effects import BrokenLog, EffectsLog
from examples.digits.endpoint import Endpoint, Example
from examples.digits.meter import Meter
from examples.digits.replay import Pace, Replay
from examples.digits.services import Service

# Handfuls come every quarter of a second of the example's time; tests run it up to 60 times faster, where the
# processor cannot keep up with more than 50 handfuls a second.
TICK_SECONDS = 0.25
SHORTEST_TICK_SECONDS = 0.02
FASTEST = 60.0
# After a pause (a stopped process, a laptop asleep) the traffic of this long is made up for, not all of it.
LONGEST_GAP_SECONDS = 1.0


class CannotStart(Exception):
    """Why the example does not start, and what to do, in one line."""


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m examples.digits", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--data", type=Path, required=True, help="folder for trained versions, log and state")
    parser.add_argument("--speed", type=_speed, default=1.0, help=f"how many times faster time goes, to {FASTEST:g}")
    parser.add_argument("--label-delay", type=_delay, default=Pace.label_delay, help="seconds until a label is known")
    return parser.parse_args(given)


def main() -> int:
    options = arguments()
    _on_stop(_leave)
    try:
        _run(options)
    except CannotStart as reason:
        print(f"examples.digits: {reason}", file=sys.stderr)
        return 2
    return 0


def _run(options: argparse.Namespace) -> None:
    endpoint = _bound(options.port)
    held = _folder(options.data)
    effects, served = _opened(options.data)
    meter = Meter(served, next(iter(served.values())).shelf.versions)
    pace = Pace(label_delay=options.label_delay)
    stop = threading.Event()
    _on_stop(lambda *_: stop.set())
    endpoint.open(Example(served, meter, control_token(options.data)))
    threading.Thread(target=endpoint.serve_forever, daemon=True).start()
    print(f"examples.digits: http://127.0.0.1:{endpoint.server_port}", flush=True)
    _replay([Replay(service, meter, pace) for service in served.values()], options.speed, stop)
    endpoint.shutdown()
    effects.close()
    held.close()


def _opened(folder: Path) -> tuple[EffectsLog, dict[str, Service]]:
    try:
        effects = EffectsLog(folder / "effects.jsonl")
        return effects, services.opened(folder, effects)
    except (OSError, ValueError, KeyError, TypeError, BrokenLog, subprocess.CalledProcessError) as error:
        raise CannotStart(f"{folder} cannot be used ({error}); choose another with --data.") from error


def _on_stop(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> None:
    # While versions are trained: the exception ends the training process, too.
    raise SystemExit(0)


def _replay(replays: list[Replay], speed: float, stop: threading.Event) -> None:
    tick = max(TICK_SECONDS / speed, SHORTEST_TICK_SECONDS)
    before = time.monotonic()
    while not stop.wait(tick):
        now = time.monotonic()
        passed = min(now - before, LONGEST_GAP_SECONDS) * speed
        before = now
        for replay in replays:
            replay.step(passed)


def control_token(folder: Path) -> str:
    """DIGITS_CONTROL_TOKEN, or a random one kept in the folder, readable by its owner only."""
    given = os.environ.get("DIGITS_CONTROL_TOKEN", "")
    if given:
        return given
    path = folder / "control-token"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        token = secrets.token_urlsafe(32)
        file.write(token)
    return token


def _bound(port: int) -> Endpoint:
    try:
        return Endpoint(port)
    except (OSError, OverflowError) as error:
        raise CannotStart(f"port {port} cannot be used ({error}); choose another with --port.") from error


def _folder(folder: Path) -> IO[bytes]:
    """Hold the folder for this process alone; two would write one log and know nothing of each other."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("ab")
    except OSError as error:
        raise CannotStart(f"{folder} cannot be written to ({error}); choose another with --data.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CannotStart(f"another example already runs in {folder}; stop it or choose another --data.") from None
    return lock


def _speed(text: str) -> float:
    return _between(text, 0.1, FASTEST)


def _delay(text: str) -> float:
    return _between(text, 0.0, 3600.0)


def _between(text: str, least: float, most: float) -> float:
    value = float(text)
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{text} is not between {least:g} and {most:g}")
    return value


if __name__ == "__main__":
    sys.exit(main())
