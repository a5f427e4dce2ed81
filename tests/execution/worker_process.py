"""A worker as a process of its own, which dies or falls asleep where it is told to.

python -m tests.execution.worker_process RUN_ID BOUNDARY SIGNAL
"""

from __future__ import annotations

import os
import signal
import sys

import django


def main(run_id: str, boundary: str, name: str) -> None:
    django.setup()
    from decisions.execution import reach, tasks

    def on_reach(reached: str) -> None:
        if reached == boundary:
            reach.on_reach = lambda _: None
            os.kill(os.getpid(), signal.Signals[name])

    reach.on_reach = on_reach
    tasks.run(int(run_id))


if __name__ == "__main__":
    main(*sys.argv[1:])
