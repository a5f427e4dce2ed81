from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from supervisor.options import ServerOptions

from rollback_site.process_file import configuration
from rollback_site.processes import Desk, programs


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk in a folder whose name supervisord and a shell would both trip over."""
    root = tmp_path / "100% of a 'desk'"
    run = root / "run"
    run.mkdir(parents=True)
    (root / "log").mkdir()
    return Desk(root, root, run, port=8000, broker_url=f"redis+socket://{run}/valkey.sock", example_port=8101)


def read_by_supervisord(desk: Desk) -> dict[str, Any]:
    desk.configuration.write_text(configuration(desk))
    options = ServerOptions()
    options.realize(["-c", str(desk.configuration)])
    groups = sorted(options.process_group_configs, key=lambda group: group.priority)
    return {group.name: group.process_configs[0] for group in groups}


def test_the_broker_starts_first_and_so_stops_last(desk):
    names = list(read_by_supervisord(desk))

    assert names == ["valkey", "web", "worker-urgent", "worker-rest", "beat", "example"]


def test_without_the_example_no_example_is_started(desk):
    assert "example" not in read_by_supervisord(replace(desk, example_port=None))


def test_a_broker_elsewhere_is_not_started_here(desk):
    assert programs(replace(desk, broker_url="redis://broker:6379"))[0].name == "web"


def test_paths_with_spaces_quotes_and_percent_signs_reach_the_program_whole(desk):
    command = shlex.split(read_by_supervisord(desk)["valkey"].command)

    assert command[command.index("--unixsocket") + 1] == str(desk.run / "valkey.sock")
    assert command[command.index("--save") + 1] == ""


@pytest.mark.parametrize("name", ["valkey", "web", "beat", "example"])
def test_a_program_and_all_that_it_started_stop_together(desk, name):
    found = read_by_supervisord(desk)[name]

    assert found.stopasgroup and found.killasgroup


@pytest.mark.parametrize("name", ["worker-urgent", "worker-rest"])
def test_a_worker_lets_its_tasks_end_before_its_group_is_killed(desk, name):
    found = read_by_supervisord(desk)[name]

    assert not found.stopasgroup
    assert found.killasgroup
    assert found.stopwaitsecs >= 10


def test_every_program_is_started_again_and_keeps_a_log_of_bounded_size(desk):
    for name, found in read_by_supervisord(desk).items():
        assert found.autorestart
        assert found.stdout_logfile == str(desk.log / f"{name}.log")
        assert 0 < found.stdout_logfile_maxbytes * (found.stdout_logfile_backups + 1) <= 20 * 1024 * 1024
