"""`manage.py up`: everything on one machine, in one terminal. `make run` calls it."""

from __future__ import annotations

import io
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connections

from decisions.management import database, first_start
from decisions.management.line_command import BadInput, LineCommand
from decisions.models import clock
from rollback_site import endings, env, ground, leftovers, static_stamp, welcome
from rollback_site.broker import running_broker
from rollback_site.ground import NotReady
from rollback_site.process_file import configuration
from rollback_site.processes import Desk, environment


class Command(LineCommand):
    help = "Starts the database, the broker, the pages, the workers and the example, and watches over them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", default=env.flag("DEMO", True), help="with the example")
        parser.add_argument("--no-demo", action="store_false", dest="demo", help="without it; also DEMO=0")

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        endings.stop_at_once()
        desk = _desk(demo)
        try:
            lock = ground.take(desk)
            self.clear(desk)
            ground.refuse_taken_ports(desk)
            people = self.prepare(desk, demo)
        except NotReady as sentence:
            raise BadInput(str(sentence)) from sentence
        connections.close_all()
        endings.hold()
        welcome.say_when_it_answers(desk, people)
        _become_supervisord(desk, lock)

    def clear(self, desk: Desk) -> None:
        """End what an earlier desk of this folder left behind when it was killed."""
        found = leftovers.stop(desk.data)
        if found:
            self.stdout.write(f"Processes that an earlier desk left behind are stopped: {found}.")

    def prepare(self, desk: Desk, demo: bool) -> str:
        """Bring database, static files and records up to date. Returns what to say about the people."""
        os.environ.update(environment(desk))
        with running_broker(desk):
            self.migrate()
            self.check_journal()
            static_stamp.collect_when_changed()
            return _load_example() if demo else first_start.prepare(clock.now())

    def check_journal(self) -> None:
        """Write down that the desk starts, on which log, and whether the database guards it."""
        from decisions.journal import startup

        missing = startup.check(clock.now())
        if missing:
            self.stderr.write(f"Missing or changed guards of the journal: {', '.join(missing)}. Run manage.py migrate.")

    def migrate(self) -> None:
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except DatabaseError as wrong:
            raise NotReady(database.unusable(wrong)) from wrong


def _desk(demo: bool) -> Desk:
    return Desk(
        root=settings.BASE_DIR,
        data=settings.DATA_DIR,
        run=settings.RUN_DIR,
        port=settings.PORT,
        broker_url=settings.BROKER_URL,
        example_port=settings.EXAMPLE_PORT if demo else None,
    )


def _load_example() -> str:
    from decisions.management import example

    os.environ["DIGITS_CONTROL_TOKEN"] = example.control_token()
    said = io.StringIO()
    call_command("demo", "load", stdout=said)
    return said.getvalue()


def _become_supervisord(desk: Desk, lock: int) -> None:
    desk.configuration.write_text(configuration(desk))
    os.set_inheritable(lock, True)
    foreground = Path(desk.root, "rollback_site", "foreground.py")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-I", str(foreground), str(desk.configuration)])
