from __future__ import annotations

from pathlib import Path

import pytest

from rollback_site import static_stamp


@pytest.fixture
def source(tmp_path: Path, settings) -> Path:
    source = tmp_path / "source"
    source.mkdir()
    (source / "desk.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "root"
    return source


def test_static_files_are_collected_once(source, settings):
    assert static_stamp.collect_when_changed()
    assert not static_stamp.collect_when_changed()
    assert (settings.STATIC_ROOT / "desk.css").read_text() == "a {}"


def test_a_changed_or_removed_file_is_collected_again(source, settings):
    static_stamp.collect_when_changed()
    (source / "desk.css").rename(source / "other.css")

    assert static_stamp.collect_when_changed()
    assert not (settings.STATIC_ROOT / "desk.css").exists()
