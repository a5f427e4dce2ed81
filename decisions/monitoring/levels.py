"""Comparing service levels with what was measured."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from decisions.domain import levels as rules
from decisions.domain.rates import Measured
from decisions.domain.telling import Told
from decisions.models import Incident, ServiceLevel, bulk
from decisions.monitoring import samples, thresholds
from decisions.monitoring.readings import query_of

HOUR_MINUTES = 60
BROKEN, WHOLE = "broken", "whole"
# A level is held for some time before it breaks, and breaks at a scrape: this much more lies after the beginning.
ONSET_SECONDS = 1.0


@dataclass(frozen=True)
class Turned:
    """A level whose state changed at this look, or of which something is to be told now.

    flips: how often it broke or healed since that was last told; 0 where nothing is to be told.
    """

    level: ServiceLevel
    was: rules.State
    now: rules.State
    flips: int = 0

    @property
    def began(self) -> bool:
        return self.now is rules.State.BROKEN and self.was is not rules.State.CLEARING


def compare(levels: list[ServiceLevel], at: datetime) -> list[Turned]:
    """Measure these levels, each over its window, store where they stand, answer what changed.

    The number of statements does not depend on how many levels there are. Call inside an act.
    """
    renewed = thresholds.renew(levels, at)
    measured = measure(levels, at)
    told = [dict(level.told) for level in levels]
    looks = [_look(level, measured.get(level.pk), at) for level in levels]
    bulk.update(levels, ["state", "since", "value", "n", "measured_at"])
    bulk.update(renewed, ["in_force"])
    bulk.update([level for level, before in zip(levels, told, strict=True) if level.told != before], ["told"])
    bulk.update([level for level in levels if _remember(level, at)], ["recent"])
    return [look for look in looks if look.now != look.was or look.flips]


def held(services: Collection[int]) -> list[ServiceLevel]:
    """The levels of these services, held until the transaction ends: two scrapes at once step them in turn."""
    rows = ServiceLevel.objects.filter(indicator__service__in=services).select_related("indicator__service")
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def onset(levels: Iterable[ServiceLevel], incident: Incident) -> datetime:
    """When an incident began, as near as its service's levels tell: what was measured before says how it was."""
    held = max((level.rule().for_seconds for level in levels), default=0.0)
    return incident.opened_at - timedelta(seconds=held + ONSET_SECONDS)


def _remember(level: ServiceLevel, at: datetime) -> bool:
    """Add a level's value to its last hour, once a minute."""
    minute = int(at.timestamp() // 60)
    if level.value is None or level.measured_at != at or (level.recent and level.recent[-1][0] >= minute):
        return False
    level.recent = [point for point in level.recent if point[0] > minute - HOUR_MINUTES] + [[minute, level.value]]
    return True


def measure(levels: Iterable[ServiceLevel], at: datetime) -> dict[int, Measured]:
    """What each level's indicator was on live traffic over the level's window, all versions together, by level id."""
    # Levels of one indicator mostly share their window, and are then read once.
    by_window: dict[float, list[ServiceLevel]] = {}
    for level in levels:
        by_window.setdefault(level.window_seconds, []).append(level)
    found: dict[int, Measured] = {}
    for seconds, many in by_window.items():
        queries = {level.indicator_id: query_of(level.indicator) for level in many}
        seen = samples.live([(pk, query.kind, query.q, seconds) for pk, query in queries.items()], at=at)
        found |= {level.pk: seen[level.indicator_id] for level in many if level.indicator_id in seen}
    return found


def _look(level: ServiceLevel, measured: Measured | None, at: datetime) -> Turned:
    was = level.standing()
    value, n = (measured.value, measured.n) if measured else (None, None)
    now = rules.step(level.rule(), was, value, n, at)
    level.state, level.since = now.state, now.since
    if value is not None:
        level.value, level.n, level.measured_at = value, n, at
    return Turned(level, was.state, now.state, _flips(level, at))


def _flips(level: ServiceLevel, at: datetime) -> int:
    told, flips = Told.read(level.told, WHOLE).after(BROKEN if level.is_broken else WHOLE, at)
    level.told = told.written()
    return flips
