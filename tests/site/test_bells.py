"""Every bell has somebody who answers it."""

from __future__ import annotations

from rollback_site.bells import BELLS
from rollback_site.celery import app


def test_every_name_that_a_bell_rings_is_a_task():
    app.loader.import_default_modules()

    assert {name for names in BELLS.values() for name in names} <= set(app.tasks)


def test_every_periodic_task_exists():
    app.loader.import_default_modules()

    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
