"""Fills the database of DATA_DIR with the scenes: `python -m tests.web.fill_desk`. Sign in as ana, ben, dora …"""

from __future__ import annotations

import os

import django
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    # The records can be imported once Django is set up.
    from decisions.models import clock
    from tests.web import scenes

    call_command("migrate", verbosity=0)
    scenes.build(clock.now())
    print(f"The password of all people is: {scenes.PASSWORD}")


if __name__ == "__main__":
    main()
