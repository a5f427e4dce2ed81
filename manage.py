#!/usr/bin/env python
"""The door to every command of the desk."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rollback_site.settings")
    try:
        _run()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(130)


def _run() -> None:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        sys.exit(_one_line(wrong))


def _one_line(wrong: Exception) -> int:
    """A wrong setting is its sentence and exit 2, not a trace."""
    print(" ".join(str(wrong).split()), file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
