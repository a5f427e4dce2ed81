"""Starting a desk for the stories, and stopping it so that nothing of it runs on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.site.desk_process import free_port
from tests.stories.desk import ROOT, TOKEN, Desk
from tests.stories.paces import POLICIES, SERVICES, quickened, shortened


@contextmanager
def example_desk(folder: Path, *, watch: float) -> Iterator[Desk]:
    """The desk as `make run` starts it, with the example's own settings; only watches and cooldowns are shorter."""
    with _ending(Desk(folder)) as desk:
        desk.running.wait_until_it_says("Rollback Desk is at")
        _adopt(desk, watch)
        desk.wait_until_measured()
        yield desk


@contextmanager
def quick_desk(folder: Path, *, pace: float, watch: float) -> Iterator[Desk]:
    """A desk whose example lives `pace` times faster, and whose scrapes, windows and leases are as much shorter."""
    port = free_port()
    settings = {"SCRAPE_TICK_SECONDS": f"{2 / pace:g}", "LOOK_SECONDS": "1", "LEASE_SECONDS": "4"}
    with (
        _example(folder / "data" / "example", port, pace) as example,
        _ending(Desk(folder, DEMO="0", EXAMPLE_PORT=str(port), **settings)) as desk,
    ):
        desk.example_pid = example
        desk.running.wait_until_it_says("Rollback Desk is at")
        desk.manage("demo", "load")
        for file in SERVICES:
            own = folder / file.name
            own.write_text(quickened(file, pace, desk.example))
            desk.manage("service", "apply", str(own))
        _adopt(desk, watch, pace)
        desk.wait_until_measured()
        yield desk


def _adopt(desk: Desk, watch: float, pace: float = 1) -> None:
    for policy in POLICIES:
        desk.adopt(shortened(policy, watch=watch, pace=pace))


@contextmanager
def _ending(desk: Desk) -> Iterator[Desk]:
    try:
        yield desk
    finally:
        desk.end()


@contextmanager
def _example(folder: Path, port: int, pace: float) -> Iterator[int]:
    command = [sys.executable, "-m", "examples.digits", "--port", str(port), "--data", str(folder)]
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    environment = os.environ | threads | {"DIGITS_CONTROL_TOKEN": TOKEN}
    process = subprocess.Popen(
        [*command, "--speed", f"{pace:g}"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("examples.digits: http")
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()
