"""supervisord in the foreground of a terminal, saying in a line what the person there should know.

Run as a file and not as a module of its package: what stays in memory then holds neither Django nor Celery.
"""

from __future__ import annotations

import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from supervisor import events
from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import ServerOptions
from supervisor.supervisord import Supervisor

QUIET_SECONDS = 30.0
LINE_LENGTH = 200


@dataclass
class Stumbles:
    """How often each program stopped by itself, and when a line about it was last said."""

    counts: dict[str, int] = field(default_factory=dict)
    said: dict[str, float] = field(default_factory=dict)

    def sentence(self, name: str, log: str, *, at: float) -> str | None:
        """What to say about one more stop: the first at once, later ones at most every half minute.

        Args:
            at: seconds on any clock that does not go back.
        """
        self.counts[name] = count = self.counts.get(name, 0) + 1
        if count > 1 and at - self.said[name] < QUIET_SECONDS:
            return None
        self.said[name] = at
        if count == 1:
            return f"{name} stopped and is started again; the reason is in {log}"
        return f"{name} keeps stopping, {count} times by now: read {log}{_last_line(log)}"


def _last_line(log: str) -> str:
    try:
        with Path(log).open("rb") as file:
            file.seek(max(0, Path(log).stat().st_size - 4096))
            lines = [line for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    except OSError:
        return ""
    return f"\n  its last line: {lines[-1].strip()[:LINE_LENGTH]}" if lines else ""


class Foreground(Supervisor):
    """supervisord that tells of stops which nobody asked for, and of its own end."""

    stumbles = Stumbles()

    def runforever(self) -> None:
        # Blocked by `up` while nobody listened to them. Children inherit what is blocked, so before the first of them.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
        # run() clears the subscriptions just before it calls this.
        events.subscribe(events.ProcessStateExitedEvent, self.tell)
        events.subscribe(events.ProcessStateBackoffEvent, self.tell)
        events.subscribe(events.SupervisorStoppingEvent, lambda event: say("Stopping ..."))
        # The loop looks at its sockets for a second before it starts anything.
        for group in sorted(self.process_groups.values()):
            group.transition()
        super().runforever()

    def tell(self, event: events.ProcessStateEvent) -> None:
        config = event.process.config
        sentence = self.stumbles.sentence(config.name, config.stdout_logfile, at=time.monotonic())
        if sentence:
            say(sentence)


def say(sentence: str) -> None:
    print(sentence, flush=True)


def main(configuration: str) -> None:
    options = ServerOptions()
    options.realize(["--nodaemon", "--silent", "--configuration", configuration])
    options.first, options.test = True, False
    try:
        Foreground(options).main()
    except ExitNow:
        say("Stopped.")
    finally:
        options.close_httpservers()
        options.close_logger()


if __name__ == "__main__":
    main(sys.argv[1])
