"""The example as a process of its own, and the command that breaks it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.processes

TOKEN = "of-the-test"
ROOT = Path(settings.BASE_DIR)


@contextmanager
def running(folder: Path, *more: str) -> Iterator[str]:
    """The example on a free port; answers its address. Stopped by its own process id."""
    environment = os.environ | {"DIGITS_CONTROL_TOKEN": TOKEN, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "examples.digits", "--port", "0", "--data", str(folder), *more],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().removeprefix("examples.digits: ").strip()
    finally:
        process.send_signal(signal.SIGTERM)
        left = process.wait(10)
        process.stdout.close()
    assert left == 0


def misread(address: str) -> float:
    page = httpx.get(f"{address}/metrics", trust_env=False).text
    counted = [
        line
        for line in page.splitlines()
        if line.startswith('misread_total{mode="live",service="amounts",version="v2"')
    ]
    return float(counted[0].split()[-1])


def until(condition, seconds: float = 15.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(condition())


def test_a_broken_process_misreads_and_obeys_after_a_restart(folder, settings):
    with running(folder, "--speed", "20") as address:
        settings.EXAMPLE_URL = address
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DIGITS_CONTROL_TOKEN", TOKEN)
            call_command("demo", "break", "transposed", stdout=StringIO())
        assert until(lambda: misread(address) > 20)

        order = {"shares": {"v1": 1}, "epoch": 1, "token": 1}
        headers = {"Authorization": f"Bearer {TOKEN}"}
        httpx.post(
            f"{address}/services/amounts/shares", json=order, headers=headers, trust_env=False
        ).raise_for_status()

    with running(folder) as address:
        found = httpx.get(f"{address}/services/amounts", headers=headers, trust_env=False).json()

    assert (found["shares"], found["epoch"], found["token"]) == ({"v1": 1.0, "v2": 0.0}, 1, 1)


def test_the_process_knows_neither_django_nor_the_desk_nor_the_trainer():
    code = "import sys, examples.digits.__main__; print(*sys.modules)"

    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert not {"django", "decisions", "sklearn", "scipy"} & set(found.stdout.split())


def test_a_second_process_in_the_same_folder_says_what_to_do(folder):
    with running(folder) as address:
        port = address.rsplit(":", 1)[1]
        same_folder = start("--port", "0", "--data", str(folder))
        same_port = start("--port", port, "--data", str(folder) + "-other")

    assert (same_folder.returncode, same_folder.stderr.count("\n")) == (2, 1)
    assert "already runs in" in same_folder.stderr
    assert (same_port.returncode, same_port.stderr.count("\n")) == (2, 1)
    assert f"port {port} cannot be used" in same_port.stderr


@pytest.mark.parametrize(("name", "value"), [("--speed", "61"), ("--speed", "nan"), ("--speed", "0"), ("--port", "x")])
def test_a_senseless_argument_is_refused(tmp_path, name, value):
    found = start("--port", "0", "--data", str(tmp_path), name, value)

    assert found.returncode == 2
    assert name in found.stderr


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "examples.digits", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)


def test_demo_answers_one_document_and_lists_the_faults_it_knows(folder, settings, monkeypatch):
    monkeypatch.setenv("DIGITS_CONTROL_TOKEN", TOKEN)
    out = StringIO()

    with running(folder) as address:
        settings.EXAMPLE_URL = address
        call_command("demo", "break", "slow", "--service", "cheques", "--version", "v1", "--json", stdout=out)
        with pytest.raises(CommandError, match="no fault 'flood'; there are unit_change") as unknown:
            call_command("demo", "break", "flood")
        call_command("demo", "heal", stdout=out)
        monkeypatch.setenv("DIGITS_CONTROL_TOKEN", "another")
        with pytest.raises(CommandError, match="another control token"):
            call_command("demo", "heal")

    first, second = out.getvalue().splitlines()
    assert json.loads(first) == {"service": "cheques", "fault": "slow", "version": "v1"}
    assert second == "Healed: slow on v1 of cheques."
    assert unknown.value.returncode == 2


def test_demo_says_when_the_example_does_not_run(settings):
    settings.EXAMPLE_URL = "http://127.0.0.1:9"

    with pytest.raises(CommandError, match="does not run at http"):
        call_command("demo", "heal")
