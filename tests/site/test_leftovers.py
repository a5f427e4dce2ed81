from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollback_site import leftovers
from rollback_site.processes import MARK

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
OBEDIENT = "import time; print(1, flush=True); time.sleep(60)"


def started(script: str, data: Path) -> subprocess.Popen[str]:
    environment = os.environ | {MARK: str(data)}
    process = subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline()
    return process


@pytest.fixture
def neighbour(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with started(OBEDIENT, tmp_path / "other") as process:
        yield process
        process.kill()


def test_what_a_killed_desk_left_behind_is_stopped_and_its_neighbour_is_not(tmp_path, neighbour):
    with started(OBEDIENT, tmp_path) as left:
        assert leftovers.of(tmp_path) == [left.pid]

        # The parent of a real leftover is gone, and init takes its exit; here somebody has to.
        assert leftovers.stop(tmp_path, patience_seconds=0.2) == 1

        assert left.wait(5) < 0
    assert neighbour.poll() is None


def test_a_process_that_does_not_listen_is_killed(tmp_path):
    with started(DEAF, tmp_path) as left:
        leftovers.stop(tmp_path, patience_seconds=0.2)

        assert left.wait(5) == -9


def test_a_folder_without_a_desk_has_no_leftovers(tmp_path):
    assert leftovers.stop(tmp_path) == 0
