"""False alarms: how often each level would break in a month like its own quiet history, as it stands or under a draft.

A level's history is read once an hour. What is kept is how its value moved over some fifty possible margins, so that
the page and the check of a draft policy read no sample.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import F, Q

from decisions.domain.levels import Level
from decisions.domain.policy import Policy
from decisions.domain.rates import Measured, across
from decisions.models import Incident, Sample, ServiceLevel, bulk
from decisions.monitoring import thresholds
from decisions.monitoring.readings import query_of, unpacked

if TYPE_CHECKING:
    from decisions.domain.run_lengths import FalseAlarms

OLD = timedelta(hours=1)
AT_ONCE = 20
LONGEST = timedelta(days=1)
MOST_STEPS = 20_000
# What is measured this long before an incident opened belongs to it.
ONSET = timedelta(minutes=1)
# A history that holds fewer measurements says too little to turn a policy down.
FEWEST_SAMPLES = 600
MARGINS = (*(round(0.02 * step, 2) for step in range(51)), 1.25, 1.5, 2.0, 3.0, 5.0)

Span = tuple[datetime, datetime]


def refresh(at: datetime) -> int:
    """Read the history of the levels whose turn it is; answers how many. Safe to run twice."""
    waiting = ServiceLevel.objects.filter(Q(alarms_at__isnull=True) | Q(alarms_at__lt=at - OLD))
    levels = list(waiting.select_related("indicator").order_by(F("alarms_at").asc(nulls_first=True), "pk")[:AT_ONCE])
    every = thresholds.intervals(level.indicator.service_id for level in levels)
    for level in levels:
        level.alarms, level.alarms_at = _counted(level, every.get(level.indicator.service_id, 0.0), at), at
        if (now := implied(level)) is not None:
            level.alarms |= {"per_month": now.per_month, "at_most": now.at_most, "exceedances": now.exceedances}
    bulk.update(levels, ["alarms", "alarms_at"])
    return len(levels)


def implied(level: ServiceLevel) -> FalseAlarms | None:
    """False alarms in thirty days with what the level is held against now; None before its history was read."""
    return _alarms(level, level.rule())


def under(level: ServiceLevel, policy: Policy) -> FalseAlarms | None:
    """The same if this policy were in force; None where the history says too little to judge it by."""
    held = thresholds.in_force(level, policy, level.alarms.get("every_seconds", 0.0))
    found = _alarms(level, level.held_to(held))
    return found if found is not None and found.samples >= FEWEST_SAMPLES else None


def _alarms(level: ServiceLevel, rule: Level) -> FalseAlarms | None:
    if not level.alarms.get("moves") or level.alarms["line"] != _line(level):
        return None
    from decisions.domain.quiet_history import Moves, nearest
    from decisions.domain.run_lengths import Chance

    counted = [
        Moves(margin, Chance(entered, begun), Chance(stayed, kept), level.alarms["samples"], beyond)
        for margin, entered, begun, stayed, kept, beyond in level.alarms["moves"]
    ]
    chosen = nearest(counted, rule.margin)
    every = level.alarms["every_seconds"]
    return chosen.alarms(run=_run(rule, every), seconds_each=every) if chosen else None


def _run(rule: Level, every_seconds: float) -> int:
    """Measurements in a row that break the level."""
    return 1 + math.ceil(rule.for_seconds / every_seconds)


def _counted(level: ServiceLevel, every_seconds: float, at: datetime) -> dict[str, Any]:
    if every_seconds <= 0:
        return {}
    from decisions.domain.quiet_history import moves

    values = _quiet_values(level, every_seconds, at)
    counted = moves(values, level.target, MARGINS, is_worse_above=level.bound == "at_most")
    rows = [
        [each.margin, each.begins.hits, each.begins.tries, each.goes_on.hits, each.goes_on.tries, each.exceedances]
        for each in counted
    ]
    return {"every_seconds": every_seconds, "samples": counted[0].samples, "line": _line(level), "moves": rows}


def _line(level: ServiceLevel) -> list[Any]:
    """What the history was counted for; a service file that changes any of it makes the counts void."""
    return [level.bound, level.target, level.window_seconds, level.minimum_n]


def _quiet_values(level: ServiceLevel, every_seconds: float, at: datetime) -> Any:
    """The level's value at every step of its history, NaN where it was not measured or something was wrong."""
    import numpy as np

    from decisions.domain.quiet_history import windows

    steps = _steps(level, every_seconds, at)
    query, width = query_of(level.indicator), max(round(level.window_seconds / every_seconds), 1)
    found = windows(query.kind, steps, width, query.q)
    values = np.where(found.events >= level.minimum_n, found.values, np.nan)
    for begin, end in _troubles(level, at):
        first, last = (_place(when, every_seconds, at, len(steps)) for when in (begin, end))
        values[max(first, 0) : max(last + 1, 0)] = np.nan
    return values


def _steps(level: ServiceLevel, every_seconds: float, at: datetime) -> Sequence[Measured | None]:
    """One measurement for each scrape interval up to `at`, on live traffic, all versions together."""
    seconds = min(LONGEST.total_seconds(), settings.SAMPLE_FULL_SECONDS, MOST_STEPS * every_seconds)
    count = max(int(seconds / every_seconds), 1)
    rows = Sample.objects.filter(
        series__indicator=level.indicator_id,
        series__mode="live",
        at__gt=at - timedelta(seconds=count * every_seconds),
        at__lte=at,
    )
    parts: dict[int, list[Measured]] = defaultdict(list)
    for when, value, n, seconds, buckets in rows.order_by().values_list("at", "value", "n", "seconds", "buckets"):
        parts[_place(when, every_seconds, at, count)].append(Measured(value, n, seconds, unpacked(buckets)))
    query = query_of(level.indicator)
    return [across(query.kind, parts[place], query.q) if place in parts else None for place in range(count)]


def _place(when: datetime, every_seconds: float, at: datetime, count: int) -> int:
    """The step in which a moment lies; the last one, count - 1, ends at `at`."""
    return count - 1 - int((at - when).total_seconds() / every_seconds)


def _troubles(level: ServiceLevel, at: datetime) -> Iterable[Span]:
    """When something was wrong with the service, with what the level's window still held of it afterwards."""
    window = timedelta(seconds=level.window_seconds)
    lead = window + timedelta(seconds=level.rule().for_seconds) + ONSET
    near = Q(resolved_at__isnull=True) | Q(resolved_at__gt=at - LONGEST)
    incidents = Incident.objects.filter(near, service=level.indicator.service_id)
    for opened, resolved in incidents.values_list("opened_at", "resolved_at"):
        yield opened - lead, (resolved or at) + window
