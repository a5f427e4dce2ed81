"""Comparing service levels with what was measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from decisions.domain import levels as rules
from decisions.domain.rates import Measured, across
from decisions.models import ServiceLevel
from decisions.monitoring import samples
from decisions.monitoring.readings import query_of

HOUR_MINUTES = 60


@dataclass(frozen=True)
class Turned:
    """A level whose state changed at this look."""

    level: ServiceLevel
    was: rules.State
    now: rules.State

    @property
    def broke(self) -> bool:
        return self.now is rules.State.BROKEN and self.was is not rules.State.CLEARING

    @property
    def healed(self) -> bool:
        return self.was in (rules.State.BROKEN, rules.State.CLEARING) and self.now is rules.State.OK


def compare(services: Collection[int], at: datetime) -> list[Turned]:
    """Measure every level of these services over its window, store where it stands, answer what changed.

    Two reads and one write, however many levels there are. Call inside an act.
    """
    levels = list(ServiceLevel.objects.filter(indicator__service__in=services).select_related("indicator__service"))
    measured = measure(levels, at)
    turned = []
    for level in levels:
        value = measured.get(level.pk)
        turned += _look(level, value, at)
    ServiceLevel.objects.bulk_update(levels, ["state", "since", "value", "n", "measured_at"], batch_size=200)
    fresh = [level for level in levels if _remember(level, at)]
    ServiceLevel.objects.bulk_update(fresh, ["recent"], batch_size=200)
    return turned


def _remember(level: ServiceLevel, at: datetime) -> bool:
    """Add a level's value to its last hour, once a minute."""
    minute = int(at.timestamp() // 60)
    if level.value is None or level.measured_at != at or (level.recent and level.recent[-1][0] >= minute):
        return False
    level.recent = [point for point in level.recent if point[0] > minute - HOUR_MINUTES] + [[minute, level.value]]
    return True


def measure(levels: Iterable[ServiceLevel], at: datetime) -> dict[int, Measured]:
    """What each level's indicator was on live traffic over the level's window, all versions together, by level id."""
    found: dict[int, Measured] = {}
    by_window: dict[float, list[ServiceLevel]] = defaultdict(list)
    for level in levels:
        by_window[level.window_seconds].append(level)
    for seconds, many in by_window.items():
        asked = {level.indicator_id: query_of(level.indicator) for level in many}
        seen = samples.window([(pk, query.kind, query.q, seconds) for pk, query in asked.items()], at=at)
        for level in many:
            query = asked[level.indicator_id]
            whole = across(query.kind, _live(seen, level.indicator_id), query.q)
            if whole is not None:
                found[level.pk] = whole
    return found


def _live(seen: Mapping[samples.Key, Measured], indicator: int) -> list[Measured]:
    return [measured for (pk, _, mode), measured in sorted(seen.items()) if pk == indicator and mode == "live"]


def _look(level: ServiceLevel, measured: Measured | None, at: datetime) -> list[Turned]:
    was = level.standing()
    value, n = (measured.value, measured.n) if measured else (None, None)
    now = rules.step(level.rule(), was, value, n, at)
    level.state, level.since = now.state, now.since
    if value is not None:
        level.value, level.n, level.measured_at = value, n, at
    return [Turned(level, was.state, now.state)] if now.state != was.state else []
