"""Evenly spaced rows out of samples, so that two versions can be held against each other row by row."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from decisions.domain.rates import Measured, combine

Sampled = tuple[datetime, Measured]
"""(when it was measured, what was measured over the seconds before)"""


@dataclass(frozen=True)
class Rows:
    """`count` stretches of `seconds` each, one after the other, the first of which begins at `since`."""

    since: datetime
    seconds: float
    count: int

    @property
    def until(self) -> datetime:
        return self.since + timedelta(seconds=self.count * self.seconds)

    def place(self, at: datetime, seconds: float) -> int | None:
        """The row of a sample over the `seconds` before `at`: the one in which it ended.

        None for one that began before the first row or ended after the last, and for one that is longer than a row:
        samples do not overlap, and one that filled several rows would stand in them as if it were several.
        """
        began = (at - self.since).total_seconds() - seconds
        place = math.ceil((began + seconds) / self.seconds) - 1
        return place if began >= 0 and 0 <= place < self.count and seconds <= self.seconds else None


def measured(rows: Rows, kind: str, samples: Iterable[Sampled], q: float = 0.99) -> list[Measured | None]:
    """What was measured in each row, every sample counted in one row only; None where nothing was.

    Args:
        kind, q: of the indicator's query, as `rates.combine` takes them.
    """
    parts: dict[int, list[Measured]] = defaultdict(list)
    for at, sample in samples:
        place = rows.place(at, sample.seconds)
        if place is not None:
            parts[place].append(sample)
    return [combine(kind, parts[place], q) if place in parts else None for place in range(rows.count)]


def values(found: Sequence[Measured | None]) -> list[float]:
    """The value of each row, NaN where there is none."""
    return [math.nan if each is None or each.value is None else each.value for each in found]


def events(found: Sequence[Measured | None]) -> list[float]:
    """How many of each row's events were what a share counts, NaN where that is not known."""
    known = [None if each is None or each.value is None else each.value * (each.n or 0.0) for each in found]
    return [math.nan if each is None else float(round(each)) for each in known]


def exposures(found: Sequence[Measured | None]) -> list[float]:
    """What each row's events were out of."""
    return [0.0 if each is None or each.value is None else each.n or 0.0 for each in found]
