from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rollback_site import bootstrap

ROOT = Path(bootstrap.__file__).resolve().parent.parent


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone of a project that depends on nothing."""
    (tmp_path / "rollback_site").mkdir()
    shutil.copy(ROOT / "rollback_site" / "bootstrap.py", tmp_path / "rollback_site")
    for lock in (bootstrap.RUNTIME, bootstrap.DEVELOPMENT):
        (tmp_path / lock).write_text("")
    return tmp_path


def bootstrapped(clone: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "rollback_site/bootstrap.py", *arguments]
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(clone / "home")} | environment
    return subprocess.run(command, cwd=clone, env=bare, capture_output=True, text=True)


@pytest.mark.processes
def test_a_bare_python_gets_an_environment_once_and_then_only_uses_it(clone):
    where = "import sys; print(sys.prefix)"

    first = bootstrapped(clone, "runtime", "-c", where)
    second = bootstrapped(clone, "runtime", "-c", where)

    assert first.stdout.splitlines()[-1] == second.stdout.strip() == str(clone / ".venv")
    assert "Making a virtual environment" in first.stdout


@pytest.mark.processes
def test_a_changed_lock_is_installed_and_a_package_that_is_not_there_is_one_line(clone):
    bootstrapped(clone, "runtime")
    (clone / bootstrap.RUNTIME).write_text("no-such-package==1.0 --hash=sha256:" + "0" * 64)

    refused = bootstrapped(clone, "runtime", PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)

    assert refused.returncode == 2
    assert refused.stderr.startswith("The packages could not be installed (")
    assert len(refused.stderr.splitlines()) == 1


def test_an_old_python_is_refused_with_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "LEAST", (4, 0))
    monkeypatch.setenv("PATH", "")

    with pytest.raises(SystemExit, match="2"):
        bootstrap.on_a_new_enough_python()

    assert "Python 4.0 or later is needed" in (said := capsys.readouterr().err)
    assert len(said.splitlines()) == 1


def test_a_python_without_venv_is_refused_with_the_package_to_install(monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(SystemExit, match="2"):
        bootstrap.create(None)

    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert f"apt-get install python{version}-venv" in capsys.readouterr().err


def test_a_development_environment_serves_the_runtime_too(clone, monkeypatch):
    for name in ("ROOT", "VENV", "PYTHON"):
        monkeypatch.setattr(bootstrap, name, clone)
    bootstrap.stamp(bootstrap.DEVELOPMENT).write_text(bootstrap.digest(bootstrap.DEVELOPMENT))

    bootstrap.make(bootstrap.RUNTIME)

    assert not bootstrap.stamp(bootstrap.RUNTIME).exists()
