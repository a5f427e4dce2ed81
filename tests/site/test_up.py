"""`manage.py up` as a person meets it, with real processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rollback_site.processes import MARK
from tests.site.desk_process import RunningDesk, free_port

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc"),
]
EXPECTED = {"valkey-server", "uvicorn", "-Q urgent", "-Q rest", "beat", "foreground.py", "examples.digits"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    with running(tmp_path / "data", DEMO="0") as desk:
        yield desk


@contextmanager
def running(data: Path, **environment: str) -> Iterator[RunningDesk]:
    desk = RunningDesk(data, **environment)
    try:
        desk.wait_until_it_says("Rollback Desk is at")
        yield desk
    finally:
        desk.end()


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def find(desk: RunningDesk, words: str) -> list[int]:
    return [pid for pid in desk.processes() if words in command_of(pid)]


def test_everything_runs_and_ctrl_c_leaves_nothing(tmp_path):
    with running(tmp_path / "data", EXAMPLE_PORT=str(free_port())) as desk:
        commands = [command_of(pid) for pid in desk.processes()]
        assert not [name for name in EXPECTED if not any(name in command for command in commands)]
        assert f"http://127.0.0.1:{desk.port}" in desk.output()
        assert "ana " in desk.output() and "password" in desk.output()

        assert desk.press_ctrl_c() == 0

        assert desk.processes() == []
        assert desk.output().rstrip().endswith("Stopping ...\nStopped.")


def test_ctrl_c_before_anything_runs_is_one_quiet_line(tmp_path):
    desk = RunningDesk(tmp_path / "data", DEMO="0")
    desk.wait_until((tmp_path / "data" / "valkey").is_dir)

    assert desk.press_ctrl_c() == 130

    assert desk.output() == "Stopped.\n"
    desk.wait_until(lambda: not desk.processes(), "the end of the broker")


def test_what_an_earlier_desk_left_behind_is_stopped_first(tmp_path):
    port = str(free_port())
    script = f"import http.server as h; h.test(h.SimpleHTTPRequestHandler, port={port}, bind='127.0.0.1')"
    environment = os.environ | {MARK: str(tmp_path / "data")}
    left = subprocess.Popen([sys.executable, "-c", script], env=environment, stderr=subprocess.DEVNULL)

    with running(tmp_path / "data", PORT=port, DEMO="0") as desk:
        assert "left behind are stopped: 1." in desk.output()
        assert left.wait(5) < 0
        assert not find(desk, "examples.digits")


def test_a_program_that_dies_is_started_again_and_named_with_its_log(desk):
    [dead] = find(desk, "celery -A rollback_site.beat")
    desk.wait_until(lambda: "beat entered RUNNING" in (desk.data / "log" / "supervisord.log").read_text())

    os.kill(dead, signal.SIGKILL)

    desk.wait_until_it_says("beat stopped and is started again")
    desk.wait_until(lambda: set(find(desk, "celery -A rollback_site.beat")) - {dead}, "another beat")
    assert "log/beat.log" in desk.output()


def test_an_empty_desk_names_its_first_person_and_marks_its_policy(desk):
    assert f"Sign in as admin; the password, shown this once and kept in {desk.data}/admin-password: " in desk.output()
    assert "is in force, with example values" in desk.output()


def test_when_the_watcher_itself_is_killed_nothing_runs_on(desk):
    os.kill(desk.process.pid, signal.SIGKILL)
    desk.process.wait()

    desk.wait_until(lambda: not desk.processes(), "the end of every process")


def test_a_second_desk_in_the_same_folder_is_refused_in_one_line(desk):
    second = RunningDesk(desk.data, DEMO="0")

    assert second.process.wait(60) == 2
    [line] = second.output().splitlines()
    assert f"already runs in {desk.data} (process {desk.process.pid})" in line


@pytest.fixture
def taken_port() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


def refused(tmp_path: Path, **environment: str) -> str:
    desk = RunningDesk(tmp_path / "data", **environment)
    try:
        assert desk.process.wait(60) == 2, desk.output()
    finally:
        desk.end()
    [line] = desk.output().splitlines()
    return line


def test_a_port_in_use_is_one_line(tmp_path, taken_port):
    assert f"Port {taken_port} is in use" in refused(tmp_path, PORT=taken_port)


def test_a_data_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").touch()

    assert "cannot be written" in refused(tmp_path, DATA_DIR=str(tmp_path / "file" / "data"))


def test_a_setting_that_cannot_be_meant_is_one_line(tmp_path):
    assert "PORT is 'soon'; it must be a whole number from 1 to 65535." in refused(tmp_path, PORT="soon")


def test_a_database_that_does_not_answer_is_one_line(tmp_path):
    nowhere = f"postgresql://desk@/desk?host={tmp_path}"

    assert "The database does not work" in refused(tmp_path, DATABASE_URL=nowhere, DEMO="0")
