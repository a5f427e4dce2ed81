from __future__ import annotations

import os
import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from rollback_site import ground
from rollback_site.ground import NotReady
from rollback_site.processes import Desk
from tests.site.desk_process import free_port


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    data = tmp_path / "data"
    return Desk(tmp_path, data, data / "run", port=free_port(), broker_url="redis://elsewhere")


def test_a_good_ground_is_prepared_and_locked(desk):
    lock = ground.take(desk)

    assert desk.log.is_dir()
    assert desk.run.stat().st_mode & 0o777 == 0o700
    os.close(lock)


def test_a_second_desk_in_the_same_folder_is_refused_with_the_process_of_the_first(desk):
    lock = ground.take(desk)

    with pytest.raises(NotReady, match=rf"already runs .* \(process {os.getpid()}\).*DATA_DIR="):
        ground.take(desk)

    os.close(lock)


def test_the_folder_is_free_again_when_its_holder_is_gone(desk):
    os.close(ground.take(desk))

    os.close(ground.take(desk))


def test_a_port_in_use_is_refused_with_another_one_to_choose(desk):
    with socket.create_server(("127.0.0.1", desk.port)), pytest.raises(NotReady, match=r"in use.* PORT=\d+"):
        ground.refuse_taken_ports(desk)


def test_the_ports_named_instead_can_be_listened_on(desk):
    desk = replace(desk, example_port=desk.port + 1)

    with socket.create_server(("127.0.0.1", desk.port)), pytest.raises(NotReady) as refused:
        ground.refuse_taken_ports(desk)

    [named] = re.findall(r"make run PORT=(\d+)\.", str(refused.value))
    ground.refuse_taken_ports(replace(desk, port=int(named)))


def test_a_second_desk_is_told_of_both_ports_that_it_would_need(desk):
    desk = replace(desk, example_port=desk.port + 1)
    lock = ground.take(desk)

    with pytest.raises(NotReady, match=r"make run DATA_DIR=/path PORT=\d+ EXAMPLE_PORT=\d+\.$"):
        ground.take(desk)

    os.close(lock)


def test_one_port_cannot_be_the_desks_and_the_examples(desk):
    with pytest.raises(NotReady, match=rf"are both {desk.port}: name another with make run EXAMPLE_PORT=\d+\.$"):
        ground.refuse_taken_ports(replace(desk, example_port=desk.port))


def test_a_data_folder_that_is_a_file_is_refused(desk):
    desk.data.touch()

    with pytest.raises(NotReady, match=r"which is a file: name a folder with make run DATA_DIR="):
        ground.take(desk)


def test_a_data_folder_that_cannot_be_written_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "file").touch()
    desk = Desk(tmp_path, tmp_path / "file" / "data", tmp_path / "run", port=1, broker_url="")

    with pytest.raises(NotReady, match=r"cannot be written .*DATA_DIR="):
        ground.take(desk)


def test_a_socket_folder_that_is_somebody_elses_is_refused(desk, tmp_path):
    desk.data.mkdir()
    desk.run.symlink_to(tmp_path)

    with pytest.raises(NotReady, match="not a folder of yours"):
        ground.take(desk)


def test_a_chosen_socket_folder_with_a_long_path_is_refused(tmp_path):
    desk = Desk(tmp_path, tmp_path, tmp_path / ("x" * 100), port=1, broker_url="")

    with pytest.raises(NotReady, match="too long for sockets"):
        ground.take(desk)
