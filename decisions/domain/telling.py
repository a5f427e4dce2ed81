"""How often something that goes to and fro is told: every change at first, then so many an hour, with their number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MOST = 6
WITHIN_SECONDS = 3600.0


@dataclass(frozen=True)
class Told:
    """What is known of a thing's states: the one that was told last, the one that was seen last.

    flips: changes since it was told. times: when it was told in the last hour, seconds since 1970.
    """

    state: str = ""
    seen: str = ""
    flips: int = 0
    times: tuple[float, ...] = ()

    @classmethod
    def read(cls, kept: Mapping[str, Any], unseen: str = "") -> Told:
        """What was written, or that nothing was told yet, and that `unseen` need not be."""
        if not kept:
            return cls(unseen, unseen)
        return cls(kept["state"], kept["seen"], kept["flips"], tuple(kept["times"]))

    def written(self) -> dict[str, Any]:
        """It as JSON, for the row of what it is about."""
        return {"state": self.state, "seen": self.seen, "flips": self.flips, "times": list(self.times)}

    def after(self, state: str, at: datetime) -> tuple[Told, int]:
        """What is known after seeing `state`, and how many changes are to be told now; 0 when nothing is.

        A change that comes too soon is told once its turn has come, if it still stands by then.
        """
        if self.state == self.seen == state:
            return self, 0
        flips = self.flips + (state != self.seen)
        now = at.timestamp()
        times = tuple(each for each in self.times if each > now - WITHIN_SECONDS)
        if state == self.state or len(times) >= MOST:
            return Told(self.state, state, flips, times), 0
        return Told(state, state, 0, (*times, now)), flips
