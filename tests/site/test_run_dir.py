from __future__ import annotations

from pathlib import Path

from rollback_site import run_dir


def test_sockets_lie_in_the_data_folder_where_its_path_is_short():
    assert run_dir.beside(Path("/srv/desk")) == Path("/srv/desk/run")


def test_a_long_data_folder_gets_a_short_place_for_sockets_that_is_the_same_each_time(monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    long = Path("/srv") / ("deep/" * 30)

    found = run_dir.beside(long)

    assert len(str(found / run_dir.LONGEST_NAME)) <= run_dir.LONGEST
    assert found == run_dir.beside(long) != run_dir.beside(long / "other")


def test_a_session_with_a_runtime_folder_has_its_sockets_there(monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/7")

    assert run_dir.beside(Path("/srv") / ("deep/" * 30)).parent == Path("/run/user/7")


def test_the_folder_is_closed_to_others_even_when_it_was_open(tmp_path):
    tmp_path.chmod(0o777)

    run_dir.make_private(tmp_path)

    assert tmp_path.stat().st_mode & 0o777 == 0o700
