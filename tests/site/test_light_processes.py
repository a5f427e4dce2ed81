"""The processes that live long and start often do not carry the numeric libraries."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

HEAVY = "{'scipy', 'sklearn', 'plotly'}"


@pytest.mark.parametrize(
    "start",
    ["import rollback_site.asgi", "from rollback_site.celery import app; app.loader.import_default_modules()"],
    ids=["web", "workers"],
)
def test_nothing_heavy_is_imported_at_start(start):
    script = f"{start}; import sys; print(*sorted({HEAVY} & set(sys.modules)))"

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=os.environ | {"CELERY_SKIP_CHECKS": "1"},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_beat_rings_by_name_and_loads_no_model():
    script = "from rollback_site.beat import app; app.loader.import_default_modules(); app.finalize(); "
    script += "import sys; print(bool(app.conf.beat_schedule), 'decisions.models' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", script], cwd=settings.BASE_DIR, capture_output=True, text=True)

    assert done.stdout.split() == ["True", "False"], done.stderr


def test_what_stays_in_the_foreground_holds_no_framework():
    script = "import runpy, sys; runpy.run_path('rollback_site/foreground.py'); print('django' in sys.modules)"

    done = subprocess.run([sys.executable, "-I", "-c", script], cwd=settings.BASE_DIR, capture_output=True, text=True)

    assert done.stdout.strip() == "False", done.stderr
