"""Collects the static files again when one of them changed, and not otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_when_changed() -> bool:
    """Returns whether there was anything to collect."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    digest = _digest()
    if stamp.is_file() and stamp.read_text() == digest:
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest)
    return True


def _digest() -> str:
    lines = [settings.STORAGES["staticfiles"]["BACKEND"], *sorted(_files())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _files() -> Iterator[str]:
    """One line for each source file: where it is, its size and when it was written."""
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            yield f"{name} {found.st_size} {found.st_mtime_ns}"
